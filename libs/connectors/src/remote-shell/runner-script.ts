import { createHash } from 'node:crypto';

/**
 * The program that runs an attempt on the host: POSIX sh with flock, setsid and timeout, nothing to install. It stands
 * here as text because it travels: the client puts it on every host under its digest, so that each version finds the
 * journals of the others and never another version's code.
 */
export const RUNNER_SCRIPT = `#!/bin/sh
# Patchtide step runner: executes one attempt at most once, survives the connection that asked for it, and remembers.
#
#   sh <this file> run <attempt> <epoch> <output offset> -- { do|until <seconds> <argc> <argv...> }
#   sh <this file> inspect <attempt>
#
# The journal of an attempt is the directory \${PATCHTIDE_ROOT:-<directory of this file>}/journal/<attempt>:
#   command   the steps, NUL-separated       epoch   highest epoch that asked
#   lock      held by whoever runs it        started boot id and time, written before the first step
#   ../running is held by whoever runs any attempt of the job
#   output    of all steps                   exit    exit code, written in place and renamed
# The kernel frees the lock when its holder dies, so there is no pid to mistake, no heartbeat and no clock to trust.
set -u
PATH=$PATH:/usr/sbin:/sbin
root=\${PATCHTIDE_ROOT:-\${0%/*}}
boot=unknown dir=/nonexistent
read -r boot <"\${PATCHTIDE_BOOT_ID_FILE:-/proc/sys/kernel/random/boot_id}"

# tell <state> <code> [reason]: the status line, which ends every request
tell() {
  size=0 started_boot=-
  [ -e "$dir/output" ] && size=$(wc -c <"$dir/output")
  [ -e "$dir/started" ] && read -r started_boot _ <"$dir/started"
  printf 'patchtide-status state=%s code=%s boot=%s started-boot=%s size=%s%s\\n' \\
    "$1" "$2" "$boot" "\${started_boot:--}" $((size)) "\${3:+ reason=$3}" >&2
  exit 0
}

tell_if_exited() {
  [ -e "$dir/exit" ] || return
  read -r code _ <"$dir/exit"
  tell exited "$code"
}

# Asked while we hold the lock or share it: nobody runs the attempt and nobody begins meanwhile.
judge() {
  tell_if_exited
  [ -e "$dir/started" ] || tell claimed -
  read -r started_boot _ <"$dir/started"
  if [ "$started_boot" = "$boot" ]; then tell interrupted -; else tell rebooted -; fi
}

inspect() {
  [ -d "$dir" ] || tell absent -
  tell_if_exited
  [ -e "$dir/lock" ] || tell claimed -
  exec 9<"$dir/lock"
  flock -sn 9 || tell running -
  judge
}

unwritable() { tell refused - journal-unwritable; }

# claim <steps>: the first request decides what the attempt is; a lower epoch than known comes too late. An attempt that
# was started can be read on a disk that is full or read-only by now.
claim() {
  if [ ! -e "$dir/lock" ] || [ ! -e "$dir/claim" ]; then
    (umask 077 && mkdir -p "$dir" && touch "$dir/lock" "$dir/claim") 2>/dev/null || unwritable
  fi
  exec 8<"$dir/claim"
  flock -w 10 8 || tell refused - busy
  if [ -e "$dir/command" ]; then
    printf '%s\\0' "$@" | cmp -s - "$dir/command" || tell refused - other-command
  else
    { printf '%s\\0' "$@" >"$dir/command.new" && mv "$dir/command.new" "$dir/command"; } 2>/dev/null || unwritable
  fi
  known=-1
  [ -e "$dir/epoch" ] && read -r known <"$dir/epoch"
  [ "$epoch" -ge "$known" ] || tell refused - stale-epoch
  [ "$epoch" -eq "$known" ] || raise_epoch 2>/dev/null || [ -e "$dir/started" ] || unwritable
  exec 8<&-
}

raise_epoch() { printf '%s\\n' "$epoch" >"$dir/epoch.new" && mv "$dir/epoch.new" "$dir/epoch"; }

# launch <steps>: starts the attempt unless it was started before. The supervisor inherits the locks we hold, so there
# is no moment in which two can begin: 9 is the attempt's, 7 the job's, for two attempts of a job never overlap.
# The exit file is made now: a disk that is full later cannot hide the code.
# A session of its own outlives the connection. Where systemd is PID 1, this is the place to start the supervisor as a
# transient unit instead (systemd-run, with the supervisor taking the locks itself, as a unit inherits no descriptor).
launch() {
  exec 9<"$dir/lock"
  if flock -n 9 && [ ! -e "$dir/started" ]; then
    { printf '   \\n' >"$dir/exit.new" && touch "$dir/output" "\${dir%/*}/running"; } 2>/dev/null || unwritable
    exec 7<"\${dir%/*}/running"
    flock -n 7 || tell refused - other-attempt-running
    setsid sh "$0" supervise "$id" "$@" </dev/null >>"$dir/output" 2>&1 &
    exec 7<&-
  fi
  exec 9<&-
}

emit() {
  size=$(($(wc -c <"$dir/output")))
  [ "$size" -gt "$offset" ] || return 1
  # When nobody reads any more, nobody needs to be told how it ends.
  tail -c +$((offset + 1)) "$dir/output" 2>/dev/null | head -c $((size - offset)) 2>/dev/null || exit 0
  offset=$size
}

# Passes on the output until the lock is free; the end is noticed at once, new output after a moment.
follow() {
  exec 9<"$dir/lock"
  moment=0.1
  while ! flock -s -w "$moment" 9; do
    if emit; then
      moment=0.2
    else
      case $moment in 0.1) moment=0.2 ;; 0.2) moment=0.5 ;; *) moment=1 ;; esac
    fi
  done
  [ ! -e "$dir/output" ] || emit
}

run() {
  claim "$@"
  tries=0
  while [ "$tries" -lt 5 ]; do
    # The output first: once there is an exit code, all of it is there.
    if [ -e "$dir/exit" ]; then
      emit
      tell_if_exited
    fi
    launch "$@"
    follow
    [ ! -e "$dir/started" ] || judge
    # Somebody else held the lock for a moment, or the supervisor could not write.
    exec 9<&-
    tries=$((tries + 1))
  done
  tell refused - not-started
}

supervise() {
  # Nobody may come here but by launch, with the lock in hand.
  flock -n 9 && [ ! -e "$dir/started" ] || exit 1
  cd /
  { printf '%s %s\\n' "$boot" "$(date +%s)" >"$dir/started.new" && mv "$dir/started.new" "$dir/started"; } || exit 1
  # Must survive a crash of the host: a start that is forgotten would be repeated.
  sync "$dir/started" "$dir" 2>/dev/null
  run_steps "$@"
  code=$?
  # A reboot ends by the new boot id. That the way down killed it is not its result.
  if [ "$rebooting" = yes ] && [ "$code" -gt 128 ]; then exit; fi
  printf '%-3s\\n' "$code" 1<>"$dir/exit.new"
  mv "$dir/exit.new" "$dir/exit"
  sync "$dir/exit" "$dir" 2>/dev/null
}

rebooting=no
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
  case $1 in @*) set -- sh "$0" "$@" ;; esac
  if [ "$mode" = do ]; then once "$limit" "$@"; else repeat "$limit" "$@"; fi
}

# once <seconds> <argv...>: 124 when the time is up. The program timeout keeps the lock, so that the attempt counts as running
# until the step has ended even if the supervisor is killed; the step itself and the daemons it starts do not have it.
once() {
  seconds=$1 began=$(date +%s)
  shift
  timeout -k 10 "$seconds" sh -c 'exec "$@" 7<&- 9<&-' step "$@"
  result=$?
  if [ "$result" -eq 137 ] && [ $(($(date +%s) - began)) -ge "$seconds" ]; then return 124; fi
  return "$result"
}

repeat() {
  end=$(($(date +%s) + $1))
  shift
  while [ $((end - $(date +%s))) -gt 0 ]; do
    once $((end - $(date +%s))) "$@" && return 0
    sleep 1 7<&- 9<&-
  done
  return 124
}

unit_is() {
  load='' active=''
  for fact in $(systemctl show -p LoadState -p ActiveState -- "$1"); do
    case $fact in LoadState=*) load=\${fact#*=} ;; ActiveState=*) active=\${fact#*=} ;; esac
  done
  if [ "$load" = not-found ] || [ -z "$load" ]; then
    echo "unit $1 not found"
    exit 4
  fi
}

reboot_host() {
  if [ "$1" = if-needed ] && [ ! -e "\${PATCHTIDE_REBOOT_REQUIRED_FILE:-/run/reboot-required}" ]; then
    echo 'reboot not needed'
    exit 0
  fi
  echo 'rebooting'
  systemctl reboot || exit
  exec sleep 86400
}

built_in() {
  case $# in 1 | 2) ;; *) exit 64 ;; esac
  case $1 in
    @unit-active) unit_is "$2" && [ "$active" = active ] ;;
    @unit-inactive) unit_is "$2" && { [ "$active" = inactive ] || [ "$active" = failed ]; } ;;
    @dpkg-clean) broken=$(dpkg --audit) && echo "$broken" && [ -z "$broken" ] ;;
    @reboot) reboot_host "$2" ;;
    @system-running) case $(systemctl is-system-running) in running | degraded) ;; *) exit 1 ;; esac ;;
    *) echo "unknown step word $1" && exit 64 ;;
  esac
}

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

case \${1-} in @*) built_in "$@"; exit ;; esac
verb=\${1-} id=\${2-}
case $id in '' | /* | .* | */ | *//* | */.* | *[!A-Za-z0-9._/-]*) bad_request ;; esac
for tool in flock timeout setsid; do command -v "$tool" >/dev/null || tell refused - "no-$tool"; done
dir=$root/journal/$id
case $verb in
  inspect) inspect ;;
  supervise) shift 2; supervise "$@" ;;
  run)
    epoch=\${3-} offset=\${4-}
    case $epoch:$offset in *[!0-9:]* | :* | *:) bad_request ;; esac
    [ "\${5-}" = -- ] || bad_request
    shift 5
    valid_steps "$@" || bad_request
    run "$@" ;;
  *) bad_request ;;
esac
`;

const DIGEST = createHash('sha256').update(RUNNER_SCRIPT).digest('hex').slice(0, 12);

/** Where this version of the runner lives on a host. */
export function runnerPath(root: string): string {
  return `${root}/runner-${DIGEST}.sh`;
}

/**
 * Argument list that puts the runner, given on stdin, in place. A connection that drops on the way leaves no half
 * runner behind: only the full length is renamed to its name.
 */
export function encodeUpload(root: string): string[] {
  const size = `${Buffer.byteLength(RUNNER_SCRIPT)}`;
  return ['sh', '-c', UPLOAD, 'patchtide-upload', root, runnerPath(root), size];
}

const UPLOAD = `set -eu
umask 077
mkdir -p "$1"
cat >"$2.$$"
[ "$(wc -c <"$2.$$")" -eq "$3" ] || { rm -f "$2.$$"; exit 1; }
chmod 700 "$2.$$"
mv "$2.$$" "$2"
`;
