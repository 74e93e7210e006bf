#!/bin/sh
# Tries, in namespaces of its own, what a fleet needs from the kernel: probe.sh. Says what is refused.
set -u
# shellcheck source-path=SCRIPTDIR source=sweep.sh
. "$(dirname "$0")/sweep.sh"

try() {
  if ! said=$("$@" 2>&1); then
    echo "$* failed: $said"
    exit 1
  fi
}

try mount -t tmpfs tmpfs /mnt
try mkdir /mnt/lower /mnt/upper /mnt/work /mnt/root /mnt/proc
try mount -t overlay -o lowerdir=/mnt/lower,upperdir=/mnt/upper,workdir=/mnt/work overlay /mnt/root
try mount -t proc proc /mnt/proc
if [ -z "$(hierarchies)" ]; then
  echo 'no control group hierarchy is mounted at /sys/fs/cgroup'
  exit 1
fi
for hierarchy in $(hierarchies); do
  try mkdir "$hierarchy/patchtide-real-fleet-probe-$$"
  try rmdir "$hierarchy/patchtide-real-fleet-probe-$$"
done
