# What dnf and zypper have in common: the packages underneath are rpm's.

# Of packages of the machine's own architecture the name, of others name.architecture.
rpm_installed() {
  rpm -qa --qf '%{NAME} %{ARCH} %{EPOCHNUM}:%{VERSION}-%{RELEASE}\n' | rpm_lines | sort
}

# <name> <architecture> <version> to <package> <version>.
rpm_lines() {
  awk -v native="$(uname -m)" '$1 != "gpg-pubkey" {
    sub(/^0:/, "", $3)
    print $1 ($2 == native || $2 == "noarch" ? "" : "." $2), $3
  }'
}

# A run that was cut off has installed the new version and not removed the old one: prints those that are to go. Kernels
# and what else says so of itself may be there several times.
rpm_broken() {
  {
    rpm -q --qf '%{NAME} several\n' --whatprovides 'installonlypkg(kernel)' 'installonlypkg(kernel-module)' \
      'multiversion(kernel)' 2>/dev/null | grep ' several$'
    rpm -qa --qf '%{NAME} %{ARCH} %{INSTALLTIME} %{DBINSTANCE} %{NEVRA}\n' |
      sort -k 1,2 -k 3,3nr -k 4,4nr
  } | awk '
    $2 == "several" { several[$1]; next }
    $1 " " $2 == last && !($1 in several) && $1 !~ /^(kernel|gpg-pubkey)/ { print $5 }
    { last = $1 " " $2 }'
}

# What the end of an interrupted update would have done: removes the old one, and only what the new one does not own.
rpm_repair() {
  rpm_broken >"$work/request"
  [ -s "$work/request" ] || return 0
  was_broken=$(listed <"$work/request")
  say "an update was cut off here and has left old packages behind ($was_broken), so that is repaired first"
  unless_locked with_request rpm -e --nodeps
  still_broken=$(rpm_broken | listed)
  [ -z "$still_broken" ] || fail "this was broken before and cannot be repaired, so nothing was updated: $still_broken"
  note repaired "$was_broken"
}

rpm_only_installed() {
  for package in $only; do
    rpm -q "$package" >/dev/null 2>&1 || fail "$package is not installed here, so nothing was updated"
  done
}

# Completes the lines <name> <architecture> <version> of what is to be there by what is there now.
rpm_plan() {
  rpm_lines | awk '
    FNR == NR { now[$1] = $2; next }
    { print $1, (($1 in now) ? now[$1] : "-"), $2 }' "$work/before" -
}

# rpm goes on when a script fails, and nothing runs it again later; the version is there, so that is a note.
# A kernel whose script failed may not come up: that is for a person before anybody reboots.
rpm_scripts() {
  sed -n 's/.*%\([a-z]*\)(\([^)]*\)) scriptlet failed.*/\2 (%\1)/p' "$work/said" | sort -u >>"$work/scripts"
  [ -s "$work/scripts" ] || return 0
  note scripts-failed "$(listed <"$work/scripts")"
  say "scripts of packages failed: $(listed <"$work/scripts")"
  ! grep -q '^kernel' "$work/scripts" || kernel_script_failed=yes
}

rpm_afterwards() {
  [ "${kernel_script_failed-}" != yes ] || fail 'a script of the kernel failed. Look at it before anybody reboots'
  # By the time of the inode: the files keep the modification time that they have in the package.
  find /etc -xdev -cnewer "$work/before" -name '*.rpmnew' >"$work/kept-files"
  [ ! -s "$work/kept-files" ] || note conffiles-kept "$(sed 's/\.rpmnew$//' "$work/kept-files" | sort | listed)"
  find /etc -xdev -cnewer "$work/before" -name '*.rpmsave' >"$work/old-files"
  [ ! -s "$work/old-files" ] || note conffiles-replaced "$(sed 's/\.rpmsave$//' "$work/old-files" | sort | listed)"
}

# Where the distribution's own tool is missing: the packages that it would look at.
rpm_reboot_reason() {
  booted=$(boot_moment)
  updated=$(rpm -q --qf '%{INSTALLTIME} %{NAME}\n' kernel kernel-core kernel-rt kernel-default glibc linux-firmware systemd \
    dbus dbus-broker dbus-daemon dbus-1 microcode_ctl ucode-intel 2>/dev/null |
    awk -v booted="$booted" '$1 ~ /^[0-9]+$/ && $1 > booted { print $2 }' | sort -u | listed)
  [ -z "$updated" ] || reason="updated since the boot: $updated"
}
