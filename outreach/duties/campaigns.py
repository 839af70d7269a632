"""Duties about campaigns, receptions and needs, and the reminder of campaigns that are behind.

Nobody is reminded of a need that they took up, because it is voluntary.
"""

from datetime import timedelta

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, DateField, ExpressionWrapper, F, Q, Value
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from outreach.models import Campaign, NeedPledge, ReceptionDay
from outreach.models.campaigns import CampaignState, CampaignUnit
from outreach.models.receptions import ReceptionState
from portal import parameters
from portal.duties import duty
from portal.duties.duty import Duty, Grants, Item, Own, Reach, Told, When, item, soon, soonest
from portal.duties.reminders import Noun, names_of
from portal.pages.side_list import Area
from portal.pages.web import Sort
from portal.roles import Permission as P

NO_ORGAN = Cast(Value(None), BigIntegerField())
# A liaison's territory does not limit which campaigns of the organ they see.
NO_PLACES = Cast(Value(None), ArrayField(BigIntegerField()))


class Planners(Reach):
    """Planners for the organiser, in whose territory the unit lies."""

    def columns(self):
        organizer, places = F("campaign__organizer"), super().columns()[2]
        return organizer, organizer, places


class Liaisons(Grants):
    """Liaisons of the participating organs."""

    def columns(self):
        return F("campaign__organs"), NO_ORGAN, NO_PLACES


def _behind(day):
    """Unvisited units of campaigns that are more than half over."""
    units = CampaignUnit.objects.unreached()
    return units.filter(
        campaign__state=CampaignState.ANNOUNCED,
        campaign__ends_on__gte=day,
        campaign__starts_on__lt=ExpressionWrapper(
            Value(day, DateField()) - (F("campaign__ends_on") - Value(day, DateField())),
            DateField(),
        ),
    )


def _to_make_known(on):
    return ReceptionDay.objects.filter(state=ReceptionState.PLANNED, held_on__gte=on)


def _to_note(on):
    return ReceptionDay.objects.filter(state=ReceptionState.ANNOUNCED, held_on__lte=on)


def _notice_days(on):
    return timedelta(days=parameters.number("reception.notice_days", on=on))


def _notice_is_near(receptions, day, at):
    """Receptions whose notice must be given by the next working day, weekends included."""
    return receptions.filter(held_on__lte=soon(day) + timedelta(days=1) + _notice_days(day))


def _notice_due(day):
    return ExpressionWrapper(F("held_on") - _notice_days(day), DateField())


def _reception(act=""):
    return item(
        lambda one: f"{one.leader.name} {one.post}".strip(),
        lambda one: f"{one.held_on:%m-%d} {one.starts_at:%H:%M} · {one.place}",
        act,
        due="held_on",
    )


def _with_leader(receptions):
    return receptions.select_related("leader").defer("search")


def _days(campaign):
    days = f"{campaign.starts_on:%m-%d} – {campaign.ends_on:%m-%d}"
    return f"{campaign.organizer.label} · {days}"


def _reception_titles(user, ids):
    rows = ReceptionDay.objects.visible_to(user).filter(pk__in=ids)
    named = rows.values_list("pk", "held_on", "leader__name")
    return {pk: f"{day:%m-%d} {name}" for pk, day, name in named}


duty.register(
    Area.STAYS,
    Noun("campaign", names_of(Campaign, "title"), "outreach:campaign"),
    Duty(
        code="campaign_draft",
        title=_("Campaigns not announced yet"),
        act=_("Look and announce"),
        records=lambda on: Campaign.objects.filter(state=CampaignState.DRAFT),
        whose=Own("written_by", P.MANAGE_CAMPAIGNS),
        load=lambda rows: rows.select_related("organizer").defer("purpose", "search"),
        item=item("title", _days, "outreach:announce_campaign", due="starts_on"),
        sort=soonest("starts_on"),
    ),
    # Remind planners, and liaisons of the organs that may still go, until read once.
    Told(
        _("Half of the days are over, units are not visited yet"),
        "campaign",
        code="campaign_behind",
        records=_behind,
        whose=Planners(P.MANAGE_CAMPAIGNS)
        | When(Q(going=None) | Q(going=F("campaign__organs")), Liaisons(P.NAME_STAND_INS)),
        about="campaign",
        due="campaign__ends_on",
        until_read=True,
    ),
    use="campaigns",
)
duty.register(
    Area.STAYS,
    Noun("reception", _reception_titles, "outreach:reception"),
    Duty(
        code="announce_reception",
        title=_("Receptions to announce"),
        act=_("Make it known"),
        records=_to_make_known,
        whose=Reach(P.HOLD_RECEPTIONS),
        load=_with_leader,
        item=_reception("outreach:announce_reception"),
        sort=soonest("held_on"),
        told=Told(
            _("A reception is to be made known"),
            "reception",
            code="reception_notice",
            only=_notice_is_near,
            due=_notice_due,
        ),
    ),
    Duty(
        code="record_reception",
        title=_("Receptions to be noted as held"),
        act=_("Register and note it"),
        records=_to_note,
        whose=Reach(P.HOLD_RECEPTIONS),
        load=_with_leader,
        item=_reception(),
        sort=soonest("held_on"),
    ),
    use="receptions",
)
duty.register(
    Area.STAYS,
    Duty(
        code="confirm_pledge",
        title=_("What cadres took up, to be confirmed"),
        act=_("Confirm"),
        # Confirming a pledge has no deadline.
        records=NeedPledge.objects.to_confirm,
        whose=Reach(P.PUBLISH_NEEDS, via="need__"),
        load=lambda rows: rows.select_related("need__unit", "cadre", "organ"),
        item=lambda pledge: Item(
            what=pledge.need.title,
            where=f"{pledge.need.unit.name} · {pledge.cadre.name} {pledge.organ.label}",
            url=pledge.need.get_absolute_url(),
            act_url=reverse("outreach:confirm_pledge", args=[pledge.pk]),
        ),
        sort=Sort(_("soonest first"), "need__until", descending=False),
    ),
    use="needs",
)
