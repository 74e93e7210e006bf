# kinds-units.sh: systemd units, stopped and started so that the night notices what went wrong.
#
#   @unit-stop U             stops it, and what would start it again (sockets, timers, paths), until @unit-start
#   @unit-drain U SIG SECS   asks its main process to finish what it does; never fails because of sessions
#   @unit-stopped U [SECS]   it is down, stays down for SECS (3), and no process of it is left
#   @unit-start U            starts it, and the triggers that @unit-stop stopped
#   @unit-steady U [SECS]    it is active and stays the same instance for SECS (5)

# kind_unit <unit>: reads what systemd says about it now into unit_*.
kind_unit() {
  case $1 in '' | -* | */* | *[!A-Za-z0-9:_.@\\-]*) misused "\"$1\" cannot be the name of a systemd unit" ;; esac
  unit=$1 unit_load='' unit_active='' unit_sub='' unit_main=0 unit_starts='' unit_result='' unit_restart='' unit_triggers='' unit_job='' unit_slice='' unit_type='' unit_since=''
  # UTC is understood everywhere, also by journalctl.
  unit_shown=$(TZ=UTC systemctl show -p LoadState -p ActiveState -p SubState -p MainPID -p NRestarts -p InvocationID \
    -p Result -p Restart -p TriggeredBy -p Job -p Slice -p Type -p InactiveExitTimestamp -- "$1" 2>&1)
  while IFS='=' read -r unit_name unit_value; do
    case $unit_name in
      LoadState) unit_load=$unit_value ;;
      ActiveState) unit_active=$unit_value ;;
      SubState) unit_sub=$unit_value ;;
      MainPID) unit_main=$unit_value ;;
      NRestarts | InvocationID) unit_starts="$unit_starts $unit_value" ;;
      InactiveExitTimestamp) unit_since=$unit_value ;;
      Type) unit_type=$unit_value ;;
      Result) unit_result=$unit_value ;;
      Restart) unit_restart=$unit_value ;;
      TriggeredBy) unit_triggers=$unit_value ;;
      Slice) unit_slice=$unit_value ;;
      Job) unit_job=$unit_value ;;
    esac
  done <<END
$unit_shown
END
  case $unit_load in
    not-found)
      say "unit $1 not found. Correct the unit of the component in the CMDB."
      exit 4
      ;;
    '') not_yet "systemd does not answer: $unit_shown" ;;
  esac
}

# A unit that is masked now would not come up at the end: better known before it goes down.
kind_unit_startable() {
  [ "$unit_load" != masked ] ||
    fail "unit $unit is masked, so it cannot be started$1. Unmask it (systemctl unmask $unit), or leave the component out."
  case $unit_load in
    loaded) ;;
    *) fail "unit $unit cannot be loaded ($unit_load)$1. Read its fault with: systemctl status $unit" ;;
  esac
}

kind_unit_is_down() { case $unit_active in inactive | failed) return 0 ;; *) return 1 ;; esac; }

# kind_unit_group: the path of the unit's control group, which is there as long as a process is. Slices are nested by the
# dashes in their names; ours begin where those of PID 1 do, so that units inside of containers are not taken for ours.
kind_unit_group() {
  unit_path=$(sed -n 's|^\(0:\|[0-9]*:name=systemd\):\(.*\)/init.scope$|\2|p' /proc/1/cgroup | head -n 1)
  unit_parent='' unit_rest=${unit_slice:-system.slice}
  unit_rest=${unit_rest%.slice}-
  while [ -n "$unit_rest" ]; do
    unit_parent=${unit_parent:+$unit_parent-}${unit_rest%%-*} unit_rest=${unit_rest#*-}
    unit_path=$unit_path/$unit_parent.slice
  done
  printf '%s/%s' "$unit_path" "$(kind_unit_full "$unit")"
}

# kind_unit_processes: "pid (name)" of every process in its control group.
kind_unit_processes() {
  unit_group=$(kind_unit_group)
  for unit_file in /proc/[0-9]*/cgroup; do
    unit_pid=${unit_file#/proc/} unit_pid=${unit_pid%/cgroup}
    while IFS=: read -r _ unit_of unit_line; do
      case $unit_of:$unit_line in
        :"$unit_group" | :"$unit_group"/* | name=systemd:"$unit_group" | name=systemd:"$unit_group"/*)
          unit_comm=''
          read -r unit_comm 2>/dev/null <"/proc/$unit_pid/comm"
          printf '%s (%s), ' "$unit_pid" "${unit_comm:-?}"
          break
          ;;
      esac
    done 2>/dev/null <"$unit_file"
  done | cut -c 1-400 | sed 's/, $//'
}

# kind_unit_full <unit>: systemctl accepts names without a suffix, control groups have it.
kind_unit_full() {
  case $1 in
    *.service | *.socket | *.timer | *.path | *.mount | *.target | *.scope | *.slice) echo "$1" ;;
    *) echo "$1.service" ;;
  esac
}

# kind_unit_last_words: "; it said: <the last line>" of what its processes have logged since it was started last, if any.
# By time: the journal does not always learn the invocation of a process that ends at once.
kind_unit_last_words() {
  { [ -n "$unit_since" ] && command -v journalctl >/dev/null; } || return 0
  timeout 5 journalctl -q --no-pager -o cat -n 1 --since "$unit_since" "_SYSTEMD_UNIT=$(kind_unit_full "$unit")" 2>/dev/null |
    tr -cs '[:print:]' ' ' | cut -c 1-160 | sed -n 's/^\(.*[^ ]\) *$/; it said: \1/p'
}

# kind_unit_tell <what happened>: who is to blame, as far as systemd knows. The first sentence is the failure.
kind_unit_tell() {
  kind_unit "$unit"
  unit_left=$(kind_unit_processes)
  note failure "unit $unit $1: it is $unit_active${unit_left:+, its processes: $unit_left}$(kind_unit_last_words)"
  printf 'unit %s %s: it is %s (%s), result %s, main process %s.\n' "$unit" "$1" "$unit_active" "$unit_sub" "${unit_result:-unknown}" "$unit_main"
  [ -z "$unit_left" ] || printf 'Its processes: %s.\n' "$unit_left"
  timeout 5 systemctl status --no-pager --full --lines 10 -- "$unit" 2>&1 | head -n 30
}

# kind_unit_do <verb> <unit>: systemctl in the background, so that the end of our time still finds us able to tell who
# hangs. systemd goes on with what it was asked; asking again joins it.
kind_unit_do() {
  trap 'kind_unit_tell "did not $unit_verb in time"; exit 124' TERM
  unit=$2 unit_verb=$1
  systemctl "$1" -- "$2" &
  # A shell that finds it dead before it hears of the end of our time would remark on that.
  wait "$!" 2>/dev/null
  unit_code=$?
  trap - TERM
  return "$unit_code"
}

kind_unit_memory() { printf 'triggers-%s' "$(kind_unit_full "$1")"; }

# A socket, timer or path unit would start the unit again while its server is being patched.
kind_unit_stop_triggers() {
  unit_of_triggers=$1 unit_stopped_with=''
  for trigger in $unit_triggers; do
    kind_unit "$trigger"
    case $unit_active in active | activating | reloading) ;; *) continue ;; esac
    kind_remember "$(kind_unit_memory "$unit_of_triggers")" "$trigger"
    keep_down "$trigger"
    say "$trigger would start $unit_of_triggers again, so it is stopped too."
    unit_stopped_with="$unit_stopped_with $trigger"
    kind_unit_do stop "$trigger" || fail "$trigger could not be stopped."
  done
  [ -z "$unit_stopped_with" ] || note stopped-with "$unit_of_triggers with$unit_stopped_with"
  kind_unit "$unit_of_triggers"
}

word_unit_stop() {
  kind_acts
  [ $# -eq 1 ] || misused '@unit-stop UNIT'
  kind_unit "$1"
  kind_unit_startable ' again, and is not stopped'
  keep_down "$1"
  kind_unit_stop_triggers "$1"
  if ! kind_unit_do stop "$1"; then
    let_up "$1"
    kind_unit_tell 'could not be stopped'
    exit 1
  fi
  kind_unit "$1"
  case $unit_active:$unit_result in
    failed:timeout | failed:watchdog | failed:signal | failed:core-dump)
      say "unit $1 did not end by itself: it was killed (result $unit_result)."
      note killed "$1 result $unit_result"
      ;;
  esac
}

word_unit_drain() {
  kind_acts
  { [ $# -eq 3 ] && kind_is_number "$3"; } || misused '@unit-drain UNIT SIGNAL SECONDS'
  kind_unit "$1"
  kind_unit_startable ' again, and is not stopped'
  ! kind_unit_is_down || exit 0
  case $unit_restart in
    always | on-success)
      say "unit $1 has Restart=$unit_restart and would come back if it ended by itself: its sessions end when it is stopped."
      exit 0
      ;;
  esac
  case $unit_main in '' | 0) exit 0 ;; esac
  kind_unit_stop_triggers "$1"
  kill -s "$2" "$unit_main" || fail "the main process $unit_main of $1 could not be asked to finish."
  if kind_until "$3" kind_unit_has_ended "$1"; then
    say "unit $1 has finished what it did."
  else
    say "unit $1 still has sessions after $3 s: they are cut when it is stopped."
    note sessions-cut "$1 after $3 s"
  fi
}

kind_unit_has_ended() {
  kind_unit "$1"
  kind_unit_is_down
}

# kind_unit_demand_down: one look; what is seen must hold for a while to count.
kind_unit_demand_down() {
  kind_unit "$1"
  kind_unit_is_down || not_yet "unit $1 is $unit_active ($unit_sub)."
  case $unit_job in '' | 0) ;; *) not_yet "systemd has a job waiting for $1." ;; esac
  unit_left=$(kind_unit_processes)
  [ -z "$unit_left" ] || not_yet "unit $1 is $unit_active, but processes of it are left: $unit_left. End them, or correct KillMode= of the unit."
  for trigger in $unit_triggers; do
    kind_unit "$trigger"
    case $unit_active in active | activating | reloading) not_yet "$trigger is active and would start $1 again. Stop it." ;; esac
  done
}

word_unit_stopped() {
  { [ $# -eq 1 ] || { [ $# -eq 2 ] && kind_is_number "$2"; }; } || misused '@unit-stopped UNIT [SECONDS]'
  kind_unit_demand_down "$1"
  sleep "${2:-3}"
  kind_unit_demand_down "$1"
}

word_unit_start() {
  kind_acts
  [ $# -eq 1 ] || misused '@unit-start UNIT'
  kind_unit "$1"
  kind_unit_startable ''
  # Failures of the past count against the start limit.
  [ "$unit_active" != failed ] || systemctl reset-failed -- "$1"
  let_up "$1"
  kind_unit_start_triggers "$1"
  if ! kind_unit_do start "$1"; then
    kind_unit_tell 'could not be started'
    exit 1
  fi
  kind_unit_demand_survival "$1"
  kind_forget "$(kind_unit_memory "$1")"
}

# To systemd a simple service is up before its program has looked at its settings. One that ends over them is told now,
# not when the checks have waited for it in vain.
kind_unit_demand_survival() {
  case $unit_type in simple | exec | idle) sleep 1 ;; *) return 0 ;; esac
  kind_unit "$1"
  if [ "$unit_active" = failed ]; then
    kind_unit_tell 'was started and ended at once'
    exit 1
  fi
}

# Triggers come first: a service that takes its socket from systemd needs it before it starts.
kind_unit_start_triggers() {
  kind_recalls "$(kind_unit_memory "$1")" || return 0
  while IFS= read -r trigger; do
    let_up "$trigger" </dev/null
    kind_unit_do start "$trigger" </dev/null ||
      fail "$trigger was stopped together with $1 and could not be started again. Start it by hand, then try again."
    say "$trigger, which was stopped together with $1, is started again."
  done <"$(kind_memory "$(kind_unit_memory "$1")")"
}

kind_unit_demand_active() {
  kind_unit "$1"
  [ "$unit_active" = active ] || not_yet "unit $1 is $unit_active ($unit_sub), result ${unit_result:-unknown}$(kind_unit_last_words)."
}

word_unit_steady() {
  { [ $# -eq 1 ] || { [ $# -eq 2 ] && kind_is_number "$2"; }; } || misused '@unit-steady UNIT [SECONDS]'
  kind_unit_demand_active "$1"
  unit_before=$unit_starts
  sleep "${2:-5}"
  kind_unit_demand_active "$1"
  [ "$unit_starts" = "$unit_before" ] || not_yet "unit $1 does not stay up: it was started again within ${2:-5} s."
}
