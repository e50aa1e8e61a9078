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
    kcat) in_network_of broker kcat -F "$SECRETS/kcat.conf" "$@" ;;
    consume) class=consumer.ConsoleConsumer
      set -- --command-config "$SECRETS/kafka.properties" --formatter-property print.headers=true \
        --formatter-property print.key=true --formatter-property print.value=false "$@" ;;
    topics) class=TopicCommand ;;
    offsets) class=GetOffsetShell ;;
    groups) class=consumer.group.ConsumerGroupCommand ;;
    configs) class=ConfigCommand ;;
    *) die "kafka: unknown tool '$tool'; there are consume, topics, offsets, groups, configs and kcat" ;;
  esac
  [[ $tool == consume ]] || set -- --command-config "$SECRETS/kafka.properties" "$@"
  java_ensure
  build_ensure
  in_network_of broker "$JAVA_HOME/bin/java" -Xmx128m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 \
    -cp "$BUILD/broker/lib/*" "org.apache.kafka.tools.$class" --bootstrap-server "$server" "$@"
}

command_psql() {
  require_root
  postgres_wanted || die "the database is not this engine's own: use psql for $POSTGRES"
  command -v psql >/dev/null || die "psql is not installed: apt-get install postgresql-client"
  process_runs postgres || die "postgres is not up"
  PGPASSWORD=$(secret postgres) exec psql -h "$RUN/postgres" -p "$(<"$PROCESSES/postgres.port")" -U varve varve "$@"
}
