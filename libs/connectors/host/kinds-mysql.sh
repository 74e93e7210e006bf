# kinds-mysql.sh: MySQL and MariaDB, asked as root over the local socket. FILE has the credentials ([client] user and
# password) where root may not enter by the socket; otherwise it is none. A role is primary or
# replica; any is not looked at.
#
#   @mysql-before-stop UNIT SOCKET FILE ROLE           it is what the CMDB says; tells what makes the stop slow
#   @mysql-stopped SOCKET                              nobody answers at its socket
#   @mysql-up SOCKET FILE ROLE MAX-LAG-SECONDS         it takes writes, or replicates; a Galera node is synced
#   @mysql-probe SOCKET FILE ROLE                      it answers and has this role

# shellcheck disable=SC2154 # unit_* are set by kind_unit

# mysql_at <socket> <file|none> <role>
mysql_at() {
  kind_is_path "$1" || misused "\"$1\" is not the path of a socket"
  [ "$2" = none ] || kind_is_path "$2" || misused "\"$2\" is not the path of a file"
  case $3 in primary | replica | any) ;; *) misused "a role is primary, replica or any, not \"$3\"" ;; esac
  my_socket=$1 my_file=$2 my_role=$3
}

# my_run <program of MariaDB> <program of MySQL> <argument>...
my_run() {
  my_program=$(command -v "$1" || command -v "$2") || refuse "There is neither $1 nor $2 on this host. Install the client programs of the database."
  shift 2
  if [ "$my_file" = none ]; then
    timeout 30 "$my_program" --protocol=socket --socket="$my_socket" --user=root --connect-timeout=5 "$@"
  else
    timeout 30 "$my_program" --defaults-extra-file="$my_file" --protocol=socket --socket="$my_socket" --connect-timeout=5 "$@"
  fi
}

# Answers are rows of names and values separated by tabs.
my_sql() { my_said=$(my_run mariadb mysql --batch --skip-column-names -e "$1" 2>&1 </dev/null); }
my_ask() { my_sql "$1" || refuse "The database at $my_socket does not answer: $(printf '%s\n' "$my_said" | tail -n 1)"; }

# Access may be denied to the ping; that somebody denied it is what is asked here.
my_answers() { my_run mariadb-admin mysqladmin ping >/dev/null 2>&1 </dev/null; }

# my_read_replica: all columns of the replication's state as "name: value" lines; empty on a server that does not replicate.
my_read_replica() {
  my_replica=$(my_run mariadb mysql --batch -e 'show replica status\G' 2>/dev/null </dev/null) ||
    my_replica=$(my_run mariadb mysql --batch -e 'show slave status\G' 2>&1 </dev/null) ||
    refuse "The database at $my_socket does not tell about its replication: $my_replica"
}

# my_column <name> <older name>
my_column() { printf '%s\n' "$my_replica" | sed -n "s/^ *\(${1}\|${2}\): *//p" | head -n 1; }

# mysql_has_role: afterwards my_role is what it is. Who replicates is a replica, also when others replicate from it.
mysql_has_role() {
  my_read_replica
  my_found=primary
  [ -z "$my_replica" ] || my_found=replica
  case $my_role in
    any | "$my_found") my_role=$my_found ;;
    *) refuse "The CMDB calls this database $my_role, but it is a $my_found. The plan's order rests on the role: correct it in the CMDB, or switch over." ;;
  esac
}

word_mysql_before_stop() {
  kind_acts
  [ $# -eq 4 ] || misused '@mysql-before-stop UNIT SOCKET FILE ROLE'
  mysql_at "$2" "$3" "$4"
  kind_unit "$1"
  if ! my_answers; then
    ! kind_unit_is_down || exit 0
    fail "unit $1 is $unit_active, but no database answers at $my_socket. Correct unit or socket of the component in the CMDB."
  fi
  mysql_has_role
  my_ask 'select @@innodb_fast_shutdown'
  [ "$my_said" != 0 ] || say 'innodb_fast_shutdown is 0: the stop purges and merges everything first, which may take very long.'
  my_ask "show global status like 'Innodb_buffer_pool_pages_dirty'"
  say "Pages to be written by the stop: ${my_said##*	}."
  my_ask "select count(*) from information_schema.innodb_trx where trx_started < now() - interval 60 second"
  [ "$my_said" -eq 0 ] || note transactions-cut "$my_said older than 60 s"
  my_ask "show global status like 'wsrep_cluster_size'"
  case ${my_said##*	} in
    '' | 0) ;;
    1) say 'This is the last node of its Galera cluster: it must be the first to start, as a new cluster.' ;;
  esac
}

word_mysql_stopped() {
  [ $# -eq 1 ] || misused '@mysql-stopped SOCKET'
  mysql_at "$1" none any
  ! my_answers || not_yet "A database still answers at $my_socket."
}

word_mysql_probe() {
  [ $# -eq 3 ] || misused '@mysql-probe SOCKET FILE ROLE'
  mysql_at "$@"
  my_answers || not_yet "No database answers at $my_socket."
  mysql_has_role
}

word_mysql_up() {
  { [ $# -eq 4 ] && kind_is_number "$4"; } || misused '@mysql-up SOCKET FILE ROLE MAX-LAG-SECONDS'
  mysql_at "$1" "$2" "$3"
  my_answers || not_yet "No database answers at $my_socket yet."
  mysql_has_role
  mysql_is_synced
  if [ "$my_role" = replica ]; then
    mysql_replicates "$4"
  else
    my_ask 'select @@read_only'
    [ "$my_said" = 0 ] || not_yet 'The database is set to read only (read_only).'
  fi
}

# A Galera node answers long before it has caught up with its cluster.
mysql_is_synced() {
  my_ask "show global status where Variable_name in ('wsrep_cluster_status', 'wsrep_local_state_comment', 'wsrep_ready')"
  case $my_said in
    '' | *Disconnected*OFF* | *Disconnected*) return ;;
    *non-Primary*) not_yet 'This node belongs to no primary component of its Galera cluster.' ;;
    *Synced*) ;;
    *) not_yet "This node is not in step with its Galera cluster: $(printf '%s' "$my_said" | tr '\n\t' ', ')." ;;
  esac
}

mysql_replicates() {
  my_io=$(my_column Replica_IO_Running Slave_IO_Running) my_applies=$(my_column Replica_SQL_Running Slave_SQL_Running)
  my_lag=$(my_column Seconds_Behind_Source Seconds_Behind_Master)
  if [ "$my_io" != Yes ] || [ "$my_applies" != Yes ]; then
    not_yet "This replica does not replicate (IO $my_io, SQL $my_applies): $(my_column Last_IO_Error Last_SQL_Error)"
  fi
  kind_is_number "$my_lag" || not_yet 'How far this replica is behind is not known yet.'
  [ "$my_lag" -le "$1" ] || not_yet "This replica is $my_lag s behind; $1 are allowed."
}
