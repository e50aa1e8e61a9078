# shellcheck shell=bash
# The embedded PostgreSQL: a cache of the log that may be thrown away at any time. It never runs as root.

postgres_wanted() { [[ -z $POSTGRES ]]; }

# The user that PostgreSQL runs as: `varve` where it can be made, else `nobody`.
database_user_ensure() {
  postgres_wanted || return 0
  id -u varve >/dev/null 2>&1 && return
  useradd --system --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin --user-group varve 2>/dev/null ||
    warn "the system user 'varve' cannot be made; PostgreSQL runs as 'nobody'"
}

database_user() { if id -u varve >/dev/null 2>&1; then printf varve; else printf nobody; fi; }

database_group() { id -gn "$(database_user)"; }

as_database_user() { "${AS_DATABASE_USER[@]}" "$@"; }

# What must be known before anything starts; quick.
postgres_settle() {
  local jar
  AS_DATABASE_USER=(setpriv --reuid "$(database_user)" --regid "$(database_group)" --clear-groups --bounding-set=-all
    --inh-caps=-all --no-new-privs)
  jar=$(printf '%s\n' "$BUILD"/broker/postgres/*.jar | head -n 1)
  POSTGRES_ARCHIVE=$jar
  POSTGRES_BINARIES=${jar##*-}
  POSTGRES_BINARIES=$ROOT/postgres/${POSTGRES_BINARIES%.jar}
  POSTGRES_DATA=$ROOT/postgres/data
  if process_runs postgres; then
    POSTGRES_PORT=$(<"$PROCESSES/postgres.port")
  else
    POSTGRES_PORT=$(free_port "$PROCESSES/postgres.port")
  fi
  secret postgres >/dev/null
  install -d -o "$(database_user)" -g "$(database_group)" -m 0700 "$ROOT/postgres" "$RUN/postgres"
  as_database_user test -x "$ROOT/postgres" ||
    die "the user $(database_user) cannot reach $ROOT/postgres: its parent directories must allow passing (chmod o+x)"
}

# The slow part, needed once: unpacks the binaries and makes the cluster.
postgres_prepare() {
  if [[ ! -x $POSTGRES_BINARIES/bin/postgres ]]; then
    rm -rf "$POSTGRES_BINARIES" "$ROOT/postgres/unpacking"
    mkdir "$ROOT/postgres/unpacking"
    unzip -p "$POSTGRES_ARCHIVE" '*.txz' | tar -xJ --no-same-owner -C "$ROOT/postgres/unpacking"
    mv "$ROOT/postgres/unpacking" "$POSTGRES_BINARIES"
  fi
  # Our settings are the last thing that is written: a cluster without them was left half made, and is made again.
  [[ -s $POSTGRES_DATA/conf.d/varve.conf ]] || postgres_initialize
}

postgres_initialize() {
  local log=$LOGS/postgres.log password=$RUN/postgres/password
  rm -rf "$POSTGRES_DATA"
  install -m 0600 -o "$(database_user)" /dev/null "$password"
  secret postgres >"$password"
  if ! {
    as_database_user "$POSTGRES_BINARIES/bin/initdb" -D "$POSTGRES_DATA" -U varve -A scram-sha-256 --pwfile="$password" \
      --no-sync -E UTF8 --locale=C &&
      as_database_user "$POSTGRES_BINARIES/bin/postgres" --single -F -D "$POSTGRES_DATA" postgres <<<'CREATE DATABASE varve'
  } >>"$log" 2>&1; then
    tail_of "$log"
    die "PostgreSQL's cluster could not be made"
  fi
  rm -f "$password"
  as_database_user mkdir -p "$POSTGRES_DATA/conf.d"
  as_database_user tee -a "$POSTGRES_DATA/postgresql.conf" <<<"include_dir 'conf.d'" >/dev/null
  # Small, and with few processes. A commit need not wait for the disk: a projection stores the log's offset with its
  # rows, so that what a crash forgets is projected again.
  as_database_user tee "$POSTGRES_DATA/conf.d/varve.conf" >/dev/null <<'CONF'
synchronous_commit = off
shared_buffers = 12MB
max_connections = 50
wal_level = minimal
max_wal_senders = 0
max_worker_processes = 0
max_parallel_workers = 0
max_logical_replication_workers = 0
autovacuum_max_workers = 1
max_wal_size = 128MB
min_wal_size = 32MB
checkpoint_timeout = 15min
huge_pages = off
jit = off
log_min_messages = warning
log_line_prefix = '%m [%p] '
lc_messages = 'C'
timezone = 'UTC'
CONF
}

postgres_start() {
  process_runs postgres && return
  log_limit "$LOGS/postgres.log"
  process_start postgres "$LOGS/postgres.log" "${AS_DATABASE_USER[@]}" \
    "$POSTGRES_BINARIES/bin/postgres" -D "$POSTGRES_DATA" -p "$POSTGRES_PORT" -h 127.0.0.1 -k "$RUN/postgres"
}

# The last line of its pid file says how far it is.
postgres_ready() {
  local pid
  pid=$(process_pid postgres) || return 1
  [[ $(sed -n '1p;8p' "$ROOT/postgres/data/postmaster.pid" 2>/dev/null | tr -d ' \n') == "${pid}ready" ]]
}

postgres_stop() { process_stop postgres INT 30; }
