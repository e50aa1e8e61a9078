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
    { compose_download 'docker-compose=2.*' || compose_download docker-compose-v2 || compose_of_newer_debian; } 2>log >&2 &&
      dpkg-deb -x ./*.deb . && mv usr/libexec/docker/cli-plugins/docker-compose "$1"
  ) || {
    tail_of "$work/log"
    rm -rf "$work"
    die "docker compose 2 is needed: a package docker-compose (2.x) or docker-compose-v2, or a mirror of Debian with its release trixie"
  }
  rm -rf "$work"
}

compose_is() { [[ -x $2 && $("$2" version --short 2>/dev/null) =~ ^v?"$1". ]]; }

compose_download() { apt-get -q download "$@"; }

# Debian 13's package on Debian 12, from the mirror that this machine uses. The lists are kept apart: nothing else shall come from there.
compose_of_newer_debian() {
  local mirror
  # shellcheck disable=SC2016 # apt's variables
  mirror=$(apt-get indextargets --format '$(REPO_URI) $(RELEASE)' 'Created-By: Packages' | sed -n 's/ bookworm$//p' | sort -u)
  mkdir -p lists/partial cache/archives/partial
  printf 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s trixie main\n' "${mirror%%$'\n'*}" >sources.list
  set -- -o "Dir::Etc::SourceList=$PWD/sources.list" -o Dir::Etc::SourceParts=/dev/null \
    -o "Dir::State::Lists=$PWD/lists" -o "Dir::Cache=$PWD/cache"
  apt-get -q "$@" update && compose_download "$@" docker-compose
}
