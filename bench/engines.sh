# shellcheck shell=bash
# What both benchmarks need: a network namespace, a root and a run directory of their own, Varve in them and dockerd beside it
# where one is installed, and all of that removed at the end. Sourced with `top` set; sets `work`, `java` and `dockerd_pid`.

work=$(mktemp -d /tmp/varve-bench.XXXXXX)
chmod 0711 "$work"
space=vbench$$
export VARVE_ROOT=$work/root VARVE_RUN=$work/run VARVE_SOCKET=$work/run/docker.sock VARVE_PREFIX=vb$$
# Not "ip netns exec": that mounts a new /sys, without the cgroups.
inside() { nsenter --net="/run/netns/$space" "$@"; }

finish() {
  set +e
  [ -n "${dockerd_pid:-}" ] && stop_dockerd
  inside "$top/varve" reset --yes >/dev/null 2>&1
  ip netns del "$space" 2>/dev/null
  rm -rf "$work"
}
trap finish EXIT

stop_dockerd() {
  docker -H "unix://$work/dockerd/docker.sock" ps -aq | xargs -r docker -H "unix://$work/dockerd/docker.sock" rm -f >/dev/null 2>&1
  kill "$dockerd_pid"
  wait "$dockerd_pid" 2>/dev/null
  umount -R "$work/dockerd/data" 2>/dev/null
}

await() { # seconds, command...
  local left=$(($1 * 10)); shift
  until "$@" >/dev/null 2>&1; do
    left=$((left - 1))
    [ "$left" -gt 0 ] || { echo "gave up waiting for: $*" >&2; return 1; }
    sleep 0.1
  done
}

start_engines() {
  ip netns add "$space"
  inside ip link set lo up
  mkdir -p "$work/dockerd" "$(dirname "$report")"

  inside "$top/varve" up --no-seed
  inside "$top/varve" image seed --only busybox
  java=$(readlink "/proc/$(cut -d' ' -f1 "$VARVE_RUN/processes/engine")/exe")

  if command -v dockerd >/dev/null; then
    # Without the function: its subshell would be the process that $! names.
    nsenter --net="/run/netns/$space" dockerd --data-root "$work/dockerd/data" --exec-root "$work/dockerd/exec" --pidfile "$work/dockerd/pid" \
      -H "unix://$work/dockerd/docker.sock" >"$work/dockerd/log" 2>&1 &
    dockerd_pid=$!
    await 30 docker -H "unix://$work/dockerd/docker.sock" version
    docker -H "unix://$VARVE_SOCKET" save busybox:latest | docker -H "unix://$work/dockerd/docker.sock" load
  else
    echo "dockerd is not installed: no ratios (Debian's package is docker.io)"
  fi
}
