#!/bin/sh
# Installs the portal from this bundle, without a network: `sh install.sh /opt/portal`.
# Never overwrites an installation: each version goes into a new folder.
set -u
here=$(cd "$(dirname "$0")" && pwd) || exit 1
target=${1:-}

refuse() {
    echo "$1" >&2
    exit 1
}

[ -n "$target" ] || refuse "Say where to: sh install.sh /opt/portal"
[ ! -e "$target" ] || refuse "$target is there already: name a new folder, for an upgrade as well."

cd "$here" || exit 1
sha256sum --check --quiet --strict SHA256SUMS >/dev/null 2>&1 ||
    refuse "The bundle is not whole: $(sha256sum --check --quiet SHA256SUMS 2>&1 | head -n 1)"
# Refuse files that the checksums do not list.
find . -type f ! -name SHA256SUMS | sed 's|^\./||' | sort >"${TMPDIR:-/tmp}/portal-there.$$"
sed 's/^[0-9a-f]*  //' SHA256SUMS | sort >"${TMPDIR:-/tmp}/portal-named.$$"
foreign=$(comm -23 "${TMPDIR:-/tmp}/portal-there.$$" "${TMPDIR:-/tmp}/portal-named.$$" | head -n 1)
rm -f "${TMPDIR:-/tmp}/portal-there.$$" "${TMPDIR:-/tmp}/portal-named.$$"
[ -z "$foreign" ] || refuse "The bundle is not whole: $foreign is not of it."

wanted=$(basename "$here" | sed 's/.*-cp\([0-9]\)\([0-9]*\)$/\1.\2/')
python=${PYTHON:-python$wanted}
command -v "$python" >/dev/null 2>&1 || python=python3
found=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) || found=none
[ "$found" = "$wanted" ] ||
    refuse "This bundle is for Python $wanted, and $python is $found: name one with PYTHON=/path/to/python$wanted."

mkdir -p "$(dirname "$target")" && cp -R portal "$target" || refuse "Nothing can be written to $target."
cd "$target" || exit 1
"$python" -m venv .venv >install.log 2>&1 || refuse "Python's venv is missing: install python$wanted-venv. ($(tail -n 1 install.log))"
.venv/bin/python -m pip install --disable-pip-version-check --no-input --no-index \
    --find-links "$here/wheels" -r requirements.txt >>install.log 2>&1 ||
    refuse "The packages could not be installed: $(grep -i error install.log | tail -n 1)"
# Newer than their sources, so that make rebuilds nothing.
touch .venv/.installed-run node_modules/.installed
find locale -name '*.mo' -exec touch {} +
echo "Installed in $target. Next: “First installation” in docs/operations.md, or “Upgrade”."
