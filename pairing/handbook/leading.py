"""What each role does in helping, and how: additions to the chapters of the help page."""

from django.utils.translation import gettext_lazy as _

from portal.handbook import Advice, add_chapter
from portal.roles import Role

POINTS = (_("Contact points of leaders"), "pairing:contact_points")
PROBLEMS = (_("Prominent problems"), "pairing:problems")


def _to(text, page):
    label, url_name = page
    return Advice(text, url_name, label)


add_chapter(
    Role.SUPERVISOR,
    _to(_("Your own contact points stand in “Today” until you have been there this quarter; tick "
          "“Contact point” on the visit, and nothing else is to be reported."), POINTS),
    _to(_("Of a problem that you lead you note now and then what was done; it is solved when all "
          "its matters are closed."), PROBLEMS),
)  # fmt: skip
add_chapter(
    Role.OFFICE,
    _to(_("Take last year's contact points over as one act, then change what differs; done is "
          "counted from the diaries."), POINTS),
)  # fmt: skip
add_chapter(
    Role.DESK,
    _to(_("Lift a matter that is stuck to a lead official, from its page; one problem may hold "
          "several matters."), PROBLEMS),
)  # fmt: skip
