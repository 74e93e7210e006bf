#!/bin/sh
# Gives a host a fresh disk, inside the fleet's namespaces: make-disk.sh <host folder> <size> <base> [<saved layer>...]
# The disk is the base, the saved layers above it, and an empty writable layer in memory on top.
set -eu
folder=$1 size=$2 lower=$3
shift 3
for layer in "$@"; do lower=$layer:$lower; done

mkdir -p "$folder/disk" "$folder/root"
umount -q "$folder/root" || :
umount -q "$folder/disk" || :
mount -t tmpfs -o "mode=755,size=$size" tmpfs "$folder/disk"
mkdir "$folder/disk/upper" "$folder/disk/work"
mount -t overlay -o "lowerdir=$lower,upperdir=$folder/disk/upper,workdir=$folder/disk/work" overlay "$folder/root"
