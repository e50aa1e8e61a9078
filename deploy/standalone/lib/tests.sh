# shellcheck shell=bash
# The tests, from the quick ones to those that need a whole engine. Nothing need be running, and nothing is left behind.

TESTS_WORK=
TESTS_LOGS=$VARVE_HOME/target

command_test() {
  local stage stages=(fast kernel e2e) begun failed=()
  (($# == 0)) || stages=("$@")
  for stage in "${stages[@]}"; do
    [[ $stage == fast || $stage == kernel || $stage == e2e ]] || die "test: there are fast, kernel and e2e, and no '$stage'"
  done
  require_root
  packages_ensure
  names_ensure
  java_ensure
  begun=$(now_ms)
  mkdir -p "$TESTS_LOGS"
  TESTS_WORK=$(mktemp -d /tmp/varve-test.XXXXXX)
  chmod 0711 "$TESTS_WORK"
  trap tests_clean_up EXIT
  tests_docker_cli
  tests_packages
  for stage in "${stages[@]}"; do
    if [[ $stage == e2e ]]; then
      build_ensure
      compose_ensure 1 2
      buildx_ensure
    fi
    tests_stage "$stage" || failed+=("$stage")
  done
  say_since "$begun" "tests: ${stages[*]}"
  tests_total "${stages[@]}"
  ((${#failed[@]} == 0)) || die "failed: ${failed[*]}; all output is in $TESTS_LOGS/test-*.log"
  say "all passed"
}

# tests_stage NAME: one line a module while it works, then the sums, and the failures if there are any.
tests_stage() {
  local name=$1 log=$TESTS_LOGS/test-$1.log started outcome=passed
  started=$(now_ms)
  say "testing: $name"
  "tests_$name" "$log" || outcome=FAILED
  if [[ $outcome == FAILED ]]; then grep -E '^\[ERROR\]' "$log" | head -n 60 >&2 || tail -n 40 "$log" >&2; fi
  say_since "$started" "$name $outcome: $(tests_sums "$log")"
  [[ $outcome == passed ]]
}

# Surefire's line for a class ends with "-- in CLASS"; the one for a module does not, and would count twice.
tests_sums() {
  sed -n 's/.*Tests run: \([0-9]*\), Failures: \([0-9]*\), Errors: \([0-9]*\), Skipped: \([0-9]*\),.* -- in .*/\1 \2 \3 \4/p' "$1" |
    awk '{ run += $1; bad += $2 + $3; skipped += $4 } END { printf "%d tests, %d failed, %d skipped", run, bad, skipped }'
}

# The last line, in the form that many tools read: N passed, N failed, N skipped.
tests_total() {
  local stage
  for stage in "$@"; do tests_sums "$TESTS_LOGS/test-$stage.log"; echo; done |
    awk '{ run += $1; bad += $3; skipped += $5 } END { printf "%d passed, %d failed, %d skipped\n", run - bad - skipped, bad, skipped }'
}

# Compiles, checks the format, runs what needs no kernel, and packages.
tests_fast() { maven_run "$1" -fae verify; }

# What needs root and the real kernel, module by module.
tests_kernel() {
  maven_run "$1" -fae test -Dtest.excludedGroups= -Dtest.groups=kernel -pl '!e2e' -Djvm="$(tests_jvm)"
}

# A JVM for tests that is alone in its network and sees no mounts but its own: what a test forgets goes with it.
tests_jvm() {
  local jvm=$TESTS_WORK/jvm
  mkdir -p "$jvm/bin"
  ln -sf "$JAVA_HOME/release" "$jvm/release"
  {
    printf '#!/bin/bash\n'
    declare -f namespace_hide_unified
    printf 'if [[ -z ${VARVE_TEST_INSIDE:-} ]]; then\n'
    printf '  VARVE_TEST_INSIDE=yes exec unshare --net --mount --propagation slave "$0" "$@"\n'
    printf 'fi\nnamespace_hide_unified\nip link set lo up\nexec %q "$@"\n' "$JAVA_HOME/bin/java"
  } >"$jvm/bin/java"
  chmod +x "$jvm/bin/java"
  printf '%s' "$jvm/bin/java"
}

# Whole engines; each in a network of its own.
tests_e2e() {
  VARVE_E2E_WORK=$TESTS_WORK maven_run "$1" test -Dtest.excludedGroups= -Dtest.groups=kernel -pl e2e
}

# Without installing the package, whose daemon would start.
tests_docker_cli() {
  local cli=$TESTS_WORK/docker-cli
  ! command -v docker >/dev/null || return 0
  say "fetching the docker CLI"
  mkdir "$cli"
  (cd "$cli" && apt-get -q download "$(docker_package)" >/dev/null && dpkg-deb -x ./*.deb .) ||
    die "the tests need the docker CLI: apt-get install --no-install-recommends $(docker_package)"
  PATH=$cli/usr/bin:$PATH
}

# What an engine does without and the tests do not: the runtime that is used when it is asked for, and a registry and another
# client of registries to meet, and the program for git repositories.
tests_packages() {
  local package missing=()
  for package in runc docker-registry skopeo git; do
    PATH=/usr/sbin:/usr/bin command -v "$package" >/dev/null || missing+=("$package")
  done
  ((${#missing[@]})) || return 0
  say "installing ${missing[*]}"
  packages_install "${missing[@]}" || die "the tests need ${missing[*]}: apt-get install --no-install-recommends ${missing[*]}"
}

# The tests remove what they made; this is for those that were killed.
tests_clean_up() {
  local engine prefix
  for engine in "$TESTS_WORK"/varve-e2e-*/; do
    [[ -d $engine ]] || continue
    engine=${engine%/}
    prefix=$(sed -n 's/^varve.prefix=//p' "$engine/root/secrets/engine.properties" 2>/dev/null || true)
    [[ -n $prefix ]] || continue
    warn "removing an engine that a test left: $engine"
    env -u VARVE_SOCKET "$VARVE_COMMAND" --root "$engine/root" --run "$engine/run" --prefix "$prefix" reset --yes || true
    ip link delete "$prefix" 2>/dev/null || true
    ip netns delete "$prefix" 2>/dev/null || true
    nft delete table ip "$prefix" 2>/dev/null || true
    nft delete table inet "${prefix}_networks" 2>/dev/null || true
    ! mountpoint -q "$engine" || umount "$engine" || true
  done
  rm -rf "$TESTS_WORK"
}
