# shellcheck shell=bash
# The processes of this engine. One is ours when its pid *and* its start time are those written down when we started it:
# a pid alone may meanwhile belong to somebody else, and nothing but our own is ever signalled.

# process_start NAME LOG COMMAND...: the command in a session of its own, with nothing of ours but the log.
process_start() {
  local name=$1 log=$2 pid
  shift 2
  setsid -- "$@" </dev/null >>"$log" 2>&1 9>&- &
  pid=$!
  disown "$pid"
  printf '%s %s\n' "$pid" "$(process_ticks "$pid")" >"$PROCESSES/$name"
}

# process_ticks PID: the start time in clock ticks since boot; fails when there is no such process or it has ended.
process_ticks() {
  local stat fields
  { stat=$(<"/proc/$1/stat"); } 2>/dev/null || return 1
  # The name in parentheses may contain anything; the fields are counted behind it.
  read -ra fields <<<"${stat##*) }"
  [[ ${fields[0]} != Z && ${fields[0]} != X ]] || return 1
  printf '%s' "${fields[19]}"
}

# process_pid NAME: its pid; fails when it does not run.
process_pid() {
  local pid ticks
  { read -r pid ticks <"$PROCESSES/$1"; } 2>/dev/null || return 1
  [[ -n $ticks && $(process_ticks "$pid") == "$ticks" ]] || return 1
  printf '%s' "$pid"
}

process_runs() { process_pid "$1" >/dev/null; }

# process_stop NAME SIGNAL SECONDS: asks it to end, waits, and ends it when it takes longer. One in training writes its
# cache first.
process_stop() {
  local name=$1 signal=$2 seconds=$3 pid deadline
  [[ -z ${VARVE_TRAINING:-} ]] || seconds=300
  if pid=$(process_pid "$name"); then
    kill -s "$signal" "$pid" 2>/dev/null || true
    deadline=$((SECONDS + seconds))
    while process_runs "$name"; do
      if ((SECONDS >= deadline)); then
        warn "$name did not stop within $seconds s and is killed"
        kill -s KILL "$pid" 2>/dev/null || true
        deadline=$((SECONDS + 10))
      fi
      sleep 0.02
    done
  fi
  rm -f "$PROCESSES/$name"
}

# process_await NAME SECONDS TEST LOG...: until the test succeeds; says why when the process ends or the time is over.
process_await() {
  local name=$1 seconds=$2 test=$3 deadline
  shift 3
  deadline=$((SECONDS + seconds))
  until "$test"; do
    if ! process_runs "$name"; then
      tail_of "$@"
      die "$name ended while it started"
    fi
    if ((SECONDS >= deadline)); then
      tail_of "$@"
      die "$name is not ready after $seconds s"
    fi
    sleep 0.03
  done
}

# process_memory PID: its proportional share of memory in KiB, that of its children included.
process_memory() {
  local pid total=0 share
  for pid in "$1" $(cat "/proc/$1/task/$1/children" 2>/dev/null || true); do
    share=$(awk '/^Pss:/ {print $2}' "/proc/$pid/smaps_rollup" 2>/dev/null || true)
    total=$((total + ${share:-0}))
  done
  printf '%s' "$total"
}
