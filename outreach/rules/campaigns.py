"""Rules of campaigns; the person first, then the state."""

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from outreach.models import Campaign, CampaignUnit
from outreach.models.campaigns import CampaignState, Standing
from portal.roles import Permission as P
from portal.rules import holds_for_organ
from portal.trust.access import ALLOWED, Decision, NotNow, NotYours, only, unless


def may_plan_campaign(user):
    if not user.holds(P.MANAGE_CAMPAIGNS):
        return NotYours(_("Office and host plan campaigns, each within their area."))
    if user.organ_id is None:
        return Decision(_("Your account belongs to no organ that could organise it."))
    return ALLOWED


def may_organise(user, organ):
    """A campaign is organised in the name of an organ of the person's area."""
    if organ.pk == user.organ_id or holds_for_organ(user, P.MANAGE_CAMPAIGNS, organ):
        return ALLOWED
    return Decision(
        _("%(organ)s lies outside your area; it organises its campaigns itself.")
        % {"organ": organ.label}
    )


def may_go_to(user, organizer, units):
    """Whether this person may send a campaign of this organ to all these units."""
    ended = [unit.name for unit in units if unit.ended_on]
    if ended:
        return Decision(_("Has ended: %(units)s.") % {"units": _(", ").join(ended)})
    outside = []
    for unit in units:
        place = CampaignUnit(organ=organizer)
        place.stand_at(unit)
        if not user.holds(P.MANAGE_CAMPAIGNS, on=place):
            outside.append(unit.name)
    if outside:
        return Decision(
            _("Outside your area: %(units)s. The office of that area organises a campaign there.")
            % {"units": _(", ").join(outside)}
        )
    return ALLOWED


def may_ask_organs(user, organs):
    """Organs of the person's area may be asked to take part."""
    outside = [
        organ.label
        for organ in organs
        if organ.pk != user.organ_id and not holds_for_organ(user, P.MANAGE_CAMPAIGNS, organ)
    ]
    if outside:
        return Decision(
            _("Outside your area: %(organs)s. Choose organs of your own area.")
            % {"organs": _(", ").join(outside)}
        )
    return ALLOWED


def _plans(user, campaign):
    """Allowed to the author and to planners for the organiser."""
    if not (decision := may_plan_campaign(user)):
        return decision
    if campaign.written_by_id in user.identity_ids:
        return ALLOWED
    if holds_for_organ(user, P.MANAGE_CAMPAIGNS, campaign.organizer):
        return ALLOWED
    return NotYours(
        _("Only who plans for %(organ)s does this.") % {"organ": campaign.organizer.label}
    )


def may_change_campaign(user, campaign):
    return _plans(user, campaign) and unless(
        campaign.state == CampaignState.CLOSED, _("This campaign is closed."), NotNow
    )


def may_drop_campaign(user, campaign):
    return _plans(user, campaign) and only(
        campaign.is_draft, _("It was announced; it is closed with a note, not thrown away."), NotNow
    )


def may_announce_campaign(user, campaign):
    decision = may_drop_campaign(user, campaign)
    if not decision:
        return NotNow(decision.refusal) if not campaign.is_draft else decision
    if campaign.ends_on < user.today:
        return Decision(_("Its last day has passed; set new days first."))
    units = [row.unit for row in campaign.units.select_related("unit__division")]
    if not units:
        return Decision(_("It goes nowhere yet; choose units first."))
    if not campaign.organs.exists():
        return Decision(_("Nobody takes part yet; choose organs first."))
    decision = may_go_to(user, campaign.organizer, units)
    return decision if not decision else may_ask_organs(user, campaign.organs.all())


def may_close_campaign(user, campaign):
    if not (
        decision := _plans(user, campaign)
        and unless(campaign.is_draft, _("A draft is announced or thrown away."), NotNow)
        and unless(campaign.state == CampaignState.CLOSED, _("This campaign is closed."), NotNow)
    ):
        return decision
    if campaign.stands(user.today) == Standing.ANNOUNCED:
        return Decision(
            _("It begins on %(day)s; change its days if it is to be earlier.")
            % {"day": date_format(campaign.starts_on, "Y-m-d")}
        )
    return ALLOWED


def may_count_for(campaigns, *, unit, organ, on):
    """Whether a visit of this organ at this unit on this day counts for all these campaigns."""
    if not campaigns:
        return ALLOWED
    fitting = set(
        Campaign.objects.running(on)
        .taking_in(organ=organ, units=[unit.pk])
        .filter(pk__in=[one.pk for one in campaigns])
        .values_list("pk", flat=True)
    )
    others = [one.title for one in campaigns if one.pk not in fitting]
    if others:
        return Decision(
            _("Not under way on this day, or neither at this place nor of this organ: %(titles)s.")
            % {"titles": _(", ").join(others)}
        )
    return ALLOWED
