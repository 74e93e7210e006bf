# cut-connections.sh <port> [address]: kills the sshd processes that serve connections to this address (or to all).
port=$1 address=${2:-}

local_end=$(printf ':%04X' "$port")
if [ -n "$address" ]; then
  old_ifs=$IFS IFS=.
  set -- $address
  IFS=$old_ifs
  local_end=$(printf '%02X%02X%02X%02X%s' "$4" "$3" "$2" "$1" "$local_end")
fi

# State 0A is the listening socket, which must stay.
sockets=$(awk -v end="$local_end" 'substr($2, length($2) - length(end) + 1) == end && $4 != "0A" && $10 > 0 { print $10 }' /proc/net/tcp)
[ -n "$sockets" ] || exit 0

servers=$(grep -lsx sshd /proc/[0-9]*/comm)
for socket in $sockets; do
  for server in $servers; do
    process=${server%/comm}
    case $(ls -l "$process/fd" 2>/dev/null) in *"socket:[$socket]"*) kill -KILL "${process#/proc/}" 2>/dev/null ;; esac
  done
done
exit 0
