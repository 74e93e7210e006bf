#!/bin/sh
# The first process of a fleet's own process and mount namespaces: namespaces.sh <fleet folder> <block>
# When it ends, the kernel kills every process in there and drops every mount.
set -eu
folder=$1 block=$2

# /proc is still the old one, so this is our number as our owner sees it.
read -r pid _ </proc/self/stat
mount -t proc proc /proc
# systemd-nspawn propagates mounts from here, and stops at a host's first reboot when it is no mount of its own.
mkdir -p /run/systemd/nspawn
mount -t tmpfs -o mode=755 tmpfs /run/systemd/nspawn

printf '%s %s\n' "$pid" "$block" >"$folder/ready.part"
mv "$folder/ready.part" "$folder/ready"
# `wait` also collects processes that lost their parent.
while :; do
  sleep 3600 &
  wait
done
