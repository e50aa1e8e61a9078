# shellcheck shell=bash
# The embedded Kafka broker: one node that is broker and controller, in a small JVM of its own.
#
# Containers on the host's network can reach the loopback, and may read what passes there. Therefore both listeners
# want SCRAM, which sends no password.

broker_wanted() { [[ -z $KAFKA ]]; }

# What must be known before anything starts; quick.
broker_settle() {
  if process_runs broker; then
    BROKER_PORT=$(<"$PROCESSES/broker.port")
    return
  fi
  BROKER_PORT=$(free_port "$PROCESSES/broker.port")
  CONTROLLER_PORT=$(free_port "$PROCESSES/controller.port")
  install -d -m 0700 "$ROOT/kafka"
  broker_configure
}

# The slow part, needed once.
broker_prepare() { [[ -s $ROOT/kafka/data/meta.properties ]] || broker_format; }

broker_login() {
  printf 'org.apache.kafka.common.security.scram.ScramLoginModule required username="varve" password="%s";' "$(secret kafka)"
}

broker_configure() {
  (
    umask 077
    cat >"$ROOT/kafka/server.properties" <<CONF
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:$CONTROLLER_PORT
listeners=CONTROLLER://127.0.0.1:$CONTROLLER_PORT,BROKER://127.0.0.1:$BROKER_PORT
listener.security.protocol.map=CONTROLLER:SASL_PLAINTEXT,BROKER:SASL_PLAINTEXT
controller.listener.names=CONTROLLER
inter.broker.listener.name=BROKER
sasl.enabled.mechanisms=SCRAM-SHA-256
sasl.mechanism.controller.protocol=SCRAM-SHA-256
sasl.mechanism.inter.broker.protocol=SCRAM-SHA-256
listener.name.controller.scram-sha-256.sasl.jaas.config=$(broker_login)
listener.name.broker.scram-sha-256.sasl.jaas.config=$(broker_login)
log.dirs=$ROOT/kafka/data

# One broker has nobody to repeat what it lost: an event is on the disk before it is acknowledged.
log.flush.interval.messages=1
# History is the state. It is never deleted by age or size.
log.retention.ms=-1
log.retention.bytes=-1
auto.create.topics.enable=false

default.replication.factor=1
min.insync.replicas=1
offsets.topic.replication.factor=1
offsets.topic.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
share.coordinator.state.topic.num.partitions=1

# Quick: nobody else joins a group or the cluster, and a killed broker must not wait long for its own former session.
group.initial.rebalance.delay.ms=0
broker.session.timeout.ms=2000
broker.heartbeat.interval.ms=500

# Small.
log.segment.bytes=134217728
log.index.size.max.bytes=2097152
log.cleaner.dedupe.buffer.size=2097152
log.cleaner.io.buffer.size=131072
num.network.threads=2
num.io.threads=4
background.threads=2
num.recovery.threads.per.data.dir=1
CONF
    cat >"$ROOT/kafka/logging.properties" <<CONF
handlers=java.util.logging.FileHandler
.level=INFO
java.util.logging.FileHandler.pattern=$LOGS/broker.log
java.util.logging.FileHandler.append=true
java.util.logging.FileHandler.limit=10000000
java.util.logging.FileHandler.count=3
java.util.logging.FileHandler.formatter=java.util.logging.SimpleFormatter
java.util.logging.SimpleFormatter.format=%1\$tF %1\$tT.%1\$tL %4\$s %3\$s %5\$s%6\$s%n
CONF
    cat >"$SECRETS/kafka.properties" <<CONF
security.protocol=SASL_PLAINTEXT
sasl.mechanism=SCRAM-SHA-256
sasl.jaas.config=$(broker_login)
CONF
    cat >"$SECRETS/kcat.conf" <<CONF
bootstrap.servers=127.0.0.1:$BROKER_PORT
security.protocol=SASL_PLAINTEXT
sasl.mechanisms=SCRAM-SHA-256
sasl.username=varve
sasl.password=$(secret kafka)
CONF
  )
}

# Kafka's storage tool wants the first user's password as an argument, and arguments can be read by every process of the
# host: they come from a file.
broker_format() {
  local log=$LOGS/broker.out cluster
  cluster=$(head -c 16 /dev/urandom | base64 | tr '+/' '_-' | cut -c1-22)
  rm -rf "$ROOT/kafka/data"
  (
    umask 077
    cat >"$ROOT/kafka/format.arguments" <<ARGUMENTS
-Xmx64m -XX:+UseSerialGC -XX:TieredStopAtLevel=1
-Djava.util.logging.config.file=$ROOT/kafka/logging.properties
-cp "$BUILD/broker/lib/*"
kafka.tools.StorageTool format --cluster-id=$cluster --config $ROOT/kafka/server.properties
--add-scram "SCRAM-SHA-256=[name=varve,password=$(secret kafka)]"
ARGUMENTS
  )
  if ! "$JAVA_HOME/bin/java" "@$ROOT/kafka/format.arguments" >>"$log" 2>&1; then
    tail_of "$log"
    die "Kafka's storage could not be formatted"
  fi
  rm -f "$ROOT/kafka/format.arguments"
}

broker_start() {
  process_runs broker && return
  log_limit "$LOGS/broker.out"
  # Root without capabilities: it needs none, and it reads the jars wherever they were built.
  process_start broker "$LOGS/broker.out" setpriv --bounding-set=-all --inh-caps=-all --no-new-privs \
    "$JAVA_HOME/bin/java" "${JVM_FLAGS[@]}" -Xms32m -Xmx80m -Xss256k -XX:TieredStopAtLevel=1 \
    "$(aot_flag broker)" -Djava.util.logging.config.file="$ROOT/kafka/logging.properties" \
    -cp "$BUILD/broker/lib/*" kafka.Kafka "$ROOT/kafka/server.properties"
}

broker_ready() { port_answers "$BROKER_PORT"; }

broker_stop() { process_stop broker TERM 30; }
