#!/usr/bin/env bash
# Runs test projects that are already built, one after the other, and sums the runners' own counts.
set -euo pipefail

usage() {
    cat <<'HELP'
Usage: hack/test.sh [--label NAME] [--cluster | PROJECT[:CLASS]…]

Runs the named test projects (default: all of tests/*.Tests), or one class of them, without building them. Each result
is also written to artifacts/test-results/NAME/PROJECT.trx. Exits non-zero if a test failed, a project did not finish
or ran no test.
  --label NAME   the folder of the results (default: default)
  --cluster      only what a control plane is needed for; label: cluster

  BINNACLE_TEST_KUBECONFIG  a real cluster for the tests that need a control plane; without it they use LocalCluster
  TEST_TIMEOUT              seconds that one project may take (default: 1200)
  TEST_COUNTS               a file to which one line "PLANE PASSED FAILED SKIPPED" is appended per project
  TEST_FAILURES             a file to which each failed test is appended, with the control plane and the first lines of why
HELP
}

cd "$(dirname "${BASH_SOURCE[0]}")/.."

LABEL=default
while [ $# -gt 0 ]; do
    case $1 in
        --cluster)
            LABEL=cluster
            shift
            set -- Kubernetes.Client.Tests:RealApiServerTests Kubernetes.Runtime.Tests:LiveServerTests \
                Kubernetes.Runtime.Tests:LiveApplyTests Binnacle.Operator.Tests:StackCleanupTests \
                Binnacle.Operator.Tests:StackLifecycleTests \
                Conformance.Tests EndToEnd.Tests
            ;;
        --label) LABEL=$2 && shift 2 ;;
        -h | --help) usage && exit 0 ;;
        -*) usage >&2 && exit 2 ;;
        *) break ;;
    esac
done
if [ $# -eq 0 ]; then
    for project in tests/*.Tests; do set -- "$@" "${project#tests/}"; done
fi

CONFIGURATION=${CONFIGURATION:-Debug}
RESULTS=artifacts/test-results/$LABEL
rm -rf "$RESULTS"
mkdir -p "$RESULTS"
PATH=$(realpath -m "${TOOLS_DIR:-.tools}")/bin:$PATH
export PATH DOTNET_NOLOGO=1

# The control plane a project's tests run against.
plane_of() {
    case $1 in
        EndToEnd.Tests | Conformance.Tests | *:*)
            if [ -n "${BINNACLE_TEST_KUBECONFIG:-}" ]; then echo cluster; else echo LocalCluster; fi
            ;;
        LocalCluster.Tests) echo LocalCluster ;;
        *) echo none ;;
    esac
}

# attribute NAME < the <Counters> element of a trx file
attribute() { sed -n "s/.* $1=\"\([0-9]*\)\".*/\1/p"; }

# failures LOG: each failed test of a runner's log, with the first lines of what it said
failures() {
    awk '
        / \[FAIL\]$/ { left = 12 }
        /Stack Trace:|^ *(Discover|Start|Finish)(ing|ed):/ { left = 0 }
        left > 0 { print substr($0, 1, 1500); left-- }' "$1"
}

declare -A ON=()
ROWS=() PASSED=0 FAILED=0 SKIPPED=0
for project in "$@"; do
    plane=$(plane_of "$project")
    filter=()
    case $project in *:*) filter=(-class "*${project#*:}") ;; esac
    project=${project%%:*}
    dll=tests/$project/bin/$CONFIGURATION/net10.0/$project.dll
    log=$RESULTS/$project.log
    trx=$RESULTS/$project.trx
    passed=0 failed=0 skipped=0 note=''
    started=$SECONDS
    if [ ! -f "$dll" ]; then
        note="not built: run 'make build'" failed=1
    else
        echo "── $project (control plane: $plane)"
        code=0
        timeout --kill-after=20 "${TEST_TIMEOUT:-1200}" dotnet "$dll" -noLogo -noColor -trx "$trx" \
            ${filter[@]+"${filter[@]}"} >"$log" 2>&1 </dev/null || code=$?
        counters=$(grep -o '<Counters [^>]*>' "$trx" 2>/dev/null || true)
        if [ -n "$counters" ]; then
            passed=$(attribute passed <<<"$counters")
            failed=$(($(attribute failed <<<"$counters") + $(attribute error <<<"$counters")))
            skipped=$(($(attribute notExecuted <<<"$counters") + 0))
        fi
        if [ "$code" = 124 ] || [ "$code" = 137 ]; then
            note="stopped after ${TEST_TIMEOUT:-1200} s" failed=$((failed + 1))
        elif [ "$failed" = 0 ] && [ "$code" != 0 ]; then
            note="ended with exit code $code" failed=1
        elif [ $((passed + failed + skipped)) = 0 ]; then
            note="no test ran" failed=1
        fi
        if [ "$failed" != 0 ]; then
            # What failed and why, without the hundreds of lines of what passed.
            grep -vE '^ *(Discover|Start|Finish)(ing|ed):' "$log" | tail -n 200 | sed 's/^/   /'
            if [ -n "${TEST_FAILURES:-}" ]; then
                { echo "$project on $plane${note:+: $note}" && failures "$log"; } >>"$TEST_FAILURES"
            fi
        fi
    fi
    PASSED=$((PASSED + passed)) FAILED=$((FAILED + failed)) SKIPPED=$((SKIPPED + skipped))
    ON[$plane]=$((${ON[$plane]:-0} + passed + failed))
    ROWS+=("$(printf '%-26s %7d %7d %7d %6d s  %-13s %s' "$project" "$passed" "$failed" "$skipped" "$((SECONDS - started))" "$plane" "$note")")
    if [ -n "${TEST_COUNTS:-}" ]; then echo "$plane $passed $failed $skipped" >>"$TEST_COUNTS"; fi
done

echo
printf '%-26s %7s %7s %7s %8s  %s\n' PROJECT PASSED FAILED SKIPPED TIME 'CONTROL PLANE'
printf '%s\n' "${ROWS[@]}"
echo
for plane in LocalCluster cluster none; do
    if [ -n "${ON[$plane]:-}" ]; then
        case $plane in
            LocalCluster) echo "${ON[$plane]} tests ran on LocalCluster" ;;
            cluster) echo "${ON[$plane]} tests ran on the cluster of $BINNACLE_TEST_KUBECONFIG" ;;
            none) echo "${ON[$plane]} tests ran without a control plane" ;;
        esac
    fi
done
summary="$PASSED passed, $FAILED failed"
if [ "$SKIPPED" -gt 0 ]; then summary+=", $SKIPPED skipped"; fi
echo "$summary"
[ "$FAILED" = 0 ]
