"""The languages of pages, and the wordings within them (分类指导).

Managers of enterprises read of workshops where others read of villages. A wording is a private-use
variant of a language (`zh-hans-x-works`), whose catalogue (locale/zh_Hans-x-works) holds the
messages that differ; Django falls back to the language itself for all others. So anything cached by
language is cached by wording too.
"""

from django.utils.translation import get_language

CHINESE, ENGLISH = "zh-hans", "en"
# The wording of the language itself.
VILLAGE = "village"
# The catalogues of each wording; later ones take precedence.
LAYERS = {
    "city": ("city",),
    "works": ("works",),
    "group": ("works", "group"),
    "company": ("works", "company"),
    "society": ("works", "society"),
}
_MARK = "-x-"


def base(code=None):
    """Return the language without wording, of a code or of the page."""
    return (code or get_language() or CHINESE).partition(_MARK)[0]


def wording(code=None):
    return (code or get_language() or CHINESE).partition(_MARK)[2] or VILLAGE


def variant(language, words):
    """Return a language in a wording; without the wording if that is unknown."""
    return f"{base(language)}{_MARK}{words}" if words in LAYERS else base(language)


def of_kind(words):
    """Return the language of the page in the wording of a record's subject, unless the reader's
    organ has a wording of its own."""
    own = wording()
    return variant(None, words if own == VILLAGE else own)


def is_english():
    return base() == ENGLISH


def chinese(code=None):
    """Return the language of sheets, whatever the language of the page: Chinese in its wording."""
    return variant(CHINESE, wording(code))
