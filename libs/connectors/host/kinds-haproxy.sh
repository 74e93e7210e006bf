# kinds-haproxy.sh: one server of one backend of a running HAProxy, over its runtime socket. HAProxy answers with text
# only: an empty line is success. A restart of HAProxy forgets what was set, so it is looked at again and set again.
#
#   @haproxy-drain SOCKET BACKEND SERVER SECONDS fail|maint KEEP-UP    no new sessions, then waits for the last to end
#   @haproxy-stopped SOCKET BACKEND SERVER                             it still gets nothing and has no sessions
#   @haproxy-ready SOCKET BACKEND SERVER                               it gets sessions again
#   @haproxy-up SOCKET BACKEND SERVER                                  it may get sessions, and its health checks agree

# haproxy_send <socket> <command>: the answer, by the first program here that can speak to such a socket.
haproxy_send() {
  if command -v socat >/dev/null; then
    printf '%s\n' "$2" | timeout 10 socat -t 10 - "UNIX-CONNECT:$1"
  elif command -v python3 >/dev/null; then
    timeout 10 python3 -c 'import socket, sys
s = socket.socket(socket.AF_UNIX)
s.connect(sys.argv[1])
s.sendall(sys.argv[2].encode() + b"\n")
for part in iter(lambda: s.recv(65536), b""): sys.stdout.buffer.write(part)' "$1" "$2"
  elif command -v perl >/dev/null; then
    # shellcheck disable=SC2016 # perl, not shell
    timeout 10 perl -MIO::Socket::UNIX -e '$s = IO::Socket::UNIX->new(Peer => $ARGV[0]) or die "connect: $!\n";
$s->autoflush(1); print $s "$ARGV[1]\n"; print while <$s>' "$1" "$2"
  elif command -v nc >/dev/null; then
    printf '%s\n' "$2" | timeout 10 nc -U "$1"
  else
    echo 'there is no program for its socket; install socat, python3, perl or a netcat with -U'
    return 1
  fi
}

haproxy_try() { haproxy_said=$(haproxy_send "$haproxy_socket" "$1" 2>&1); }

# haproxy_ask <command>: the answer in haproxy_said. While HAProxy restarts, its socket refuses for a moment.
haproxy_ask() {
  kind_until 4 haproxy_try "$1" ||
    refuse "HAProxy does not answer at $haproxy_socket: $haproxy_said. It must run, with a line like: stats socket $haproxy_socket mode 660 level admin"
}

# haproxy_set <command>: one that answers with nothing when it is done.
haproxy_set() {
  haproxy_ask "$1"
  haproxy_said=$(printf '%s' "$haproxy_said" | tr -d '\n')
  case $haproxy_said in
    '') ;;
    *ermission*denied*) refuse "HAProxy refuses '$1': $haproxy_said The socket $haproxy_socket needs level admin." ;;
    *) refuse "HAProxy refuses '$1': $haproxy_said" ;;
  esac
}

# haproxy_entry <socket> <backend> <server>: which one this is about. Names are part of commands, so they are plain.
haproxy_entry() {
  kind_is_path "$1" || misused "\"$1\" is not the path of a socket"
  case $2$3 in *[!A-Za-z0-9_.:-]*) misused "\"$2\" and \"$3\" cannot both be names in HAProxy" ;; esac
  { [ -n "$2" ] && [ -n "$3" ]; } || misused 'backend and server have names'
  haproxy_socket=$1 haproxy_backend=$2 haproxy_server=$3 entry=$2/$3 haproxy_memory=haproxy-$2-$3
}

# haproxy_look: status, sessions and administrative state of the entry; columns are found by their names.
haproxy_look() {
  haproxy_ask 'show stat'
  haproxy_row=$(printf '%s\n' "$haproxy_said" | awk -F, -v backend="$haproxy_backend" -v server="$haproxy_server" '
    /^# / { sub(/^# /, ""); for (i = 1; i <= NF; i++) column[$i] = i; next }
    $1 == backend && $2 == server { print $column["scur"] + 0 "," $column["status"] }
    $1 == backend && $2 != "BACKEND" && $2 != server && ($column["status"] == "UP" || $column["status"] == "no check") { others++ }
    END { print "others," others + 0 }')
  haproxy_others=${haproxy_row##*others,}
  haproxy_row=$(printf '%s\n' "$haproxy_row" | head -n 1)
  sessions=${haproxy_row%%,*} status=${haproxy_row#*,}
  haproxy_ask "show servers state $haproxy_backend"
  haproxy_admin=$(printf '%s\n' "$haproxy_said" | awk -v server="$haproxy_server" '
    /^# / { for (i = 2; i <= NF; i++) column[$i] = i - 1; next }
    column["srv_name"] && $column["srv_name"] == server { print $column["srv_admin_state"] }')
  if [ "$sessions" = others ] || ! kind_is_number "$haproxy_admin"; then
    refuse "HAProxy at $haproxy_socket knows no server $entry. Correct backend and serverName of the component in the CMDB."
  fi
}

# Bits of the administrative state: 1, 2, 32 maintenance (set, inherited, no address), 8, 16 drain (set, inherited). Bit 4
# only says that the configuration began with maintenance.
haproxy_is_drained() { [ $((haproxy_admin & 59)) -ne 0 ]; }

# What somebody else has taken out would be put back by our start, so it is theirs to decide.
haproxy_take() {
  haproxy_look
  if haproxy_is_drained; then
    kind_recalls "$haproxy_memory" ||
      fail "$entry is already out of service ($status), and not by Patchtide. Make it ready, or leave the component out of the campaign."
    say "$entry is out of service already ($status), $sessions sessions."
    return
  fi
  [ "$haproxy_others" -ge "$1" ] ||
    fail "$entry stays in service: $haproxy_others other servers of $haproxy_backend are up, the component's keepUp asks for $1."
  kind_remember "$haproxy_memory" "$entry"
  haproxy_set "set server $entry state drain"
  haproxy_look
  haproxy_is_drained || fail "HAProxy accepted the drain of $entry, but does not show it (state $haproxy_admin)."
}

haproxy_is_empty() {
  haproxy_look
  if ! haproxy_is_drained; then
    say "HAProxy has forgotten the drain of $entry, which a restart does; it is set again."
    haproxy_set "set server $entry state drain"
  fi
  [ "${haproxy_seen-}" = "$sessions" ] || say "$entry is $status and has $sessions sessions."
  haproxy_seen=$sessions
  [ "$sessions" -eq 0 ] && haproxy_is_drained
}

word_haproxy_drain() {
  kind_acts
  { [ $# -eq 6 ] && kind_is_number "$4" && kind_is_number "$6"; } ||
    misused '@haproxy-drain SOCKET BACKEND SERVER SECONDS fail|maint KEEP-UP'
  haproxy_entry "$1" "$2" "$3"
  haproxy_take "$6"
  ! kind_until "$4" haproxy_is_empty || exit 0
  [ "$5" = maint ] ||
    fail "$entry still has $sessions sessions after $4 s. It gets no new ones; wait and try again, or cut them: set server $entry state maint"
  say "$entry still has $sessions sessions after $4 s: they are cut."
  note sessions-cut "$sessions of $entry"
  haproxy_set "set server $entry state maint"
  haproxy_set "shutdown sessions server $entry"
  kind_until 10 haproxy_is_empty || fail "$entry has $sessions sessions, even after they were cut."
}

word_haproxy_stopped() {
  [ $# -eq 3 ] || misused '@haproxy-stopped SOCKET BACKEND SERVER'
  haproxy_entry "$@"
  haproxy_is_empty || not_yet "$entry is not out of service ($status, $sessions sessions)."
}

word_haproxy_ready() {
  kind_acts
  [ $# -eq 3 ] || misused '@haproxy-ready SOCKET BACKEND SERVER'
  haproxy_entry "$@"
  haproxy_set "set server $entry state ready"
  haproxy_look
  ! haproxy_is_drained ||
    fail "$entry was made ready, but is still $status (state $haproxy_admin): something it follows is in maintenance. See: show servers state"
  kind_forget "$haproxy_memory"
}

word_haproxy_up() {
  [ $# -eq 3 ] || misused '@haproxy-up SOCKET BACKEND SERVER'
  haproxy_entry "$@"
  haproxy_look
  case $status in
    UP | 'no check') ;;
    *) not_yet "$entry is $status. HAProxy's health check does not see it up." ;;
  esac
  ! haproxy_is_drained || not_yet "$entry is $status, state $haproxy_admin."
}
