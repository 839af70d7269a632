"""Acts on call-backs; the word is entered on the page of the call-back."""

from django.utils.translation import gettext_lazy as _

from outreach.actions import follow_ups as actions
from outreach.forms.follow_ups import ArrangeCallForm
from outreach.models import FollowUp
from outreach.rules import matters as rules
from portal.pages.acts import Act, Acts, crumbs_under
from portal.pages.text_forms import ReasonForm
from portal.records.seen import seen


@seen
def visible_follow_up(user):
    return FollowUp.objects.visible_to(user).select_related(
        *("matter__unit__host_organ", "matter__registered_by", "matter__lead_organ"),
        *("matter__township", "caller", "side", "answered_by"),
        *("corrects__answered_by", "corrected_by__answered_by"),
    )


crumbs = crumbs_under(_("Call-backs"), "outreach:follow_ups")


FOLLOW_UPS = Acts(
    "outreach",
    "follow_up",
    "call-backs/<int:pk>/",
    visible_follow_up,
    crumbs,
    acts=(
        Act(
            "arrange_call",
            _("Choose who asks"),
            rules.may_arrange_call,
            actions.arrange_call,
            ArrangeCallForm,
            "arrange/",
            about=True,
            title=_("Who makes the call-back"),
            crumb=_("Arrange"),
            submit=_("Ask them"),
            intro=_("A sample call-back is made by somebody who took no part in the matter."),
            audit={"follow_up.arranged": _("Call-back arranged")},
        ),
        Act(
            "ask_again",
            _("Written down wrongly, ask again"),
            rules.may_ask_again,
            actions.ask_again,
            ReasonForm,
            "ask-again/",
            intro=_(
                "The word stays as it was written, and so does what it brought about. Somebody "
                "else asks the person again; both words stand on this page. This cannot be taken "
                "back."
            ),
            submit=_("Have it asked again"),
            then=lambda follow_up, second: follow_up.get_absolute_url(),
            said=_("Somebody else will ask again; host or desk choose who. Both words stay."),
            audit={"follow_up.asked_again": _("Word written down wrongly, asked again")},
        ),
    ),
)
