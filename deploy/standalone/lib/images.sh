# shellcheck shell=bash
# Images made on this machine, for when no registry is in reach: busybox from Debian's static binary, and a minimal Debian
# or PostgreSQL from the package sources that this machine is configured with. Each is a docker-archive, loaded through the
# engine's API.

command_image() {
  case ${1:-} in
    seed) shift && image_seed "$@" ;;
    ls | cat | blame | diff) look "$@" ;;
    *) die "image: unknown argument '${1:-}'; there are seed, ls, cat, blame and diff" ;;
  esac
}

image_seed() {
  local only=all
  while (($#)); do
    case $1 in
      --only)
        only=${2:-}
        [[ $only == busybox || $only == debian || $only == postgres ]] ||
          die "image seed: there are busybox, debian and postgres"
        shift 2
        ;;
      *) die "image seed: unknown argument '$1'" ;;
    esac
  done
  require_root
  engine_ready || die "the engine is not up: './varve up' first"
  packages_ensure
  images_seed "$only"
}

# images_seed all|busybox|debian|postgres: all are those that everybody needs.
images_seed() {
  case $1 in
    busybox) seed_load busybox:latest busybox ;;
    debian) seed_load debian:bookworm debian ;;
    postgres) seed_load postgres:15 postgres ;;
    all)
      seed_load busybox:latest busybox
      seed_load debian:bookworm debian
      ;;
  esac
}

# The end of the first `up`: without an image there is nothing to run. That the larger one cannot be made, for want of
# a network for instance, is no reason to fail.
images_seed_if_none() {
  local images
  images=$(engine_get /images/json) || return 0
  [[ $images == '[]'* ]] || return 0
  (images_seed busybox) || warn "busybox:latest could not be made"
  (images_seed debian) || warn "debian:bookworm could not be made; './varve image seed' tries again"
}

# seed_load TAG NAME: makes the archive unless it is there already, and loads it.
seed_load() {
  local tag=$1 name=$2 archive started
  archive=${VARVE_SEED:-$ROOT/seed}/$name.tar
  started=$(now_ms)
  if [[ ! -s $archive ]]; then
    say "making $tag"
    "seed_make_$name" "$archive"
  fi
  seed_post "$archive"
  say_since "$started" "image $tag is there"
}

seed_post() {
  local answer
  answer=$(curl -sS --max-time 300 --unix-socket "$SOCKET" -X POST -H 'Content-Type: application/x-tar' -T "$1" \
    -w '\n%{http_code}' 'http://varve/images/load?quiet=1') || die "loading $1 failed"
  [[ $answer == *$'\n200' && $answer != *'"error"'* ]] || die "loading $1 failed: $answer"
}

seed_make_busybox() {
  local work tree applet
  work=$(mktemp -d)
  tree=$work/tree
  mkdir -p "$tree"/{bin,dev,etc,home,proc,root,run,sys,tmp,usr/bin,usr/sbin,sbin,var/spool}
  chmod 0700 "$tree/root"
  chmod 1777 "$tree/tmp"
  cp /bin/busybox "$tree/bin/busybox"
  # The binary names its own applets; here is where it wants them.
  while read -r applet; do
    [[ -e $tree/$applet ]] || ln "$tree/bin/busybox" "$tree/$applet"
  done < <(/bin/busybox --list-full)
  printf 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/home:/bin/false\n' >"$tree/etc/passwd"
  printf 'root:x:0:\nnobody:x:65534:\n' >"$tree/etc/group"
  printf 'root:*::0:::::\nnobody:*::0:::::\n' >"$tree/etc/shadow"
  chmod 0640 "$tree/etc/shadow"
  tar -C "$tree" --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -cf "$work/layer.tar" .
  seed_archive "$1" "$work" busybox:latest '"Cmd":["sh"]' "$(stat -c %Y /bin/busybox)" \
    "busybox-static $(dpkg-query -W -f '${Version}' busybox-static 2>/dev/null || true)"
  rm -rf "$work"
}

seed_make_debian() { seed_debian "$1" debian:bookworm '"Cmd":["bash"]'; }

# Without what is only read, and without the compiler of queries, which is as large as all the rest.
seed_make_postgres() {
  seed_debian "$1" postgres:15 '"Entrypoint":["postgres-entrypoint"],"Cmd":["postgres"],"StopSignal":"SIGINT",
    "ExposedPorts":{"5432/tcp":{}},"Volumes":{"/var/lib/postgresql/data":{}}' \
    --include=postgresql --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt='path-exclude=/usr/lib/*/libLLVM*' \
    --dpkgopt='path-exclude=/usr/lib/postgresql/*/lib/llvmjit*' --dpkgopt='path-exclude=/usr/lib/postgresql/*/lib/bitcode/*' \
    --customize-hook='rm -rf "$1"/var/lib/postgresql/* "$1"/etc/postgresql/* && mkdir "$1/var/lib/postgresql/data"' \
    --customize-hook="copy-in $VARVE_HOME/deploy/standalone/images/postgres-entrypoint /usr/local/bin"
}

# seed_debian FILE TAG CONFIG OPTION...: the options are mmdebstrap's.
seed_debian() {
  local file=$1 tag=$2 config=$3 work log sources=() options=() option epoch
  shift 3
  work=$(mktemp -d)
  log=$LOGS/seed.log
  mapfile -t sources < <(seed_debian_sources)
  # What apt needs to be told here about proxies and about mirrors with old dates, it needs to be told in there.
  while read -r option; do
    options+=(--aptopt="${option%;}")
  done < <(apt-config dump | grep -E '^Acquire::(Check-Valid-Until|Check-Date|https?::Proxy) ' || true)
  # A day has one image, whenever in the day it is made.
  epoch=$(date -u -d "$(date -u +%F)" +%s)
  if ! SOURCE_DATE_EPOCH=$epoch mmdebstrap --variant=minbase --mode=root "${options[@]}" "$@" \
    bookworm "$work/layer.tar" "${sources[@]}" </dev/null >"$log" 2>&1; then
    rm -rf "$work"
    tail_of "$log"
    die "mmdebstrap failed; all of its output is in $log"
  fi
  seed_archive "$file" "$work" "$tag" "$config" "$epoch" "mmdebstrap --variant=minbase bookworm"
  rm -rf "$work"
}

# The machine's own package sources for bookworm, so that a mirror near by is used. There are none on another
# distribution; mmdebstrap then knows where Debian is.
seed_debian_sources() {
  # The format's words are apt's variables, not the shell's.
  # shellcheck disable=SC2016
  apt-get indextargets --format 'deb $(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' 2>/dev/null |
    grep -E ' bookworm(-updates|-security)? ' | sort -u
}

# seed_archive FILE WORK TAG CONFIG EPOCH MADE_BY: a docker-archive around WORK/layer.tar.
seed_archive() {
  local file=$1 work=$2 tag=$3 fields=$4 epoch=$5 made_by=$6 created digest config
  created=$(date -u -d "@$epoch" +%FT%TZ)
  digest=$(sha256sum "$work/layer.tar" | cut -d' ' -f1)
  printf '{"architecture":"amd64","config":{%s,"Env":["PATH=%s"]},"created":"%s","history":[{"created":"%s","created_by":"%s"}],"os":"linux","rootfs":{"diff_ids":["sha256:%s"],"type":"layers"}}' \
    "$fields" /usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$created" "$created" "$made_by" "$digest" \
    >"$work/config.json"
  config=$(sha256sum "$work/config.json" | cut -d' ' -f1).json
  mv "$work/config.json" "$work/$config"
  printf '[{"Config":"%s","Layers":["layer.tar"],"RepoTags":["%s"]}]' "$config" "$tag" >"$work/manifest.json"
  mkdir -p "$(dirname "$file")"
  tar -C "$work" --sort=name --mtime="@$epoch" --owner=0 --group=0 --numeric-owner -cf "$file.new" \
    manifest.json "$config" layer.tar
  mv "$file.new" "$file"
}
