# shellcheck shell=bash
# Other programs, pointed at this engine.

command_logs() {
  local part=engine follow=()
  while (($#)); do
    case $1 in
      -f | --follow) follow=(-f) ;;
      engine | broker | postgres | image | snapshot | container | gateway) part=$1 ;;
      *) die "logs: unknown argument '$1'" ;;
    esac
    shift
  done
  [[ -r $LOGS/$part.log ]] || die "there is no $LOGS/$part.log that you may read"
  exec tail -n 200 "${follow[@]}" "$LOGS/$part.log"
}

# Debian has had the client in a package of its own since 13; before, it came with the daemon.
docker_package() {
  if apt-cache show docker-cli >/dev/null 2>&1; then printf docker-cli; else printf docker.io; fi
}

command_docker() {
  command -v docker >/dev/null || die "the docker CLI is not installed: apt-get install --no-install-recommends $(docker_package)"
  unset DOCKER_CONTEXT
  DOCKER_HOST=unix://$SOCKET exec docker "$@"
}

# The tools connect from the network namespace that the broker is in.
in_network_of() {
  local pid
  pid=$(process_pid "$1") || die "the $1 is not up"
  shift
  exec nsenter --net="/proc/$pid/ns/net" "$@"
}

command_kafka() {
  local tool=${1:-} class server
  (($#)) || die "kafka: which tool? consume, topics, offsets, groups, configs, or kcat"
  shift
  require_root
  broker_wanted || die "the broker is not this engine's own: use your tools for $KAFKA"
  [[ -s $PROCESSES/broker.port ]] || die "the broker is not up"
  server=127.0.0.1:$(<"$PROCESSES/broker.port")
  case $tool in
    kcat)
      kcat_suits || die "this machine's kcat is missing or too old: before librdkafka 2.6.1 it cannot log in by SCRAM" \
        "at a Kafka that checks nonces. './varve kafka consume' shows the same"
      in_network_of broker kcat -F "$SECRETS/kcat.conf" "$@"
      ;;
    consume) class=org.apache.kafka.tools.consumer.ConsoleConsumer
      set -- --consumer.config "$SECRETS/kafka.properties" --property print.headers=true --property print.key=true \
        --property print.value=false "$@" ;;
    topics) class=org.apache.kafka.tools.TopicCommand ;;
    offsets) class=org.apache.kafka.tools.GetOffsetShell ;;
    groups) class=org.apache.kafka.tools.consumer.group.ConsumerGroupCommand ;;
    configs) class=kafka.admin.ConfigCommand ;;
    *) die "kafka: unknown tool '$tool'; there are consume, topics, offsets, groups, configs and kcat" ;;
  esac
  [[ $tool == consume ]] || set -- --command-config "$SECRETS/kafka.properties" "$@"
  java_ensure
  build_of_engine
  in_network_of broker "$JAVA_HOME/bin/java" -Xmx128m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 \
    -Djava.util.logging.config.file="$VARVE_HOME/deploy/broker/console-logging.properties" \
    -cp "$BUILD/broker/lib/*" "$class" --bootstrap-server "$server" "$@"
}

kcat_suits() {
  local version
  version=$(kcat -V 2>/dev/null | grep -oE 'librdkafka [0-9.]+' | cut -d' ' -f2) || return 1
  [[ $(printf '%s\n' 2.6.1 "$version" | sort -V | head -n 1) == 2.6.1 ]]
}

# The build tool, with the JDK that the engine gets.
command_mvn() {
  java_ensure
  cd "$VARVE_HOME" && exec ./mvnw "$@"
}

command_psql() {
  require_root
  postgres_wanted || die "the database is not this engine's own: use psql for $POSTGRES"
  command -v psql >/dev/null || die "psql is not installed: apt-get install postgresql-client"
  process_runs postgres || die "postgres is not up"
  PGPASSWORD=$(secret postgres) exec psql -h "$RUN/postgres" -p "$(<"$PROCESSES/postgres.port")" -U varve varve "$@"
}
