"""Date formats for the Chinese wordings: for these Django looks only in the package of the
language."""

from django.conf.locale.zh_Hans.formats import *  # noqa: F403  # pyright: ignore[reportMissingImports]  # a package without __init__

from portal.sheets.formats.zh_Hans.formats import *  # noqa: F403
