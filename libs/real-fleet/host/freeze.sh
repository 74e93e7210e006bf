#!/bin/sh
# Stops all processes of a host where they are, or lets them run on: freeze.sh <block> <name> 1|0.
set -eu
# shellcheck source-path=SCRIPTDIR source=sweep.sh
. "$(dirname "$0")/sweep.sh"

for hierarchy in $(hierarchies); do
  # Not systemd-nspawn, which has to run on to see the host end.
  switch=$hierarchy/patchtide-real-fleet/$1/$2/payload/cgroup.freeze
  if [ -e "$switch" ]; then
    echo "$3" >"$switch"
    exit 0
  fi
done
echo 'only a unified control group hierarchy (cgroup2) can freeze a host, and none is mounted here' >&2
exit 1
