"""What each role does about schemes and cycles, and how: additions to the chapters of help."""

from django.utils.translation import gettext_lazy as _

from portal.handbook import Advice, add_chapter
from portal.roles import Role

SCHEMES = (_("Schemes"), "evaluation:schemes")
CYCLES = (_("Cycles"), "evaluation:cycles")
MINE = (_("My appraisals"), "evaluation:my_appraisals")


def _to(text, page):
    label, url_name = page
    return Advice(text, url_name, label)


add_chapter(
    Role.OFFICE,
    _to(_("Write one scheme for each class: four weights, indicators of the closed list, "
          "thresholds. Published with its document it never changes; what is to be different "
          "becomes a new version."), SCHEMES),
    _to(_("Open a cycle, gather who is appraised, look at who left or moved, begin collecting. "
          "Closing the ballots freezes all records; then check, publish, hear objections, and make "
          "it final with its document."), CYCLES),
)  # fmt: skip
add_chapter(
    Role.SUPERVISOR,
    _to(_("See how far the cycle of the year is and by which schemes it judges; nobody's score is "
          "shown to you."), CYCLES),
)  # fmt: skip
add_chapter(
    Role.CADRE,
    _to(_("Read by what you are judged as soon as a cycle has you in it. Once your score is "
          "published you see where each point comes from, and can object while its days for "
          "objections run."), MINE),
)  # fmt: skip
