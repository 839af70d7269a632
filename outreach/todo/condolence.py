"""What of the festival visits waits for somebody: lists to approve, notices over, objections."""

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from outreach.models import CondolenceCampaign, CondolenceObjection, CondolenceRecipient
from outreach.models.condolence import CampaignState
from portal.access import organ_reach, reach
from portal.roles import Permission as P
from portal.side_list import Area
from portal.todo import Item, Kind, register
from portal.web import Sort

BY_FESTIVAL = Sort(gettext_lazy("by festival"), "festival_on", descending=False)
BY_NOTICE = Sort(gettext_lazy("by deadline"), "notice_to", descending=False)
BY_RECEIVED = Sort(gettext_lazy("by deadline"), "received_on", descending=False)


def to_approve(user):
    """Lists whose notice is over, none of them with a recipient of one's own."""
    own = CondolenceRecipient.objects.standing().filter(
        campaign=OuterRef("pk"), put_forward_by__in=user.identity_ids
    )
    return CondolenceCampaign.objects.approved_by(user).filter(
        ~Exists(own), state=CampaignState.HEARD
    )


def notices_over(user):
    """The last day has passed and nothing that was said is left undecided."""
    waiting = CondolenceObjection.objects.open().filter(campaign=OuterRef("pk"))
    return CondolenceCampaign.objects.managed_by(user).filter(
        ~Exists(waiting), state=CampaignState.NOTICE, notice_to__lt=user.today
    )


def to_decide(user):
    """As `rules.may_decide`: not on who one put forward oneself."""
    mine = Q(recipient__put_forward_by__in=user.identity_ids)
    reached = reach(user, P.LIST_RECIPIENTS) | organ_reach(
        user, P.MANAGE_CAMPAIGNS, to="campaign__organ"
    )
    return (
        CondolenceObjection.objects.visible_to(user)
        .open()
        .filter(reached, campaign__state__in=[CampaignState.NOTICE, CampaignState.HEARD])
        .exclude(Q(recipient__isnull=False) & mine)
    )


def _campaign(url_name, due):
    def item(campaign):
        here = campaign.get_absolute_url()
        return Item(
            what=_("Festival visits %(name)s") % {"name": campaign.label},
            where=campaign.organ.label,
            url=here,
            act_url=reverse(url_name, args=[campaign.pk]) if url_name else here,
            due=due(campaign),
        )

    return item


def _objection(objection):
    return Item(
        what=objection.text[:60],
        where=f"{objection.campaign.label} · {objection.unit.name}",
        url=objection.campaign.get_absolute_url(),
        act_url=reverse("outreach:decide_objection", args=[objection.pk]),
        due=objection.campaign.notice_to,
    )


register(
    Area.STAYS,
    Kind(
        code="approve_condolence",
        title=gettext_lazy("Lists of recipients to approve"),
        act=gettext_lazy("Approve"),
        rows=to_approve,
        load=lambda rows: rows.select_related("organ"),
        item=_campaign("outreach:approve_condolence", lambda one: one.starts_on),
        sort=BY_FESTIVAL,
        permissions=(P.APPROVE_RECIPIENTS,),
        is_approval=True,
    ),
    Kind(
        code="end_condolence_notice",
        title=gettext_lazy("Public notices of recipients that are over"),
        act=gettext_lazy("End the notice"),
        rows=notices_over,
        load=lambda rows: rows.select_related("organ"),
        item=_campaign("", lambda one: one.notice_to),
        sort=BY_NOTICE,
        permissions=(P.MANAGE_CAMPAIGNS,),
    ),
    Kind(
        code="decide_objection",
        title=gettext_lazy("Objections to lists of recipients"),
        act=gettext_lazy("Decide the objection"),
        rows=to_decide,
        load=lambda rows: rows.select_related("campaign", "unit"),
        item=_objection,
        sort=BY_RECEIVED,
        permissions=(P.LIST_RECIPIENTS, P.MANAGE_CAMPAIGNS),
    ),
)
