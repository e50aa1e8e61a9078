# shellcheck shell=bash
# Builds when the sources are not those of an earlier build.
#
# Every build is copied to a directory named after the hash of its sources, and engines run from there: a JVM must never
# see a jar change below it, and a running engine may be older than what was built last.

BUILDS=$VARVE_HOME/deploy/standalone/target/builds

# One hash over what the artefacts are made of. Contents and not times: a fresh clone, or a branch changed and changed
# back, is no change.
build_fingerprint() {
  (
    cd "$VARVE_HOME" || exit
    find . -name target -prune -o -path ./e2e -prune -o -path ./bench -prune -o -type f \
      \( -name pom.xml -o -path '*/src/main/*' \) -print0 | LC_ALL=C sort -z | xargs -0 sha256sum
  ) | sha256sum | cut -c1-16
}

# Sets BUILD, the directory to run from.
build_ensure() {
  BUILD=$BUILDS/$(build_fingerprint)
  [[ ! -d $BUILD ]] || return 0
  mkdir -p "$BUILDS"
  (
    flock --wait 1800 8 || die "another build has been at work here for half an hour"
    [[ -d $BUILD ]] || build_make
  ) 8>"$BUILDS/lock"
}

# Sets BUILD to the one that the engine was started from, whatever the sources have become since.
build_of_engine() {
  BUILD=$(sed -n 's/^build \([^ ]*\).*/\1/p' "$PROCESSES/started-as" 2>/dev/null)
  [[ -n $BUILD ]] || die "the engine is not up"
}

build_make() {
  local started part parts='broker:deploy/broker standalone:deploy/standalone image:image-service
    snapshot:snapshot-service container:container-service gateway:gateway'
  started=$(now_ms)
  say "building with $JAVA_HOME (minutes, the first time)"
  if ! maven_run "$BUILDS/build.log" -DskipTests -pl deploy/standalone,deploy/broker -am package; then
    grep -E '^\[ERROR\]' "$BUILDS/build.log" | head -n 40 >&2 || tail -n 40 "$BUILDS/build.log" >&2
    die "the build failed; all of its output is in $BUILDS/build.log"
  fi
  rm -rf "$BUILDS/new"
  mkdir "$BUILDS/new"
  for part in $parts; do
    mkdir "$BUILDS/new/${part%%:*}"
    case $part in
      broker:*) cp -a "$VARVE_HOME/deploy/broker/target/"{lib,postgres} "$BUILDS/new/broker" ;;
      *) cp -a "$VARVE_HOME/${part#*:}/target/quarkus-app/." "$BUILDS/new/${part%%:*}" ;;
    esac
  done
  mv "$BUILDS/new" "$BUILD"
  build_forget_old
  say_since "$started" "built"
}

# maven_run LOG ARGUMENT...: Maven with one line a module; its whole output goes to the log.
maven_run() {
  local log=$1
  shift
  (cd "$VARVE_HOME" && ./mvnw -B -ntp "$@" </dev/null 2>&1) 8>&- 9>&- | tee "$log" |
    sed -un 's/^\[INFO\] Building \(.*\) [0-9][^ ]* *\(\[[0-9]*\/[0-9]*\]\)$/varve:   \2 \1/p'
}

# Removes the builds that no process runs from, this one excepted.
build_forget_old() {
  local build
  for build in "$BUILDS"/*/; do
    build=${build%/}
    [[ $build == "$BUILD" ]] || grep -lqF -- "$build/" /proc/[0-9]*/cmdline 2>/dev/null || rm -rf "$build"
  done
}
