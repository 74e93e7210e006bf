# kinds-net.sh: whether somebody listens, and whether a web server answers as it should.
#
#   @tcp-open A P | @tcp-closed A P     a connection is accepted | is refused; no answer at all proves neither
#   @http-ok URL [STATUS|ok]            GET answers with this status; without one, with any of 200 to 399

# kind_tcp <address> <port>: 0 open, 1 refused, 2 neither is proven; what was seen is in tcp_seen.
kind_tcp() {
  case $1 in '' | -* | *[!0-9A-Za-z.:_-]*) misused "\"$1\" is not an address" ;; esac
  { kind_is_number "$2" && [ "$2" -ge 1 ] && [ "$2" -le 65535 ]; } || misused "\"$2\" is not a port"
  if command -v bash >/dev/null; then
    # shellcheck disable=SC2016 # these are bash's arguments
    tcp_seen=$(timeout 5 bash -c 'exec 3<>"/dev/tcp/$0/$1"' "$1" "$2" 2>&1)
  elif command -v perl >/dev/null; then
    # shellcheck disable=SC2016 # perl, not shell
    tcp_seen=$(timeout 5 perl -MIO::Socket::IP -e \
      'IO::Socket::IP->new(PeerHost => $ARGV[0], PeerPort => $ARGV[1]) or die "$@ $!\n"' "$1" "$2" 2>&1)
  elif command -v python3 >/dev/null; then
    tcp_seen=$(timeout 5 python3 -c \
      'import socket, sys; socket.create_connection((sys.argv[1], int(sys.argv[2])), 4)' "$1" "$2" 2>&1)
  else
    not_yet 'Ports cannot be tried on this host. Install bash, perl or python3.'
  fi
  case $?:$tcp_seen in
    0:*) return 0 ;;
    124:*) tcp_seen='no answer within 5 s' ;;
    *refused*) return 1 ;;
    *) tcp_seen=$(printf '%s\n' "$tcp_seen" | tail -n 1) ;;
  esac
  return 2
}

word_tcp_open() {
  [ $# -eq 2 ] || misused '@tcp-open ADDRESS PORT'
  kind_tcp "$1" "$2"
  case $? in
    0) ;;
    1) not_yet "Nobody listens on $1 port $2." ;;
    *) not_yet "$1 port $2: $tcp_seen." ;;
  esac
}

word_tcp_closed() {
  [ $# -eq 2 ] || misused '@tcp-closed ADDRESS PORT'
  kind_tcp "$1" "$2"
  case $? in
    0) not_yet "Somebody still listens on $1 port $2." ;;
    1) ;;
    *) not_yet "Whether $1 port $2 is closed cannot be told: $tcp_seen." ;;
  esac
}

# http_get <url>: the status code in http_status; 000 when there was no answer, with the reason in http_seen.
http_get() {
  case $1 in
    *[![:graph:]]*) misused 'the address of a web page has only ASCII characters and no spaces, encode the others' ;;
    http://?* | https://?*) ;;
    *) misused "\"$1\" does not begin with http:// or https://" ;;
  esac
  if command -v curl >/dev/null; then
    # -q: no configuration file, -g: brackets and braces mean nothing.
    http_seen=$(curl -q -g -sS -o /dev/null -w '%{http_code}\n' --noproxy '*' --proto =http,https \
      --connect-timeout 5 --max-time 10 -- "$1" 2>&1)
    http_status=$(printf '%s\n' "$http_seen" | tail -n 1)
  elif command -v wget >/dev/null; then
    http_seen=$(wget --no-config --no-proxy -S -O /dev/null --max-redirect=0 --tries=1 --timeout=10 -- "$1" 2>&1)
    http_status=$(printf '%s\n' "$http_seen" | sed -n 's|^ *HTTP/[0-9.]* \([0-9][0-9][0-9]\).*|\1|p' | tail -n 1)
  else
    not_yet 'Web pages cannot be asked on this host. Install curl or wget.'
  fi
  case $http_status in [1-5][0-9][0-9]) ;; *) http_status=000 ;; esac
}

word_http_ok() {
  case $#:${2-} in 1: | 2:ok | 2:[1-5][0-9][0-9]) ;; *) misused '@http-ok URL [STATUS, or ok for any from 200 to 399]' ;; esac
  http_get "$1"
  case $http_status:${2:-ok} in
    000:*) not_yet "$1 does not answer: $(printf '%s\n' "$http_seen" | grep -v '^000$' | tail -n 1)" ;;
    [23]??:ok) ;;
    *:ok) not_yet "$1 answered with status $http_status instead of 200 to 399." ;;
    *) [ "$http_status" = "$2" ] || not_yet "$1 answered with status $http_status instead of $2." ;;
  esac
}
