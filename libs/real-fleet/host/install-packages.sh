#!/bin/sh
# Installs packages in the tree of a host that is off, inside the fleet's namespaces: install-packages.sh <root> <file>...
# Their services start when the host boots.
set -eu
root=$1
shift

mkdir "$root/debs"
cp "$@" "$root/debs/"
DEBIAN_FRONTEND=noninteractive chroot "$root" sh -c 'exec dpkg --install /debs/*.deb' </dev/null
rm -r "$root/debs"
