"""The words of sheets in a wording: titles, headings, notes and signatures are Chinese in the code.

Their words for enterprises stand beside the messages of pages, in the context “sheet”.
"""

from dataclasses import replace

from django.utils.translation import override, pgettext

from portal.tools import languages

CONTEXT = "sheet"


def worded(text, language=languages.CHINESE):
    """A text of a sheet in the wording of the page; in Chinese, or in the language that it is."""
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
