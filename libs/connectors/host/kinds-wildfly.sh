# kinds-wildfly.sh: WildFly and JBoss EAP as standalone servers, over the management interface.
#
#   @wildfly-suspend UNIT HOME CONTROLLER SECONDS      takes no new requests and lets the running ones end
#   @wildfly-running HOME CONTROLLER                   server-state is running, and everything deployed came up

# wildfly_at <home> <controller>
wildfly_at() {
  kind_is_path "$1" || misused "\"$1\" is not the path of a directory"
  case $2 in '' | -* | *[!A-Za-z0-9.:_-]*) misused "\"$2\" is not the address of a controller, like 127.0.0.1:9990" ;; esac
  wf_cli=$1/bin/jboss-cli.sh wf_controller=$2
  [ -x "$wf_cli" ] || refuse "There is no $wf_cli. Correct home of the component in the CMDB."
}

# wildfly_do <operation>: the answer in wf_said.
wildfly_do() {
  wf_said=$(timeout 90 "$wf_cli" --connect "--controller=$wf_controller" --timeout=60000 "--command=$1" 2>&1 </dev/null)
}

# wildfly_result: the quoted or plain value after "result" =>.
wildfly_result() { printf '%s\n' "$wf_said" | sed -n 's/.*"result" => "\{0,1\}\([^",]*\).*/\1/p' | head -n 1; }

wildfly_is_suspended() { wildfly_do ':read-attribute(name=suspend-state)' && [ "$(wildfly_result)" = SUSPENDED ]; }

word_wildfly_suspend() {
  kind_acts
  { [ $# -eq 4 ] && kind_is_number "$4"; } || misused '@wildfly-suspend UNIT HOME CONTROLLER SECONDS'
  wildfly_at "$2" "$3"
  kind_unit "$1"
  ! kind_unit_is_down || exit 0
  kind_unit_startable ' again, and is not stopped'
  # The parameter had another name before WildFly 19.
  wildfly_do ":suspend(suspend-timeout=$4)" || wildfly_do ":suspend(timeout=$4)" ||
    fail "The server at $wf_controller cannot be suspended: $(printf '%s\n' "$wf_said" | tail -n 1)"
  if kind_until "$(($4 + 5))" wildfly_is_suspended; then
    say 'Suspended: requests that ran have ended.'
  else
    say "Requests still run after $4 s: they are cut by the stop."
    note sessions-cut "requests after $4 s"
  fi
}

word_wildfly_running() {
  [ $# -eq 2 ] || misused '@wildfly-running HOME CONTROLLER'
  wildfly_at "$@"
  wildfly_do ':read-attribute(name=server-state)' || not_yet "The server at $wf_controller does not answer: $(printf '%s\n' "$wf_said" | tail -n 1)"
  wf_state=$(wildfly_result)
  [ "$wf_state" = running ] || not_yet "The server is in state ${wf_state:-unknown}, not running."
  # A server whose applications failed to deploy is running all the same.
  wildfly_do '/core-service=management:read-boot-errors' || not_yet "The server does not tell its boot errors: $(printf '%s\n' "$wf_said" | tail -n 1)"
  case $(printf '%s' "$wf_said" | tr -d ' \n\r') in
    *'"result"=>[]'*) ;;
    *)
      printf '%s\n' "$wf_said" | head -n 40
      not_yet 'The server runs, but something did not come up with it: see the boot errors above.'
      ;;
  esac
}
