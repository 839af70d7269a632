"""Acts on a batch of research."""

from functools import partial

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.pages.acts import Act, Acts
from portal.pages.text_forms import ReasonForm
from portal.records.seen import seen
from research.actions import activities
from research.actions import batches as actions
from research.acts import topics
from research.forms import batches as forms
from research.forms.activities import ACTIVITY_FORMS
from research.forms.topics import WordForm
from research.models import ResearchBatch
from research.models.topics import Method
from research.rules import activities as activity_rules
from research.rules import batches as rules

# {method: (name of the act, its label)}
RECORDS = {
    Method.SYMPOSIUM: ("record_symposium", _("Write down a symposium")),
    Method.INTERVIEW: ("record_interview", _("Write down an interview")),
    Method.SPOT_CHECK: ("record_spot_check", _("Write down a spot check")),
    Method.ON_SITE: ("record_on_site", _("Write down a look on site")),
}


@seen
def visible_batch(user):
    return ResearchBatch.objects.visible_to(user).select_related(
        "topic__lead_organ__division", "written_by"
    )


def crumbs(batch, *more):
    return topics.crumbs(batch.topic, batch.label, *more)


def _as_planned(user, batch):
    units = batch.units.select_related("unit__host_organ", "unit__parent").order_by("day", "pk")
    people = batch.people.select_related("organ").order_by("pk")
    names = ("methods", "starts_on", "ends_on")
    return {name: getattr(batch, name) for name in names} | {
        "units": [row.unit for row in units],
        "going": list(people),
    }


def _again(batch):
    if batch.is_draft:
        return ""
    return _("A changed plan is harmonised again; its hosts see it.")


def _record(method):
    name, label = RECORDS[method]
    return Act(
        name,
        label,
        partial(_may_record, method=method),
        partial(activities.record_activity, method=method),
        ACTIVITY_FORMS[method],
        f"{name.removeprefix('record_').replace('_', '-')}/",
        about=True,
        submit=_("Save"),
        primary=True,
        then=lambda _batch, activity: activity,
        said=_("Saved. Make a matter of what is to be done."),
    )


def _may_record(user, batch, *, method):
    return activity_rules.may_record(user, batch, method)


BATCHES = Acts(
    "research",
    "batch",
    "research/batches/<int:pk>/",
    visible_batch,
    crumbs,
    acts=(
        *(_record(method) for method in RECORDS),
        Act(
            "arrange_batch",
            pgettext_lazy("batches", "Arrange it"),
            rules.may_arrange_batch,
            actions.arrange_batch,
            WordForm,
            "arrange/",
            intro=_("The hosts are told, except where there is only a random spot check."),
            primary=True,
            audit={"research_batch.arranged": _("Batch of research arranged")},
        ),
        Act(
            "submit_batch",
            _("Hand it to the office"),
            rules.may_submit_batch,
            actions.submit_batch,
            path="submit/",
            audit={"research_batch.submitted": _("Batch of research handed to the office")},
            undo="take_back_batch",
        ),
        Act(
            "plan_days",
            _("Set the days"),
            rules.may_plan_days,
            actions.plan_days,
            forms.DaysForm,
            "days/",
            about=True,
            submit=_("Keep"),
            audit={"research_batch.days_planned": _("Days of a batch of research set")},
        ),
        Act(
            "change_batch",
            _("Change the plan"),
            rules.may_change_batch,
            actions.change_batch,
            forms.BatchForm,
            "edit/",
            about=True,
            initial=_as_planned,
            submit=_("Keep and look at it"),
            intro=_again,
            audit={"research_batch.changed": _("Batch of research changed")},
        ),
        Act(
            "send_back_batch",
            pgettext_lazy("batches", "Send it back"),
            rules.may_send_back_batch,
            actions.send_back_batch,
            ReasonForm,
            "send-back/",
            audit={"research_batch.sent_back": _("Batch of research sent back")},
        ),
        Act(
            "take_back_batch",
            pgettext_lazy("research", "Take it back"),
            rules.may_take_back_batch,
            actions.take_back_batch,
            path="take-back/",
            audit={"research_batch.taken_back": _("Batch of research taken back")},
        ),
        Act(
            "end_batch",
            _("End the fieldwork"),
            rules.may_end_batch,
            actions.end_batch,
            path="end/",
            audit={"research_batch.over": _("Fieldwork of a batch ended")},
            undo="resume_batch",
        ),
        Act(
            "resume_batch",
            _("The fieldwork goes on"),
            rules.may_resume_batch,
            actions.resume_batch,
            path="resume/",
            audit={"research_batch.resumed": _("Fieldwork of a batch goes on")},
        ),
        Act(
            "cancel_batch",
            pgettext_lazy("batches", "Cancel it"),
            rules.may_cancel_batch,
            actions.cancel_batch,
            ReasonForm,
            "cancel/",
            intro=_("Hosts who were told read the reason."),
            audit={"research_batch.cancelled": _("Batch of research cancelled")},
        ),
        Act(
            "drop_batch",
            _("Discard"),
            rules.may_drop_batch,
            actions.drop_batch,
            path="drop/",
            confirm=_("Discard this draft?"),
            then=lambda batch, _none: batch.topic,
            audit={"research_batch.dropped": _("Draft of a batch discarded")},
        ),
    ),
)
