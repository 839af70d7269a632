"""Duties: papers to check, to countersign, to sign, to issue."""

from django.utils.translation import gettext_lazy as _

from oversight.models import Paper, PaperCountersign
from portal.duties.duty import Duty, OrganReach, Own, Told, item, oldest, register
from portal.duties.reminders import Noun, names_of
from portal.pages.side_list import Area
from portal.roles import Permission as P


def _load(rows):
    return rows.for_list()


def _row(act):
    return item("title", "organ.label", act)


register(
    Area.EVALUATION,
    Noun("paper", names_of(Paper, "title"), "oversight:paper"),
    Duty(
        code="paper_to_check",
        title=_("Official papers to check"),
        act=_("Check"),
        records=Paper.objects.to_check,
        whose=OrganReach(P.CHECK_PAPERS) - Own("written_by"),
        load=_load,
        item=_row("oversight:check_paper"),
        sort=oldest("created_at"),
        told=Told(_("An official paper is to be checked"), "paper"),
    ),
    Duty(
        code="paper_to_countersign",
        title=_("Official papers to countersign"),
        act=_("Countersign"),
        records=PaperCountersign.objects.open,
        whose=OrganReach(P.SIGN_PAPERS),
        load=lambda rows: rows.select_related("paper__organ"),
        item=item("paper.title", "paper.organ.label", of="paper"),
        sort=oldest("paper__created_at"),
        is_approval=True,
        told=Told(_("An official paper is to be countersigned"), "paper", about="paper"),
    ),
    Duty(
        code="paper_to_sign",
        title=_("Official papers to sign"),
        act=_("Sign"),
        records=Paper.objects.to_sign,
        whose=OrganReach(P.SIGN_PAPERS) - Own("written_by") - Own("checked_by"),
        load=_load,
        item=_row("oversight:sign_paper"),
        sort=oldest("created_at"),
        is_approval=True,
        told=Told(_("An official paper is to be signed"), "paper"),
    ),
    Duty(
        code="paper_to_issue",
        title=_("Signed papers to number and issue"),
        act=_("Go on"),
        records=Paper.objects.to_issue,
        whose=Own("written_by", P.DRAFT_PAPERS),
        load=_load,
        item=_row(""),
        sort=oldest("created_at"),
        told=Told(_("A signed paper waits for its number or to be issued"), "paper"),
    ),
    use="papers",
)
