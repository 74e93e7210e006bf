# One program per connection that answers requests of the journal protocol, so that a request costs no start of a shell.
# What is asked and answered is the same as by argument list, see serve-protocol.ts.

resident=no
line_end='
'

# serve [own]: answers the requests on stdin one after the other, until there are no more. Everything goes to stdout, in
# order. An argument comes as one line, or as several when it has line ends of its own: no eval, nothing to unescape.
serve() {
  # What outlives the connection must not be in a session that a terminal can hang up; sudo may make such a one.
  if [ "${1-}" != own ] && ! without_terminal; then
    setsid -w sh "$0" serve own
    exit 0
  fi
  exec 2>&1
  resident=yes login_umask=$(umask) argument=''
  echo patchtide-serve
  set --
  while IFS= read -r line; do
    case $line in
      +*) argument=$argument${line#+}$line_end ;;
      .*)
        set -- "$@" "$argument${line#.}"
        argument=''
        ;;
      '!')
        # A process of its own for each request: it leaves nothing behind, and may end as it likes. Where this file is gone,
        # its words cannot be run: the answer is that of a shell that cannot open it, and it is brought again.
        ([ -r "$0" ] || exit 2; request "$@") </dev/null
        echo "patchtide-answered $?"
        set --
        ;;
      # Whoever writes this knows another protocol.
      *) exit 64 ;;
    esac
  done
}

without_terminal() {
  { read -r about </proc/$$/stat; } 2>/dev/null || return
  # shellcheck disable=SC2086 # words: state, parent, group, session, terminal
  set -- ${about##*) }
  [ "$5" = 0 ]
}
