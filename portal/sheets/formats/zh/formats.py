"""Dates of the wordings of Chinese, for which Django asks the package of the language alone."""

from django.conf.locale.zh_Hans.formats import *  # noqa: F403  # pyright: ignore[reportMissingImports]  # a package without __init__

from portal.sheets.formats.zh_Hans.formats import *  # noqa: F403
