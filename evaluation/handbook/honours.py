"""What each role does in honours, appraisal of members and discipline: ends of its chapter."""

from django.utils.translation import gettext_lazy as _

from portal.handbook import Advice, add_chapter
from portal.roles import Role

POOLS = (_("Pools for honours"), "evaluation:honour_pools")
MEMBERS = (_("Appraisal of Party members"), "evaluation:member_appraisals")
FINDINGS = (_("Discipline findings"), "evaluation:findings")
BURDEN = (_("Retinue and burden"), "evaluation:burden")


def _to(text, page):
    label, url_name = page
    return Advice(text, url_name, label)


NOMINATE = _(
    "Nominate for honours whom the work speaks for, with the reason; the office enters what the"
    " meeting chose, and points break no ties."
)
HOLD = _(
    "Once a year each branch appraises its members: enter names, the meeting and the sums of the"
    " ballots, then what the organisation decided."
)

add_chapter(
    Role.OFFICE,
    _to(_("Make pools for honours on the page of a cycle; the quota is computed from who belongs,"
          " and pools that are too small are joined. After the meeting: document, public notice,"
          " final."), POOLS),
    _to(_("Look at retinues, weeks over the limit and meals by organ, and say it to the organ; it"
          " is no ranking."), BURDEN),
)  # fmt: skip
add_chapter(Role.LIAISON, _to(NOMINATE, POOLS), _to(HOLD, MEMBERS))
add_chapter(Role.HOST, _to(NOMINATE, POOLS), _to(HOLD, MEMBERS))
add_chapter(
    Role.CONDUCT,
    _to(_("Record a finding only when a document has verified it, by kind, day and number; never"
          " the text of a complaint. A later document lifts it."), FINDINGS),
)  # fmt: skip
add_chapter(
    Role.SUPERVISOR,
    _to(_("See by organ what visits cost the villages, and what the masses say of it."), BURDEN),
)
