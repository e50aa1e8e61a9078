# shellcheck shell=bash
# Leases: what a command makes through the engine goes when the command ends, however it ends.

lease_usage='there are
  ./varve lease run [--name NAME] [--grace SECONDS] -- COMMAND...   ./varve lease ls   ./varve lease end LEASE'

command_lease() {
  local verb=${1:-}
  case $verb in
    run | ls | end) shift ;;
    *) die "lease: unknown argument '$verb'; $lease_usage" ;;
  esac
  if ! command -v jq >/dev/null || ! command -v curl >/dev/null; then
    require_root
    packages_ensure
  fi
  "lease_$verb" "$@"
}

lease_run() {
  local name='' grace=''
  while (($#)); do
    case $1 in
      --name) name=${2-} && shift ;;
      --grace) grace=${2-} && shift ;;
      --) shift && break ;;
      -*) die "lease run: unknown argument '$1'; $lease_usage" ;;
      *) break ;;
    esac
    shift
  done
  (($#)) || die "lease run: no command; $lease_usage"
  local line id socket status=0
  # Ends with this process, however that ends: the engine sees the connection close.
  coproc HOLD {
    exec setpriv --pdeathsig KILL bash -c "$(declare -f lease_hold); lease_hold \"\$@\"" hold \
      "$SOCKET" "name=$(volume_word "$name")&grace=$(volume_word "$grace")"
  }
  local holder=$HOLD_PID from=${HOLD[0]} to=${HOLD[1]}
  read -r line <&"$from" || die "the engine is not up: './varve up' first"
  id=$(jq -r '.Id // empty' <<<"$line")
  [[ -n $id ]] || die "$(jq -r '.message // "the engine gave no lease"' <<<"$line")"
  socket=$(jq -r .Socket <<<"$line")
  DOCKER_HOST=unix://$socket VARVE_LEASE=$id "$@" {from}<&- {to}>&- || status=$?
  # From here on its end is no news; the connection is another process's, and stays.
  kill -s STOP "$holder" 2>/dev/null || true
  (volume_call DELETE "leases/$id") || warn "lease $id ends by itself"
  kill -s KILL "$holder" 2>/dev/null || true
  exit "$status"
}

# lease_hold SOCKET QUERY: opens a lease and holds it, over restarts of the engine, and of each of its services, which is
# refused in the meantime; says its first line, and that it is over when it is.
lease_hold() {
  local socket=$1 path="leases?$2" line id=''
  while true; do
    exec 3< <(exec setpriv --pdeathsig KILL curl -sSN --unix-socket "$socket" -X POST -w '%{http_code}\n' "http://varve/varve/v1/$path" 2>/dev/null)
    while read -r line <&3; do
      if [[ -z $id && $line == '{'* ]]; then
        printf '%s\n' "$line"
        id=$(jq -r '.Id // empty' <<<"$line")
        [[ -n $id ]] || exit 1
        path=leases/$id/hold
      elif [[ -n $id && $line == 404 ]]; then
        printf 'varve: lease %s is over: what the command made is removed\n' "${id:0:12}" >&2
        exit 0
      fi
    done
    [[ -n $id ]] || exit 1
    sleep 0.2
  done
}

lease_ls() {
  (($# == 0)) || die "lease ls: unknown argument '$1'; $lease_usage"
  volume_call GET leases | jq -r '["LEASE", "NAME", "OPENED", "HELD"],
    (.[] | [.Id[0:12], .Name, .Opened[0:19] + "Z", .Held]) | map(tostring | gsub("[\\x00-\\x1f\\x7f]"; "?")) | @tsv' | column -t -s $'\t'
}

lease_end() {
  (($# == 1)) || die "lease end: one lease is wanted; $lease_usage"
  local id
  id=$(volume_call GET leases | jq -r --arg lease "$1" '.[] | select((.Id | startswith($lease)) or .Name == $lease) | .Id')
  [[ -n $id ]] || die "no such lease: $1"
  [[ $id != *$'\n'* ]] || die "more than one lease is called '$1'"
  volume_call DELETE "leases/$id"
}
