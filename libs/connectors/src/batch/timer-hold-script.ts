/**
 * Holds a systemd timer by stopping it. The dead-man is a transient timer of systemd's own that starts it again; its
 * description is our marker, and its existence says that the timer was running before: nothing else is stored.
 * Renewing starts the other one of two dead-men before it stops the present one, so that a cut connection never
 * leaves a hold without one. A reboot drops hold and dead-man together: the keeper takes the hold again.
 */
export const timerHoldScript = String.raw`
verb=$1 timer=$2 marker=$3 ttl=$4 prior=$5 one=patchtide-hold-$6-a two=patchtide-hold-$6-b note=-
trap '' HUP
command -v systemctl >/dev/null || { echo 'systemctl is not installed' >&2; exit 127; }

prop() { systemctl show -p "$2" "$1" 2>/dev/null | sed -n "s/^$2=//p"; }
is_active() { case $(prop "$1" ActiveState) in active | activating) return 0 ;; esac; return 1; }
is_there() { case $(prop "$timer" LoadState) in loaded | masked) return 0 ;; esac; return 1; }
holder() {
  for unit in $one $two; do
    if is_active "$unit.timer"; then prop "$unit.timer" Description; return; fi
  done
  echo -
}
running() {
  service=$(prop "$timer" Unit)
  [ -n "$service" ] || { echo unknown; return; }
  case $(prop "$service" ActiveState) in
    activating | deactivating | reloading) echo yes ;;
    active) if [ "$(prop "$service" SubState)" = exited ]; then echo no; else echo yes; fi ;;
    *) echo no ;;
  esac
}
say() {
  exists=no scheduled=no
  if is_there; then exists=yes; fi
  if is_active "$timer"; then scheduled=yes; fi
  echo "patchtide-hold exists=$exists scheduled=$scheduled running=$(running) by=$(holder) prior=$1 note=$note"
  exit 0
}

by=$(holder)
case $verb in
  inspect) say - ;;
  hold)
    if ! is_there; then say -; fi
    if [ "$by" != - ] && [ "$by" != "$marker" ]; then say -; fi
    if [ "$by" != "$marker" ] && ! is_active "$timer"; then say idle; fi
    if is_active "$one.timer"; then new=$two old=$one; else new=$one old=$two; fi
    if is_active "$new.timer"; then systemctl stop "$new.timer" || exit 1; fi
    # A dead-man that failed earlier is still loaded under this name.
    systemctl reset-failed "$new.service" >/dev/null 2>&1 || :
    systemd-run --quiet --unit="$new" --description="$marker" --on-active="$ttl" \
      --timer-property=AccuracySec=1s systemctl start "$timer" || exit 1
    systemctl stop "$timer" || exit 1
    if is_active "$old.timer"; then systemctl stop "$old.timer" || exit 1; fi
    say scheduled ;;
  release)
    if [ "$by" != - ] && [ "$by" != "$marker" ]; then say -; fi
    if ! is_there; then say -; fi
    if [ "$by" = "$marker" ] || [ "$prior" = scheduled ]; then
      if ! is_active "$timer"; then systemctl start "$timer" || exit 1; fi
    fi
    for unit in $one $two; do
      if is_active "$unit.timer"; then systemctl stop "$unit.timer" || exit 1; fi
    done
    say - ;;
  *) echo 'unknown verb' >&2; exit 2 ;;
esac
`;
