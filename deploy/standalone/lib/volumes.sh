# shellcheck shell=bash
# Moments of volumes: taken, listed, restored, carried out and in. The engine does it; here its answers become columns.

volume_usage='there are
  ./varve volume snapshot [--no-pause] VOLUME [COMMENT]   ./varve volume snapshots [VOLUME]
  ./varve volume restore SNAPSHOT [VOLUME]                ./varve volume forget SNAPSHOT
  ./varve volume export VOLUME | --snapshot SNAPSHOT      ./varve volume import VOLUME
(an archive comes on the standard output and goes to the standard input)'

command_volume() {
  local verb=${1:-}
  case $verb in
    snapshot | snapshots | restore | forget | export | import) shift ;;
    *) die "volume: unknown argument '$verb'; $volume_usage" ;;
  esac
  local pause=1 of_snapshot='' words=()
  while (($#)); do
    case $verb:$1 in
      snapshot:--no-pause) pause=0 ;;
      export:--snapshot) of_snapshot=1 ;;
      *:-?*) die "volume $verb: unknown argument '$1'; $volume_usage" ;;
      *) words+=("$1") ;;
    esac
    shift
  done
  case $verb in
    snapshot | restore) ((${#words[@]} == 1 || ${#words[@]} == 2)) ;;
    snapshots) ((${#words[@]} < 2)) ;;
    *) ((${#words[@]} == 1)) ;;
  esac || die "volume $verb: wrong number of arguments; $volume_usage"
  if ! command -v jq >/dev/null || ! command -v curl >/dev/null; then
    require_root
    packages_ensure
  fi
  local name
  name=$(volume_word "${words[0]:-}")
  case $verb in
    snapshot)
      volume_call POST "volumes/$name/snapshots?pause=$pause&comment=$(volume_word "${words[1]:-}")" | jq -r .Id
      ;;
    snapshots)
      if ((${#words[@]})); then
        volume_call GET "volumes/$name/snapshots" | volume_table
      else
        volume_call GET volume-snapshots | volume_table
      fi
      ;;
    restore)
      volume_call POST "volume-snapshots/$name/restore?volume=$(volume_word "${words[1]:-}")" | jq -r .Name
      ;;
    forget) volume_call DELETE "volume-snapshots/$name" ;;
    export)
      if [[ $of_snapshot ]]; then
        volume_stream "volume-snapshots/$name/archive"
      else
        volume_stream "volumes/$name/archive"
      fi
      ;;
    import) volume_call PUT "volumes/$name/archive" -T - -H 'Content-Type: application/x-tar' | jq -r .Name ;;
  esac
}

volume_word() { jq -rn --arg word "$1" '$word | @uri'; }

# volume_call METHOD PATH [CURL-ARGUMENT...]: the answer's body. A refusal ends the command with the engine's words.
volume_call() {
  local method=$1 path=$2 status=0 answer code
  shift 2
  answer=$(curl -sS --unix-socket "$SOCKET" -X "$method" "$@" -w '\n%{http_code}' \
    "http://varve/varve/v1/$path" 2>/dev/null) || status=$?
  volume_checked "$status"
  code=${answer##*$'\n'}
  answer=${answer%$'\n'*}
  ((code < 300)) || die "$(jq -r .message <<<"$answer")"
  [[ -z $answer ]] || printf '%s\n' "$answer"
}

# volume_stream PATH: bytes, as they come.
volume_stream() {
  local request=(-sS --unix-socket "$SOCKET" "http://varve/varve/v1/$1") status=0
  curl -f "${request[@]}" 2>/dev/null || status=$?
  # A body that is refused is not wanted where the bytes go; it is short, and asked for again.
  ((status != 22)) || die "$(curl "${request[@]}" 2>/dev/null | head -c 4096 | jq -r .message)"
  ((status != 23)) || return 1 # nobody reads on
  volume_checked "$status"
}

volume_checked() {
  case $1 in
    0) ;;
    7) die "the engine is not up: './varve up' first" ;;
    *) die "the engine's answer broke off (curl: $1); './varve logs' may say why" ;;
  esac
}

volume_table() {
  jq -r '["SNAPSHOT", "VOLUME", "TAKEN", "SIZE", "COMMENT"],
    (.[] | [.Id[0:12], .Volume, .Taken[0:19] + "Z", .Size, .Comment]) | map(tostring | gsub("[\\x00-\\x1f\\x7f]"; "?")) | @tsv' |
    awk -F '\t' '
      { for (i = 1; i <= 5; i++) { cell[NR, i] = $i; if (length($i) > width[i]) width[i] = length($i) } }
      END {
        for (row = 1; row <= NR; row++) {
          line = ""
          for (i = 1; i <= 5; i++) line = line sprintf("%-*s  ", width[i], cell[row, i])
          sub(/ +$/, "", line)
          print line
        }
      }'
}
