# What all patch methods share: facts and sentences, the packages before and after, and the order in which a server is
# brought up to date: repair, plan, look, download, upgrade, and then judge by the packages and not by an exit code.
#
# A method M has these functions. Lists are lines "<package> <version>"; of a plan "<package> <from|-> <to|->".
#   M_ready       repairs what was broken before and asks the repositories; fails while nothing has changed yet
#   M_installed   prints what is installed
#   M_plan        writes $work/plan
#   M_space       prints bytes to download, bytes by which /usr grows, bytes of the biggest package
#   M_download    fetches everything
#   M_upgrade     sets code
#   M_broken      prints packages that are there and not whole
#   M_unfinished  prints packages whose change has begun and not ended, without waiting for anybody
#   M_is_locked   says whether the command just run gave up because somebody else holds a lock; its output: $work/said
#   M_afterwards  states notes about what is left to do
#   M_reboot_reason  sets reason; empty when no reboot is needed

# note <token> <text>: a fact for the campaign's events. Text is cut to 300 characters that can be printed.
note() {
  token=$1
  shift
  printf 'note %s %s\n' "$token" "$(printf '%s' "$*" | tr -cs '[:print:]' ' ' | cut -c 1-300)" >>"$PATCHTIDE_FACTS"
}

# For people, between the programs' own output.
say() { printf 'patchtide: %s\n' "$*"; }

# fail <sentence>: ends the word. The sentence is what the incident shows.
fail() {
  say "$*"
  note failure "$*"
  exit 1
}

# Lines to one line: the first ones as far as there is room, then how many more.
listed() {
  awk '
    { if (length(text) + length($0) < 220) { text = text (shown++ ? ", " : "") $0 } }
    END { if (NR) print text (NR > shown ? " and " NR - shown " more" : "") }'
}

# word_patch apt|dnf|zypper [scope=all|security] [conffiles=keep|new|stop] [removals=refuse|allow] [lock-seconds=<n>]
#            [only=<package>]... [skip=<package>]...
word_patch() {
  case ${1-} in apt | dnf | zypper) method=$1 ;; *) misused "there is no patch method ${1-}" ;; esac
  shift
  [ "$PATCHTIDE_FACTS" != /dev/null ] || misused 'only an attempt can patch'
  scope=all conffiles=keep removals=refuse lock_seconds=300 only='' skip=''
  for option; do read_option "$option"; done
  if [ "$method" != apt ] && [ "$conffiles" != keep ]; then
    misused "rpm itself decides about configuration files, so conffiles=$conffiles is for apt only"
  fi
  begin_patch
  "${method}_ready"
  "${method}_plan"
  if [ -s "$work/plan" ]; then
    say "to change: $(cut -d ' ' -f 1 "$work/plan" | listed)"
    refuse_removals
    need_space
    "${method}_download"
    code=0
    "${method}_upgrade"
    judge_packages
  else
    say 'there is nothing to update'
  fi
  "${method}_afterwards"
  reboot_reason "$method"
  [ -z "$reason" ] || note reboot-needed "$reason"
}

read_option() {
  case $1 in
    scope=all | scope=security) scope=${1#*=} ;;
    conffiles=keep | conffiles=new | conffiles=stop) conffiles=${1#*=} ;;
    removals=refuse | removals=allow) removals=${1#*=} ;;
    lock-seconds=*)
      lock_seconds=${1#*=}
      case $lock_seconds in '' | *[!0-9]* | ??????*) misused "$1" ;; esac
      ;;
    only=* | skip=*)
      # What apt or a shell could take for something else (an option, a pattern, "remove this") is no name.
      case ${1#*=} in '' | [!A-Za-z0-9]* | *[!A-Za-z0-9+._:~-]* | *-) misused "$1" ;; esac
      case $1 in only=*) only="$only ${1#*=}" ;; *) skip="$skip ${1#*=}" ;; esac
      ;;
    *) misused "$1" ;;
  esac
}

# The attempt's directory keeps what was there before and what was planned. What an earlier attempt of this job changed
# before it was killed, and what it left half-way, it could not tell: so this one compares with what that one found.
begin_patch() {
  attempt=${PATCHTIDE_FACTS%/*}
  work=$attempt/patch
  rm -rf "$work"
  mkdir -p "$work"
  "${method}_installed" >"$work/before"
  [ -s "$work/before" ] || fail 'the installed packages cannot be listed'
  earlier_patch
  { base_of_changes >"$work/base.new" && mv "$work/base.new" "$work/base"; } ||
    fail "$work cannot be written, so nothing was updated. Free some space there"
  : >"$work/plan"
  trap tell_changes EXIT
  trap 'exit 143' TERM
}

# What is compared with in the end.
base_of_changes() {
  if [ -z "$earlier" ]; then
    cat "$work/before"
  elif [ ! -e "$earlier/told" ]; then
    cat "$earlier/base"
  else
    awk '
      FILENAME == ARGV[1] { unfinished[$1]; next }
      ($1 in unfinished) == (FILENAME == ARGV[2])' "$earlier/unfinished" "$earlier/base" "$work/before"
  fi
}

# Sets earlier to what the last attempt of this job before us has left that came so far; empty when none did.
earlier_patch() {
  number=${attempt##*/} earlier=''
  case $number in '' | *[!0-9]*) number=1 ;; esac
  while [ "$number" -gt 1 ] && [ -z "$earlier" ]; do
    number=$((number - 1))
    earlier=${attempt%/*}/$number/patch
    [ -s "$earlier/base" ] || earlier=''
  done
}

# States every package that is not as it was. A package may be there in several versions, as kernels are. One that is
# unpacked and not configured has not changed yet: it is a note, and the next attempt tells it when it is whole.
tell_changes() {
  [ -s "$work/base" ] && [ ! -e "$work/told" ] || return 0
  "${method}_installed" >"$work/after"
  "${method}_unfinished" >"$work/unfinished"
  changes_between "$work/base" "$work/after" >"$work/changes"
  awk '
    FILENAME == ARGV[1] { unfinished[$1]; next }
    !($1 in unfinished) { print "package", $0 }' "$work/unfinished" "$work/changes" >>"$PATCHTIDE_FACTS"
  half=$(awk '
    FILENAME == ARGV[1] { unfinished[$1]; next }
    ($1 in unfinished) { print $1 " (" $2 " to " $3 ")"; delete unfinished[$1] }' "$work/unfinished" "$work/changes" | listed)
  [ -z "$half" ] || note half-configured "$half"
  touch "$work/told"
}

# changes_between <before> <after>: lines "<package> <from|-> <to|->".
changes_between() {
  awk '
    { names[$1] }
    FNR == NR { had[$1, $2]; was[$1] = was[$1] " " $2; next }
    { has[$1, $2] }
    !(($1, $2) in had) { is[$1] = is[$1] " " $2 }
    END {
      for (name in names) {
        gone = 0
        count = split(was[name], old, " ")
        for (i = 1; i <= count; i++) if (!((name, old[i]) in has)) lost[++gone] = old[i]
        came = split(is[name], new, " ")
        for (i = 1; i <= gone || i <= came; i++)
          print name, (i <= gone ? lost[i] : "-"), (i <= came ? new[i] : "-")
      }
    }' "$1" "$2" | sort
}

refuse_removals() {
  removed=$(awk '$3 == "-" { print $1 }' "$work/plan" | listed)
  [ -n "$removed" ] || return 0
  [ "$removals" = refuse ] || return 0
  fail "this would remove $removed; nothing was changed. Skip the package that asks for it, or allow removals"
}

# Enough for the downloads where they go, and on /usr for what is added and for one package beside its successor.
need_space() {
  "${method}_space" >"$work/space"
  read -r download growth biggest <"$work/space" || return 0
  [ "$growth" -gt 0 ] || growth=0
  case $method in apt) cache=/var/cache/apt/archives ;; dnf) cache=/var/cache/dnf ;; *) cache=/var/cache/zypp ;; esac
  room_for "$cache" "$download"
  if [ "$(file_system "$cache")" = "$(file_system /usr)" ]; then
    room_for /usr $((download + growth + biggest))
  else
    room_for /usr $((growth + biggest))
  fi
}

file_system() { df -Pk "$1" 2>/dev/null | awk 'END { print $NF }'; }

# room_for <directory> <bytes>: what has no room is the file system under it.
room_for() {
  free=$(df -Pk "$1" 2>/dev/null | awk 'END { print $4 }')
  case $free in '' | *[!0-9]*) return 0 ;; esac
  needed=$(($2 / 1024 + 10240))
  [ "$free" -ge "$needed" ] || fail "the file system at $(file_system "$1") has $((free / 1024)) MiB left and \
$((needed / 1024)) MiB are needed in $1; nothing was changed. Free some space there"
}

# By the packages. What the package manager's exit code says on top of that is a note.
judge_packages() {
  "${method}_installed" >"$work/after"
  missed=$(awk '
    FNR == NR { there[$1] = there[$1] " " $2; has[$1, $2]; next }
    $3 == "-" { if ($1 in there) print $1 " is still installed"; next }
    !(($1, $3) in has) { print $1 " is" (($1 in there) ? there[$1] : " missing") ", not " $3 }
  ' "$work/after" "$work/plan" | listed)
  broken=$("${method}_broken" | listed)
  [ -z "$missed" ] || say "not as planned: $missed"
  [ -z "$broken" ] || say "not whole: $broken"
  if [ -n "$missed$broken" ]; then
    fail "the update is not complete${broken:+, half-configured: $broken}${missed:+, not as planned: $missed}"
  fi
  if [ "$code" -ne 0 ]; then
    say "every package is as planned although the package manager ended with $code"
    note exit-code "$code, though every package is as planned"
  fi
}

# unless_locked <command...>: sets code, and keeps in $work/said what it printed. As long as the command gives up because
# somebody else works with the package manager, it is tried again, within the time that the policy allows.
# The output is read back from the journal: a pipe would be kept open by every daemon that a package starts.
unless_locked() {
  locked_since=''
  while :; do
    printed=$(wc -c <"$attempt/output")
    "$@"
    code=$?
    tail -c +$((printed + 1)) "$attempt/output" >"$work/said"
    [ "$code" -ne 0 ] && "${method}_is_locked" || return 0
    : "${locked_since:=$(date +%s)}"
    [ $(($(date +%s) - locked_since)) -lt "$lock_seconds" ] ||
      fail "somebody else has used the package manager for $lock_seconds s: $(grep -i lock "$work/said" | head -n 1)"
    sleep 2
  done
}

# with_request <command...>: with the words of the request behind it.
with_request() {
  while read -r line; do set -- "$@" "$line"; done <"$work/request"
  "$@"
}

word_packages_clean() {
  [ $# -eq 1 ] || misused
  case $1 in apt | dnf | zypper) method=$1 ;; *) misused "there is no patch method $1" ;; esac
  [ -n "$("${method}_installed" | head -n 1)" ] || fail 'the installed packages cannot be listed'
  broken=$("${method}_broken" | listed)
  [ -z "$broken" ] || fail "packages are not whole: $broken"
}

# As plans from before @packages-clean have it.
word_dpkg_clean() { broken=$(dpkg --audit) && echo "$broken" && [ -z "$broken" ]; }
