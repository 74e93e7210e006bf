#!/bin/sh
# Builds the file tree that all hosts of all fleets stand on, once per recipe:
#   build-base.sh <cache> <digest> <packages, comma separated> <deb line>...
# Two builders wait for each other; a tree has its final name only when it is complete.
set -eu
cache=$1 target=$1/base-$2 building=$1/building-$2 packages=$3
shift 3

mkdir -p "$cache"
# mmdebstrap inherits the descriptor: while it still writes after we were killed, nobody else begins.
exec 9>"$cache/lock"
flock -w 900 9
if [ -d "$target" ]; then exit 0; fi
rm -rf --one-file-system "$building" "$building.tmp"
mkdir "$building.tmp"
TMPDIR=$building.tmp
export TMPDIR

CUSTOMISE=$(dirname "$0")/customise-base.sh
export CUSTOMISE

# The database cluster takes its locale from here. What is to run in the hook is not for this shell to expand.
# shellcheck disable=SC2016
LC_ALL=C.UTF-8 LANG=C.UTF-8 mmdebstrap --mode=root --format=directory --variant=minbase \
  --include="$packages" --dpkgopt=force-unsafe-io \
  --dpkgopt='path-exclude=/usr/share/doc/*' \
  --dpkgopt='path-exclude=/usr/share/man/*' \
  --dpkgopt='path-exclude=/usr/share/locale/*' \
  --aptopt='APT::Install-Recommends "false"' \
  --customize-hook='sh "$CUSTOMISE" "$1"' \
  bookworm "$building" "$@"
mv "$building" "$target"
rm -rf --one-file-system "$building.tmp"
