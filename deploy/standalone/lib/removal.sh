# shellcheck shell=bash
# reset: the end of an engine and of everything it owns, and of nothing else.

command_reset() {
  local answer begun
  require_root
  case ${1:-} in
    --yes) ;;
    '')
      say "this removes the engine of $ROOT: its containers, images, volumes and its whole history"
      read -r -p "Type the root directory's path to go on: " answer || true
      [[ $answer == "$ROOT" ]] || die "nothing was removed"
      ;;
    *) die "reset: unknown argument '$1'" ;;
  esac
  begun=$(now_ms)
  removal_check
  settings_lock
  stack_stop
  removal_of_containers
  removal_of_network
  namespace_remove
  removal_of_schemas
  removal_of_topics
  removal_of_directories
  say_since "$begun" "removed: $ROOT, $RUN and all that belonged to them"
}

# Only what looks like an engine of ours is removed, so that a mistyped --root costs nothing.
removal_check() {
  if [[ -d $ROOT && -n $(ls -A "$ROOT") && ! -d $ROOT/secrets ]]; then
    die "$ROOT is no engine's root: nothing was removed"
  fi
}

# Whatever lives in our mount namespace or in our cgroups: monitors, containers, name servers.
removal_of_containers() {
  local attempt pid
  for ((attempt = 0; attempt < 50; attempt++)); do
    local pids
    mapfile -t pids < <(removal_pids)
    ((${#pids[@]})) || break
    for pid in "${pids[@]}"; do kill -s KILL "$pid" 2>/dev/null || true; done
    sleep 0.1
  done
  removal_cgroups | while read -r group; do
    find "$group" -depth -type d -exec rmdir {} + 2>/dev/null || true
  done
}

removal_pids() {
  local number process group
  if namespace_pinned; then
    number=$(namespace_number)
    for process in /proc/[0-9]*; do
      [[ $(stat -L -c %i "$process/ns/mnt" 2>/dev/null) != "$number" ]] || printf '%s\n' "${process#/proc/}"
    done
  fi
  removal_cgroups | while read -r group; do
    find "$group" -name cgroup.procs -exec cat {} + 2>/dev/null || true
  done
}

# What this engine, by its prefix, has in a database that is not its own. It is a cache of the log: where it cannot be
# dropped it is in nobody's way.
removal_of_schemas() {
  local url password service schemas=()
  url=$(engine_property varve.postgres.url)
  password=$(engine_property varve.postgres.password)
  [[ -n $url && $password != "$(cat "$SECRETS/postgres.password" 2>/dev/null || true)" ]] || return 0
  for service in image snapshot container; do schemas+=("$(engine_property varve.prefix)_$service"); done
  local statement="drop schema if exists ${schemas[0]}, ${schemas[1]}, ${schemas[2]} cascade"
  PGUSER=$(engine_property varve.postgres.user) PGPASSWORD=$password PGCONNECT_TIMEOUT=10 PGOPTIONS='-c client_min_messages=warning' \
    psql -X -q -v ON_ERROR_STOP=1 -c "$statement" "${url#jdbc:}" ||
    warn "left in the database $url; to remove it there: $statement"
}

# The record in a broker that is not its own is its operator's: an engine of the same prefix would read it again.
removal_of_topics() {
  local prefix
  [[ -s $SECRETS/engine.properties && $(engine_property varve.kafka.properties) != "$SECRETS/kafka.properties" ]] || return 0
  prefix=$(engine_property varve.prefix)
  say "left in $(engine_property varve.kafka.bootstrap): the topics $prefix.image, $prefix.snapshot, $prefix.container and $prefix.dead-letter"
}

# The cgroups named after our prefix, in every hierarchy.
removal_cgroups() {
  find /sys/fs/cgroup -mindepth 1 -maxdepth 2 -type d -name "$PREFIX" 2>/dev/null || true
}

removal_of_network() {
  local link table
  while read -r link; do
    ip link del dev "$link" 2>/dev/null || true
  done < <(
    ip -o link show type bridge 2>/dev/null | awk -F': ' '{print $2}' | grep -xF "${PREFIX}0" || true
    # Those of networks that people made bear the engine's mark.
    ip -o link show type bridge 2>/dev/null | grep -E "alias varve $PREFIX *\$" | awk -F': ' '{print $2}' || true
  )
  # Published ports come with larger segments of IPv4 on the loopback link. Where ip has no word for these, a change of the
  # size for all sets them, too; it has to be a change.
  if nft list table inet "$PREFIX-ports" >/dev/null 2>&1; then
    { ip link set dev lo gso_max_size 65535 && ip link set dev lo gso_max_size 65536; } 2>/dev/null || true
  fi
  while read -r table; do
    # The family and the name are two words.
    # shellcheck disable=SC2086
    nft delete table $table 2>/dev/null || true
  done < <(nft list tables 2>/dev/null | sed -n 's/^table //p' | grep -E " $PREFIX([_-].*)?\$" || true)
}

removal_of_directories() {
  # A mount below the root that is visible here was not made by the engine, which mounts in its own namespace only.
  if grep -qE " $ROOT(/[^ ]*)? " /proc/self/mounts; then
    die "something is mounted below $ROOT: unmount it, then run this again"
  fi
  rm -rf --one-file-system "${ROOT:?}" "${RUN:?}"
  rm -f "$SOCKET"
}
