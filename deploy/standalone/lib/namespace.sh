# shellcheck shell=bash
# The mount namespace that the engine lives in. The root file systems of running containers are mounted there, so it
# must outlive the engine: it is pinned by a file below the run directory, and each new engine enters the same one.
# The host sees one mount of ours, the private directory that the pin needs.

namespace_pin() { printf '%s' "$RUN/namespaces/mount"; }

namespace_pinned() { [[ $(stat -f -c %T "$(namespace_pin)" 2>/dev/null) == nsfs ]]; }

namespace_ensure() {
  namespace_pinned && return
  mkdir -p "$RUN/namespaces"
  # A mount namespace can only be pinned where no mount propagates to others.
  mountpoint -q "$RUN/namespaces" || mount --bind "$RUN/namespaces" "$RUN/namespaces"
  mount --make-private "$RUN/namespaces"
  : >"$(namespace_pin)"
  # Slave: what the host mounts later appears inside, nothing of ours appears outside.
  # It can only be pinned in one with a lower number, and Linux 6.18 has each processor give numbers of its own: inside of
  # a container it is a matter of the processor whether the later one's is higher.
  local processor said=
  for ((processor = 0; processor < $(nproc --all); processor++)); do
    said=$(taskset -c "$processor" unshare --mount="$(namespace_pin)" --propagation slave \
      bash -c "$(declare -f namespace_hide_unified); namespace_hide_unified" 2>&1) && return
    namespace_pinned && break
  done
  die "no mount namespace can be made here ($said): is this a container without CAP_SYS_ADMIN?"
}

# On hosts with cgroup v1 and a v2 hierarchy beside it that has controllers, crun cannot tell which one to use and
# refuses. It is given the v1 one: inside, the other is not to be seen.
namespace_hide_unified() {
  local controllers
  [[ $(stat -f -c %T /sys/fs/cgroup) == cgroup2fs ]] && return
  { read -r controllers </sys/fs/cgroup/unified/cgroup.controllers; } 2>/dev/null || return 0
  [[ -z $controllers ]] || umount /sys/fs/cgroup/unified
}

# namespace_number: the identity of the pinned namespace, as /proc shows it for a process.
namespace_number() { stat -c %i "$(namespace_pin)"; }

namespace_remove() {
  namespace_pinned && umount "$(namespace_pin)"
  ! mountpoint -q "$RUN/namespaces" || umount "$RUN/namespaces"
}
