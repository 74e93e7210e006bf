# kinds-keep-down.sh: what is stopped stays down until it is started again. An enabled unit would come up by itself with
# a reboot, before what it depends on, and the scripts of packages restart their services in the middle of an update.
#
# The mark is a drop-in whose condition looks for the drop-in itself: systemd then passes over the unit without an error,
# whoever asks for it, and is free of it as soon as the file is gone.

keep_down_file() {
  printf '%s/%s.d/patchtide-keep-down.conf' "${PATCHTIDE_UNIT_DIRECTORY:-/etc/systemd/system}" "$(kind_unit_full "$1")"
}

# keep_down <unit>: before it is stopped.
keep_down() {
  kept=$(keep_down_file "$1")
  { mkdir -p "${kept%/*}" && keep_down_text >"$kept.new" && mv "$kept.new" "$kept"; } 2>/dev/null ||
    fail "$1 is not stopped: $kept cannot be written, so a reboot would start it too early. Free space there, or make it writable."
  systemctl daemon-reload
}

keep_down_text() {
  echo '# Stopped by Patchtide for a campaign, which starts it again. To start it yourself:'
  echo '# remove this file, then: systemctl daemon-reload && systemctl start <the unit>'
  echo '[Unit]'
  printf 'ConditionPathExists=!%s/%%n.d/patchtide-keep-down.conf\n' "${PATCHTIDE_UNIT_DIRECTORY:-/etc/systemd/system}"
}

# let_up <unit>: before it is started.
let_up() {
  kept=$(keep_down_file "$1")
  [ -e "$kept" ] || return 0
  rm -f "$kept" || fail "$kept cannot be removed, so $1 would not start. Remove it, then try again."
  rmdir "${kept%/*}" 2>/dev/null
  systemctl daemon-reload
}
