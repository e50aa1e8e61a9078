# shellcheck shell=bash
# The start-up caches of the JVMs (JEP 514), once for each build: an engine of its own is started, asked a little and
# stopped; at their ends its JVMs write down what they had loaded. It runs in a network namespace of its own, and nothing
# of it is left but the caches. Without them everything works, only later: a failure here is no failure of `up`.

training_ensure() {
  local started work
  [[ -z ${VARVE_TRAINING:-} && ${VARVE_AOT:-yes} != no ]] || return 0
  # A tree that was moved, or is a copy: a JVM does not start with a cache whose jars lie elsewhere now.
  [[ ! -e $BUILD/trained || $(<"$BUILD/trained") != "$BUILD" ]] || return 0
  started=$(now_ms)
  say "preparing fast starts (once for each build)"
  rm -f "$BUILD"/*.aot
  printf '%s\n' "$BUILD" >"$BUILD/trained"
  work=$(mktemp -d /tmp/varve-training.XXXXXX)
  chmod 0711 "$work"
  if ! training_run "$work" >"$BUILD/training.log" 2>&1 9>&-; then
    warn "that failed, which only makes starts slower; see $BUILD/training.log"
    rm -f "$BUILD"/*.aot
  fi
  rm -rf "$work"
  say_since "$started" "prepared"
}

training_run() {
  local work=$1 failed=
  local engine=(env -u VARVE_KAFKA -u VARVE_POSTGRES -u VARVE_NODE VARVE_TRAINING=yes VARVE_ROOT="$work/root"
    VARVE_RUN="$work/run" VARVE_SOCKET="$work/run/docker.sock" VARVE_PREFIX=vtrain VARVE_SEED="$BUILD/seed" "$VARVE_COMMAND")
  unshare --net bash -c 'ip link set lo up && "$@"' training "${engine[@]}" up --no-seed || failed=yes
  if [[ -z $failed ]]; then
    "${engine[@]}" image seed --only busybox && SOCKET=$work/run/docker.sock training_exercises "$work" ||
      warn "training without a container"
  fi
  "${engine[@]}" down --containers || failed=yes
  "${engine[@]}" reset --yes
  [[ -z $failed ]]
}

# Often enough for the cache to hold profiles of what is hot.
training_exercises() {
  local round
  for ((round = 0; round < 25; round++)); do
    training_exercise >/dev/null || return
  done
  training_execs >/dev/null
  training_reads >/dev/null
  training_bulk "$1" >/dev/null
}

# What a user does first.
training_exercise() {
  local id
  id=$(training_post /containers/create '{"Image":"busybox","Cmd":["true"],"HostConfig":{"NetworkMode":"none"}}' |
    grep -o '[0-9a-f]\{64\}' | head -n 1)
  [[ -n $id ]]
  training_post "/containers/$id/start" ''
  training_post "/containers/$id/wait" ''
  engine_get "/containers/$id/logs?stdout=1"
  engine_get '/containers/json?all=1'
  engine_get "/containers/$id/json"
  curl -fsS --max-time 20 --unix-socket "$SOCKET" -X DELETE "http://varve/containers/$id"
}

# What health checks and scripts do in a container that runs.
training_execs() {
  local id exec round
  id=$(training_post /containers/create '{"Image":"busybox","Cmd":["sleep","600"],"HostConfig":{"NetworkMode":"none"}}' |
    grep -o '[0-9a-f]\{64\}' | head -n 1)
  training_post "/containers/$id/start" ''
  for ((round = 0; round < 50; round++)); do
    exec=$(training_post "/containers/$id/exec" '{"AttachStdout":true,"Cmd":["true"]}' | grep -o '[0-9a-f]\{64\}')
    training_post "/exec/$exec/start" '{"Detach":false,"Tty":false}'
    engine_get "/exec/$exec/json"
  done
  curl -fsS --max-time 20 --unix-socket "$SOCKET" -X DELETE "http://varve/containers/$id?force=1"
}

# What clients ask all the time, some thousand times over one connection: a URL with a range is asked as often as it has values.
training_reads() {
  local id
  id=$(training_post /containers/create '{"Image":"busybox","Cmd":["true"]}' | grep -o '[0-9a-f]\{64\}' | head -n 1)
  curl -fsS --max-time 60 --unix-socket "$SOCKET" "http://varve/_ping?[1-500]" "http://varve/v1.41/containers/$id/json?[1-500]" \
    "http://varve/v1.41/containers/json?all=1&[1-500]" "http://varve/v1.41/images/json?[1-500]" "http://varve/v1.41/images/busybox/json?[1-500]"
}

# Much at once: files in and out, and output.
training_bulk() {
  local work=$1 id round
  id=$(training_post /containers/create '{"Image":"busybox","Cmd":["sh","-c","yes varve | head -c 40000000"],"HostConfig":{"NetworkMode":"none"}}' |
    grep -o '[0-9a-f]\{64\}' | head -n 1)
  training_post "/containers/$id/start" ''
  training_post "/containers/$id/wait" ''
  head -c 60000000 /dev/zero >"$work/large"
  tar -C "$work" -cf "$work/large.tar" large
  for ((round = 0; round < 12; round++)); do
    curl -fsS --max-time 60 --unix-socket "$SOCKET" -H 'Transfer-Encoding: chunked' -T "$work/large.tar" "http://varve/containers/$id/archive?path=/"
    curl -fsS --max-time 60 --unix-socket "$SOCKET" -o "$work/back" "http://varve/containers/$id/archive?path=/large"
    curl -fsS --max-time 60 --unix-socket "$SOCKET" -o "$work/back" "http://varve/containers/$id/logs?stdout=1"
  done
  curl -fsS --max-time 60 --unix-socket "$SOCKET" "http://varve/containers/$id/logs?stdout=1&tail=10&[1-500]"
  # The docker command comes on a connection of its own each time: so often that what makes one is worth the best code from the start.
  curl -fsS --max-time 120 --unix-socket "$SOCKET" -H 'Connection: close' "http://varve/_ping?[1-6000]" \
    "http://varve/v1.41/containers/$id/json?[1-3000]" "http://varve/v1.41/containers/$id/logs?stdout=1&tail=10&[1-6000]"
  curl -fsS --max-time 20 --unix-socket "$SOCKET" -X DELETE "http://varve/containers/$id"
}

training_post() {
  curl -fsS --max-time 60 --unix-socket "$SOCKET" -X POST -H 'Content-Type: application/json' -d "$2" "http://varve$1"
}
