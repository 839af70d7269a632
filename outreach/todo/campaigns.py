"""Campaigns, receptions and needs that wait for an act of somebody.

A need that one took up waits for nobody: it is voluntary, and nobody is pressed.
"""

from django.urls import reverse
from django.utils.translation import gettext_lazy

from outreach.models import Campaign, NeedPledge, ReceptionDay
from portal.roles import Permission as P
from portal.side_list import Area
from portal.todo import Item, Kind, register
from portal.web import Sort

BY_DAY = Sort(gettext_lazy("soonest first"), "held_on", descending=False)


def _draft(campaign):
    return Item(
        what=campaign.title,
        where=f"{campaign.organizer.label} · {campaign.starts_on:%m-%d} – {campaign.ends_on:%m-%d}",
        url=campaign.get_absolute_url(),
        act_url=reverse("outreach:announce_campaign", args=[campaign.pk]),
        due=campaign.starts_on,
    )


def _reception(act):
    def item(reception):
        return Item(
            what=f"{reception.leader.name} {reception.post}".strip(),
            where=f"{reception.held_on:%m-%d} {reception.starts_at:%H:%M} · {reception.place}",
            url=reception.get_absolute_url(),
            act_url=reverse(f"outreach:{act}", args=[reception.pk]) if act
            else reception.get_absolute_url(),
            due=reception.held_on,
        )  # fmt: skip

    return item


def _pledge(pledge):
    return Item(
        what=pledge.need.title,
        where=f"{pledge.need.unit.name} · {pledge.cadre.name} {pledge.organ.label}",
        url=pledge.need.get_absolute_url(),
        act_url=reverse("outreach:confirm_pledge", args=[pledge.pk]),
        # No deadline: nobody is late with a word of thanks.
    )


register(
    Area.STAYS,
    Kind(
        code="campaign_draft",
        title=gettext_lazy("Campaigns not announced yet"),
        act=gettext_lazy("Look and announce"),
        rows=lambda user: Campaign.objects.drafts_of(user),
        load=lambda rows: rows.select_related("organizer").defer("purpose", "search"),
        item=_draft,
        sort=Sort(gettext_lazy("soonest first"), "starts_on", descending=False),
        permissions=(P.MANAGE_CAMPAIGNS,),
    ),
    Kind(
        code="announce_reception",
        title=gettext_lazy("Receptions to be made known"),
        act=gettext_lazy("Make it known"),
        rows=lambda user: ReceptionDay.objects.to_announce_by(user, user.today),
        load=lambda rows: rows.select_related("leader").defer("search"),
        item=_reception("announce_reception"),
        sort=BY_DAY,
        permissions=(P.HOLD_RECEPTIONS,),
    ),
    Kind(
        code="record_reception",
        title=gettext_lazy("Receptions to be noted as held"),
        act=gettext_lazy("Register and note it"),
        rows=lambda user: ReceptionDay.objects.to_record_by(user, user.today),
        load=lambda rows: rows.select_related("leader").defer("search"),
        item=_reception(""),
        sort=BY_DAY,
        permissions=(P.HOLD_RECEPTIONS,),
    ),
    Kind(
        code="confirm_pledge",
        title=gettext_lazy("What cadres took up, to be confirmed"),
        act=gettext_lazy("Confirm"),
        rows=lambda user: NeedPledge.objects.to_confirm_by(user, user.today),
        load=lambda rows: rows.select_related("need__unit", "cadre", "organ"),
        item=_pledge,
        sort=Sort(gettext_lazy("soonest first"), "need__until", descending=False),
        permissions=(P.PUBLISH_NEEDS,),
    ),
)
