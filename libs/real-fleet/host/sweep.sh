#!/bin/sh
# Sourced. Every fleet has a control group `patchtide-real-fleet/<block>`, so what belongs to a dead one can be told.

# The hierarchies in which systemd keeps its groups: the unified one, and systemd's own where both are mounted.
hierarchies() {
  if [ -e /sys/fs/cgroup/cgroup.procs ]; then
    echo /sys/fs/cgroup
  else
    for hierarchy in /sys/fs/cgroup/unified /sys/fs/cgroup/systemd; do
      if [ -e "$hierarchy/cgroup.procs" ]; then echo "$hierarchy"; fi
    done
  fi
}

# sweep <block> <folder>: kills what is left of a fleet and removes its control groups and its folder.
sweep() {
  for hierarchy in $(hierarchies); do
    group=$hierarchy/patchtide-real-fleet/$1
    if [ ! -d "$group" ]; then continue; fi
    tries=100
    while [ -d "$group" ] && [ "$tries" -gt 0 ]; do
      find "$group" -name cgroup.procs -exec cat {} + 2>/dev/null | while read -r pid; do
        if [ "$pid" -gt 0 ]; then kill -KILL "$pid" 2>/dev/null; fi
      done
      find "$group" -depth -type d -exec rmdir {} + 2>/dev/null || sleep 0.1
      tries=$((tries - 1))
    done
    rmdir "$hierarchy/patchtide-real-fleet" 2>/dev/null
  done
  case $2 in
    # Only ever a folder that looks like ours, and nothing that is mounted into it.
    */patchtide-real-fleet-?*) rm -rf --one-file-system "$2" ;;
  esac
}
