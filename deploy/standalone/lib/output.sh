# shellcheck shell=bash
# What the user sees: one short line a step, with the time it took.

now_ms() {
  local time=${EPOCHREALTIME/[^0-9]/}
  printf '%s' $((time / 1000))
}

say() { printf 'varve: %s\n' "$*"; }

warn() { printf 'varve: %s\n' "$*" >&2; }

die() {
  warn "$@"
  exit 1
}

# say_since START_MS TEXT: the text, with the seconds since the start in a column of its own.
say_since() {
  local elapsed=$(($(now_ms) - $1))
  shift
  printf 'varve: %-66s %4d.%d s\n' "$*" $((elapsed / 1000)) $((elapsed % 1000 / 100))
}

# tail_of FILE...: the last lines of logs, for the message of a failed start.
tail_of() {
  local file
  for file in "$@"; do
    [[ -s $file ]] || continue
    warn "the end of $file:"
    tail -n 15 "$file" | cut -c1-400 | sed 's/^/    /' >&2
  done
}

command_help() {
  cat <<'TEXT'
Usage: ./varve [SETTINGS] COMMAND [ARGUMENTS]

  up                     install what is missing, build if needed, start log, database and engine
     --processes         the four services as four processes instead of one
     --no-seed           leave an engine without images as it is
  restart                the engine alone; containers, log and database go on
  down                   stop the engine; containers keep running
     --containers        stop the containers too
  status                 the parts, their pids, memory and readiness
  logs [PART] [-f]       the log of engine (default), broker or postgres
  test [fast|kernel|e2e] everything tested, or one stage of it
  reset [--yes]          remove this engine with all its containers, images and events
  image seed             make the images busybox:latest and debian:bookworm without a registry
     --only NAME         only busybox, only debian, or postgres:15, which is not made otherwise
  image ls IMAGE [PATH]  an image's files, without starting anything; -R with all below
  image cat IMAGE PATH   what is in a file of an image
  image blame IMAGE PATH the layer that brought it, and what brought the layer
  image diff IMAGE IMAGE what the second image has otherwise: A added, C changed, D deleted
  volume snapshot VOLUME keep what a volume holds now; snapshots, restore, forget, export and import: docs/volumes.md
  lease run -- COMMAND   what a command makes through the engine goes with it; ls, end: docs/leases.md
  docker ARGUMENTS       the docker CLI against this engine
  compose ARGUMENTS      docker compose 2 against this engine, fetched when it is not installed
  kafka TOOL ARGUMENTS   Kafka's console tools (consume, topics, offsets, groups, configs) or kcat
  psql ARGUMENTS         a client in the engine's database
  help                   this text

Settings, as flags or as environment variables:

  --root DIR             VARVE_ROOT      what the engine keeps          /var/lib/varve
  --run DIR              VARVE_RUN       what lives as long as it runs  /run/varve
  --socket FILE          VARVE_SOCKET    the Docker API                 RUN/docker.sock
  --prefix NAME          VARVE_PREFIX    topics, bridges, cgroups       varve
  --node NAME            VARVE_NODE      this machine in the events     the host's name
  --kafka HOST:PORT      VARVE_KAFKA     an external broker; its client properties in VARVE_KAFKA_PROPERTIES
  --listen tcp://HOST:PORT VARVE_LISTEN  serve /v2/ as a registry there  nowhere
  --postgres JDBC-URL    VARVE_POSTGRES  an external database; VARVE_POSTGRES_USER, VARVE_POSTGRES_PASSWORD
                         VARVE_SNAPSHOTTER how layers lie on disk: erofs, directories, or auto (what the kernel can)
                         VARVE_JAVA_OPTS more flags for the engine's JVM

Registries, as environment variables of './varve up':

  VARVE_REGISTRY_MIRRORS     REGISTRY=http[s]://HOST[:PORT],...: asked before the registry, docker.io for instance
  VARVE_INSECURE_REGISTRIES  HOST[:PORT] or NETWORK/BITS,...: spoken to without a trusted certificate or TLS, beside 127.0.0.0/8
  VARVE_REGISTRY_CERTS       DIR,... with HOST:PORT/{*.crt,*.cert,*.key}     ROOT/certs.d,/etc/docker/certs.d
                             (*.crt also for what builds fetch by https)
  VARVE_REGISTRY_REALMS      HOST,...: token servers that may see credentials for registries of another domain
  VARVE_REGISTRY_DOWNLOADS   layers at a time, 3; VARVE_REGISTRY_UPLOADS, 5

The engine's own registry, where it listens (docs/registry.md); without TLS on the loopback only:

  VARVE_REGISTRY_USERS       FILE of NAME:HASH as 'htpasswd -B' makes it: they may pull and push
  VARVE_REGISTRY_ANONYMOUS   none, pull or all: what others may                none
  VARVE_TLS_CERT, VARVE_TLS_KEY  FILE in PEM
  VARVE_TLS_CLIENT_CA        FILE in PEM: clients with its certificates may pull, push and command the engine

A second engine on a host needs a root, a run directory and a prefix of its own.
TEXT
}
