# power-cycle.sh <state directory> <address> <port>: shuts the host down and brings it back with a new boot id.
# One sshd serves all hosts, so a host that is down is played by cutting every connection to its address.
state=$1 address=$2 port=$3 programs=${0%/*}

setting() {
  if [ -s "$state/$1" ]; then cat "$state/$1"; else echo "$2"; fi
}

sleep "$(setting shutdown-seconds 0.2)"
touch "$state/down"
sh "$programs/kill-processes.sh" "$state"
back_at=$(date -d "+$(setting reboot-seconds 1) seconds" +%s%3N)
while [ "$(date +%s%3N)" -lt "$back_at" ]; do
  sh "$programs/cut-connections.sh" "$port" "$address"
  sleep 0.02
done
sh "$programs/kill-processes.sh" "$state"

cat /proc/sys/kernel/random/uuid >"$state/boot-id"
rm -f "$state/reboot-required"
for unit in "$state"/units/*; do
  [ -e "$unit" ] || continue
  if [ -e "$state/enabled/${unit##*/}" ]; then echo active >"$unit"; else echo inactive >"$unit"; fi
done
rm -f "$state/down"
