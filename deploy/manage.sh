#!/bin/sh
# Runs manage.py with the portal's settings, as its user. Copy to /usr/local/bin/portal-manage.
set -eu
set -a
. "${PORTAL_ENV:-/etc/portal/portal.env}"
set +a
cd /opt/portal
if [ "$(id -u)" = 0 ]; then
    exec runuser -u portal -- .venv/bin/python manage.py "$@"
fi
exec .venv/bin/python manage.py "$@"
