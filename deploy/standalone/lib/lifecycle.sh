# shellcheck shell=bash
# build, up, restart, down and status.

# All of `up` that needs the outside world: afterwards an engine can start on a machine, or in a network namespace, without.
command_build() {
  require_root
  install_ensure
}

install_ensure() {
  packages_ensure
  names_ensure
  java_ensure
  build_ensure
  training_ensure
}

command_up() {
  local begun
  PROCESSES_APART=
  SEED_WANTED=yes
  while (($#)); do
    case $1 in
      --processes) PROCESSES_APART=yes ;;
      --no-seed) SEED_WANTED= ;;
      *) die "up: unknown argument '$1'" ;;
    esac
    shift
  done
  require_root
  begun=$(now_ms)
  settings_lock
  install_ensure
  database_user_ensure
  settings_make_directories
  stack_start
  say_since "$begun" "up"
  [[ -z $SEED_WANTED ]] || images_seed_if_none
  up_farewell
}

# The engine alone: containers, log and database go on, and so nothing waits for a broker that wakes up.
command_restart() {
  local begun
  (($# == 0)) || die "restart: unknown argument '$1'"
  require_root
  [[ -s $PROCESSES/started-as ]] || die "not up: './varve up' first"
  begun=$(now_ms)
  settings_lock
  PROCESSES_APART=$(grep -ow apart "$PROCESSES/started-as" || true)
  install_ensure
  engine_stop
  stack_start
  say_since "$begun" "restarted"
}

# Starts what does not run. Everything starts at the same time; the services wait for the log and the database by themselves.
stack_start() {
  local started part
  started=$(now_ms)
  stack_settle
  stack_prepare
  if broker_wanted; then broker_start; fi
  if postgres_wanted; then postgres_start; fi
  engine_start
  if postgres_wanted; then
    process_await postgres 60 postgres_ready "$LOGS/postgres.log"
    say_since "$started" "PostgreSQL answers on 127.0.0.1:$POSTGRES_PORT"
  fi
  if broker_wanted; then
    process_await broker 60 broker_ready "$LOGS/broker.out" "$LOGS/broker.log"
    say_since "$started" "Kafka answers on 127.0.0.1:$BROKER_PORT"
  fi
  for part in $(engine_parts); do
    process_await "$part" 120 "${part}_ready" "$LOGS/$part.out" "$LOGS/$part.log"
  done
  say_since "$started" "the engine answers on $SOCKET"
}

# Ports, passwords and properties. An engine that runs with others than these, or from another build, is stopped here:
# its containers go on, and it starts again with the new ones.
stack_settle() {
  local before wanted
  if broker_wanted; then broker_settle; fi
  if postgres_wanted; then postgres_settle; fi
  before=$(cat "$SECRETS/engine.properties" "$PROCESSES/started-as" 2>/dev/null || true)
  wanted="build $BUILD ${PROCESSES_APART:+apart} ${VARVE_JAVA_OPTS:-}"
  engine_configure
  printf '%s\n' "$wanted" >"$PROCESSES/started-as"
  if engine_runs && [[ $before != "$(cat "$SECRETS/engine.properties" "$PROCESSES/started-as")" ]]; then
    say "build or settings have changed: the engine starts again"
    engine_stop
  fi
}

# The slow parts of a first start, side by side.
stack_prepare() {
  local jobs=() job
  if broker_wanted; then
    broker_prepare 9>&- &
    jobs+=($!)
  fi
  if postgres_wanted; then
    postgres_prepare 9>&- &
    jobs+=($!)
  fi
  namespace_ensure
  for job in "${jobs[@]}"; do wait "$job"; done
}

up_farewell() {
  cat <<TEXT

  export DOCKER_HOST=unix://$SOCKET
  docker run --rm busybox echo hello

TEXT
  command -v docker >/dev/null || say "the docker CLI is not installed: package $(docker_package)"
}

command_down() {
  local begun containers running
  containers=
  while (($#)); do
    case $1 in
      --containers) containers=yes ;;
      *) die "down: unknown argument '$1'" ;;
    esac
    shift
  done
  require_root
  [[ -d $RUN ]] || {
    say "not up"
    return
  }
  begun=$(now_ms)
  settings_lock
  if [[ -n $containers ]]; then containers_stop; fi
  running=$(monitors | wc -l)
  stack_stop
  say_since "$begun" "down"
  ((running == 0)) || say "$running running containers go on; './varve up' finds them again, './varve down --containers' stops them first"
}

# In the order of use: each may still finish its work with what it uses.
stack_stop() {
  engine_stop
  broker_stop
  postgres_stop
}

containers_stop() {
  local ids
  engine_ready || die "the engine is not up, and only it can stop containers with their events: './varve up' first"
  mapfile -t ids < <(engine_get /containers/json | grep -o '"Id":"[0-9a-f]\{64\}"' | cut -d'"' -f4 | sort -u)
  ((${#ids[@]})) || return 0
  say "stopping ${#ids[@]} containers"
  printf '%s\n' "${ids[@]}" | xargs -P 8 -I ID curl -fsS --max-time 60 --unix-socket "$SOCKET" -X POST \
    "http://varve/containers/ID/stop" || warn "not every container has stopped"
}

# The pids of the container monitors in our mount namespace, one for each running container; what was executed in one has a monitor as well.
monitors() {
  local number process
  namespace_pinned || return 0
  number=$(namespace_number)
  for process in /proc/[0-9]*; do
    [[ $(stat -L -c %i "$process/ns/mnt" 2>/dev/null) == "$number" ]] || continue
    [[ $(<"$process/comm") == conmon ]] || continue
    grep -qzx -- --exec "$process/cmdline" || printf '%s\n' "${process#/proc/}"
  done 2>/dev/null
}

command_status() {
  local part pid place
  require_root
  printf '%-10s %-9s %8s %9s  %s\n' PART STATE PID MEMORY PLACE
  for part in $(status_parts); do
    case $part in
      broker) place=127.0.0.1:$(cat "$PROCESSES/broker.port" 2>/dev/null || true) ;;
      postgres) place=127.0.0.1:$(cat "$PROCESSES/postgres.port" 2>/dev/null || true) ;;
      engine | gateway) place=$SOCKET ;;
      *) place=$RUN/$part.sock ;;
    esac
    if pid=$(process_pid "$part"); then
      printf '%-10s %-9s %8s %5s MiB  %s\n' "$part" "$(status_of "$part")" "$pid" $(($(process_memory "$pid") / 1024)) "$place"
    else
      printf '%-10s %-9s %8s %9s  %s\n' "$part" down - - "$place"
    fi
  done
  printf '%-10s %s\n' containers "$(monitors | wc -l) running"
  printf '%-10s %s\n' root "$ROOT"
  engine_ready
}

status_parts() {
  local parts
  parts=$(engine_parts)
  if broker_wanted; then echo broker; fi
  if postgres_wanted; then echo postgres; fi
  printf '%s\n' "${parts:-engine}"
}

status_of() {
  BROKER_PORT=$(cat "$PROCESSES/broker.port" 2>/dev/null || true)
  if "${1}_ready"; then echo ready; else echo starting; fi
}
