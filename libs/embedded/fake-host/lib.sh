# Sourced by every fake program. A host is the directory $PATCHTIDE_HOST_STATE:
#   executions.log            one line per execution: time, program, arguments (tab separated)
#   units/<unit>              the unit's state: active, inactive or failed; no file: the unit is unknown
#   enabled/<unit>            comes up by itself after a reboot
#   masked/<unit>             cannot be started
#   packages/<name>           installed version;  available/<name>: version an upgrade would bring
#   apt-history               package, version before, version after (tab separated)
#   apt-seconds               how long an upgrade takes per package; default 0.1
#   dpkg-audit                what `dpkg --audit` prints
#   system-state              what `systemctl is-system-running` says; default running
#   shutdown-seconds, reboot-seconds   until the host goes down (default 0.2), and until it is back (default 1)
#   delays/<verb>-<unit>      seconds that systemctl takes for it
#   faults/<verb>-<unit>, faults/apt-upgrade   how many more times this fails
#   boot-id, reboot-required  as in /proc and /run

state=${PATCHTIDE_HOST_STATE:?this program plays a host and must be told which one}

log_execution() { log_execution_of "${0##*/}" "$@"; }

log_execution_of() {
  program=$1
  shift
  words=$(printf '%s ' "$@" | tr '\n\t' '  ')
  printf '%s\t%s\t%s\n' "$(date -u +%Y-%m-%dT%H:%M:%S.%3NZ)" "$program" "${words% }" >>"$state/executions.log"
}

# setting <name> <default>
setting() {
  if [ -s "$state/$1" ]; then cat "$state/$1"; else echo "$2"; fi
}

# takes_fault <name>: true, and one less to come, when this must fail now
takes_fault() {
  left=$(setting "faults/$1" 0)
  [ "$left" -gt 0 ] || return 1
  echo $((left - 1)) >"$state/faults/$1"
}
