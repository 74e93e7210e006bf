#!/bin/sh
# Keeps one fleet: keeper.sh <fleet folder> <folder of locks>. Claims a free block of addresses (127.0.<block>.x),
# holds the namespaces in which all processes and mounts of the fleet live, and when it is asked to stop removes what
# namespaces do not take with them: the control groups and the folder.
# A block's lock file stays for ever; while it is locked a fleet lives, and its text is that fleet's folder.
set -u
folder=$1 locks=$2
here=$(dirname "$0")
# shellcheck source-path=SCRIPTDIR source=sweep.sh
. "$here/sweep.sh"
mkdir -p "$locks"

# Fleets whose keeper was killed together with everybody who could have cleaned up.
for lock in "$locks"/*; do
  if [ ! -s "$lock" ]; then continue; fi
  exec 9>>"$lock"
  if flock -n 9; then
    sweep "$(basename "$lock")" "$(cat "$lock")"
    : >"$lock"
  fi
done

block=3
while :; do
  exec 9>>"$locks/$block"
  if flock -n 9; then break; fi
  block=$((block + 1))
  if [ "$block" -gt 250 ]; then
    echo "no free block of addresses: all of $locks are locked" >&2
    exit 1
  fi
done
printf '%s\n' "$folder" >"$locks/$block"

# The namespaces inherit the lock: whoever gets it knows that no process of this fleet is left.
unshare --mount --pid --fork --kill-child=KILL --propagation private \
  sh "$here/namespaces.sh" "$folder" "$block" &
namespaces=$!
trap 'kill -KILL "$namespaces"' TERM
code=0
wait "$namespaces" || code=$?
trap '' TERM
# A caught signal ends the first wait before the process is gone.
wait "$namespaces" 2>/dev/null
sweep "$block" "$folder"
: >"$locks/$block"
exit "$code"
