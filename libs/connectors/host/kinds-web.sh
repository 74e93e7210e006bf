# kinds-web.sh: nginx, Apache and HAProxy as processes. What could not start again is not stopped in the first place.
#
#   @nginx-config FILE | @apache-config | @haproxy-config FILE     the configuration is one it would start with

# web_config <name> <program> <argument>...: the program's own test; its words are shown, warnings too.
web_config() {
  web_name=$1
  shift
  if web_said=$("$@" 2>&1); then
    [ -z "$web_said" ] || printf '%s\n' "$web_said"
  else
    printf '%s\n' "$web_said"
    fail "$web_name would not start with the configuration it has now. Correct it, then try again: $(printf '%s\n' "$web_said" | grep -v '^$' | head -n 1)"
  fi
}

# web_program <name> <program>...: the first that exists.
web_program() {
  web_name=$1
  shift
  for web_found in "$@"; do
    ! command -v "$web_found" >/dev/null || return 0
  done
  fail "$web_name is not installed on this host: there is no program $*. Correct the kind of the component in the CMDB."
}

word_nginx_config() {
  { [ $# -eq 1 ] && kind_is_path "$1"; } || misused '@nginx-config FILE'
  web_program nginx nginx
  web_config nginx nginx -t -q -c "$1"
}

# Debian's apachectl reads the environment that its configuration needs; elsewhere it is called httpd.
word_apache_config() {
  [ $# -eq 0 ] || misused '@apache-config'
  web_program Apache apache2ctl apachectl httpd
  case $web_found in
    httpd) web_config Apache httpd -t ;;
    *) web_config Apache "$web_found" configtest ;;
  esac
}

word_haproxy_config() {
  { [ $# -eq 1 ] && kind_is_path "$1"; } || misused '@haproxy-config FILE'
  web_program HAProxy haproxy
  web_config HAProxy haproxy -c -q -f "$1"
}
