# shellcheck shell=bash
# docker compose against this engine. Version 1 is a program in Python, which Debian 12 packages and the tests use, too; version 2 one
# in Go, which newer releases package.

COMPOSE=$VARVE_HOME/target/compose

command_compose() {
  compose_ensure 2
  unset DOCKER_CONTEXT
  DOCKER_HOST=unix://$SOCKET exec "$COMPOSE/docker-compose-2" "$@"
}

# compose_ensure VERSION...
compose_ensure() {
  local version
  mkdir -p "$COMPOSE"
  for version in "$@"; do
    [[ -x $COMPOSE/docker-compose-$version ]] || "compose_get_$version" "$COMPOSE/docker-compose-$version"
  done
}

compose_get_1() {
  if ! compose_is 1 /usr/bin/docker-compose; then
    say "installing docker-compose 1"
    packages_install 'docker-compose=1.*' || die "docker-compose 1.29 is needed, which Debian 12 packages"
  fi
  ln -sfn /usr/bin/docker-compose "$1"
}

compose_get_2() {
  local plugin work
  for plugin in /usr/{local/lib,local/libexec,lib,libexec}/docker/cli-plugins/docker-compose; do
    if compose_is 2 "$plugin"; then
      ln -sfn "$plugin" "$1"
      return
    fi
  done
  say "fetching docker compose 2"
  work=$(mktemp -d "$COMPOSE/new.XXXXXX")
  (
    cd "$work"
    { packages_download 'docker-compose=2.*' || packages_download docker-compose-v2 ||
      packages_download_newer docker-compose; } 2>log >&2 &&
      dpkg-deb -x ./*.deb . && mv usr/libexec/docker/cli-plugins/docker-compose "$1"
  ) || {
    tail_of "$work/log"
    rm -rf "$work"
    die "docker compose 2 is needed: a package docker-compose (2.x) or docker-compose-v2, or a mirror of Debian with its release trixie"
  }
  rm -rf "$work"
}

compose_is() { [[ -x $2 && $("$2" version --short 2>/dev/null) =~ ^v?"$1". ]]; }
