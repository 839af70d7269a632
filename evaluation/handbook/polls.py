"""The masses' ballots: additions to the chapters of the help page."""

from django.utils.translation import gettext_lazy as _

from portal.handbook import Advice, add_chapter
from portal.roles import Role

POLLS = (_("The masses' ballots"), "evaluation:polls")


def _to(text, page):
    label, url_name = page
    return Advice(text, url_name, label)


add_chapter(
    Role.OFFICE,
    _to(_("Each unit where somebody appraised serves has a poll: enter the size of its roster, "
          "draw the voters, open it, print the slips once, and close it after the last day. "
          "Nobody, you included, can see who voted how."), POLLS),
)  # fmt: skip
add_chapter(
    Role.DESK,
    _to(_("Take ballots by phone for those who are drawn and cannot scan: they read the code out, "
          "you read each line with all its answers and tick what they say."), POLLS),
)  # fmt: skip
