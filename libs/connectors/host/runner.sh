# The runner: starts an attempt that was never started, or follows it, and answers the requests of the journal protocol.

# launch <steps>: starts the attempt unless it was started before. The supervisor inherits the lock we hold, so there is
# no moment in which two can begin. Two attempts of a job never overlap: each locks itself before it looks at the others.
# The exit file is made now: a disk that is full later cannot hide the code.
# A session of its own outlives the connection. Where systemd is PID 1, this is the place to start the supervisor as a
# transient unit instead (systemd-run, with the supervisor taking the locks itself, as a unit inherits no descriptor).
launch() {
  [ "$holding" = yes ] || exec 9<"$dir/lock"
  if { [ "$holding" = yes ] || flock -n 9; } && [ ! -s "$dir/started" ]; then
    { printf '   \n' >"$dir/exit" && printf '' >"$dir/output"; } 2>/dev/null || unwritable
    no_other_attempt || tell refused - other-attempt-running
    no_later_attempt || tell refused - later-attempt-started
    if [ "$resident" = yes ]; then
      # The session outlives the connection already, so a copy of this process will do.
      { exec </dev/null >>"$dir/output" 2>&1 && supervise "$@"; } &
    else
      setsid sh "$0" supervise "$id" "$@" </dev/null >>"$dir/output" 2>&1 &
    fi
  fi
  exec 9<&-
  holding=no
}

# Whoever only looks at an attempt holds its lock for a moment.
no_other_attempt() {
  for other in "${dir%/*}"/*/lock; do
    [ "$other" != "$dir/lock" ] || continue
    exec 8<"$other"
    flock -s -w 1 8 || return
    exec 8<&-
  done
}

# A later one was begun because this one was given up: whoever comes with it now comes too late. Asked when no other holds a
# lock, so one that is about to begin finds ours.
no_later_attempt() {
  for other in "${dir%/*}"/*/started; do
    number=${other%/started}
    case ${number##*/}${dir##*/} in *[!0-9]*) continue ;; esac
    [ ! -s "$other" ] || [ "${number##*/}" -le "${dir##*/}" ] || return
  done
}

emit() {
  measure
  [ "$size" -gt "$offset" ] || return 1
  [ "$resident" = no ] || echo "patchtide-output $((size - offset))"
  # When nobody reads any more, nobody needs to be told how it ends.
  tail -c +$((offset + 1)) "$dir/output" 2>/dev/null | head -c $((size - offset)) 2>/dev/null || exit 0
  offset=$size
}

# Passes on the output until the lock is free; the end is noticed at once, new output after a moment.
follow() {
  exec 9<"$dir/lock"
  moment=0.2
  while ! flock -s -w "$moment" 9; do
    if emit; then
      moment=0.2
    else
      case $moment in 0.2) moment=0.5 ;; *) moment=1 ;; esac
    fi
  done
  emit
}

run() {
  claim "$@"
  tries=0
  while [ "$tries" -lt 5 ]; do
    # The output first: once there is an exit code, all of it is there.
    if has_exited; then
      emit
      tell exited "$code"
    fi
    launch "$@"
    follow
    [ ! -s "$dir/started" ] || judge
    # Somebody else held the lock for a moment, or the supervisor could not write.
    exec 9<&-
    tries=$((tries + 1))
  done
  tell refused - not-started
}

supervise() {
  # Nobody may come here but by launch, with the lock in hand.
  # shellcheck disable=SC3013 # dash, bash and busybox have -ef
  [ /proc/self/fd/9 -ef "$dir/lock" ] && [ ! -s "$dir/started" ] || exit 1
  cd /
  look_at_clock
  printf '%s %s\n' "$boot" "$now" >"$dir/started" || exit 1
  # Must survive a crash of the host: a start that is forgotten would be repeated.
  sync "$dir/started" "$dir" 2>/dev/null
  run_steps "$@"
  code=$?
  # A reboot ends by the new boot id. That the way down killed it is not its result.
  if [ "$rebooting" = yes ] && [ "$code" -gt 128 ]; then exit; fi
  # Not synchronized: an exit code that a crash of the host takes back is unknown then, and nothing is repeated.
  printf '%-3s\n' "$code" 1<>"$dir/exit"
}

# Seconds since the boot, in now: it needs no program, and nobody sets it back.
look_at_clock() {
  read -r now _ </proc/uptime
  now=${now%%.*}
}

rebooting=no holding=no
run_steps() {
  number=0
  while [ $# -gt 0 ]; do
    number=$((number + 1)) taken=$3
    perform "$@"
    result=$?
    if [ "$result" -ne 0 ]; then
      echo "patchtide: step $number ended with code $result"
      return "$result"
    fi
    shift $((3 + taken))
  done
}

# perform <mode> <seconds> <argc> <argv...> <later steps...>
perform() {
  mode=$1 limit=$2 argc=$3
  shift 3
  later=$(($# - argc))
  # Brings this step's arguments behind the later ones, then drops those: no eval anywhere.
  while [ "$argc" -gt 0 ]; do
    set -- "$@" "$1"
    shift
    argc=$((argc - 1))
  done
  shift "$later"
  [ "$1" != @reboot ] || rebooting=yes
  # Only a word learns where the facts are; programs that the policy names do not.
  case $1 in @*) set -- env "PATCHTIDE_FACTS=$dir/facts" sh "$0" "$@" ;; esac
  if [ "$mode" = 'do' ]; then once "$limit" "$@"; else repeat "$limit" "$@"; fi
}

# once <seconds> <argv...>: 124 when the time is up. The program timeout keeps the lock, so that the attempt counts as running
# until the step has ended even if the supervisor is killed; the step itself and the daemons it starts do not have it.
once() {
  look_at_clock
  seconds=$1 began=$now
  shift
  timeout -k 10 "$seconds" sh -c 'exec "$@" 9<&-' step "$@"
  result=$?
  look_at_clock
  if [ "$result" -eq 137 ] && [ $((now - began)) -ge "$seconds" ]; then return 124; fi
  return "$result"
}

repeat() {
  look_at_clock
  end=$((now + $1)) why=''
  shift
  stated=$(facts_size)
  while [ $((end - now)) -gt 0 ]; do
    # What an earlier try stated is not so any more, or is stated again.
    if [ "$(facts_size)" -ne "$stated" ]; then
      failure=$(stated_failure)
      why=${failure:-$why}
      head -c "$stated" "$dir/facts" >"$dir/facts.new" && mv "$dir/facts.new" "$dir/facts"
    fi
    once $((end - now)) "$@" && return 0
    sleep 1 9<&-
    look_at_clock
  done
  # Where the last try was cut off before it could say why, what an earlier one said is the best that is known.
  [ -z "$why" ] || [ -n "$(stated_failure)" ] || printf '%s\n' "$why" >>"$dir/facts"
  return 124
}

# The failure that the present try has stated, as its line in the facts.
stated_failure() { tail -c +$((stated + 1)) "$dir/facts" | grep '^note failure ' | tail -n 1; }

facts_size() { if [ -s "$dir/facts" ]; then wc -c <"$dir/facts"; else echo 0; fi; }

valid_steps() {
  [ $# -gt 0 ] || return 1
  while [ $# -gt 0 ]; do
    [ $# -ge 4 ] || return 1
    case $1 in do | until) ;; *) return 1 ;; esac
    case $2$3 in *[!0-9]*) return 1 ;; esac
    taken=$3
    shift 3
    [ "$taken" -ge 1 ] && [ "$taken" -le $# ] || return 1
    shift "$taken"
  done
}

bad_request() { tell refused - bad-request; }

request() {
  read -r boot <"${PATCHTIDE_BOOT_ID_FILE:-/proc/sys/kernel/random/boot_id}"
  verb=${1-} id=${2-}
  case $id in '' | /* | .* | */ | *//* | */.* | *[!A-Za-z0-9._/-]*) bad_request ;; esac
  for tool in flock timeout setsid; do command -v "$tool" >/dev/null || tell refused - "no-$tool"; done
  dir=$root/journal/$id
  case $verb in
    inspect) inspect ;;
    supervise)
      shift 2
      supervise "$@"
      ;;
    run)
      epoch=${3-} offset=${4-}
      case $epoch:$offset in *[!0-9:]* | :* | *:) bad_request ;; esac
      [ "${5-}" = -- ] || bad_request
      shift 5
      valid_steps "$@" || bad_request
      run "$@"
      ;;
    *) bad_request ;;
  esac
}

# A shell reads a program as it goes: what follows is for words, and the many calls of the protocol never read it.
case ${1-} in
  @*) ;;
  *)
    unset PATCHTIDE_FACTS
    if [ "${1-}" = serve ]; then serve "${2-}"; else request "$@"; fi
    exit
    ;;
esac
