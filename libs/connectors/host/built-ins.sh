# Words that need nothing but systemd: units, the reboot, the state of the whole system.

word_unit_active() {
  unit_state "$@"
  [ "$active" = active ]
}

word_unit_inactive() {
  unit_state "$@"
  [ "$active" = inactive ] || [ "$active" = failed ]
}

# unit_state <unit>: a unit that does not exist is told from one that is stopped.
unit_state() {
  [ $# -eq 1 ] || misused
  load='' active=''
  for fact in $(systemctl show -p LoadState -p ActiveState -- "$1"); do
    case $fact in LoadState=*) load=${fact#*=} ;; ActiveState=*) active=${fact#*=} ;; esac
  done
  if [ "$load" = not-found ] || [ -z "$load" ]; then
    echo "unit $1 not found"
    exit 4
  fi
}

word_system_running() {
  case $(systemctl is-system-running) in running | degraded) ;; *) exit 1 ;; esac
}

# word_reboot if-needed|always [<patch method>]: comes back only when there is no need, or the reboot was refused.
word_reboot() {
  case ${1-} in if-needed | always) ;; *) misused ;; esac
  case ${2-} in '' | apt | dnf | zypper) ;; *) misused "there is no patch method $2" ;; esac
  if [ "$1" = if-needed ]; then
    reboot_reason "${2-}"
    if [ -z "$reason" ]; then
      note reboot-needed no
      echo 'reboot not needed'
      exit 0
    fi
    note reboot-needed "$reason"
    echo "reboot needed: $reason"
  fi
  echo 'rebooting'
  systemctl reboot || exit
  exec sleep 86400
}

# reboot_reason [<patch method>]: sets reason to why a reboot is needed; empty when it is not.
reboot_reason() {
  reason=''
  if [ -z "$1" ]; then
    [ ! -e "${PATCHTIDE_REBOOT_REQUIRED_FILE:-/run/reboot-required}" ] || reason='a package asks for it'
    return
  fi
  "$1_reboot_reason"
  [ -n "$reason" ] || kernel_written_since_boot
}

# Whatever the tools of a distribution know about it: a kernel that was installed after the boot does not run yet.
kernel_written_since_boot() {
  [ -e "/boot/vmlinuz-$(uname -r)" ] || return 0
  booted=$(boot_moment)
  for kernel in /boot/vmlinuz-*; do
    [ "$(stat -c %Z "$kernel")" -le "$booted" ] || reason="kernel ${kernel#*vmlinuz-} was installed after the boot"
  done
}

# In seconds of the clock. In a container the kernel is older than the system, so it is the first process that counts;
# its start is told in hundredths of a second after the kernel's.
boot_moment() {
  since=$(sed 's/.*) //' /proc/1/stat | cut -d ' ' -f 20)
  echo $(($(sed -n 's/^btime //p' /proc/stat) + since / 100))
}
