#!/usr/bin/env python
"""Runs the commands of the portal; `manage.py help` lists them."""

import os
import sys


def main():
    # The practice area has its own settings, and its command must never read the portal's.
    settings = "portal.practice_settings" if sys.argv[1:2] == ["practice"] else "portal.settings"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", settings)
    try:
        from django.core.exceptions import ImproperlyConfigured
        from django.core.management import execute_from_command_line
    except ImportError:
        sys.exit("Django is not installed here: run `make install`, use .venv/bin/python manage.py")
    from portal.run.embedded import EmbeddedProblem
    from portal.trust import wall
    from portal.trust.keys import KeysProblem

    wall.for_process(f"command {' '.join(sys.argv[1:2])}")
    try:
        execute_from_command_line(sys.argv)
    except (EmbeddedProblem, KeysProblem, ImproperlyConfigured) as problem:
        sys.exit(str(problem))


if __name__ == "__main__":
    main()
