# Looks at a host before the night: would a campaign succeed here? Changes nothing, but tries to write where its journals go.

# word_doctor <method> [unit=<unit>]... [program=<name>]... [disk=<directory>:<MiB needed>:<MiB wanted>]...
#             [lock-seconds=<n>] [root=<directory>]
#
# The method is apt, dnf, zypper, none (no packages are changed here) or auto. Every finding is a line
# "<fault|warning> <code>: <sentence>" and a note finding-<n>; docs/doctor.md lists the codes. A fault is what the night
# would fail of, and ends the word with 1. What cannot be told is a fault, too.
word_doctor() {
  case ${1-} in apt | dnf | zypper | none | auto) method=$1 ;; *) misused "there is no patch method ${1-}" ;; esac
  shift
  # The program itself may come in there.
  exec </dev/null
  faults=0 warnings=0 summary='' systemd=no reported=' ' lock_seconds=300
  for asked; do
    case $asked in
      unit=?* | program=?* | disk=/*:*:*) ;;
      lock-seconds=*) lock_seconds=${asked#*=} ;;
      root=/*) root=${PATCHTIDE_ROOT:-${asked#*=}} ;;
      *) misused "$asked" ;;
    esac
  done
  case $lock_seconds in '' | *[!0-9]*) misused "lock-seconds=$lock_seconds" ;; esac
  # shellcheck disable=SC2154 # runner.sh reads it.
  echo "doctor begins boot=$boot"
  look_at_system
  look_at_journal
  for asked; do case $asked in disk=*) look_at_disk "${asked#*=}" ;; esac; done
  look_at_packages
  for asked; do
    case $asked in unit=*) look_at_unit "${asked#*=}" ;; program=*) look_for_program "${asked#*=}" ;; esac
  done
  # Whoever asked knows between which moments of its own clock this was.
  note clock "$(date +%s.%N)"
  echo "doctor ends faults=$faults warnings=$warnings"
  [ "$faults" -eq 0 ] || fail "not fit for the night: $summary"
}

# finding <fault|warning> <code> <sentence>
finding() {
  level=$1 code=$2 && shift 2
  # Names of processes and answers of programs are in it: it stays on its line.
  sentence=$(printf '%s' "$*" | tr -cs ' -~' ' ' | cut -c 1-250)
  sentence=${sentence:-$*}
  echo "$level $code: $sentence"
  note "finding-$((faults + warnings + 1))" "$level $code $sentence"
  case $level in
    fault) faults=$((faults + 1)) summary=${summary:+$summary; }$sentence ;;
    *) warnings=$((warnings + 1)) ;;
  esac
}

# ask <program> <arguments>: sets answer. Silence is a finding and not good news.
ask() {
  answer=$(bounded "$@" 2>&1)
  case $? in
    124 | 137)
      finding fault cannot-tell "$1 gave no answer within 20 s"
      return 1
      ;;
  esac
}

bounded() { if is_program timeout; then timeout -k 2 20 "$@"; else "$@"; fi; }

# value_of <name>: from an answer of lines "<name>=<value>".
value_of() { printf '%s\n' "$answer" | sed -n "s/^$1=//p"; }

# As exec finds it: the shell's own words and our functions do not count.
is_program() {
  case $1 in */*) [ -f "$1" ] && [ -x "$1" ] && return ;; esac
  (
    IFS=:
    for directory in $PATH; do [ -f "$directory/$1" ] && [ -x "$directory/$1" ] && exit 0; done
    exit 1
  )
}

look_at_system() {
  [ "$(id -u)" -eq 0 ] ||
    finding fault not-root "steps would run as $(id -un), who may neither change packages nor stop services"
  for tool in flock setsid timeout awk cmp cut date df env grep head id ln mkdir mv sed sort tail tr wc; do
    is_program "$tool" || finding fault tool-missing "the program $tool is missing"
  done
  [ "$boot" != unknown ] ||
    finding fault boot-id-unreadable 'the boot id cannot be read, so nobody could tell whether it has rebooted'
  if ! is_program systemctl; then
    finding fault no-systemd 'systemctl is missing'
    return
  fi
  ask systemctl is-system-running || return
  case $answer in
    running) systemd=yes ;;
    degraded)
      systemd=yes
      failed=$(bounded systemctl list-units --failed --plain --no-legend 2>/dev/null | cut -d ' ' -f 1 | listed)
      finding warning system-degraded "units have failed${failed:+: $failed}"
      ;;
    starting | initializing | maintenance | stopping)
      systemd=yes
      finding fault system-not-running "the system is $answer"
      ;;
    *) finding fault no-systemd "systemd does not run this host (systemctl says: $answer)" ;;
  esac
}

look_at_journal() {
  place=$root/journal probe=$root/journal/.doctor.$$
  # More than what fits beside an inode: a full disk still makes empty files.
  if why=$( (umask 077 && mkdir -p "$place" && head -c 8192 /dev/zero >"$probe") 2>&1); then
    look_at_disk "$place:10:50"
  else
    finding fault journal-unwritable "$place cannot be written (${why##*: })"
  fi
  rm -f "$probe" 2>/dev/null
}

# look_at_disk <directory>:<MiB needed>:<MiB wanted>: one file system is not reported twice, whatever is on it.
look_at_disk() {
  wanted=${1##*:} needed=${1%:*} place=${1%:*:*}
  needed=${needed##*:}
  [ -d "$place" ] || return 0
  ask df -Pk "$place" || return 0
  answer=$(printf '%s\n' "$answer" | sed -n '$s/^.* \([0-9][0-9]*\)  *[0-9]*%  *\(.*\)$/\1 \2/p')
  free=$((${answer%% *} + 0)) mounted=${answer#* }
  if [ -z "$answer" ]; then
    finding fault cannot-tell "df does not say how much room is left on $place"
    return
  fi
  case $reported in *" $mounted "*) return ;; esac
  before=$((faults + warnings))
  if [ $((free / 1024)) -lt "$needed" ]; then
    finding fault disk-full "$place has $((free / 1024)) MiB left, at least $needed are needed"
  elif [ $((free / 1024)) -lt "$wanted" ]; then
    finding warning disk-low "$place has $((free / 1024)) MiB left, $wanted would be safe"
  fi
  look_at_inodes
  [ -w "$place" ] || [ "$place" = /boot ] || finding fault read-only "$place is mounted read-only"
  [ $((faults + warnings)) -eq "$before" ] || reported="$reported$mounted "
}

# A disk can be full of small files. File systems that make inodes as they need them say that there are 0, or nothing.
look_at_inodes() {
  line=$(bounded df -Pi "$place" 2>/dev/null | sed -n '$s/^.* \([0-9][0-9]*\)  *\([0-9][0-9]*\)%.*$/\1 \2/p')
  left=${line% *} used=${line#* }
  [ -n "$line" ] && [ "$used" -ge 90 ] && [ "$left" -lt 5000 ] || return 0
  finding fault no-inodes "$place has room for $left more files only"
}

# look_at_unit <unit>: is-active says "inactive" of a unit that does not exist, too.
look_at_unit() {
  [ "$systemd" = yes ] || return 0
  ask systemctl show -p LoadState -p ActiveState -- "$1" || return 0
  active=$(value_of ActiveState)
  case $(value_of LoadState) in
    loaded)
      case $active in
        active | reloading | refreshing) ;;
        *) finding warning unit-inactive "unit $1 is $active now, so nobody could tell later what the update did to it" ;;
      esac
      ;;
    not-found) finding fault unit-missing "there is no unit $1" ;;
    masked) finding fault unit-masked "unit $1 is masked and cannot be started" ;;
    '') finding fault cannot-tell "systemctl does not know the state of unit $1: $answer" ;;
    *) finding fault unit-broken "unit $1 cannot be loaded ($(value_of LoadState))" ;;
  esac
}

# look_for_program <name>: what the policy's own steps run.
look_for_program() { is_program "$1" || finding fault program-missing "there is no program $1, which a step runs"; }
