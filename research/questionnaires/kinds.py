"""Types allowed in the sheet “survey”, and the reasons for refusing others."""

import re

from django.utils.translation import gettext_lazy as _
from pyxform import aliases

QUESTIONS = {
    **dict.fromkeys(("text", "string", "q string", "add text prompt"), "text"),
    **dict.fromkeys(("integer", "int", "q int", "add integer prompt"), "integer"),
    **dict.fromkeys(("decimal", "q decimal", "add decimal prompt"), "decimal"),
    **dict.fromkeys(("date", "q date", "add date prompt"), "date"),
    **dict.fromkeys(("note", "q note", "add note prompt"), "note"),
    **dict.fromkeys(("calculate", "q calculate", "add calculate prompt"), "calculate"),
    "range": "range",
}
LISTED = ("text", "integer", "decimal", "date", "select_one …", "select_multiple …", "range")
LISTED += ("note", "calculate", "begin_group", "begin_repeat")

# Reason and remedy.
_DELETE = _("Delete the row.")
_PICTURES = (
    _("No pictures, recordings or files of people are collected."),
    _("Delete the row, or ask in words."),
)
_PLACES = (_("No positions are collected: the unit of the answer is known already."), _DELETE)
_CODES = (
    _("No codes of papers or things are scanned."),
    _("Delete the row, or ask for a number by “text”."),
)
_PHONES = (
    _("Nothing is collected about the phone or about who writes; the day is kept already."),
    _DELETE,
)
_CONTACTS = (
    _("A questionnaire asks for no telephone numbers and no addresses of people."),
    _DELETE,
)
_TIMES = (
    _("Times of day are not supported."),
    _("Use “date”, or “select_one” with parts of the day."),
)
_FILES = (
    _("Choices from other files are not supported."),
    _("Put the choices into the sheet “choices”."),
)
_ROSTERS = (
    _("Choices out of earlier answers are not supported."),
    _("Put the choices into the sheet “choices”."),
)
_LOOPS = (
    _("This type is not supported."),
    _("Use “begin_repeat”, or one group for each choice."),
)
_OTHER = (_("This type is not supported."), None)
REFUSED = {
    **dict.fromkeys(("photo", "image", "audio", "video", "file", "background-audio"), _PICTURES),
    **dict.fromkeys(("picture", "annotate", "draw", "signature"), _PICTURES),
    **dict.fromkeys(("geopoint", "geotrace", "geoshape", "gps", "location", "osm"), _PLACES),
    **dict.fromkeys(("start-geopoint", "background-geopoint"), _PLACES),
    **dict.fromkeys(("barcode", "qrcode"), _CODES),
    **dict.fromkeys(("start", "end", "today", "deviceid", "imei", "username", "audit"), _PHONES),
    **dict.fromkeys(("subscriberid", "simserial", "phonenumber", "start time"), _PHONES),
    **dict.fromkeys(("end time", "device id", "subscriber id", "sim id", "simid"), _PHONES),
    **dict.fromkeys(("phone number", "email"), _CONTACTS),
    **dict.fromkeys(("time", "datetime", "date time"), _TIMES),
    **dict.fromkeys(("csv-external", "xml-external"), _FILES),
    **dict.fromkeys(("acknowledge", "trigger", "hidden", "rank", "include", "entity"), _OTHER),
}
_WITHOUT = re.compile(r"^(?:add|get|q|uri:) ?(.+?)(?: prompt)?$")

_WORDS = "|".join(re.escape(word) for word in sorted(aliases.select, key=len, reverse=True))
_SELECT = re.compile(
    rf"(?P<word>{_WORDS})\s+(?P<list>\S+)(?P<other> (?:or specify |or_|or )other)?"
)
_FRAME = re.compile(
    r"(?P<edge>begin|end)[ _]+(?P<word>group|lgroup|repeat|looped group|loop)(?: .*)?", re.I
)
_SELECT_TYPES = {"select one": "select_one", "select all that apply": "select_multiple"}
_FROM_FILES = (*aliases.select_from_file, "select_one_external")


class UnknownType(Exception):
    """A refused type, with reason and remedy."""


def type_of(said):
    """Parse a cell of the column “type”: {"edge", "kind"} for a group or repeat, or {"type"} for a
    question, with "list" and "other" if it has choices. Raises UnknownType."""
    plain = " ".join(said.split())
    if frame := _FRAME.fullmatch(plain):
        word = frame["word"].lower()
        edge = frame["edge"].lower()
        if word == "loop" and edge == "begin":
            raise UnknownType(*_LOOPS)
        return {"edge": edge, "kind": word if word in ("group", "loop") else "repeat"}
    lowered = plain.lower()
    if lowered in QUESTIONS:
        return {"type": QUESTIONS[lowered]}
    if select := _SELECT.fullmatch(plain):
        if select["word"] in _FROM_FILES:
            raise UnknownType(*_FILES)
        if select["list"].startswith("${"):
            raise UnknownType(*_ROSTERS)
        kind = _SELECT_TYPES.get(aliases.select[select["word"]])
        if kind:
            return {"type": kind, "list": select["list"], "other": bool(select["other"])}
    without = _WITHOUT.match(lowered)
    for word in (lowered, without[1] if without else "", lowered.split(" ")[0]):
        if word in REFUSED:
            why, to_do = REFUSED[word]
            raise UnknownType(why, to_do or _to_list())
    raise UnknownType(_("There is no type “%(type)s”.") % {"type": plain}, _to_list())


def _to_list():
    return _("Use one of: %(types)s.") % {"types": ", ".join(LISTED)}
