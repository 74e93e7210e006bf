#!/bin/sh
# Patchtide's host program: executes attempts at most once, survives the connection that asked for them, and remembers.
#
#   sh <this file> run <attempt> <epoch> <output offset> -- { do|until <seconds> <argc> <argv...> }
#   sh <this file> inspect <attempt>
#   sh <this file> serve                      answers many of these on stdin, see serve.sh
#   sh <this file> @<word> <arguments>        a step that is ours, see main.sh
#
# The journal of an attempt is the directory ${PATCHTIDE_ROOT:-<directory of this file>}/journal/<attempt>:
#   command   the steps, NUL-separated       epoch   highest epoch that asked
#   lock      held by whoever runs it        started boot id and uptime, written before the first step (empty: not yet)
#   output    of all steps                   exit    exit code, written in place; blank before
#   facts     what words found and changed, told when the attempt has ended; absent when they stated none
# The kernel frees the lock when its holder dies, so there is no pid to mistake, no heartbeat and no clock to trust.
set -u
PATH=$PATH:/usr/sbin:/sbin
root=${PATCHTIDE_ROOT:-${0%/*}}
boot=unknown dir=/nonexistent login_umask=''
read -r boot <"${PATCHTIDE_BOOT_ID_FILE:-/proc/sys/kernel/random/boot_id}"

# tell <state> <code> [reason]: the status line, which ends every request
tell() {
  started_boot=-
  [ -n "${size-}" ] || measure
  [ ! -s "$dir/started" ] || read -r started_boot _ <"$dir/started"
  case $1 in exited | rebooted) tell_facts >&2 ;; esac
  printf 'patchtide-status state=%s code=%s boot=%s started-boot=%s size=%s%s\n' \
    "$1" "$2" "$boot" "${started_boot:--}" "$size" "${3:+ reason=$3}" >&2
  exit 0
}

# Starting a program costs more than everything else here, so an empty output is not measured by one.
measure() {
  size=0
  [ ! -s "$dir/output" ] || size=$(($(wc -c <"$dir/output")))
}

# On stderr and behind a word of their own, so that no program's output can be taken for one. Notes come first: where
# there are too many facts, the last packages are the ones to miss.
tell_facts() {
  [ -s "$dir/facts" ] || return
  { grep '^note ' "$dir/facts"; grep '^package ' "$dir/facts"; } | sed -n -e 's/^/patchtide-fact /p' -e 2000q
  lines=$(grep -c -e '^note ' -e '^package ' "$dir/facts")
  [ "$lines" -le 2000 ] || echo "patchtide-fact note facts-cut $((lines - 2000))"
}

# The file is made before the start and stays blank until there is a code.
has_exited() {
  [ -e "$dir/exit" ] && read -r code _ <"$dir/exit" && [ -n "$code" ]
}

# Asked while we hold the lock or share it: nobody runs the attempt and nobody begins meanwhile.
judge() {
  if has_exited; then tell exited "$code"; fi
  [ -s "$dir/started" ] || tell claimed -
  read -r started_boot _ <"$dir/started"
  if [ "$started_boot" = "$boot" ]; then tell interrupted -; else tell rebooted -; fi
}

inspect() {
  [ -d "$dir" ] || tell absent -
  if has_exited; then tell exited "$code"; fi
  [ -e "$dir/lock" ] || tell claimed -
  exec 9<"$dir/lock"
  flock -sn 9 || tell running -
  judge
}

unwritable() { tell refused - journal-unwritable; }

# claim <steps>: the first request decides what the attempt is; a lower epoch than known comes too late. An attempt that
# was started can be read on a disk that is full or read-only by now.
claim() {
  if [ ! -e "$dir/lock" ]; then
    { make_journal && printf '' >>"$dir/lock"; } 2>/dev/null || unwritable
  fi
  exec 9<"$dir/lock"
  tries=0
  # The epoch is written last, so where there is one the command is complete.
  until [ -s "$dir/epoch" ]; do
    [ "$tries" -lt 50 ] || tell refused - busy
    tries=$((tries + 1))
    flock -w 0.2 9 || continue
    holding=yes
    [ -s "$dir/epoch" ] || remember "$@" || unwritable
  done
  [ -z "${remembered-}" ] || return
  printf '%s\0' "$@" | cmp -s - "$dir/command" || tell refused - other-command
  read -r known <"$dir/epoch"
  [ "$epoch" -eq "$known" ] || raise_epoch || [ -s "$dir/started" ] || unwritable
}

# Steps run with the umask that the login has. A resident knows it already.
make_journal() {
  : "${login_umask:=$(umask)}"
  umask 077
  mkdir -p "$dir"
  made=$?
  umask "$login_umask"
  return "$made"
}

remember() {
  { printf '%s\0' "$@" >"$dir/command" && printf '%s\n' "$epoch" >"$dir/epoch"; } 2>/dev/null && remembered=yes
}

# The attempt's lock may be held by its supervisor for hours, so epochs have one of their own.
raise_epoch() {
  [ "$epoch" -ge "$known" ] || tell refused - stale-epoch
  printf '' 2>/dev/null >>"$dir/claim" || return
  exec 8<"$dir/claim"
  flock -w 10 8 || tell refused - busy
  read -r known <"$dir/epoch"
  [ "$epoch" -ge "$known" ] || tell refused - stale-epoch
  { printf '%s\n' "$epoch" >"$dir/epoch.new" && mv "$dir/epoch.new" "$dir/epoch"; } 2>/dev/null || return
  exec 8<&-
}
