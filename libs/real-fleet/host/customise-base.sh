#!/bin/sh
# What makes a plain Debian tree the base of our hosts: customise-base.sh <tree>. Everything that tells one host from
# another (name, keys, machine id) is left out here and written per host.
set -eu
tree=$1

rm -f "$tree"/etc/ssh/ssh_host_* "$tree/etc/nginx/sites-enabled/default"
: >"$tree/etc/machine-id"

# Nothing runs by itself except systemd, dbus and sshd: what a host does is what its packages and its test ask for.
chroot "$tree" systemctl disable nginx.service haproxy.service postgresql.service unattended-upgrades.service \
  apt-daily.timer apt-daily-upgrade.timer e2scrub_all.timer fstrim.timer dpkg-db-backup.timer
# These have nothing to do in a container.
chroot "$tree" systemctl mask console-getty.service getty@tty1.service e2scrub_reap.service systemd-pstore.service

# A login user with the right to everything, as fleets have it; root with the shell that starts fastest.
chroot "$tree" useradd --create-home --shell /bin/sh patchtide
chroot "$tree" usermod --shell /bin/sh root
printf 'patchtide ALL=(ALL:ALL) NOPASSWD: ALL\n' >"$tree/etc/sudoers.d/patchtide"
chmod 440 "$tree/etc/sudoers.d/patchtide"

# The journal survives reboots, so that a test can read what the host did before one. Small files: they are in memory.
mkdir -p "$tree/var/log/journal" "$tree/etc/systemd/journald.conf.d"
printf '[Journal]\nStorage=persistent\nSystemMaxUse=24M\nSystemMaxFileSize=2M\n' \
  >"$tree/etc/systemd/journald.conf.d/patchtide.conf"

# Hosts see our own repository only: what a patch brings is decided by the test, and no network is needed.
rm -f "$tree/etc/apt/sources.list" "$tree/etc/apt/apt.conf.d/99mmdebstrap" "$tree"/etc/apt/sources.list.d/*
printf 'APT::Install-Recommends "false";\n' >"$tree/etc/apt/apt.conf.d/99patchtide"
printf 'deb [trusted=yes] file:/srv/patchtide-apt/%s ./\n' main security >"$tree/etc/apt/sources.list.d/patchtide.list"
mkdir -p "$tree/srv/patchtide-apt"
