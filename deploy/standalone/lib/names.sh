# shellcheck shell=bash
# The program that answers containers' questions for names. Debian 12 packages aardvark-dns 1.4, which wakes a second thread for each
# question and takes a quarter more time for it; that of Debian 13 runs there as well. It lies beside the system's, which podman may use.

NAMES=$VARVE_HOME/target/names
NAMES_PROGRAM=$NAMES/aardvark-dns
NAMES_VERSION=1.14

# Where a newer one cannot be had, the system's does. Tried once a day: not having it takes nothing but time.
names_ensure() {
  local program work
  for program in "$NAMES_PROGRAM" /usr/lib/podman/aardvark-dns /usr/libexec/podman/aardvark-dns; do
    ! names_suits "$program" || return 0
  done
  [[ ! -e $NAMES/log || -n $(find "$NAMES/log" -mtime +0) ]] || return 0
  say "fetching aardvark-dns $NAMES_VERSION"
  mkdir -p "$NAMES"
  work=$(mktemp -d "$NAMES/new.XXXXXX")
  if (cd "$work" && packages_download_newer aardvark-dns && dpkg-deb -x ./*.deb .) >"$NAMES/log" 2>&1 &&
    names_suits "$work/usr/lib/podman/aardvark-dns"; then
    mv -f "$work/usr/lib/podman/aardvark-dns" "$NAMES_PROGRAM"
    rm -f "$NAMES/log"
  else
    warn "aardvark-dns $NAMES_VERSION cannot be had here: the system's is used. Why: $NAMES/log"
  fi
  rm -rf "$work"
}

names_suits() {
  local version
  [[ -x $1 ]] && version=$("$1" --version 2>/dev/null) && printf '%s\n' "$NAMES_VERSION" "${version##* }" | sort -V -C
}
