"""Rules of festival campaigns, their lists and visits; the person first, then the state."""

from django.db.models import F, Sum
from django.utils.translation import gettext as _

from outreach.models import (
    CondolenceBudget,
    CondolenceCampaign,
    CondolenceObjection,
    CondolenceRecipient,
    CondolenceVisit,
)
from outreach.models.condolence import DELIVERING, OLD_SOURCES, CampaignState, Source
from portal.days.festivals import OF_THE_COUNTY, Festival
from portal.kinds import KINDS
from portal.places.headquarters import kinds_hosted
from portal.roles import Permission as P
from portal.rules import holds_for_organ
from portal.tools.prepared import Prepared
from portal.trust import wall
from portal.trust.access import ALLOWED, Decision, NotNow, NotYours, unless

# --- The campaign -------------------------------------------------------------------------------


def may_see_campaigns(user):
    if user.holds(P.SEE_PEOPLE):
        return ALLOWED
    return Decision(_("Festival visits are open to those who work with places and people."))


def may_open_campaign(user):
    if not user.holds(P.MANAGE_CAMPAIGNS):
        return NotYours(_("The programme office and hosts open campaigns."))
    if user.organ_id is None:
        return Decision(_("Your account belongs to no organ that could make the campaign."))
    return ALLOWED


def festivals_of(organ, on):
    """Return the county's festivals and those of the kinds of units that the organiser hosts."""
    own = {code for kind in kinds_hosted(organ, on) for code in KINDS[kind].festivals}
    return [one for one in Festival if one in OF_THE_COUNTY or one in own]


def sources_for(user, campaign=None):
    """Return the possible sources of money for a campaign, or for one that the user would open."""
    organ = campaign.organ if campaign else user.organ
    own = {code for kind in kinds_hosted(organ, user.today) for code in KINDS[kind].sources}
    if campaign:
        own |= {source for source, _amount in _PLANNED.tuples(campaign=campaign.pk)}
    return [one for one in Source if one in OLD_SOURCES or one in own]


def may_open_for(user, festival):
    """Whether the person's organ makes visits before this festival."""
    if festival in festivals_of(user.organ, user.today):
        return ALLOWED
    said = _("Only organs that manage state-owned enterprises or their units have this: %(name)s.")
    return Decision(said % {"name": Festival(festival).label})


def may_plan_money(user, campaign, sources):
    """Whether the organiser can use these sources."""
    left = set(sources) - set(sources_for(user, campaign))
    if not left:
        return ALLOWED
    said = _("This organiser has no money of this source: %(name)s.")
    return Decision(said % {"name": Source(min(left)).label})


def _manages(user, campaign):
    if holds_for_organ(user, P.MANAGE_CAMPAIGNS, campaign.organ):
        return ALLOWED
    return NotYours(_("Only who manages campaigns for the organiser does this."))


def _approves(user, campaign):
    if holds_for_organ(user, P.APPROVE_RECIPIENTS, campaign.organ):
        return ALLOWED
    return NotYours(_("The programme office approves lists of recipients."))


def may_change_budget(user, campaign):
    """Sources, standards and phone may change while the list is open."""
    decision = _manages(user, campaign)
    if decision and campaign.state != CampaignState.LISTING:
        return NotNow(_("Budget and standards are set while recipients are put forward."))
    return decision


def may_publish_list(user, campaign):
    if not (decision := _manages(user, campaign)):
        return decision
    if campaign.state != CampaignState.LISTING:
        return NotNow(_("The list is not being put together any more."))
    if not campaign.recipients.standing().exists():
        return Decision(_("Nobody stands on the list yet."))
    return ALLOWED


def may_end_notice(user, campaign):
    """After the last day of the notice, once all objections are decided."""
    return (
        _manages(user, campaign)
        and unless(campaign.state != CampaignState.NOTICE, _("No public notice runs."), NotNow)
        and _notice_is_over(user, campaign)
    )


def _notice_is_over(user, campaign):
    if campaign.notice_to >= user.today:
        return Decision(
            _("The public notice runs until %(day)s; wait for the day after.")
            % {"day": campaign.notice_to}
        )
    with wall.as_system("whether objections to a list wait"):
        waiting = CondolenceObjection.objects.open().filter(campaign=campaign).count()
    if waiting:
        return Decision(
            _("Objections wait for a decision: %(n)s. Decide them first.") % {"n": waiting}
        )
    return ALLOWED


def may_send_back(user, campaign):
    """Reopen the list; it then needs a new public notice."""
    if not _manages(user, campaign) and not _approves(user, campaign):
        return _manages(user, campaign)
    if campaign.state not in {CampaignState.NOTICE, CampaignState.HEARD}:
        return NotNow(_("Only a list under notice or after it goes back."))
    return ALLOWED


def may_approve(user, campaign):
    """Nobody approves a list with a recipient whom they put forward."""
    if not (decision := _approves(user, campaign)):
        return decision
    if campaign.state == CampaignState.NOTICE:
        over = _notice_is_over(user, campaign)
        return over and NotNow(_("The notice is over; its organiser ends it first."))
    if campaign.state != CampaignState.HEARD:
        return NotNow(_("There is no list to approve."))
    if campaign.recipients.standing().filter(put_forward_by__in=user.identity_ids).exists():
        return Decision(_("You put recipients of this list forward; a second person approves it."))
    if not campaign.recipients.standing().exists():
        return Decision(_("Nobody stands on the list any more; send it back."))
    return ALLOWED


def may_close(user, campaign):
    if not (decision := _manages(user, campaign)):
        return decision
    if campaign.state not in DELIVERING:
        return NotNow(_("Only a campaign whose visits are made is closed."))
    left = campaign.recipients.waiting_for_visit().count()
    if left:
        return Decision(
            _("Not visited yet: %(n)s. Enter their visits, or remove them with a reason.")
            % {"n": left}
        )
    return ALLOWED


# --- Recipients ---------------------------------------------------------------------------------


def may_list(user, campaign, unit=None):
    """Allowed to hosts for their units, liaisons for their organ, and the office for its area."""
    if not user.holds(P.LIST_RECIPIENTS):
        return NotYours(_("Hosts, liaisons and the programme office put recipients forward."))
    if campaign.state != CampaignState.LISTING:
        return NotNow(_("The list is closed; nobody is put forward any more."))
    if unit is None:
        return ALLOWED
    if unit.ended_on and unit.ended_on <= user.today:
        return Decision(_("%(name)s has ended.") % {"name": unit.name})
    if not campaign.takes_in(unit):
        return Decision(_("%(name)s lies outside the area of this campaign.") % {"name": unit.name})
    proposed = CondolenceRecipient(organ_id=user.organ_id)
    proposed.stand_at(unit)
    if not user.holds(P.LIST_RECIPIENTS, on=proposed):
        return Decision(_("This unit lies outside the area of your role."))
    return ALLOWED


def may_read_name(user, recipient):
    """Allowed to those who list, approve or visit."""
    if user.holds(P.LIST_RECIPIENTS, on=recipient):
        return ALLOWED
    if CondolenceVisit.objects.made_by(user).filter(recipient=recipient).exists():
        return ALLOWED
    return Decision(_("Names are for those who list, approve and visit."))


def _handles(user, recipient):
    if user.holds(P.LIST_RECIPIENTS, on=recipient):
        return ALLOWED
    return NotYours(_("Only who puts recipients of this unit forward does this."))


def may_remove(user, recipient):
    if not (decision := _handles(user, recipient)):
        return decision
    if not recipient.is_standing:
        return NotNow(_("This recipient was removed from the list."))
    if recipient.campaign.state == CampaignState.CLOSED:
        return NotNow(_("The campaign is closed."))
    if recipient.visits.standing().exists():
        return Decision(_("This recipient has been visited; void the visit first."))
    return ALLOWED


_PLANNED = Prepared(
    lambda campaign: CondolenceBudget.objects.filter(campaign=campaign).values_list(
        "source", "amount"
    ),
    campaign=-1,
)
_USED = Prepared(
    lambda campaign: (
        CondolenceRecipient.objects.filter(campaign=campaign)
        .standing()
        .order_by()
        .values_list("source")
        .annotate(sum=Sum(F("amount") + F("goods_value")))
    ),
    campaign=-1,
)


def used_of_budget(campaign):
    """{source: (planned, used)} in yuan; used is the sum for recipients on the list."""
    planned = dict(_PLANNED.tuples(campaign=campaign.pk))
    used = dict(_USED.tuples(campaign=campaign.pk))
    return {source: (planned.get(source, 0), used.get(source, 0)) for source in Source}


# --- Objections ---------------------------------------------------------------------------------


def may_object(user, campaign, recipient=None):
    """Objections are entered by the person who takes the call, at the unit or at the organiser."""
    on_site = recipient and user.holds(P.LIST_RECIPIENTS, on=recipient)
    if not on_site and not user.holds(P.LIST_RECIPIENTS) and not _manages(user, campaign):
        return NotYours(_("Who lists or manages the campaign enters objections."))
    if campaign.state not in {CampaignState.NOTICE, CampaignState.HEARD}:
        return NotNow(_("Objections are entered while the list hangs out, until it is approved."))
    if recipient and not recipient.is_standing:
        return NotNow(_("This recipient was removed from the list."))
    return ALLOWED


def may_decide(user, objection):
    """Nobody decides on a recipient whom they put forward."""
    campaign = objection.campaign
    if not user.holds(P.LIST_RECIPIENTS, on=objection) and not _manages(user, campaign):
        return NotYours(_("Who lists or manages the campaign decides objections."))
    if objection.decided_at:
        return NotNow(_("This objection is decided."))
    if campaign.state not in {CampaignState.NOTICE, CampaignState.HEARD}:
        return NotNow(_("The list is not under notice any more."))
    recipient = objection.recipient
    if recipient and recipient.put_forward_by_id in user.identity_ids:
        return Decision(_("You put this recipient forward; a second person decides."))
    return ALLOWED


# --- Visits -------------------------------------------------------------------------------------


def may_enter_visit(user, recipient):
    if not (decision := _handles(user, recipient)):
        return decision
    if not recipient.is_standing:
        return NotNow(_("This recipient was removed from the list."))
    if recipient.campaign.state == CampaignState.CLOSED:
        return NotNow(_("The campaign is closed."))
    if recipient.campaign.state not in DELIVERING:
        return Decision(_("The list is not approved yet; visits begin afterwards."))
    if recipient.visits.standing().exists():
        return NotNow(_("This recipient has been visited."))
    return ALLOWED


def may_void_visit(user, visit):
    decision = _handles(user, visit.recipient)
    if decision and visit.voided_at:
        return NotNow(_("This visit is voided."))
    if decision and visit.recipient.campaign.state not in DELIVERING:
        return NotNow(_("The campaign is closed."))
    return decision


def may_print_register(user, campaign):
    """The register with names for signatures, of the units for which the person lists."""
    if not user.holds(P.LIST_RECIPIENTS):
        return NotYours(_("The register with names is for those who put recipients forward."))
    if campaign.state not in {*DELIVERING, CampaignState.CLOSED}:
        return NotNow(_("The register is printed once the list is approved."))
    return ALLOWED


def campaigns_open_for_listing(user):
    """Campaigns whose list an import may extend."""
    return CondolenceCampaign.objects.visible_to(user).filter(state=CampaignState.LISTING)
