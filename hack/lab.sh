#!/usr/bin/env bash
# A real control plane and a real node on this machine, for the end-to-end tests, where a lab for it lies beside the
# repository. Not needed for anything else: without one the tests run on LocalCluster.
set -euo pipefail

usage() {
    cat <<'HELP'
Usage: hack/lab.sh available | start | stop | run COMMAND…

  available  exits 0 where a lab can be started (a lab folder is there, root, Linux on x86_64)
  start      starts the cluster; prints "export BINNACLE_TEST_KUBECONFIG=…"
  stop       stops it and removes its state
  run        starts it, runs the command with BINNACLE_TEST_KUBECONFIG set, and stops it whatever happens

  LAB_SCRIPTS  the folder of the lab's scripts (default: shared/lab beside the repository)
  LAB_DATA     the state of the running cluster (default: /tmp/binnacle-lab)
HELP
}

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# A worktree or clone may lie deeper than the main one: look a few folders up.
find_scripts() {
    local dir=$ROOT
    for _ in 1 2 3; do
        dir=$(dirname "$dir")
        if [ -f "$dir/shared/lab/control-plane.sh" ]; then
            echo "$dir/shared/lab"
            return
        fi
    done
}
SCRIPTS=${LAB_SCRIPTS:-$(find_scripts)}
export LAB=${LAB:-$HOME/.cache/binnacle-lab}
export DATA=${LAB_DATA:-/tmp/binnacle-lab}
# Below 32768: from there on the kernel takes ports for outgoing connections, and one of them is in the way now and then.
export PORT=${LAB_PORT:-26443} EPORT=${LAB_EPORT:-32379} KCMPORT=${LAB_KCMPORT:-31257} SCHEDPORT=${LAB_SCHEDPORT:-31259}
export KUBECTL=${KUBECTL:-$ROOT/.tools/bin/kubectl}
KUBECONFIG_FILE=$DATA/admin.kubeconfig

available() {
    [ -n "$SCRIPTS" ] && [ -f "$SCRIPTS/control-plane.sh" ] && [ -f "$SCRIPTS/node.sh" ] &&
        [ "$(id -u)" = 0 ] && [ "$(uname -m)" = x86_64 ]
}

STARTED=0

say() { echo "lab: $*" >&2; }

start() {
    available || { say "there is no lab on this machine"; return 1; }
    if [ -e /sys/class/net/cni0 ] || [ -e "$DATA" ]; then
        say "a cluster of this kind already runs here (network cni0 or $DATA exists): stop it first"
        return 3
    fi
    local port
    for port in "$PORT" "$((PORT + 1))" "$EPORT" "$KCMPORT" "$SCHEDPORT"; do
        if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
            say "port $port is taken: set LAB_PORT, LAB_EPORT, LAB_KCMPORT or LAB_SCHEDPORT to free ones"
            return 3
        fi
    done
    "$ROOT/hack/tools.sh" || return 1
    [ -f "$LAB/apt/apt.conf" ] || bash "$SCRIPTS/apt-suites.sh" "$LAB/apt" bookworm sid >/dev/null || return 1
    export APT_OPTS="-c $LAB/apt/apt.conf"
    if [ ! -f "$LAB/images/prometheus.tar" ]; then
        say "making images (once)"
        bash "$SCRIPTS/images.sh" "$LAB/images" >&2 || return 1
    fi
    eval "$(bash "$SCRIPTS/node.sh" env)"
    # The scripts leave servers behind on purpose: they must not hold this script's output open.
    mkdir -p "$DATA"
    STARTED=1
    if ! bash "$SCRIPTS/control-plane.sh" start >"$DATA/start.log" 2>&1 </dev/null ||
        ! bash "$SCRIPTS/node.sh" start >>"$DATA/start.log" 2>&1 </dev/null; then
        cat "$DATA/start.log" >&2
        return 1
    fi
    if ! "$KUBECTL" --kubeconfig "$KUBECONFIG_FILE" get --raw /apis/apiextensions.k8s.io/v1 >/dev/null; then
        cat "$DATA"/log/crdserver.log >&2
        say 'the server of CustomResourceDefinitions does not answer'
        return 1
    fi
    grep -E 'readyz ok|Ready after' "$DATA/start.log" >&2 || true
}

stop() {
    [ -d "$DATA" ] || return 0
    # The node first: its containers are stopped through its runtime.
    bash "$SCRIPTS/node.sh" stop wipe >/dev/null 2>&1 </dev/null || true
    bash "$SCRIPTS/control-plane.sh" stop wipe >/dev/null 2>&1 </dev/null || true
    [ ! -d "$DATA" ] || { say "$DATA could not be removed"; return 1; }
}

case ${1:-} in
    available) available ;;
    start)
        code=0
        start || code=$?
        if [ "$code" != 0 ]; then
            if [ "$STARTED" = 1 ]; then stop; fi
            exit "$code"
        fi
        echo "export BINNACLE_TEST_KUBECONFIG=$KUBECONFIG_FILE"
        ;;
    stop) stop ;;
    run)
        shift
        trap 'if [ "$STARTED" = 1 ]; then stop; fi' EXIT
        trap 'kill "${child:-}" 2>/dev/null; exit 130' INT
        trap 'kill "${child:-}" 2>/dev/null; exit 143' TERM
        start || exit $?
        # In the background, as a shell sees a signal only when its foreground command has ended.
        BINNACLE_TEST_KUBECONFIG=$KUBECONFIG_FILE "$@" &
        child=$!
        wait "$child"
        ;;
    -h | --help) usage ;;
    *)
        usage >&2
        exit 2
        ;;
esac
