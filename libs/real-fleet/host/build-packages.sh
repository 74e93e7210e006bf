#!/bin/sh
# Builds every package of `packages/` in every version given: build-packages.sh <folder of packages> <target> <version>...
# The text @VERSION@ in their files is the version. The same input gives the same bytes.
set -eu
packages=$1 target=$2
shift 2
SOURCE_DATE_EPOCH=1764540000
export SOURCE_DATE_EPOCH

mkdir -p "$target/tree"
for version in "$@"; do
  for package in "$packages"/*/; do
    name=$(basename "$package")
    tree=$target/tree/$name
    cp -R "$package" "$tree"
    find "$tree" -type f -exec sed -i "s/@VERSION@/$version/g" {} +
    # A checkout may have brought other modes.
    find "$tree" -type d -exec chmod 755 {} +
    find "$tree" -type f -exec chmod 644 {} +
    for script in preinst postinst prerm postrm; do
      if [ -e "$tree/DEBIAN/$script" ]; then chmod 755 "$tree/DEBIAN/$script"; fi
    done
    find "$tree" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
    dpkg-deb --root-owner-group -Zgzip -z1 --build "$tree" "$target/${name}_${version}_all.deb" >/dev/null
    rm -rf "$tree"
  done
done
rmdir "$target/tree"
