#!/usr/bin/env bash
# Every check that needs no test run. All of them run, and the last line says how many failed.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1

FAILED=()
check() {
    local name=$1 log
    shift
    log=$(mktemp)
    if "$@" >"$log" 2>&1; then
        echo "ok       $name"
    else
        echo "FAILED   $name"
        sed 's/^/         /' "$log"
        FAILED+=("$name")
    fi
    rm -f "$log"
}
skip() { echo "skipped  $1 ($2)"; }

# unchanged COMMAND…: whether a command leaves the tracked and generated files as they were, committed or not.
fingerprint() {
    local files
    files=$(git ls-files --cached --others --exclude-standard | sort -u | while IFS= read -r file; do
        [ ! -f "$file" ] || echo "$file"
    done)
    paste -d ' ' <(git hash-object --stdin-paths <<<"$files") <(echo "$files")
}
unchanged() {
    local before after
    before=$(fingerprint)
    "$@" || return 1
    after=$(fingerprint)
    [ "$before" = "$after" ] && return 0
    echo "these files changed:"
    diff <(echo "$before") <(echo "$after") | sed -n 's/^[<>] [0-9a-f]* //p' | sort -u
    return 1
}

chart() {
    .tools/bin/helm lint --strict charts/binnacle || return 1
    local objects
    objects=$(.tools/bin/helm template binnacle charts/binnacle --namespace binnacle-system) || return 1
    # Templating must not change a CRD: braces in descriptions are the trap.
    diff <(grep -hv '^#' config/crd/*.yaml) <(.tools/bin/helm template binnacle charts/binnacle \
        --show-only 'templates/crds/*.yaml' | grep -vE '^(#|---|  annotations:$|    helm.sh/resource-policy: keep$)') || {
        echo 'the CRDs that the chart renders are not those of config/crd'
        return 1
    }
    grep -q '^kind: ClusterRole$' <<<"$objects" || { echo 'the chart renders no ClusterRole'; return 1; }
    # What the schema of the values is for: a misspelt value is refused.
    if .tools/bin/helm template binnacle charts/binnacle --set replicaCont=2 >/dev/null 2>&1; then
        echo 'values.schema.json lets an unknown value through'
        return 1
    fi
}

check 'tools of the repository' dotnet tool restore
check 'format (make format mends it)' dotnet csharpier check .
check 'lock files are current' dotnet restore Operator.sln --locked-mode -v quiet
check 'build with analyzers, warnings are errors' dotnet build Operator.sln --no-restore -v quiet -maxcpucount:2
check 'generated files are current (make generate)' unchanged hack/generate.sh
if command -v shellcheck >/dev/null; then
    check 'shell scripts' shellcheck hack/*.sh .ci/run
else
    skip 'shell scripts' 'shellcheck is not installed'
fi
if [ -x .tools/bin/helm ]; then
    check 'chart' chart
else
    skip 'chart' "no helm: run 'make tools'"
fi

if [ ${#FAILED[@]} -gt 0 ]; then
    echo "lint: ${#FAILED[@]} failed"
    exit 1
fi
echo 'lint: clean'
