"""Wording of the door: languages, default texts of a card, status of a matter."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from outreach.models import CardText
from outreach.moves import MOVES

Block = CardText.Block


@dataclass(frozen=True)
class Language:
    """A language of card texts, and the language of the pages shown with it."""

    name: str
    page: str = "zh-hans"


LANGUAGES = {
    "zh-hans": Language("中文"),
    "en": Language("English", page="en"),
    "bo": Language("བོད་ཡིག"),
    "ii": Language("ꆈꌠꉙ"),
    "kk": Language("قازاقشا"),
    "ko": Language("조선말"),
    "mn": Language("ᠮᠣᠩᠭᠣᠯ"),
    "ug": Language("ئۇيغۇرچە"),
    "za": Language("Vahcuengh"),
}

# Card texts used until the office writes its own.
DEFAULT_TEXTS = {
    (
        "zh-hans",
        Block.COMMITMENT,
    ): "您说的事，我记下来、办到底、给回话。\n不吃请、不收礼，不给村里添负担。",
    (
        "zh-hans",
        Block.RAISE,
    ): "生产生活中的困难，路、水、电，低保、医保、补贴，邻里纠纷，对村里和机关工作的意见建议。",
    ("zh-hans", Block.NOTICE): (
        "您反映的事项仅用于帮助办理，登记您的联系方式是为了向您答复；您可以不留姓名，"
        "也可随时要求更正或删除。"
    ),
    ("en", Block.COMMITMENT): (
        "What you tell me I write down, see through to the end, and answer.\n"
        "No meals, no gifts, no burden on the village."
    ),
    ("en", Block.RAISE): (
        "Difficulties in work and life, roads, water and power, allowances, insurance and "
        "subsidies, quarrels between neighbours, views on the work of the village and of offices."
    ),
    ("en", Block.NOTICE): (
        "What you raise is used to help you and for nothing else. Your phone is kept to give you "
        "the answer; you may leave no name, and have it corrected or deleted at any time."
    ),
}

# The raiser's wording of steps that are not moves.
STEPS = {
    "register": gettext_noop("Your matter was written down"),
    "reopen": gettext_noop("You are not satisfied: it is handled again"),
    "chase": gettext_noop("You urged it"),
    "hand_over": gettext_noop("Another office has taken it over"),
    "close": gettext_noop("Closed"),
}

# How an answer was given.
TOLD = {
    "person": gettext_noop("told in person"),
    "phone": gettext_noop("told by phone"),
    "writing": gettext_noop("told in writing"),
}


def _said(code):
    if code in MOVES:
        return str(MOVES[code].door)
    return _(STEPS[code]) if code in STEPS else ""


def steps_of(slip):
    """Return [(day or None, words)], newest first; consecutive equal steps appear once."""
    shown = []
    for step in slip["steps"]:
        said = _said(step["move"])
        if not said or (shown and shown[-1][1] == said):
            continue
        if step["move"] == "assign" and step.get("lead"):
            said = _("Given to %(office)s to be handled") % {"office": step["lead"]}
        shown.append((step["on"], said))
    return shown[::-1]
