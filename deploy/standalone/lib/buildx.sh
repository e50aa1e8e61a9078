# shellcheck shell=bash
# docker buildx and a BuildKit to run in a container, for the tests. Nobody packages BuildKit by itself; Docker's daemon carries one,
# which since version 23 hands out the images that it built.

BUILDX=$VARVE_HOME/target/buildx

# Where they cannot be had, the tests that need them are skipped and say so.
buildx_ensure() {
  local work
  [[ ! -d $BUILDX/buildkit ]] || return 0
  say "fetching docker buildx and a BuildKit"
  rm -rf "$BUILDX"
  mkdir -p "$BUILDX/cli-plugins"
  work=$(mktemp -d "$BUILDX/new.XXXXXX")
  if ! (cd "$work" && buildx_get) >"$BUILDX/log" 2>&1; then
    tail_of "$BUILDX/log"
    warn "tests of docker buildx are skipped: it needs the packages docker-buildx, docker.io and containerd of Debian 13 or later," \
      "or of a mirror of it"
  fi
  rm -rf "$work"
}

buildx_get() {
  local package
  packages_download_newer docker-buildx docker.io containerd || packages_download docker-buildx docker.io containerd || return
  for package in ./*.deb; do dpkg-deb -x "$package" . || return; done
  mkdir buildkit
  buildx_copy buildkit usr/*bin/dockerd usr/bin/containerd usr/bin/containerd-shim-runc-v2 "$(command -v runc)" "$(command -v docker)" &&
    mv usr/libexec/docker/cli-plugins/docker-buildx "$BUILDX/cli-plugins/" &&
    mv buildkit "$BUILDX/"
}

# buildx_copy TREE PROGRAM...: with the libraries that they have on this machine.
buildx_copy() {
  local tree=$1 file
  shift
  mkdir -p "$tree/usr/bin"
  cp -L "$@" "$tree/usr/bin/" || return
  while read -r file; do
    mkdir -p "$tree${file%/*}"
    cp -L "$file" "$tree$file" || return
  done < <({ ldd "$@" || true; } | grep -oE '/lib[^ :]*' | sort -u)
}
