#!/bin/sh
# Installs Debian packages if permitted (as root, or by passwordless sudo); otherwise exits with 1.
set -u
command -v apt-get >/dev/null 2>&1 || exit 1
if [ "$(id -u)" = 0 ]; then
    as_root=
elif sudo -n true 2>/dev/null; then
    as_root="sudo -n"
else
    exit 1
fi
export DEBIAN_FRONTEND=noninteractive
for attempt in first after-update; do
    [ $attempt = first ] || $as_root apt-get -qq update </dev/null >/dev/null 2>&1
    $as_root apt-get -qq -y --no-install-recommends -o DPkg::Lock::Timeout=300 install "$@" \
        </dev/null >/dev/null 2>&1 && exit 0
done
exit 1
