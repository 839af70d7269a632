#!/usr/bin/env python
"""Every command of the portal; `manage.py help` lists them."""

import os
import sys


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    try:
        from django.core.exceptions import ImproperlyConfigured
        from django.core.management import execute_from_command_line
    except ImportError:
        sys.exit("Django is not installed here: run `make install`, use .venv/bin/python manage.py")
    from portal.run.embedded import EmbeddedProblem
    from portal.trust.keys import KeysProblem

    try:
        execute_from_command_line(sys.argv)
    except (EmbeddedProblem, KeysProblem, ImproperlyConfigured) as problem:
        sys.exit(str(problem))


if __name__ == "__main__":
    main()
