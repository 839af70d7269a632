"""Acts on a fieldwork record. It is created from its batch; turning it into a matter is a separate
view."""

from django.utils.translation import gettext_lazy as _

from portal.pages.acts import Act, Acts
from portal.records.seen import seen
from research.actions import activities as actions
from research.acts import batches
from research.forms.activities import ACTIVITY_FORMS, fields_of
from research.models import ResearchActivity
from research.models.topics import Method
from research.rules import activities as rules


@seen
def visible_activity(user):
    return ResearchActivity.objects.visible_to(user).select_related(
        "batch__topic__lead_organ__division",
        "unit__division",
        "unit__host_organ",
        "township",
        "conducted_by",
        "sample",
        "written_by",
    )


def crumbs(activity, *more):
    return batches.crumbs(activity.batch, activity.get_method_display(), *more)


def _form(*given, activity, **more):
    form = ACTIVITY_FORMS[Method(activity.method)]
    return form(*given, batch=activity.batch, activity=activity, **more)


def _as_written(user, activity):
    names = fields_of(activity.method)
    written = {name: getattr(activity, name) for name in names if name != "numbers"}
    where = activity.unit_id
    if activity.method == Method.SPOT_CHECK:
        where = f"{where}:{activity.held_on:%F}"
    return written | {"unit": where}


ACTIVITIES = Acts(
    "research",
    "activity",
    "research/activities/<int:pk>/",
    visible_activity,
    crumbs,
    acts=(
        Act("activity_matter", _("Make a matter of it"), rules.may_register_from, None),
        Act(
            "correct_activity",
            _("Correct"),
            rules.may_correct_activity,
            actions.correct_activity,
            _form,
            "correct/",
            about=True,
            initial=_as_written,
            title=lambda activity: activity.get_method_display(),
            submit=_("Save"),
            audit={"research.activity_corrected": _("Record of fieldwork corrected")},
        ),
    ),
)
