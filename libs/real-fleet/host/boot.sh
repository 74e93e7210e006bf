#!/bin/sh
# Boots one host, inside the fleet's namespaces: boot.sh <name> <block> <root> <bind source:target>...
# Ends with the code of systemd-nspawn: 133 is "reboot, please", 0 is "switched off".
set -eu
name=$1 block=$2 root=$3
shift 3
# shellcheck source-path=SCRIPTDIR source=sweep.sh
. "$(dirname "$0")/sweep.sh"

# A control group per host: in a common one each host's systemd would take the others' processes for its own.
for hierarchy in $(hierarchies); do
  group=$hierarchy/patchtide-real-fleet/$block/$name
  # What the last boot left is empty, but another run of systemd must not find it.
  find "$group" -mindepth 1 -depth -type d -exec rmdir {} + 2>/dev/null || :
  mkdir -p "$group"
  echo 0 >"$group/cgroup.procs"
done
for bind in "$@"; do
  set -- "$@" "--bind-ro=$bind"
  shift
done
exec systemd-nspawn --quiet --boot --directory="$root" --machine="$name" --register=no --keep-unit \
  --link-journal=no --resolv-conf=off --timezone=off --console=passive "$@"
