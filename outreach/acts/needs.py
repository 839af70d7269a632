"""Acts on needs of communities, on pledges, and on activities."""

from django.utils.translation import gettext_lazy as _

from outreach.actions import needs as actions
from outreach.forms import needs as forms
from outreach.models import CommunityNeed, NeedPledge
from outreach.rules import needs as rules
from portal.pages.acts import Act, Acts, crumbs_under
from portal.records.seen import seen


@seen
def visible_need(user):
    return (
        CommunityNeed.objects.visible_to(user)
        .select_related("unit", "township", "organ", "host_organ", "published_by")
        .with_taken()
    )


@seen
def _pledge(user):
    return NeedPledge.objects.visible_to(user).select_related("need__unit", "cadre")


crumbs = crumbs_under(_("Community needs"), "outreach:needs", lambda need: need.title)


def _what_closing_is(need):
    words = _(
        "Nobody else can take it up then, and it is not opened again. The %(n)s who have taken it "
        "up still come."
    )
    return words % {"n": need.pledges.not_given_back().count()}


NEEDS = Acts(
    "outreach",
    "need",
    "needs/<int:pk>/",
    visible_need,
    crumbs,
    listing="outreach:needs",
    starts=(
        Act(
            "new_need",
            _("Publish a need"),
            rules.may_publish_needs,
            actions.publish_need,
            forms.NeedForm,
            "needs/new/",
            submit=_("Publish"),
            intro=_(
                "What the residents' committee asks for. Cadres nearby see it and may take it "
                "up; nobody is obliged to."
            ),
            audit={"need.published": _("Need of a community published")},
        ),
    ),
    acts=(
        Act(
            "take_up",
            _("Take it up"),
            rules.may_take_up,
            actions.take_up,
            path="take-up/",
            audit={"need.taken_up": _("Need of a community taken up")},
            said=_("Taken up. If you cannot do it, give it back; no reason is asked."),
            undo="pledge.give_back",
        ),
        Act(
            "close_need",
            _("Nobody more is wanted"),
            rules.may_close_need,
            actions.close_need,
            path="close/",
            confirm=_what_closing_is,
            audit={"need.closed": _("Need of a community closed")},
        ),
    ),
)

PLEDGES = Acts(
    "outreach",
    "pledge",
    "needs/pledges/<int:pk>/",
    _pledge,
    crumbs,
    page=lambda pledge: pledge.need,
    acts=(
        Act(
            "confirm_pledge",
            _("Confirm"),
            rules.may_confirm,
            actions.confirm_pledge,
            forms.ConfirmPledgeForm,
            "confirm/",
            about=True,
            initial=lambda user, pledge: {"served_on": min(pledge.need.until, user.today)},
            title=lambda pledge: f"{pledge.cadre.name} · {pledge.need.title}",
            intro=_(
                "Confirm that it was done, with a comment of the community. Hours are not recorded."
            ),
            audit={"need.confirmed": _("Done, confirmed by the community")},
        ),
        Act(
            "give_back",
            _("Give it back"),
            rules.may_give_back,
            actions.give_back,
            path="give-back/",
            audit={"need.given_back": _("Need of a community given back")},
        ),
    ),
)

ACTIVITIES = Acts(
    "outreach",
    "activity",
    "activities/<int:pk>/",
    None,
    crumbs_under(_("Activities"), "outreach:activities"),
    listing="outreach:activities",
    starts=(
        Act(
            "new_activity",
            _("Note an activity"),
            rules.may_publish_needs,
            actions.note_activity,
            forms.ActivityForm,
            "activities/new/",
            submit=_("Note it"),
            intro=_("Day, activity and number of people; no names or photos are asked for."),
            audit={"activity.noted": _("Public-benefit activity noted")},
            then=lambda _none, activity: "outreach:activities",
        ),
    ),
    acts=(),
)
