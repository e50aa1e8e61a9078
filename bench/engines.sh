# shellcheck shell=bash
# What all benchmarks need: a network namespace, a root and a run directory of their own, Varve in them and dockerd beside it
# where one is installed, and all of that removed at the end. Sourced with `top` set; sets `work`, `space`, `java`, `dockerd_space`
# and `dockerd_pid`.

work=$(mktemp -d /tmp/varve-bench.XXXXXX)
chmod 0711 "$work"
space=vbench$$
dockerd_space=$space
export VARVE_ROOT=$work/root VARVE_RUN=$work/run VARVE_SOCKET=$work/run/docker.sock VARVE_PREFIX=vb$$
# Not "ip netns exec": that mounts a new /sys, without the cgroups.
inside() { nsenter --net="/run/netns/$space" "$@"; }

finish() {
  set +e
  [ -n "${dockerd_pid:-}" ] && stop_dockerd
  inside "$top/varve" reset --yes >/dev/null 2>&1
  ip netns del "$space" 2>/dev/null
  [ "$dockerd_space" = "$space" ] || ip netns del "$dockerd_space" 2>/dev/null
  rm -rf "$work"
}
trap finish EXIT

stop_dockerd() {
  docker -H "unix://$work/dockerd/docker.sock" ps -aq | xargs -r docker -H "unix://$work/dockerd/docker.sock" rm -f >/dev/null 2>&1
  # The program of before may have been restarted meanwhile.
  end_process TERM "$(cat "$work/dockerd/pid")"
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

end_process() { # signal, pid
  kill -s "$1" "$2"
  # Ended and not yet waited for is ended.
  while grep -q '^State:[[:space:]]*[^ZX]' "/proc/$2/status" 2>/dev/null; do sleep 0.01; done
}

start_dockerd() {
  setsid nsenter --net="/run/netns/$dockerd_space" dockerd --data-root "$work/dockerd/data" --exec-root "$work/dockerd/exec" \
    --pidfile "$work/dockerd/pid" --live-restore -H "unix://$work/dockerd/docker.sock" </dev/null >>"$work/dockerd/log" 2>&1 &
}

# Programs for the benchmark that restart an engine, "restart" as asked and "kill" as by a crash, wherever they are called from.
write_restarts() {
  local name
  for name in varve dockerd; do
    {
      printf '#!/bin/bash\nset -e\n'
      # shellcheck disable=SC2016 # expanded by the program
      printf '[ -n "${OUTSIDE:-}" ] || OUTSIDE=yes exec nsenter --mount=/proc/%s/ns/mnt "$0" "$@"\n' $$
      printf 'top=%q work=%q space=%q dockerd_space=%q\n' "$top" "$work" "$space" "$dockerd_space"
      declare -f inside end_process start_dockerd "restart_$name"
      printf 'restart_%s "$1"\n' "$name"
    } >"$work/restart-$name"
    chmod +x "$work/restart-$name"
  done
}

restart_varve() {
  case $1 in
    restart) "$top/varve" restart ;;
    kill)
      end_process KILL "$(cut -d' ' -f1 "$VARVE_RUN/processes/engine")"
      "$top/varve" up --no-seed
      ;;
  esac
}

restart_dockerd() {
  local signal=TERM
  [ "$1" = restart ] || signal=KILL
  end_process "$signal" "$(cat "$work/dockerd/pid")"
  start_dockerd
}

start_varve() {
  ip netns add "$space"
  inside ip link set lo up
  inside "$top/varve" up --no-seed
  inside "$top/varve" image seed --only busybox
  java=$(readlink "/proc/$(cut -d' ' -f1 "$VARVE_RUN/processes/engine")/exe")
}

# Each engine in a network namespace of its own, as on a host of its own: dockerd has the kernel lead what crosses bridges through
# the host's packet filter, anybody's bridges.
start_engines_apart() {
  dockerd_space=$space-d
  ip netns add "$dockerd_space"
  nsenter --net="/run/netns/$dockerd_space" ip link set lo up
  start_engines
  # Where the module is loaded, new namespaces have it switched on.
  inside sh -c 'for it in /proc/sys/net/bridge/bridge-nf-call-*; do [ ! -e "$it" ] || echo 0 >"$it"; done'
}

start_engines() {
  mkdir -p "$work/dockerd" "$(dirname "$report")"
  write_restarts
  start_varve

  if command -v dockerd >/dev/null; then
    start_dockerd
    await 30 docker -H "unix://$work/dockerd/docker.sock" version
    dockerd_pid=$(cat "$work/dockerd/pid")
    docker -H "unix://$VARVE_SOCKET" save busybox:latest | docker -H "unix://$work/dockerd/docker.sock" load
  else
    echo "dockerd is not installed: no ratios (Debian's package is docker.io)"
  fi
}
