"""Acts on joint activities of partnered branches; entering one is an act on the partnership."""

from django.utils.translation import gettext_lazy as _

from pairing.actions import joint_activities as actions
from pairing.acts import partnerships
from pairing.forms.joint_activities import CorrectActivityForm
from pairing.models import JointActivity
from pairing.rules import joint_activities as rules
from portal.pages.acts import Act, Acts
from portal.pages.text_forms import ReasonForm
from portal.records.seen import seen


@seen
def visible_activity(user):
    rows = JointActivity.objects.visible_to(user).for_list()
    return rows.select_related("recorded_by", "voided_by")


def crumbs(activity, *more):
    way = partnerships.crumbs(activity.pairing, activity.theme)
    if more:
        way[-1] = (activity.theme, activity.get_absolute_url())
    return [*way, *[(label, "") for label in more]]


def _entered(user, activity):
    content = {name: getattr(activity, name) for name in actions.FIELDS}
    return content | {"deeds": "\n".join(activity.deeds)}


ACTIVITIES = Acts(
    "pairing",
    "activity",
    "co-building/activities/<int:pk>/",
    visible_activity,
    crumbs,
    acts=(
        Act(
            "correct_joint_activity",
            _("Correct"),
            rules.may_correct_activity,
            actions.correct_activity,
            CorrectActivityForm,
            "correct/",
            about=True,
            initial=_entered,
            submit=_("Save"),
            audit={"joint_activity.corrected": _("Joint activity corrected")},
        ),
        Act(
            "void_joint_activity",
            _("Void it"),
            rules.may_void_activity,
            actions.void_activity,
            ReasonForm,
            "void/",
            intro=_("It remains visible with the reason, but is no longer counted."),
            audit={"joint_activity.voided": _("Joint activity voided")},
        ),
    ),
)
