# shellcheck shell=bash
# Finds a JDK 25 or later, or gets one.

java_ensure() {
  local started package
  java_find && return
  started=$(now_ms)
  for package in openjdk-25-jdk-headless temurin-25-jdk; do
    if apt-cache show "$package" >/dev/null 2>&1; then
      ((EUID == 0)) || break
      say "installing $package"
      if packages_install "$package" && java_find; then
        say_since "$started" "$package installed"
        return
      fi
    fi
  done
  warn "Varve needs a JDK 25 or later, and none was found: not by JAVA_HOME, not in /usr/lib/jvm, not on the PATH."
  warn "No package source of this machine offers openjdk-25-jdk-headless or temurin-25-jdk, so please either"
  warn "  - unpack a JDK 25 for Linux x64 (Eclipse Temurin, Oracle OpenJDK, ...) below /usr/lib/jvm, or"
  warn "  - run this again with JAVA_HOME=/path/to/jdk-25 in front."
  exit 1
}

# Sets JAVA_HOME; fails when there is none.
java_find() {
  local candidate
  for candidate in "${JAVA_HOME:-}" /usr/lib/jvm/* /usr/java/* /opt/jdk* /opt/java/* "${HOME:-/root}"/.sdkman/candidates/java/* "$(java_on_path)"; do
    if java_suits "$candidate"; then
      export JAVA_HOME=$candidate
      return
    fi
  done
  return 1
}

java_on_path() {
  local java
  java=$(command -v java) || return 0
  dirname "$(dirname "$(readlink -f "$java")")"
}

# A JDK says its version in a file, which is faster than to start it. A mere runtime environment cannot build us.
java_suits() {
  local version
  [[ -n $1 && -x $1/bin/javac && -r $1/release ]] || return 1
  version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release")
  ((${version:-0} >= 25))
}
