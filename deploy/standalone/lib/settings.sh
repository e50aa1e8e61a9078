# shellcheck shell=bash
# The settings of one engine. Each has a flag and an environment variable; a flag wins.

settings_from_environment() {
  ROOT=${VARVE_ROOT:-/var/lib/varve}
  RUN=${VARVE_RUN:-/run/varve}
  SOCKET=${VARVE_SOCKET:-}
  PREFIX=${VARVE_PREFIX:-varve}
  NODE=${VARVE_NODE:-$(uname -n)}
  KAFKA=${VARVE_KAFKA:-}
  POSTGRES=${VARVE_POSTGRES:-}
  LISTEN=${VARVE_LISTEN:-}
}

# parse_arguments ARGUMENT...: fills COMMAND and ARGUMENTS. What follows the name of another program's command line
# (docker, compose, lease, kafka, psql, mvn) belongs to that program.
parse_arguments() {
  COMMAND=
  ARGUMENTS=()
  while (($#)); do
    case $1 in
      --root | --run | --socket | --prefix | --node | --kafka | --postgres | --listen)
        (($# > 1)) || die "$1 needs a value"
        settings_set "${1#--}" "$2"
        shift 2
        ;;
      --root=* | --run=* | --socket=* | --prefix=* | --node=* | --kafka=* | --postgres=* | --listen=*)
        local flag=${1%%=*}
        settings_set "${flag#--}" "${1#*=}"
        shift
        ;;
      --help | -h)
        COMMAND=help
        return
        ;;
      *)
        if [[ -z $COMMAND ]]; then
          COMMAND=$1
        else
          ARGUMENTS+=("$1")
        fi
        shift
        case $COMMAND in
          docker | compose | lease | kafka | psql | mvn)
            ARGUMENTS=("$@")
            return
            ;;
        esac
        ;;
    esac
  done
  COMMAND=${COMMAND:-help}
}

settings_set() {
  case $1 in
    root) ROOT=$2 ;;
    run) RUN=$2 ;;
    socket) SOCKET=$2 ;;
    prefix) PREFIX=$2 ;;
    node) NODE=$2 ;;
    kafka) KAFKA=$2 ;;
    postgres) POSTGRES=$2 ;;
    listen) LISTEN=$2 ;;
  esac
}

# Checks and derives. The characters are few on purpose: these values reach properties files, host interfaces, the names
# of cgroups and of topics, and none of those should need quoting.
settings_complete() {
  local path
  SOCKET=${SOCKET:-$RUN/docker.sock}
  for path in "$ROOT" "$RUN" "$SOCKET"; do
    [[ $path =~ ^/[A-Za-z0-9._/+@-]+$ && $path != */../* ]] ||
      die "'$path' is no usable path: absolute, of letters, digits and . _ / + @ - please"
  done
  [[ $ROOT != "$RUN" ]] || die "root and run directory must differ: what is in the run directory does not outlive a reboot"
  # A socket's address has room for 107 bytes, and PostgreSQL's has 27 behind the run directory.
  ((${#RUN} <= 75)) || die "the run directory's path is too long for the sockets in it (75 characters at most): $RUN"
  ((${#SOCKET} <= 107)) || die "the socket's path is too long (107 characters at most): $SOCKET"
  [[ $PREFIX =~ ^[a-z][a-z0-9]{0,9}$ ]] ||
    die "'$PREFIX' is no usable prefix: a letter and up to nine letters or digits, all small"
  [[ $NODE =~ ^[A-Za-z0-9._-]+$ ]] || die "'$NODE' is no usable node name: letters, digits and . _ - please"
  [[ -z $LISTEN || $LISTEN =~ ^tcp://[A-Za-z0-9.:[-]+]?:[0-9]+$ ]] || die "'$LISTEN' is no place to listen at: tcp://HOST:PORT please"
  SECRETS=$ROOT/secrets
  LOGS=$ROOT/logs
  PROCESSES=$RUN/processes
}

require_root() {
  ((EUID == 0)) || die "this needs root: namespaces, mounts and cgroups belong to it. Try: sudo $VARVE_COMMAND $COMMAND"
}

# Directories are private, but for the two that others must pass through: PostgreSQL's user through the root, and the
# clients of the Docker socket through the run directory. Neither can be listed by them.
settings_make_directories() {
  umask 022
  mkdir -p "$ROOT" "$RUN" "$(dirname "$SOCKET")"
  chown "root:$(database_group)" "$ROOT"
  chmod 0710 "$ROOT"
  chmod 0711 "$RUN"
  install -d -m 0700 "$SECRETS" "$LOGS" "$PROCESSES"
}

# One `up`, `down` or `reset` of an engine at a time. The lock ends with this process; what it starts must not inherit
# the descriptor (see process_start).
settings_lock() {
  mkdir -p "$RUN"
  exec 9>"$RUN/lock"
  flock --wait 600 9 || die "another varve command is still at work on this engine ($RUN/lock)"
}

# secret NAME: the password of that name, made on its first use.
secret() {
  local file=$SECRETS/$1.password
  if [[ ! -s $file ]]; then
    (umask 077 && head -c 24 /dev/urandom | base64 | tr '+/' 'ab' >"$file.new" && mv "$file.new" "$file")
  fi
  cat "$file"
}

# free_port FILE: a TCP port of the loopback that nothing listens on. It is kept in the file, so that the same engine
# gets the same port again. The range lies below the one that the kernel gives to outgoing connections.
free_port() {
  local port='' attempt
  [[ -s $1 ]] && port=$(<"$1")
  for ((attempt = 0; attempt < 100; attempt++)); do
    if [[ -n $port ]] && ! port_answers "$port"; then
      echo "$port" >"$1"
      printf '%s' "$port"
      return
    fi
    port=$((20000 + (RANDOM << 15 | RANDOM) % 10000))
  done
  die "no free port found on 127.0.0.1"
}

port_answers() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
