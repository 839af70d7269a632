"""Texts of sheets in a wording: titles, headings, notes and signatures are Chinese in the code.

Their variants for enterprises are in the message catalogues of pages, in the context “sheet”.
"""

from dataclasses import replace

from django.utils.translation import override, pgettext

from portal.tools import languages

CONTEXT = "sheet"


def worded(text, language=languages.CHINESE):
    """Return a text of a sheet in the wording of the page; `language` is the language of the
    text."""
    words = languages.wording()
    if not text or words == languages.VILLAGE:
        return text
    with override(languages.variant(language, words)):
        return pgettext(CONTEXT, text)


def worded_column(column):
    if languages.wording() == languages.VILLAGE:
        return column
    group = getattr(column, "group", "")
    more = {"group": worded(group)} if group else {}
    return replace(column, heading=worded(column.heading), **more)
