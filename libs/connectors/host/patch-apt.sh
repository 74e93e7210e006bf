# apt and dpkg. apt ends with 0, or with 100 for everything, so nothing here is decided by its exit code alone.

# <desired, status and error letters> <package> <version>; packages of the machine's own architecture without it.
apt_packages() {
  dpkg-query -W -f '${db:Status-Abbrev}\t${binary:Package}\t${Version}\n' |
    awk -F '\t' -v own=":$(dpkg --print-architecture)" '{
      sub(/ $/, "", $1)
      at = length($2) - length(own)
      if (at > 0 && substr($2, at + 1) == own) $2 = substr($2, 1, at)
      print $1, $2, $3
    }'
}

apt_installed() { apt_packages | awk '$1 !~ /^.[nc]/ { print $2, $3 }'; }

# Unpacked, half-configured, waiting for a trigger or to be installed again. While somebody else is at work, that passes.
apt_broken() {
  waited=0
  while [ "$waited" -lt 90 ] && dpkg --audit 2>&1 | grep -q 'Another process has locked'; do
    sleep 2
    waited=$((waited + 2))
  done
  apt_unfinished
}

apt_unfinished() { apt_packages | awk '$1 !~ /^.[inc]$/ { print $2 }'; }

apt_ready() {
  export DEBIAN_FRONTEND=noninteractive APT_LISTCHANGES_FRONTEND=none NEEDRESTART_SUSPEND=1
  case $conffiles in keep) export UCF_FORCE_CONFFOLD=1 ;; new) export UCF_FORCE_CONFFNEW=1 ;; esac
  apt_preferences
  apt_repair
  apt_get update
  # Older versions of apt call it a success when a repository did not answer, and go on with what they knew of it.
  if [ "$code" -ne 0 ] || grep -q '^Err:\|^W: Failed to fetch\|^W: Some index files' "$work/said"; then
    fail "the package lists cannot be brought up to date, so nothing was updated: $(apt_complaint)"
  fi
}

# Skipped packages have no candidate, by preferences for this run only: no hold is left behind when it is killed.
apt_preferences() {
  for package in $skip; do printf 'Package: %s\nPin: release *\nPin-Priority: -1\n\n' "$package"; done >"$work/preferences"
  cat /etc/apt/preferences >>"$work/preferences" 2>/dev/null
}

# apt_get <arguments>: sets code, and keeps in $work/said what it printed. Tried again while apt's locks are taken.
apt_get() { unless_locked apt_once "$@"; }

apt_once() {
  case $conffiles in
    keep) set -- -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold "$@" ;;
    new) set -- -o Dpkg::Options::=--force-confnew "$@" ;;
  esac
  [ "$removals" = allow ] || set -- --no-remove "$@"
  apt_quietly "$@"
}

# Updates that their publisher still gives to some machines only are not for a fleet that shall stay equal.
apt_quietly() {
  apt-get -q -y -o DPkg::Lock::Timeout=$((lock_seconds < 10 ? lock_seconds : 10)) -o APT::Update::Error-Mode=any \
    -o Acquire::Retries=2 -o Dpkg::Use-Pty=0 -o APT::Get::Never-Include-Phased-Updates=true \
    -o Dir::Etc::Preferences="$work/preferences" "$@"
}

apt_is_locked() { grep -q 'Could not get lock\|frontend lock was locked' "$work/said"; }

# The first thing that apt complained about, of what it said last.
apt_complaint() { sed -n -e 's/^[EW]: //p' -e 's/^dpkg: error: //p' "$work/said" | head -n 1; }

# A server that was left half-way (an interrupted run, a script that failed) takes no update before that is put right.
apt_repair() {
  apt_get check
  was_broken=$(apt_broken | listed)
  ! grep -q 'dpkg was interrupted' "$work/said" || was_broken=${was_broken:-an interrupted run of dpkg}
  if [ -z "$was_broken" ] && [ "$code" -eq 0 ]; then return; fi
  say "dpkg was left half-way (${was_broken:-$(apt_complaint)}), so that is repaired first"
  unless_locked apt_configure_all
  apt_get --fix-broken install
  still_broken=$(apt_broken | listed)
  [ -z "$still_broken" ] || fail "this was broken before and cannot be repaired, so nothing was updated: $still_broken"
  [ "$code" -eq 0 ] || fail "apt does not work here, so nothing was updated: $(apt_complaint)"
  note repaired "${was_broken:-packages whose needs were not met}"
}

apt_configure_all() {
  case $conffiles in
    keep) dpkg --force-confdef --force-confold --configure -a ;;
    new) dpkg --force-confnew --configure -a ;;
    stop) dpkg --configure -a ;;
  esac
}

apt_download() {
  with_request apt_get --download-only
  [ "$code" -eq 0 ] || fail "not everything could be downloaded, so nothing was updated: $(apt_complaint)"
  [ "$conffiles" != stop ] || apt_refuse_conffiles
}

# conffiles=stop: dpkg would stop in the middle, with the package unpacked. So what it would ask is found out before:
# whether the file differs from the one installed, and the new one from both.
apt_refuse_conffiles() {
  while read -r name from to; do
    case $from:$to in -:* | *:-) continue ;; esac
    dpkg-query -W -f '${Conffiles}\n' "$name" | while read -r file known _; do
      [ -f "$file" ] || continue
      mine=$(md5_of <"$file")
      [ "$mine" != "$known" ] || continue
      new=$(apt_file_in_archive "$name" "$to" "$file" | md5_of)
      [ "$new" = "$known" ] || [ "$new" = "$mine" ] || echo "$file"
    done
  done <"$work/plan" >"$work/conffiles"
  [ ! -s "$work/conffiles" ] ||
    fail "$(listed <"$work/conffiles") was changed by hand and by the update, so nothing was updated. Merge it, or say conffiles: keep"
}

md5_of() { md5sum | cut -d ' ' -f 1; }

# apt_file_in_archive <package> <version> <path>: its content in the downloaded package.
apt_file_in_archive() {
  for archive in "/var/cache/apt/archives/${1%%:*}_$(echo "$2" | sed 's/:/%3a/g')"_*.deb; do
    dpkg-deb --fsys-tarfile "$archive" 2>/dev/null | tar -xOf - ".$3" 2>/dev/null
  done
}

# Asking for a package by name makes it one that was asked for; what came as a dependency stays one.
apt_upgrade() {
  apt-mark showauto >"$work/auto"
  with_request apt_get
  if [ -s "$work/wanted" ]; then
    sed 's/=.*//' "$work/wanted" | grep -Fxf "$work/auto" >"$work/request"
    [ ! -s "$work/request" ] || with_request apt-mark auto >/dev/null
  fi
}

apt_afterwards() {
  # By the time of the inode: the files keep the modification time that they have in the package.
  find /etc -xdev -cnewer "$work/before" \( -name '*.dpkg-dist' -o -name '*.ucf-dist' \) >"$work/kept-files"
  [ ! -s "$work/kept-files" ] || note conffiles-kept "$(sed 's/\.[a-z]*-dist$//' "$work/kept-files" | sort | listed)"
  find /etc -xdev -cnewer "$work/before" \( -name '*.dpkg-old' -o -name '*.ucf-old' \) >"$work/old-files"
  [ ! -s "$work/old-files" ] || note conffiles-replaced "$(sed 's/\.[a-z]*-old$//' "$work/old-files" | sort | listed)"
  needrestart_said=$(needrestart_look)
  services=$(echo "$needrestart_said" | sed -n 's/^NEEDRESTART-SVC: *//p' | sort -u | listed)
  [ -z "$services" ] || note services-to-restart "$services"
}

# Batch mode only looks; in containers the part about the kernel is missing.
needrestart_look() {
  command -v needrestart >/dev/null || return 0
  (unset NEEDRESTART_SUSPEND && timeout 60 needrestart -b 2>/dev/null </dev/null)
}

apt_reboot_reason() {
  if [ -e "${PATCHTIDE_REBOOT_REQUIRED_FILE:-/run/reboot-required}" ]; then
    reason="asked for by $(sort -u "${PATCHTIDE_REBOOT_REQUIRED_FILE:-/run/reboot-required}.pkgs" 2>/dev/null | listed)"
    [ "$reason" != 'asked for by ' ] || reason='a package asks for it'
    return
  fi
  # 2 and 3: another kernel than the running one is installed, ABI-compatible or not.
  reason=$(echo "${needrestart_said-$(needrestart_look)}" | awk '
    /^NEEDRESTART-KCUR:/ { current = $2 }
    /^NEEDRESTART-KEXP:/ { expected = $2 }
    /^NEEDRESTART-KSTA: [23]/ { pending = 1 }
    END { if (pending) print "kernel " current " runs and " expected " is installed" }')
}
