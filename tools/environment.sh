#!/bin/sh
# Makes the environment: `tools/environment.sh run|dev|bench|audit` the Python part (.venv),
# `tools/environment.sh npm` the page assets (node_modules). The Makefile calls it when a stamp is
# older than the files it was made from. A stamp is written last, so a broken run is simply repeated.
set -u
cd "$(dirname "$0")/.." || exit 1

refuse() {
    echo "$1" >&2
    exit 1
}

# Serialise concurrent makes (run and test from a fresh clone), which install into the same folders.
lock_or_wait() {
    command -v flock >/dev/null 2>&1 || return 0
    exec 9>.environment.lock || refuse "Cannot write in $(pwd): the environment is made there."
    flock 9
}

# A newer stamp than all its sources: another make did the work while this one waited.
is_fresh() {
    stamp=$1
    shift
    [ -f "$stamp" ] || return 1
    [ -z "$(find "$@" -newer "$stamp")" ]
}

# Debian ships Python without venv: as root, install the missing package, otherwise name it.
find_python() {
    without_venv=
    if [ -n "${PYTHON:-}" ]; then
        set -- "$PYTHON"
    else
        # The newest is the fastest.
        set -- python3.14 python3.13 python3.12 python3.11 python3
    fi
    for candidate in "$@"; do
        "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue
        if "$candidate" -c 'import ensurepip, venv' 2>/dev/null; then
            echo "$candidate"
            return 0
        fi
        without_venv=${without_venv:-$candidate}
    done
    [ -n "$without_venv" ] || refuse "Python 3.11 or newer is needed and was not found (name one with PYTHON=/path/to/python3)."
    package="python$("$without_venv" -c 'import sys; print("%d.%d" % sys.version_info[:2])')-venv"
    tools/apt.sh "$package" || refuse "Python's venv module is missing: install the package $package."
    "$without_venv" -c 'import ensurepip, venv' 2>/dev/null ||
        refuse "Python's venv module is missing: install the package $package."
    echo "$without_venv"
}

# Mention a configured proxy, a likely cause, without its password.
proxy() {
    set_proxy=${https_proxy:-${HTTPS_PROXY:-${http_proxy:-${HTTP_PROXY:-}}}}
    [ -z "$set_proxy" ] || echo "; the proxy $(echo "$set_proxy" | sed -E 's|//[^@/]*@|//|') is set"
}

# Extract the reason from a long log.
reason() {
    if grep -qiE 'no space left|ENOSPC' "$1"; then
        echo "the disk is full"
    elif grep -qiE 'NewConnectionError|ProxyError|cannot connect to proxy|connection (refused|reset|aborted|broken)|name resolution|timed out|ENOTFOUND|EAI_AGAIN|ECONN|ETIMEDOUT|network' "$1"; then
        echo "no connection to the packages (PIP_INDEX_URL and npm_config_registry name a mirror$(proxy))"
    elif grep -q 'No matching distribution found' "$1"; then
        sed -n 's/.*No matching distribution found for \(.*\)/the package index lacks \1/p' "$1" | tail -n 1
    else
        grep -iE 'error|ERR!|denied|EACCES|EINTEGRITY' "$1" | grep -viE 'warning|complete log' | tail -n 1 |
            sed -E 's/^(npm )?(ERROR|error|ERR)[:!]* *//' | cut -c1-200
    fi
}

# Uses the environment's own pip, which honours a mirror in pip.conf or PIP_INDEX_URL.
install_packages() {
    .venv/bin/python tools/packages.py .environment.log install --progress-bar off -r "$1"
}

install_python() {
    sources="constraints.txt requirements.txt"
    case $1 in
    run) wanted=requirements.txt ;;
    dev) wanted=requirements-dev.txt sources="$sources requirements-dev.txt" ;;
    audit) wanted=requirements-audit.txt sources="$sources requirements-audit.txt" ;;
    bench) wanted=requirements-bench.txt sources="$sources requirements-dev.txt requirements-bench.txt" ;;
    esac
    # shellcheck disable=SC2086
    if is_fresh ".venv/.installed-$1" $sources; then exit 0; fi

    if ! .venv/bin/python -c 'import pip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        python=$(find_python) || exit 1
        echo "Making .venv with $("$python" --version) …"
        rm -rf .venv
        "$python" -m venv .venv >.environment.log 2>&1 || {
            rm -rf .venv
            refuse "Making .venv did not work: $(tail -n 1 .environment.log)"
        }
    fi
    echo "Installing Python packages of $wanted (a minute or two the first time) …"
    install_packages "$wanted" ||
        refuse "Python packages could not be installed: $(reason .environment.log) (more in .environment.log; run make again to retry)"
    touch ".venv/.installed-$1"
}

# An npm older than 7 does not follow our lock file.
find_npm() {
    for candidate in npm .venv/bin/npm; do
        major=$("$candidate" --version 2>/dev/null | cut -d. -f1)
        if [ "${major:-0}" -ge 7 ] 2>/dev/null; then
            echo "$candidate"
            return 0
        fi
    done
    echo "No npm here: installing Node into .venv …" >&2
    install_packages requirements-node.txt >&2 ||
        refuse "Node could not be installed: $(reason .environment.log) (more in .environment.log; run make again to retry)"
    echo .venv/bin/npm
}

install_npm() {
    if is_fresh node_modules/.installed package.json package-lock.json; then exit 0; fi
    npm=$(find_npm) || exit 1
    echo "Installing $(grep -c '"node_modules/' package-lock.json) page assets with npm …"
    PATH="$PATH:$(pwd)/.venv/bin" "$npm" ci --ignore-scripts --no-audit --no-fund \
        --loglevel error >.environment.log 2>&1 ||
        refuse "Page assets could not be installed: $(reason .environment.log) (more in .environment.log; run make again to retry)"
    touch node_modules/.installed
}

lock_or_wait
case ${1:-} in
run | dev | bench | audit) install_python "$1" ;;
npm) install_npm ;;
*) refuse "Use: tools/environment.sh run|dev|bench|audit|npm" ;;
esac
