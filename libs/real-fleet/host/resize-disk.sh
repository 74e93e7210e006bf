#!/bin/sh
# Changes how much a host's writable layer may hold, inside the fleet's namespaces: resize-disk.sh <host folder> <size>|full
# Memory is not taken for it: `full` makes the limit what is used already.
set -eu
folder=$1 size=$2

if [ "$size" = full ]; then
  used=$(df --output=used --block-size=1K "$folder/disk" | tail -n 1)
  size=$((used))k
fi
mount -o "remount,size=$size" "$folder/disk"
