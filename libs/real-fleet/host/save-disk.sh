#!/bin/sh
# Puts a host's writable layer aside, inside the fleet's namespaces: save-disk.sh <host folder> <layer>
# `make-disk.sh` takes it as a layer from then on.
set -eu
folder=$1 layer=$2

umount "$folder/root"
mkdir "$layer"
mount --move "$folder/disk" "$layer"
