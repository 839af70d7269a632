"""Appraisals of Party members that one began and that are not decided yet."""

from django.urls import reverse
from django.utils.translation import gettext_lazy

from evaluation.models import MemberAppraisal
from portal.roles import Permission as P
from portal.side_list import Area
from portal.todo import Item, Kind, register
from portal.web import Sort


def _rows(user):
    rows = MemberAppraisal.objects.visible_to(user).open()
    return rows.filter(written_by__in=user.identity_ids)


def _item(appraisal):
    return Item(
        what=f"{appraisal.party_organization.name} · {appraisal.year}",
        where=appraisal.party_organization.place_label,
        url=appraisal.get_absolute_url(),
        act_url=reverse("evaluation:note_member_results", args=[appraisal.pk]),
    )


register(
    Area.EVALUATION,
    Kind(
        code="member_appraisal_open",
        title=gettext_lazy("Appraisals of Party members under way"),
        act=gettext_lazy("Enter sums and grades"),
        rows=_rows,
        load=lambda rows: rows.for_list(),
        item=_item,
        sort=Sort(gettext_lazy("oldest first"), "begun_on", descending=False),
        permissions=(P.HOLD_MEMBER_APPRAISALS,),
    ),
)
