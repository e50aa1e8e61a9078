# shellcheck shell=bash
# The OS packages that the engine needs. Only those whose files are missing are installed.

# Each line: the package, and files of which one must be there.
packages_needed() {
  cat <<'TABLE'
ca-certificates /etc/ssl/certs/ca-certificates.crt
curl            /usr/bin/curl
jq              /usr/bin/jq
tar             /usr/bin/tar /bin/tar
unzip           /usr/bin/unzip
xz-utils        /usr/bin/xz
procps          /usr/bin/ps /bin/ps
util-linux      /usr/bin/unshare /bin/unshare
iproute2        /usr/sbin/ip /usr/bin/ip /sbin/ip
nftables        /usr/sbin/nft
crun            /usr/bin/crun
conmon          /usr/bin/conmon
catatonit       /usr/bin/catatonit /usr/libexec/podman/catatonit
aardvark-dns    /usr/lib/podman/aardvark-dns /usr/libexec/podman/aardvark-dns
busybox-static  /usr/share/doc/busybox-static/copyright
mmdebstrap      /usr/bin/mmdebstrap
TABLE
}

packages_missing() {
  local package files file present
  while read -r package files; do
    present=
    for file in $files; do
      [[ ! -e $file ]] || present=yes
    done
    [[ -n $present ]] || printf '%s\n' "$package"
  done < <(packages_needed)
}

packages_ensure() {
  local missing started
  mapfile -t missing < <(packages_missing)
  ((${#missing[@]})) || return 0
  started=$(now_ms)
  say "installing ${missing[*]}"
  packages_install "${missing[@]}" ||
    die "these packages are needed and could not be installed: ${missing[*]}. Install them by hand, then run this again."
  say_since "$started" "packages installed"
}

# packages_install PACKAGE...: by apt, with the package lists refreshed only when the first try fails. Fails without a
# word of its own where there is no apt.
packages_install() {
  local log
  command -v apt-get >/dev/null || return 1
  log=$(mktemp)
  if packages_apt install "$@" >"$log" 2>&1 ||
    { packages_apt update >>"$log" 2>&1 && packages_apt install "$@" >>"$log" 2>&1; }; then
    rm -f "$log"
    return
  fi
  tail_of "$log"
  rm -f "$log"
  return 1
}

packages_apt() {
  local verb=$1
  shift
  DEBIAN_FRONTEND=noninteractive apt-get -y -q -o DPkg::Lock::Timeout=300 --no-install-recommends "$verb" "$@" </dev/null
}

# packages_download PACKAGE...: their files, into the current directory, without installing anything.
packages_download() { apt-get -q download "$@"; }

# The same of Debian 13 on Debian 12, from the mirror that this machine uses. The lists are kept apart: nothing else shall come from there.
packages_download_newer() {
  local mirror options
  # shellcheck disable=SC2016 # apt's variables
  mirror=$(apt-get indextargets --format '$(REPO_URI) $(RELEASE)' 'Created-By: Packages' | sed -n 's/ bookworm$//p' | sort -u)
  [[ -n $mirror ]] || return 1
  mkdir -p lists/partial cache/archives/partial
  printf 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s trixie main\n' "${mirror%%$'\n'*}" >sources.list
  options=(-o Acquire::http::Timeout=20 -o "Dir::Etc::SourceList=$PWD/sources.list" -o Dir::Etc::SourceParts=/dev/null
    -o "Dir::State::Lists=$PWD/lists" -o "Dir::Cache=$PWD/cache")
  apt-get -q "${options[@]}" update && packages_download "${options[@]}" "$@"
}
