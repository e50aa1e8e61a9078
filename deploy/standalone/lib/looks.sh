# shellcheck shell=bash
# Looking into images without starting anything: what lies where, what is in it, which layer brought it, and what one
# image has otherwise than another. The engine answers; here its answers become columns.

# What an image calls its files can hold anything. Control characters, which a terminal would obey, and the backslash
# are shown as in C.
LOOK_SHOWN='def shown: if test("[\\x{0}-\\x{1f}\\x{7f}-\\x{9f}\\\\]") then explode | map(
    if . == 92 then "\\\\" elif . == 10 then "\\n" elif . == 9 then "\\t"
    elif . < 32 or (. > 126 and . < 160) then "\\" + ([. / 64, . / 8 % 8, . % 8] | map(floor | tostring) | add)
    else [.] | implode end) | add else . end;'

look_usage='there are
  ./varve image ls [-R] IMAGE [PATH]    ./varve image blame IMAGE PATH
  ./varve image cat IMAGE PATH          ./varve image diff IMAGE IMAGE'

# look ls|cat|blame|diff ARGUMENT...
look() {
  local verb=$1 recursive='' words=()
  shift
  while (($#)); do
    case $1 in
      -R) recursive=1 ;;
      --)
        shift
        words+=("$@")
        break
        ;;
      -?*) die "image $verb: unknown argument '$1'; $look_usage" ;;
      *) words+=("$1") ;;
    esac
    shift
  done
  [[ -z $recursive || $verb == ls ]] || die "image $verb: unknown argument '-R'; $look_usage"
  case $verb in
    ls) ((${#words[@]} == 1 || ${#words[@]} == 2)) ;;
    *) ((${#words[@]} == 2)) ;;
  esac || die "image $verb: wrong number of arguments; $look_usage"
  if ! command -v jq >/dev/null || ! command -v curl >/dev/null; then
    require_root
    packages_ensure
  fi
  case $verb in
    ls) look_ls "${words[0]}" "${words[1]:-/}" "$recursive" ;;
    cat) look_get "${words[0]}" content "$(look_path "${words[1]}")" ;;
    blame) look_get "${words[0]}" blame "$(look_path "${words[1]}")" | look_blame ;;
    diff) look_get "${words[0]}" diff "to=${words[1]}" | look_diff ;;
  esac
}

# look_get IMAGE WHAT NAME=VALUE: the answer's body, as it comes. A refusal ends the command with the engine's words.
look_get() {
  local request status=0
  request=(-sSG --unix-socket "$SOCKET" --data-urlencode "$3")
  [[ -z ${4:-} ]] || request+=(--data-urlencode "$4")
  # No image has a name with anything in it that a URL would not take as it is.
  request+=("http://varve/varve/v1/images/$(jq -rn --arg name "$1" '$name | split("/") | map(@uri) | join("/")')/$2")
  curl -f "${request[@]}" 2>/dev/null || status=$?
  case $status in
    0) ;;
    7) die "the engine is not up: './varve up' first" ;;
    # A body that is refused is not wanted where the file's bytes go; it is short, and asked for again.
    22) die "$(curl "${request[@]}" 2>/dev/null | head -c 4096 | jq -r "$LOOK_SHOWN"'.message | shown')" ;;
    23) return 1 ;; # nobody reads on
    *) die "the engine's answer broke off (curl: $status); './varve logs' may say why" ;;
  esac
}

# A path may be no text.
look_path() { printf 'path64=%s' "$(printf '%s' "$1" | base64 -w 0)"; }

# look_ls IMAGE PATH [RECURSIVE]: columns as `ls -l` has them, times in UTC. One directory's lines are held at a time.
look_ls() {
  look_get "$1" files "$(look_path "$2")" "recursive=$3" | jq -r "$LOOK_SHOWN"'
    (.Path | split("/")) as $parts | [
      ($parts[:-1] | join("/") | shown | if . == "" then "/" else . end),
      .Permissions, (.Owner // (.Uid | tostring) | shown), (.Group // (.Gid | tostring) | shown),
      (if .Device then "\(.Device.Major), \(.Device.Minor)" else .Size end),
      .Modified[0:10] + " " + .Modified[11:16],
      ($parts[-1] | shown) + (if .Target then " -> " + (.Target | shown) else "" end)
    ] | join("\t")' | awk -F '\t' -v recursive="$3" '
      function flush(  i) {
        if (recursive && lines) printf "%s%s:\n", (groups++ ? "\n" : ""), directory
        for (i = 1; i <= lines; i++)
          printf "%s %-*s %-*s %*s %s %s\n", mode[i], owners, owner[i], teams, team[i], sizes, size[i], time[i], name[i]
        lines = owners = teams = sizes = 0
      }
      $1 != directory { flush(); directory = $1 }
      {
        lines++
        mode[lines] = $2; owner[lines] = $3; team[lines] = $4; size[lines] = $5; time[lines] = $6; name[lines] = $7
        if (length($3) > owners) owners = length($3)
        if (length($4) > teams) teams = length($4)
        if (length($5) > sizes) sizes = length($5)
      }
      END { flush() }'
}

look_blame() {
  jq -r "$LOOK_SHOWN"'
    def line($what; $text): if ($text // "") == "" then empty else
      "\($what)\(" " * ([10 - ($what | length), 1] | max))\($text | tostring | shown)" end;
    def details: to_entries[] | select(.key != "Kind") | .key as $key | .value
      | if type == "object" then details else line("  " + $key; .) end;
    line("path"; .File.Path),
    line("layer"; "\(.Layer.Ordinal), counted from 0 at the bottom"),
    line("digest"; .Layer.Digest),
    line("diff id"; .Layer.DiffId),
    line("made by"; .Layer.CreatedBy),
    (if .Origin then line("came by"; .Origin.Kind), (.Origin | details) else empty end),
    (if .Event then line("by whom"; "\(.Event.Actor) on \(.Event.Node)"), line("when"; .Event.Time),
      line("in image"; .Event.Image), line("event"; .Event.Id) else empty end)'
}

look_diff() {
  jq -r "$LOOK_SHOWN"'"\(["C", "A", "D"][.Kind]) \(.Path | shown)"'
}
