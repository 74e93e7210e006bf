#!/bin/sh
# Plays systemctl where no systemd runs. A unit is the directory $PATCHTIDE_TEST_UNITS/<unit>:
#   start        program that starts the daemon and leaves it running      stop   program that stops it (default: a signal)
#   pidfile      the file its main process is named in                     signal of the default stop (default: TERM)
#   properties   lines for `show`, such as Restart=always                  masked, unloadable   as they say
#   failed       is there while its last start failed
# A unit without a pid file is active while it has the file `active`, as sockets and timers are.
units=${PATCHTIDE_TEST_UNITS:?this program plays systemd and must be told where the units are}
verb='' unit=''
while [ $# -gt 0 ]; do
  case $1 in
    -p | --lines) shift ;;
    -*) ;;
    *) if [ -z "$verb" ]; then verb=$1; else unit=$1; fi ;;
  esac
  shift
done
[ -d "$units/$unit" ] || case $unit in *.*) ;; *) unit=$unit.service ;; esac
home=$units/$unit
echo "$verb $unit" >>"$units/log"

main_process() {
  pid=0
  [ -e "$home/pidfile" ] && read -r pid 2>/dev/null <"$(cat "$home/pidfile")"
  # A zombie, and a pid that was given to another process, are not it.
  case $(sed 's/.*) //' "/proc/${pid:-0}/stat" 2>/dev/null) in '' | [ZX]*) pid=0 ;; esac
}

is_active() {
  [ -e "$home/active" ] && return
  main_process
  [ "$pid" -gt 0 ]
}

show() {
  if [ ! -d "$home" ]; then
    printf 'LoadState=not-found\nActiveState=inactive\nSubState=dead\n'
  else
    if [ -e "$home/masked" ]; then echo LoadState=masked; elif [ -e "$home/unloadable" ]; then echo LoadState=bad-setting; else echo LoadState=loaded; fi
    if is_active; then printf 'ActiveState=active\nSubState=running\n'
    elif [ -e "$home/failed" ]; then printf 'ActiveState=failed\nSubState=failed\nResult=exit-code\n'
    else printf 'ActiveState=inactive\nSubState=dead\n'; fi
    main_process
    echo "MainPID=$pid"
    # As systemd does it, the last word counts.
    [ ! -e "$home/properties" ] || cat "$home/properties"
  fi
}

start() {
  [ -d "$home" ] || { echo "Unit $unit not found." >&2; exit 5; }
  is_active && return
  rm -f "$home/failed"
  if [ ! -e "$home/start" ]; then touch "$home/active"; return; fi
  "$home/start" </dev/null >>"$home/output" 2>&1 && return
  touch "$home/failed"
  echo "Job for $unit failed because the control process exited with error code." >&2
  exit 1
}

stop() {
  [ -d "$home" ] || { echo "Unit $unit not found." >&2; exit 5; }
  rm -f "$home/active"
  if [ -e "$home/stop" ]; then "$home/stop" </dev/null >>"$home/output" 2>&1; return; fi
  main_process
  [ "$pid" -gt 0 ] || return 0
  kill -s "$(cat "$home/signal" 2>/dev/null || echo TERM)" "$pid"
  while main_process && [ "$pid" -gt 0 ]; do sleep 0.1; done
}

case $verb in
  show) show ;;
  start) start ;;
  stop) stop ;;
  daemon-reload) ;;
  reset-failed) rm -f "$home/failed" ;;
  status) echo "status of $unit" && tail -n 5 "$home/output" 2>/dev/null ;;
  *) echo "Unknown command verb $verb." >&2; exit 1 ;;
esac
