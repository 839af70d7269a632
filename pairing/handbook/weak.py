"""What each role does first for those who are helped: lines added to the chapters of the help."""

from django.utils.translation import gettext_lazy as _

from portal.handbook import Advice, add_chapter
from portal.roles import Role

WEAK = ("pairing:weak_cases", _("Weak organisations"))
CHECKS = ("pairing:weak_checks", _("Yearly checks"))

add_chapter(
    Role.HOST,
    Advice(_("In the yearly check look at every Party organisation you manage and answer, if with "
             "nothing. What you note is about the organisation; nobody is named."), *CHECKS),
    Advice(_("Each confirmed organisation has one plan: a measure against each situation, by a "
             "post, until a day. Review it once a month."), *WEAK),
)  # fmt: skip
add_chapter(
    Role.OFFICE,
    Advice(_("Open the yearly check; confirm by document what hosts note, or say why not. There "
             "is no quota."), *CHECKS),
    Advice(_("Enter ballots and points of an acceptance as counted; the result is worked out. "
             "After a year of follow-up the case is written off and leaves every list."), *WEAK),
)  # fmt: skip
add_chapter(
    Role.CADRE,
    Advice(_("Where you are stationed, the items of the plan stand in your to-do list: write down "
             "how far they are."), "todo", _("To-do list")),
)  # fmt: skip
