# What the doctor asks about packages: is the package manager there, does somebody use it, is everything whole, and will
# nobody else update this host? The functions M_installed and M_broken of patch.sh are the night's own.

look_at_packages() {
  case $method in
    auto)
      for method in apt dnf zypper none; do
        case $method in apt) manager=apt-get ;; *) manager=$method ;; esac
        ! is_program "$manager" || break
      done
      [ "$method" != none ] || finding fault no-package-manager 'there is neither apt-get nor dnf nor zypper'
      ;;
    apt) need_programs apt-get dpkg dpkg-query ;;
    dnf | zypper) need_programs "$method" rpm ;;
  esac
  [ "$method" != none ] || return 0
  look_at_locks
  # While somebody changes packages, some of them are half-way by right.
  [ -n "$busy" ] || look_for_broken
  look_for_unattended
  reboot_reason "$method"
  [ -z "$reason" ] || finding warning reboot-pending "a reboot is due already: $reason"
}

# need_programs <name>...: where one is missing there is nothing more to ask about packages.
need_programs() {
  for program; do
    is_program "$program" && continue
    finding fault no-package-manager "$program is missing, and packages are to be changed by $method"
    method=none
    return
  done
}

look_for_broken() {
  if [ -z "$("${method}_installed" 2>/dev/null | head -n 1)" ]; then
    finding fault cannot-tell 'the installed packages cannot be listed'
    return
  fi
  broken=$("${method}_broken" 2>/dev/null | listed)
  # What dpkg notes down on its way is left behind when it is killed, also when no package shows it.
  if [ -z "$broken" ] && [ "$method" = apt ]; then
    case $(ls /var/lib/dpkg/updates 2>/dev/null) in *[0-9]*) broken='a run of dpkg was interrupted' ;; esac
  fi
  [ -z "$broken" ] || finding fault half-configured "packages are not whole: $broken"
}

look_at_locks() {
  busy=''
  case $method in
    apt)
      locks='/var/lib/dpkg/lock-frontend /var/lib/dpkg/lock /var/lib/apt/lists/lock /var/cache/apt/archives/lock'
      ;;
    dnf)
      locks='/var/lib/rpm/.rpm.lock /usr/lib/sysimage/rpm/.rpm.lock'
      tell_holder "$(holder_noted_in /var/cache/dnf/*.pid /var/lib/dnf/*.pid)"
      ;;
    zypper)
      locks='/var/lib/rpm/.rpm.lock /usr/lib/sysimage/rpm/.rpm.lock'
      tell_holder "$(holder_noted_in /run/zypp.pid)"
      ;;
  esac
  for lock in $locks; do [ -n "$busy" ] || tell_holder "$(holder_of "$lock")"; done
}

# holder_of <file>: the process that has locked it, by the kernel's own list. That names the file by its number, which on
# another disk is another file: so the process must have this one open. One without a number is outside of our container.
holder_of() {
  file=$(stat -c %d:%i "$1" 2>/dev/null) || return 0
  awk -v at=":${file#*:}\$" '$2 == "POSIX" && $4 == "WRITE" && $6 ~ at { print $5 }' /proc/locks | while read -r pid; do
    for open in "/proc/$pid/fd/"*; do
      if [ "$pid" -eq 0 ] || [ "$(stat -L -c %d:%i "$open" 2>/dev/null)" = "$file" ]; then
        echo "$pid"
        break 2
      fi
    done
  done
}

# holder_noted_in <file>...: the process whose number is in one of them, if it still lives.
holder_noted_in() {
  for file; do
    pid=''
    [ ! -e "$file" ] || read -r pid _ <"$file" || [ -n "$pid" ] || continue
    case $pid in '' | *[!0-9]*) ;; *) [ ! -d "/proc/$pid" ] || { echo "$pid" && break; } ;; esac
  done
}

# tell_holder [<process>]: an update waits for a while, so whoever is done by then does no harm.
tell_holder() {
  [ -n "$1" ] || return 0
  busy=$1
  if [ "$1" -eq 0 ]; then
    finding warning lock-held 'a process outside of this container works with the package manager'
    return
  fi
  name=$(cat "/proc/$1/comm" 2>/dev/null)
  age=$(age_of "$1")
  who="${name:-a process} ($1) has been working with the package manager"
  if [ "${age:-0}" -gt "$lock_seconds" ]; then
    finding fault lock-stuck "$who for $((age / 60)) minutes; an update waits ${lock_seconds} s at most"
  else
    finding warning lock-held "$who for ${age:-some} s"
  fi
}

# age_of <process>: seconds since it began, in the kernel's own clock. Its name may have anything in it, also brackets.
age_of() {
  read -r uptime _ </proc/uptime
  sed -n 's/^.*) //p' "/proc/$1/stat" 2>/dev/null | awk -v up="$uptime" '{ printf "%d", up - $20 / 100 }'
}

# Updates that begin by themselves hold the lock when the campaign comes, or change packages behind its back.
look_for_unattended() {
  case $method in
    apt)
      case $(apt-config shell on APT::Periodic::Unattended-Upgrade 2>/dev/null) in '' | *"'0'"*) return 0 ;; esac
      timers=apt-daily-upgrade.timer
      ;;
    dnf) timers='dnf-automatic.timer dnf-automatic-install.timer dnf5-automatic.timer' ;;
    zypper) timers='os-update.timer transactional-update.timer' ;;
  esac
  [ "$systemd" = yes ] || return 0
  for timer in $timers; do
    ask systemctl show -p ActiveState -p NextElapseUSecRealtime -- "$timer" || return 0
    next=$(value_of NextElapseUSecRealtime)
    [ "$(value_of ActiveState)" != active ] ||
      finding warning unattended-upgrades "$timer installs updates by itself${next:+, next at $next}"
  done
}
