# kinds-oracle.sh: Oracle databases under Grid Infrastructure or Oracle Restart, by srvctl. SCOPE is what stops: the
# database, its instance on this NODE, or everything that runs out of the home.
#
#   @oracle-stop | @oracle-start HOME USER SCOPE DATABASE NODE STATE-FILE
#   @oracle-stopped | @oracle-running HOME USER SCOPE DATABASE NODE STATE-FILE
#   @oracle-datapatch HOME USER SID yes|no   loads into the database what was patched in the home, and looks that it did

# oracle_at <home> <user> <scope> <database> <node> <state file>
oracle_at() {
  kind_is_path "$1" || misused "\"$1\" is not the path of a directory"
  case $3 in database | instance | home) ;; *) misused "what stops is database, instance or home, not \"$3\"" ;; esac
  or_node=$5 or_file=$6
  [ "$or_node" != local ] || or_node=$(hostname -s)
  [ "$or_file" != home ] || or_file=$1/dbs/patchtide-srvctl.state
  for or_name in "$4" "$or_node"; do
    case $or_name in '' | -* | *[!A-Za-z0-9._#\$-]*) misused "\"$or_name\" cannot be the name of a database or a node" ;; esac
  done
  kind_is_path "$or_file" || misused "\"$or_file\" is not the path of a file"
  or_home=$1 or_user=$2 or_scope=$3 or_database=$4
}

# oracle_run <program> <argument>...: as the owner of the home, in its environment.
oracle_run() { kind_as "$or_user" env "ORACLE_HOME=$or_home" "PATH=$or_home/bin:$PATH" "$@"; }

# oracle_srvctl <verb> <option>...: verb and object of this scope, then the options.
oracle_srvctl() {
  or_verb=$1
  shift
  case $or_scope in
    database) set -- "$or_verb" database -db "$or_database" "$@" ;;
    instance) set -- "$or_verb" instance -db "$or_database" -node "$or_node" "$@" ;;
    home) set -- "$or_verb" home -oraclehome "$or_home" -statefile "$or_file" -node "$or_node" "$@" ;;
  esac
  [ -x "$or_home/bin/srvctl" ] || fail "There is no $or_home/bin/srvctl. Correct oracleHome of the component in the CMDB; a database without Grid Infrastructure is of kind custom."
  or_said=$(oracle_run "$or_home/bin/srvctl" "$@" 2>&1)
  or_code=$?
  [ -z "$or_said" ] || printf '%s\n' "$or_said"
  return "$or_code"
}

# oracle_is <up|down>: by what srvctl says about every instance; its exit code is 0 for both.
oracle_is() {
  case $or_scope in
    home) set -- "$1" status home -oraclehome "$or_home" -statefile "$or_file.now" -node "$or_node" ;;
    instance) set -- "$1" status instance -db "$or_database" -node "$or_node" ;;
    database) set -- "$1" status database -db "$or_database" ;;
  esac
  or_wanted=$1
  shift
  rm -f "$or_file.now"
  or_said=$(oracle_run "$or_home/bin/srvctl" "$@" 2>&1) || not_yet "srvctl does not tell the state: $or_said"
  or_down=$(printf '%s\n' "$or_said" | grep -c 'is not running')
  or_up=$(printf '%s\n' "$or_said" | grep -v 'is not running' | grep -c 'is running')
  case $or_wanted in
    down) [ "$or_up" -eq 0 ] && [ "$or_down" -gt 0 ] ;;
    up) [ "$or_down" -eq 0 ] && [ "$or_up" -gt 0 ] ;;
  esac || not_yet "$or_said"
}

word_oracle_stop() {
  kind_acts
  [ $# -eq 6 ] || misused '@oracle-stop HOME USER SCOPE DATABASE NODE STATE-FILE'
  oracle_at "$@"
  # Without its state file nobody would know what ran out of this home.
  oracle_srvctl stop -stopoption immediate || (oracle_is down) >/dev/null || fail "srvctl could not stop it: $(printf '%s\n' "$or_said" | tail -n 1)"
}

word_oracle_stopped() {
  [ $# -eq 6 ] || misused '@oracle-stopped HOME USER SCOPE DATABASE NODE STATE-FILE'
  oracle_at "$@"
  oracle_is down
}

word_oracle_start() {
  kind_acts
  [ $# -eq 6 ] || misused '@oracle-start HOME USER SCOPE DATABASE NODE STATE-FILE'
  oracle_at "$@"
  oracle_srvctl start || (oracle_is up) >/dev/null || fail "srvctl could not start it: $(printf '%s\n' "$or_said" | tail -n 1)"
}

word_oracle_running() {
  [ $# -eq 6 ] || misused '@oracle-running HOME USER SCOPE DATABASE NODE STATE-FILE'
  oracle_at "$@"
  oracle_is up
}

# oracle_sql <sid>: statements on stdin, as the owner of the instance; errors of SQL are errors here.
oracle_sql() {
  or_said=$({ printf 'whenever sqlerror exit failure\nset heading off feedback off pagesize 0\n' && cat; } |
    oracle_run env "ORACLE_SID=$1" "$or_home/bin/sqlplus" -S -L / as sysdba 2>&1)
}

# A home that is patched, with a database that does not know it, is the classic half-done state. datapatch has nothing to
# do when nothing changed. A standby gets its part from its primary.
word_oracle_datapatch() {
  kind_acts
  case $#:${4-} in 4:yes | 4:no) ;; *) misused '@oracle-datapatch HOME USER SID yes|no' ;; esac
  case $3 in '' | -* | *[!A-Za-z0-9_+\$#]*) misused "\"$3\" cannot be the name of an instance" ;; esac
  oracle_at "$1" "$2" database "$3" local home
  [ "$4" = yes ] || exit 0
  oracle_run env "ORACLE_SID=$3" "$or_home/OPatch/datapatch" -verbose ||
    fail 'datapatch failed: the home is patched, the database is not. Read its log (named above), then try again.'
  oracle_sql "$3" <<'END' || fail "The registry of patches cannot be read: $or_said"
select patch_id || ' ' || action || ' ' || status from (
  select r.*, row_number() over (partition by patch_id order by action_time desc) latest from dba_registry_sqlpatch r)
where latest = 1 and status <> 'SUCCESS';
END
  [ -z "$or_said" ] || fail "Patches that the database has not taken over: $(printf '%s' "$or_said" | tr '\n' ',')"
  oracle_sql "$3" <<'END' || fail "Invalid objects cannot be counted: $or_said"
select count(*) from dba_objects where status = 'INVALID';
END
  note invalid-objects "$(printf '%s' "$or_said" | tr -d ' \n')"
}
