#!/bin/sh
# Chromium and Chinese fonts for the browser journeys. Never fails: without a browser the journeys
# are skipped and the rest of the tests run.
set -u
cd "$(dirname "$0")" || exit 0

has_browser() {
    command -v chromium-headless-shell >/dev/null 2>&1 || command -v chromium >/dev/null 2>&1 ||
        command -v chromium-browser >/dev/null 2>&1 || command -v google-chrome >/dev/null 2>&1
}

has_fonts() {
    [ -n "$(find /usr/share/fonts /usr/local/share/fonts "${HOME:-/root}/.fonts" \
        "${HOME:-/root}/.local/share/fonts" -iname '*cjk*' -print -quit 2>/dev/null)" ] && return 0
    command -v fc-list >/dev/null 2>&1 && [ -n "$(fc-list :lang=zh-cn 2>/dev/null)" ]
}

missing=
has_browser || missing=chromium-headless-shell
has_fonts || missing="$missing fonts-noto-cjk"
[ -n "$missing" ] || exit 0

echo "Installing for the browser tests: $missing …"
# shellcheck disable=SC2086
if ! ./apt.sh $missing && ! ./apt.sh $(echo "$missing" | sed 's/chromium-headless-shell/chromium/'); then
    if has_browser; then
        echo "Chinese fonts could not be installed; pages are tested without them (apt-get install fonts-noto-cjk)."
    else
        echo "Browser tests are skipped: install them with apt-get install$(printf ' %s' $missing)."
    fi
fi
exit 0
