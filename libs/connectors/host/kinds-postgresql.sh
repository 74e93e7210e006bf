# kinds-postgresql.sh: PostgreSQL. H is a directory with its socket, or an address; U the user of the system, which is
# also the database's superuser. A role is primary or replica; any is not looked at.
#
#   @postgresql-before-stop UNIT H PORT U ROLE       it is what the CMDB says, no backup runs; then a checkpoint
#   @postgresql-stopped H PORT                       nothing answers, not even "the database system is shutting down"
#   @postgresql-shut-down DATA-DIRECTORY             the files say that it ended in order
#   @postgresql-up H PORT U ROLE MAX-LAG-BYTES       it takes writes, or streams and is not further behind than that
#   @postgresql-probe H PORT U ROLE                  it answers and has this role; nothing is written

# shellcheck disable=SC2154 # unit_* are set by kind_unit

# postgresql_at <host> <port>
postgresql_at() {
  case $1 in '' | -* | *[!A-Za-z0-9._/:@+-]*) misused "\"$1\" is neither a directory nor an address" ;; esac
  kind_is_number "$2" || misused "\"$2\" is not a port"
  pg_host=$1 pg_port=$2
}

postgresql_as() {
  case $2 in primary | replica | any) ;; *) misused "a role is primary, replica or any, not \"$2\"" ;; esac
  pg_user=$1 pg_role=$2
}

postgresql_program() {
  pg_program=$(kind_find "$1" /usr/lib/postgresql/*/bin /usr/lib/postgresql*/bin /usr/pgsql-*/bin)
  [ -n "$pg_program" ] || refuse "There is no program $1 on this host. Install PostgreSQL's client programs, or put a link to it on the PATH."
}

# postgresql_ready: what pg_isready says: 0 takes connections, 1 rejects them (starting or shutting down), 2 nobody there.
postgresql_ready() {
  postgresql_program pg_isready
  "$pg_program" -q -t 5 -h "$pg_host" -p "$pg_port"
}

# pg_sql <statements>: the answer in pg_said. The text is ours; nothing of the CMDB is part of it.
pg_sql() {
  postgresql_program psql
  pg_said=$(kind_as "$pg_user" env PGCONNECT_TIMEOUT=5 PGOPTIONS="-c statement_timeout=${2-30s}" PGAPPNAME=patchtide \
    "$pg_program" -XAtq -w -v ON_ERROR_STOP=1 -h "$pg_host" -p "$pg_port" -U "$pg_user" -d postgres -c "$1" 2>&1)
}

pg_ask() { pg_sql "$@" || refuse "PostgreSQL at $pg_host port $pg_port does not answer user $pg_user: $(printf '%s\n' "$pg_said" | head -n 1)"; }

# postgresql_has_role: afterwards pg_role is what it is.
postgresql_has_role() {
  pg_ask 'select pg_is_in_recovery()'
  case $pg_said in
    t) pg_found=replica ;;
    f) pg_found=primary ;;
    *) refuse "PostgreSQL at $pg_host port $pg_port does not say whether it is in recovery: $pg_said" ;;
  esac
  case $pg_role in
    any | "$pg_found") pg_role=$pg_found ;;
    *) refuse "The CMDB calls this PostgreSQL $pg_role, but it is a $pg_found. The plan's order rests on the role: correct it in the CMDB, or switch over." ;;
  esac
}

# Not running is fine only when the unit agrees; otherwise we look at the wrong place.
word_postgresql_before_stop() {
  kind_acts
  [ $# -eq 5 ] || misused '@postgresql-before-stop UNIT HOST PORT USER ROLE'
  postgresql_at "$2" "$3"
  postgresql_as "$4" "$5"
  kind_unit "$1"
  postgresql_ready
  case $? in
    0) ;;
    1)
      say 'PostgreSQL rejects connections: it is on its way down or up.'
      exit 0
      ;;
    *)
      ! kind_unit_is_down || exit 0
      fail "unit $1 is $unit_active, but no PostgreSQL answers at $pg_host port $pg_port. Correct unit, port or socketDirectory of the component in the CMDB."
      ;;
  esac
  postgresql_has_role
  postgresql_runs_no_backup
  postgresql_tell_victims
  # What is on disk now need not be written while everybody waits for the end. How long it takes, the step's time bounds.
  pg_sql checkpoint 0 || say "No checkpoint before the stop: $pg_said"
}

postgresql_runs_no_backup() {
  pg_ask 'show server_version_num'
  [ "$pg_said" -ge 130000 ] || return 0
  pg_ask "select pid || ' (' || phase || ')' from pg_stat_progress_basebackup"
  [ -z "$pg_said" ] || fail "A base backup of this server is running: process $pg_said. Wait for its end, or hold the batch job that makes it."
}

# They are rolled back or cut; that is what a stop means, but nobody should have to guess it afterwards.
postgresql_tell_victims() {
  pg_ask "select 'transaction of process ' || pid || ', user ' || coalesce(usename, '-') || ', application '
    || coalesce(application_name, '-') || ', for ' || extract(epoch from now() - xact_start)::int || ' s'
    from pg_stat_activity where xact_start < now() - interval '60 s' and pid <> pg_backend_pid() and backend_type = 'client backend'"
  if [ -n "$pg_said" ]; then
    printf 'rolled back by the stop: %s\n' "$pg_said" | head -n 20
    note transactions-cut "$(printf '%s\n' "$pg_said" | wc -l) older than 60 s"
  fi
  pg_ask 'select count(*) from pg_prepared_xacts'
  [ "$pg_said" -eq 0 ] || say "$pg_said prepared transactions stay open over the restart and keep their locks."
  [ "$pg_role" != replica ] || return 0
  pg_ask "select 'replica ' || application_name || ' ' || coalesce(client_addr::text, 'local') || ' is ' || state || ', '
    || coalesce(pg_wal_lsn_diff(pg_current_wal_lsn(), sent_lsn), 0) || ' bytes not yet sent' from pg_stat_replication"
  [ -z "$pg_said" ] || printf '%s\n' "$pg_said"
}

word_postgresql_stopped() {
  [ $# -eq 2 ] || misused '@postgresql-stopped HOST PORT'
  postgresql_at "$@"
  postgresql_ready
  case $? in
    0) not_yet "PostgreSQL still answers at $pg_host port $pg_port." ;;
    1) not_yet "PostgreSQL at $pg_host port $pg_port rejects connections: it has not ended. Old sessions, a replica or the archiver may hold it." ;;
    2) ;;
    *) misused "pg_isready does not accept $pg_host and $pg_port" ;;
  esac
}

word_postgresql_shut_down() {
  { [ $# -eq 1 ] && kind_is_path "$1"; } || misused '@postgresql-shut-down DATA-DIRECTORY'
  pg_version=$(cat "$1/PG_VERSION" 2>/dev/null) || fail "$1 holds no PostgreSQL. Correct dataDirectory of the component in the CMDB."
  pg_program=$(kind_find pg_controldata "/usr/lib/postgresql/$pg_version/bin" "/usr/pgsql-$pg_version/bin")
  [ -n "$pg_program" ] || fail 'There is no program pg_controldata on this host. Put a link to it on the PATH, or take dataDirectory out of the CMDB.'
  pg_said=$("$pg_program" -D "$1" 2>&1 | sed -n 's/^Database cluster state: *//p')
  case $pg_said in
    'shut down' | 'shut down in recovery') ;;
    *) fail "The files in $1 say \"$pg_said\": PostgreSQL did not end in order and will recover at its start. Look at its log before it is patched." ;;
  esac
}

word_postgresql_probe() {
  [ $# -eq 4 ] || misused '@postgresql-probe HOST PORT USER ROLE'
  postgresql_at "$1" "$2"
  postgresql_as "$3" "$4"
  postgresql_ready || not_yet "PostgreSQL at $pg_host port $pg_port takes no connections."
  postgresql_has_role
}

word_postgresql_up() {
  { [ $# -eq 5 ] && kind_is_number "$5"; } || misused '@postgresql-up HOST PORT USER ROLE MAX-LAG-BYTES'
  postgresql_at "$1" "$2"
  postgresql_as "$3" "$4"
  postgresql_ready || not_yet "PostgreSQL at $pg_host port $pg_port takes no connections yet."
  postgresql_has_role
  if [ "$pg_role" = replica ]; then postgresql_streams "$5"; else postgresql_writes; fi
}

# A real write that leaves nothing behind. It waits for no replica: those come up after their primary.
postgresql_writes() {
  pg_ask 'show default_transaction_read_only'
  [ "$pg_said" = off ] || not_yet 'PostgreSQL is set to read only (default_transaction_read_only).'
  pg_sql "set synchronous_commit = local; select pg_logical_emit_message(true, 'patchtide', 'takes writes')" ||
    not_yet "PostgreSQL does not take writes: $pg_said"
}

# postgresql_streams <bytes>: what the primary has told of, against what is applied here.
postgresql_streams() {
  pg_ask "select status, greatest(pg_wal_lsn_diff(latest_end_lsn, pg_last_wal_replay_lsn()), 0)::bigint from pg_stat_wal_receiver"
  case $pg_said in
    streaming\|*) ;;
    '') not_yet 'This replica has no connection to its primary.' ;;
    *) not_yet "This replica does not stream from its primary: ${pg_said%%|*}." ;;
  esac
  pg_lag=${pg_said#*|}
  [ "${pg_lag:-0}" -le "$1" ] || not_yet "This replica is $pg_lag bytes behind its primary; $1 are allowed."
}
