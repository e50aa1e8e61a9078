# shellcheck shell=bash
# The engine's JVM: the four services in one, or each in its own.

# The settings reach the services by a file that only root can read: environment and arguments of a process are
# inherited by its children and can be read by others.
engine_configure() {
  (
    umask 077
    {
      printf 'varve.root=%s\nvarve.run=%s\nvarve.socket=%s\nvarve.prefix=%s\nvarve.node=%s\n' \
        "$ROOT" "$RUN" "$SOCKET" "$PREFIX" "$NODE"
      if broker_wanted; then
        printf 'varve.kafka.bootstrap=127.0.0.1:%s\nvarve.kafka.properties=%s\n' "$BROKER_PORT" "$SECRETS/kafka.properties"
      else
        printf 'varve.kafka.bootstrap=%s\n' "$KAFKA"
        [[ -z ${VARVE_KAFKA_PROPERTIES:-} ]] || printf 'varve.kafka.properties=%s\n' "$VARVE_KAFKA_PROPERTIES"
      fi
      if postgres_wanted; then
        printf 'varve.postgres.url=jdbc:postgresql://127.0.0.1:%s/varve\nvarve.postgres.user=varve\nvarve.postgres.password=%s\n' \
          "$POSTGRES_PORT" "$(secret postgres)"
      else
        printf 'varve.postgres.url=%s\nvarve.postgres.user=%s\nvarve.postgres.password=%s\n' \
          "$POSTGRES" "${VARVE_POSTGRES_USER:-varve}" "${VARVE_POSTGRES_PASSWORD:-}"
      fi
      [[ ! -x $NAMES_PROGRAM ]] || printf 'varve.names.program=%s\n' "$NAMES_PROGRAM"
      engine_registries
      engine_listens
    } >"$SECRETS/engine.properties"
  )
}

# engine_property KEY: the value that the engine was last started with, or nothing.
engine_property() { sed -n "s|^$1=||p" "$SECRETS/engine.properties" 2>/dev/null || true; }

# What the operator says about registries, as it is.
engine_registries() {
  [[ -z ${VARVE_REGISTRY_MIRRORS:-} ]] || printf 'varve.registry.mirrors=%s\n' "$VARVE_REGISTRY_MIRRORS"
  [[ -z ${VARVE_INSECURE_REGISTRIES:-} ]] || printf 'varve.insecure.registries=%s\n' "$VARVE_INSECURE_REGISTRIES"
  [[ -z ${VARVE_REGISTRY_CERTS:-} ]] || printf 'varve.registry.certs=%s\n' "$VARVE_REGISTRY_CERTS"
  [[ -z ${VARVE_REGISTRY_REALMS:-} ]] || printf 'varve.registry.realms=%s\n' "$VARVE_REGISTRY_REALMS"
  [[ -z ${VARVE_REGISTRY_DOWNLOADS:-} ]] || printf 'varve.registry.downloads=%s\n' "$VARVE_REGISTRY_DOWNLOADS"
  [[ -z ${VARVE_REGISTRY_UPLOADS:-} ]] || printf 'varve.registry.uploads=%s\n' "$VARVE_REGISTRY_UPLOADS"
}

# Where the engine's registry is served, and to whom.
engine_listens() {
  [[ -n $LISTEN ]] || return 0
  printf 'varve.listen=%s\n' "$LISTEN"
  [[ -z ${VARVE_TLS_CERT:-} ]] || printf 'varve.tls.cert=%s\n' "$VARVE_TLS_CERT"
  [[ -z ${VARVE_TLS_KEY:-} ]] || printf 'varve.tls.key=%s\n' "$VARVE_TLS_KEY"
  [[ -z ${VARVE_TLS_CLIENT_CA:-} ]] || printf 'varve.tls.client.ca=%s\n' "$VARVE_TLS_CLIENT_CA"
  [[ -z ${VARVE_REGISTRY_USERS:-} ]] || printf 'varve.registry.users=%s\n' "$VARVE_REGISTRY_USERS"
  [[ -z ${VARVE_REGISTRY_ANONYMOUS:-} ]] || printf 'varve.registry.anonymous=%s\n' "$VARVE_REGISTRY_ANONYMOUS"
}

engine_start() {
  local part
  if [[ -n $PROCESSES_APART ]]; then
    for part in image snapshot container gateway; do
      engine_start_jvm "$part" "$BUILD/$part" -Xmx128m
    done
  else
    engine_start_jvm engine "$BUILD/standalone" -Xmx256m
  fi
}

# Of the engine's JVMs and the broker's: small, and quick from the beginning. Methods are compiled when they have run some
# dozen times, not hundreds, for nobody wants his tenth request interpreted; and well when the cache knows them to be hot,
# whereof those that it had compiled at once ask every 32 times, not every 2048. By threads that give way to those that answer.
JVM_FLAGS=(-XX:+UseSerialGC -XX:+UseCompactObjectHeaders -XX:+ExitOnOutOfMemoryError '-Xlog:aot*=error'
  --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow
  -XX:Tier0InvokeNotifyFreqLog=4 -XX:Tier3InvocationThreshold=32 -XX:Tier3MinInvocationThreshold=16 -XX:Tier3CompileThreshold=64
  -XX:Tier2InvokeNotifyFreqLog=5 -XX:Tier3InvokeNotifyFreqLog=6 -XX:Tier23InlineeNotifyFreqLog=10
  -XX:ThreadPriorityPolicy=1 -XX:CompilerThreadPriority=5)

# engine_start_jvm NAME DIRECTORY FLAG...
# Large pages: who comes to an engine that was idle finds less of it in the processor's buffers. They cost no memory here.
engine_start_jvm() {
  local name=$1 directory=$2 options=() pid
  shift 2
  process_runs "$name" && return
  log_limit "$LOGS/$name.out"
  read -ra options <<<"${VARVE_JAVA_OPTS:-}"
  process_start "$name" "$LOGS/$name.out" nsenter --mount="$(namespace_pin)" env -u VARVE_POSTGRES_PASSWORD \
    "$JAVA_HOME/bin/java" "${JVM_FLAGS[@]}" -XX:+UseTransparentHugePages -Xms48m -Xss512k "$(aot_flag "$name")" "$@" "${options[@]}" \
    -Dquarkus.config.locations="$SECRETS/engine.properties,$VARVE_HOME/deploy/standalone/run.properties" -Dquarkus.log.file.path="$LOGS/$name.log" \
    -jar "$directory/quarkus-run.jar"
  # The kernel should take a container first when memory is short. Not every root may ask for that.
  pid=$(process_pid "$name") || return 0
  { echo -500 >"/proc/$pid/oom_score_adj"; } 2>/dev/null || true
}

# The names of the processes that the running engine consists of.
engine_parts() {
  local part
  for part in engine image snapshot container gateway; do
    [[ ! -e $PROCESSES/$part ]] || printf '%s\n' "$part"
  done
}

engine_runs() { process_runs engine || process_runs gateway; }

image_ready() { [[ -S $RUN/image.sock ]]; }

snapshot_ready() { [[ -S $RUN/snapshot.sock ]]; }

container_ready() { [[ -S $RUN/container.sock ]]; }

gateway_ready() { engine_ready; }

engine_ready() { engine_get /_ping >/dev/null; }

# engine_get PATH: the answer's body; fails unless it is a success.
engine_get() { curl -fsS --max-time 5 --unix-socket "$SOCKET" "http://varve$1" 2>/dev/null; }

# The gateway goes first: no new command reaches services that are about to end.
engine_stop() {
  local part
  for part in gateway container snapshot image engine; do
    process_stop "$part" TERM 30
  done
}

# aot_flag NAME: the start-up cache of that JVM, which halves the time of its start. The JVM checks by itself that a cache
# fits it and goes on without one that does not.
aot_flag() {
  if [[ -n ${VARVE_TRAINING:-} ]]; then
    printf -- '-XX:AOTCacheOutput=%s' "$BUILD/$1.aot"
  elif [[ -r $BUILD/$1.aot ]]; then
    printf -- '-XX:AOTCache=%s' "$BUILD/$1.aot"
  else
    printf -- '-Xshare:auto'
  fi
}

# log_limit FILE: what a process writes to its standard output is little; a file that grew all the same starts anew.
log_limit() {
  if [[ -f $1 ]] && (($(stat -c %s "$1") > 10000000)); then mv -f "$1" "$1.1"; fi
  (umask 077 && : >>"$1")
}
