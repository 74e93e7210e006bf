#!/bin/sh
# Removes from a cache what nobody needs any more: sweep-bases.sh <cache>. Builds that were given up, and bases of other recipes but
# the one used last; a base that was used within a day may carry a fleet that still runs.
set -eu
cache=$1

# Who builds holds the lock. That may take long, and whoever builds next removes what is left of the same build.
exec 9>"$cache/lock"
flock -w 30 9 || exit 0
rm -rf --one-file-system "$cache"/building-* "$cache"/removing-*

# Two stay, whoever uses them: this recipe's and the one used before.
# shellcheck disable=SC2012 # the names are ours
ls -td "$cache"/base-* 2>/dev/null | tail -n +3 | while read -r base; do
  [ -n "$(find "$base" -maxdepth 0 -mmin +1440)" ] || continue
  # Nobody finds it under its name while it is only half there.
  mv "$base" "$cache/removing-${base##*/base-}"
done
rm -rf --one-file-system "$cache"/removing-*
