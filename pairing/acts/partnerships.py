"""Acts on partnerships of Party branches: agreeing, what was agreed, a joint activity."""

import uuid

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from outreach.actions.matters import DifferentContent
from pairing.actions import joint_activities as activities
from pairing.actions import partnerships as actions
from pairing.forms import partnerships as forms
from pairing.forms.joint_activities import ActivityForm
from pairing.models import Pairing
from pairing.models.pairings import Level
from pairing.rules import partnerships as rules
from pairing.rules.joint_activities import may_record_activity
from portal.pages.acts import Act, Acts
from portal.pages.side_list import Area
from portal.records import files
from portal.records.seen import seen


@seen
def visible_partnership(user):
    rows = Pairing.objects.visible_to(user).filter(level=Level.BRANCH)
    return rows.for_list().select_related("host_organ", "co_building")


def address_of(pairing):
    return reverse("pairing:partnership", args=[pairing.pk])


def crumbs(pairing, *more):
    way = [(_("Co-building"), reverse("pairing:partnerships"))]
    if pairing is not None:
        title = f"{pairing.helper_label} · {pairing.helped_label}"
        way.append((title, address_of(pairing) if more else ""))
    return [*([] if more else [Area.PAIRING.crumb]), *way, *[(label, "") for label in more]]


def _agreed(user, pairing):
    plan = getattr(pairing, "co_building", None)
    return {"content": plan.content, "signed_on": plan.signed_on} if plan else {}


def _record_activity(*, photos, at, **given):
    try:
        activity, is_new = activities.record_activity(photos=photos, at=at, **given)
    except DifferentContent as problem:
        raise ValidationError(str(problem)) from problem
    if not is_new:
        # A repeated submission: drop the photos, since the activity has them already.
        files.drop(photos)
    return activity


PARTNERSHIPS = Acts(
    "pairing",
    "pairing",
    "co-building/<int:pk>/",
    visible_partnership,
    crumbs,
    address=address_of,
    listing="pairing:partnerships",
    starts=(
        Act(
            "new_partnership",
            _("Pair two branches"),
            rules.may_agree_partnerships,
            actions.agree_partnership,
            forms.PartnershipForm,
            "co-building/new/",
            submit=_("Pair them"),
            intro=_(
                "One branch of an organ and one of a unit. Several branches of organs with one "
                "of a unit are several partnerships, all of them “several help one”."
            ),
            audit={"partnership.agreed": _("Two Party branches paired")},
        ),
    ),
    acts=(
        Act(
            "new_joint_activity",
            _("Enter a joint activity"),
            may_record_activity,
            _record_activity,
            ActivityForm,
            "activities/new/",
            about=True,
            initial=lambda user, pairing: {"client_key": uuid.uuid4(), "held_on": user.today},
            submit=_("Enter"),
            intro=_("What, when, where and how many came. Nobody's name."),
            primary=True,
            audit={"joint_activity.recorded": _("Joint activity entered")},
            then=lambda pairing, activity: activity,
            undo="activity.void_joint_activity",
        ),
        Act(
            "edit_partnership_plan",
            _("Change what was agreed"),
            rules.may_change_plan,
            actions.change_plan,
            forms.PartnershipPlanForm,
            "plan/",
            initial=_agreed,
            submit=_("Save"),
            audit={"partnership.plan_changed": _("What two branches agreed on changed")},
        ),
    ),
)
