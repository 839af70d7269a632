"""Duties on open appraisals of Party members; a yearly reminder of branches without one."""

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, F, IntegerField, Value
from django.db.models.functions import Cast, Coalesce
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from evaluation.models import MemberAppraisal
from evaluation.models.members import BRANCH_KINDS, without_appraisal
from portal import parameters
from portal.duties.duty import Duty, Grants, Own, Reach, Told, item, oldest, register
from portal.duties.reminders import Noun
from portal.models import PartyOrganization
from portal.pages.side_list import Area
from portal.roles import Permission as P


class Keepers(Grants):
    """Liaison and host of a branch, as in `organizations_of`, but not the office, which would be
    reminded of every branch of a county."""

    def columns(self):
        organ = Coalesce(F("organ"), F("unit__host_organ"))
        return organ, organ, Cast(Value([]), ArrayField(BigIntegerField()))

    def pairs(self, due, when="true"):
        of_organs = "SELECT user_id FROM holder WHERE organ_id IS NOT NULL"
        return f"{super().pairs(due, when)} AND user_id IN ({of_organs})"


def _is_late(day):
    return day.month >= parameters.number("appraisal.member_remind_month", on=day)


def _lacking(day):
    branches = PartyOrganization.objects.filter(kind__in=BRANCH_KINDS).current(day)
    return without_appraisal(branches, day.year)


def _titles(user, years):
    words = gettext("Appraisal of Party members %(year)s")
    return {year: words % {"year": year} for year in years}


register(
    Area.EVALUATION,
    Noun("member_year", _titles),
    Duty(
        code="member_appraisal_open",
        title=_("Appraisals of Party members under way"),
        act=_("Enter sums and grades"),
        records=lambda on: MemberAppraisal.objects.open(),
        whose=Reach(P.HOLD_MEMBER_APPRAISALS) & Own("written_by"),
        load=lambda rows: rows.for_list(),
        item=item(
            lambda one: f"{one.party_organization.name} · {one.year}",
            "party_organization.place_label",
            "evaluation:note_member_results",
        ),
        sort=oldest("begun_on"),
    ),
    # One reminder per person, however many branches, until read.
    Told(
        _("Branches have no appraisal of their members this year"),
        "member_year",
        code="member_missing",
        days=_is_late,
        records=_lacking,
        whose=Keepers(P.HOLD_MEMBER_APPRAISALS),
        about=lambda day: Value(day.year, IntegerField()),
        link=lambda day: reverse("evaluation:missing_member_appraisals"),
        until_read=True,
    ),
    use="members",
)
