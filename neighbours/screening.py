"""Decides what of a hotline ticket may be kept. Pure: no database.

The hotline keeps its own records; here is only what a cadre of the unit needs. The caller and the
caller's address are left out, and numbers and forms of address in texts are hidden. A ticket for a
statutory channel is reduced to its number and destination.
"""

import re
from collections.abc import Mapping

from outreach.actions.referrals import is_personal
from portal.trust import addressing, privacy

# Bodies of statutory channels, by the names of those who get or handle a ticket.
_BY_LAW = re.compile(
    r"信访(局|办|工作|联席)|纪检|纪委|监委|监察委|巡察|公安|派出所|法院|检察|仲裁|行政复议"
)
_NATURES = {"举报", "检举", "控告", "检举控告", "信访", "申诉"}
_SAYS_SO = re.compile(
    r"涉法涉诉|信访件|检举|控告|举报.{0,60}(违纪|贪|受贿|索贿|行贿|吃拿卡要|以权谋私)"
)
# Headings of columns that hold the name of the caller.
_PERSON = re.compile(r"(来电|来信|联系|诉求|反映|投诉|举报|申请|求助|当事)人|姓名|市民")
_NAME = re.compile(r"[\u3400-\u9fff·]{2,12}")
_TITLES = ("先生", "女士", "同志", "小姐")
_DIGITS = str.maketrans("０１２３４５６７８９", "0123456789")
_LONG_NUMBER = re.compile(r"\d(?:[ \-–—.·]?\d){6,}")
_SPELLED_NUMBER = re.compile(r"[〇零一二三四五六七八九幺]{7,}")
_DAYS = re.compile(r"(19|20)\d\d[-–—.]((19|20)\d\d|\d{1,2}[-–—.]\d{1,2})")
_ROOM = re.compile(r"\d{2,5}(?=室|号房|房间)")
_STOPS = re.compile(r"[。！？!?；;\r\n]")
LONGEST = 60
KEPT_OF_A_VERDICT = 40


def screened(given: Mapping[str, str], others: Mapping[str, str]) -> dict[str, str]:
    """The texts of a row that may be stored. `given` has its texts by the names of our columns,
    `others` the texts under all other headings."""
    people = names_in(others)
    if is_statutory(given, others):
        sent_to = given.get("destination") or given.get("handled_by") or ""
        return {
            "number_said": checked(given.get("number_said", "")),
            "destination": cleaned(sent_to, people)[:LONGEST],
            "statutory": "是",
        }
    kept = {
        name: cleaned(given.get(name, ""), people)[:LONGEST]
        for name in ("unit", "township", "handled_by", "place", "category", "destination")
    }
    # Kept as given: reading the file parses them as days.
    kept |= {name: given.get(name, "") for name in ("received_on", "due_on", "given_on")}
    kept["number_said"] = checked(given.get("number_said", ""))
    kept["said"] = cleaned(given.get("said", ""), people)[:KEPT_OF_A_VERDICT]
    kept["summary"] = cleaned(first_sentence(given.get("summary", "")), people)[:LONGEST]
    return kept


def is_statutory(given: Mapping[str, str], others: Mapping[str, str]) -> bool:
    if given.get("statutory", "").strip() == "是":
        return True
    if given.get("nature", "").strip() in _NATURES:
        return True
    if any(_BY_LAW.search(given.get(name, "")) for name in ("destination", "handled_by")):
        return True
    texts = [given.get(name, "") for name in ("summary", "category", "place", "said")]
    return any(_SAYS_SO.search(text) for text in [*texts, *others.values()])


def names_in(others: Mapping[str, str]) -> set[str]:
    """Names of callers in the other columns of the file."""
    names = set()
    for heading, text in others.items():
        if _PERSON.search(heading) and _NAME.fullmatch(text.strip()):
            name = text.strip()
            names |= {name, *(name.removesuffix(one) for one in _TITLES)}
    return {name for name in names if len(name) > 1}


def cleaned(text: str, people=()) -> str:
    """Hide numbers of seven digits or more, rooms, the caller's name and forms of address in a
    text."""
    text = " ".join(text.translate(_DIGITS).split())
    for name in sorted(people, key=len, reverse=True):
        text = text.replace(name, addressing.HIDDEN)
    text = privacy.mask_others(privacy.mask_ids(text))
    text = _LONG_NUMBER.sub(_hidden, text)
    text = _SPELLED_NUMBER.sub("***", text)
    text = _ROOM.sub("××", text)
    return addressing.without(text, addressing.HIDDEN)


def _hidden(found):
    return found[0] if _DAYS.fullmatch(found[0]) else "***"


def first_sentence(text: str) -> str:
    """The text up to its first stop, without leading stops."""
    return _STOPS.split(text.strip("。；; \r\n\t"), maxsplit=1)[0]


def checked(number: str) -> str:
    """The number of a ticket, hidden if it is that of a person, a phone or a card."""
    number = "".join(number.translate(_DIGITS).split())
    return "*" * len(number) if is_personal(number) else number
