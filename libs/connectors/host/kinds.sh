# kinds.sh: what the words of all application kinds share. The words of a kind are in kinds-<kind>.sh; docs/kinds tells
# what each of them does. A word ends with 0 when what it is named after is done or true, and otherwise says in a
# sentence why not and what helps. Values come from a CMDB: they are arguments and are checked, never shell text.

# not_yet <sentence>: what was asked for is not so (any more, or yet); a step that waits asks again. When it has waited in
# vain, what was seen last is its failure; the runner forgets what earlier tries have noted.
not_yet() {
  say "$*"
  note failure "$*"
  exit 1
}

# Said first by words that change something: what they cannot do is a failure for the events. What a word that only looks
# does not see may be there a second later.
kind_acts() { kind_acting=yes; }

# refuse <sentence>: ends either sort of word.
refuse() {
  [ "${kind_acting-}" != yes ] || fail "$@"
  not_yet "$@"
}

# kind_as <user> <program> <argument>...: runs it as this user of the system, without a shell of that user.
kind_as() {
  kind_user=$1
  shift
  case $kind_user in '' | -* | *[!A-Za-z0-9._-]*) misused "\"$kind_user\" cannot be the name of a user" ;; esac
  cd / || exit 1
  if [ "$(id -un)" = "$kind_user" ]; then
    "$@"
  elif command -v runuser >/dev/null; then
    runuser -u "$kind_user" -- "$@"
  else
    # shellcheck disable=SC2016 # the arguments are the program's, not ours
    su -s /bin/sh -c 'exec "$0" "$@"' "$kind_user" -- "$@"
  fi
}

# kind_find <program> <directory>...: where a program is, also when it is not on the PATH; the last directory wins, so
# that of several versions the newest is taken. Empty when it is nowhere.
kind_find() {
  kind_program=$1
  shift
  if command -v "$kind_program"; then return; fi
  kind_found=
  for kind_directory in "$@"; do
    [ ! -x "$kind_directory/$kind_program" ] || kind_found=$kind_directory/$kind_program
  done
  printf '%s\n' "$kind_found"
}

kind_is_number() { case $1 in '' | *[!0-9]* | ??????????*) return 1 ;; esac; }

# kind_is_path <text>: absolute, and without a character that means something to anybody.
kind_is_path() { case $1 in *[!A-Za-z0-9._/@+-]*) return 1 ;; /*) ;; *) return 1 ;; esac; }

# kind_until <seconds> <function> <argument>...: asks each second; false when the time is up. Its own arguments are the
# only variables that a function called from here cannot overwrite: loops may be nested.
kind_until() {
  set -- "$(($(date +%s) + $1))" "$@"
  until kind_third "$@"; do
    [ "$(date +%s)" -lt "$1" ] || return 1
    sleep 1
  done
}

kind_third() {
  shift 2
  "$@"
}

# What was taken away beside the component itself is remembered on the host, until it is given back: a campaign may be
# continued by another agent, or after a reboot.
# shellcheck disable=SC2154 # root is set by runner.sh: the directory with the journals
kind_memory() { printf '%s/kinds/%s' "$root" "$1"; }

# kind_remember <name> <line>: before it is taken away, and only once.
kind_remember() {
  kind_file=$(kind_memory "$1")
  kind_recalls "$1" "$2" ||
    { (umask 077 && mkdir -p "${kind_file%/*}") && printf '%s\n' "$2" >>"$kind_file" && sync "$kind_file"; } ||
    fail "Nothing was stopped: $kind_file cannot be written, so what is stopped could not be put back. Free space there, or make it writable."
}

# kind_recalls <name> [line]: whether anything, or this line, is remembered under a name.
kind_recalls() {
  if [ $# -eq 1 ]; then [ -s "$(kind_memory "$1")" ]; else grep -qxF -e "$2" "$(kind_memory "$1")" 2>/dev/null; fi
}

kind_forget() { rm -f "$(kind_memory "$1")"; }
