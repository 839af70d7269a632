"""What each role does about words, paper ballots and hints."""

from django.utils.translation import gettext_lazy as _

from portal.handbook import Advice, add_chapter
from portal.roles import Role

WORDS = (_("Words to be given"), "evaluation:words_to_give")
PAPER = (_("Paper ballots"), "evaluation:paper_polls")


def _to(text, page):
    label, url_name = page
    return Advice(text, url_name, label)


add_chapter(
    Role.LIAISON,
    _to(_("While a cycle collects, give the word of your organ on each of its people: four marks,"
          " a reason where one is “poor”. Many go on one page; nothing is ticked before."), WORDS),
)  # fmt: skip
add_chapter(
    Role.HOST,
    _to(_("Give your word on those who work in your units, and type what a unit wrote on paper."
          " Units can also say it themselves, by a link on paper."), WORDS),
)  # fmt: skip
for role in (Role.DESK, Role.OFFICE):
    add_chapter(
        role,
        _to(_("Type paper ballots: one person types a heap, another types it again, and the paper"
              " decides where they differ. Sums that a meeting counted are entered as sums."),
            PAPER),
    )  # fmt: skip
