"""Acts on a research topic."""

from operator import attrgetter

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from outreach.models.matters import Category
from portal.pages.acts import Act, Acts, crumbs_under
from portal.pages.text_forms import ReasonForm
from portal.records.seen import seen
from portal.tools.asked import whole_number
from research.actions import batches as batch_actions
from research.actions import topics as actions
from research.forms import batches as batch_forms
from research.forms import topics as forms
from research.models import ResearchTopic
from research.models.topics import TopicSource
from research.rules import topics as rules

PLAN = ("title", "outline", "duties", "leader", "methods", "starts_on", "ends_on")


@seen
def visible_topic(user):
    return ResearchTopic.objects.visible_to(user).select_related(
        "lead_organ__division", "leader__organ", "stay_report", "written_by"
    )


crumbs = crumbs_under(_("Research topics"), "research:topics", attrgetter("title"))


def _from_address(query):
    """Return the preset source of a topic: a category of the ledger or a stay report."""
    if (category := query.get("category", "")) in Category:
        return {"source": TopicSource.RECURRING, "category": category}
    if pk := whole_number(query.get("stay_report", "")):
        return {"source": TopicSource.STAY_REPORT, "stay_report": pk}
    return {}


def _plan(user, topic):
    members = topic.members.select_related("organ").order_by("pk")
    return {name: getattr(topic, name) for name in PLAN} | {"members": list(members)}


def _as_drafted(user, topic):
    more = {name: getattr(topic, name) for name in ("source", "category", "lead_organ")}
    return _plan(user, topic) | more | {"stay_report": topic.stay_report_id}


TOPICS = Acts(
    "research",
    "topic",
    "research/topics/<int:pk>/",
    visible_topic,
    crumbs,
    listing="research:topics",
    starts=(
        Act(
            "new_topic",
            _("Draft a topic"),
            rules.may_draft_topics,
            actions.draft_topic,
            forms.TopicForm,
            "research/topics/new/",
            prefill=_from_address,
            submit=_("Keep and look at it"),
            audit={"research_topic.drafted": _("Research topic drafted")},
            undo="drop_topic",
        ),
    ),
    acts=(
        Act(
            "approve_topic",
            pgettext_lazy("topics", "Decide it"),
            rules.may_approve_topic,
            actions.approve_topic,
            forms.WordForm,
            "approve/",
            submit=pgettext_lazy("topics", "Approve"),
            intro=attrgetter("title"),
            primary=True,
            audit={"research_topic.approved": _("Research topic decided")},
        ),
        Act(
            "submit_topic",
            pgettext_lazy("topics", "Submit for decision"),
            rules.may_submit_topic,
            actions.submit_topic,
            path="submit/",
            audit={"research_topic.submitted": _("Research topic submitted")},
            undo="take_back_topic",
        ),
        Act(
            "plan_batch",
            _("Plan a batch"),
            rules.may_plan_batch,
            batch_actions.plan_batch,
            batch_forms.BatchForm,
            "batches/new/",
            about=True,
            submit=_("Keep and look at it"),
            intro=_("The next page shows what else comes to these units in the same week."),
            primary=True,
            then=lambda _topic, batch: batch,
            audit={"research_batch.drafted": _("Batch of research drafted")},
            undo="batch.drop_batch",
        ),
        Act(
            "record_decision",
            _("Enter the Party group's decision"),
            rules.may_record_decision,
            actions.record_decision,
            forms.DecisionForm,
            "decision/",
            submit=_("Keep it"),
        ),
        Act(
            "change_topic",
            pgettext_lazy("topics", "Change the draft"),
            rules.may_change_topic,
            actions.change_topic,
            forms.TopicForm,
            "edit/",
            about=True,
            initial=_as_drafted,
            submit=_("Keep and look at it"),
            audit={"research_topic.changed": _("Draft of a research topic changed")},
        ),
        Act(
            "change_plan",
            _("Change the plan"),
            rules.may_change_plan,
            actions.change_plan,
            forms.PlanForm,
            "plan/",
            initial=_plan,
            submit=_("Keep it"),
            audit={"research_topic.plan_changed": _("Plan of a research topic changed")},
        ),
        Act(
            "send_back_topic",
            pgettext_lazy("topics", "Send it back"),
            rules.may_send_back_topic,
            actions.send_back_topic,
            ReasonForm,
            "send-back/",
            intro=_("The lead organ changes the draft and submits it again."),
            audit={"research_topic.sent_back": _("Research topic sent back")},
        ),
        Act(
            "take_back_topic",
            pgettext_lazy("research", "Take it back"),
            rules.may_take_back_topic,
            actions.take_back_topic,
            path="take-back/",
            audit={"research_topic.taken_back": _("Research topic taken back")},
        ),
        Act(
            "archive_topic",
            pgettext_lazy("topics", "Put it into the archive"),
            rules.may_archive_topic,
            actions.archive_topic,
            path="archive/",
            audit={"research_topic.archived": _("Research topic put into the archive")},
            undo="restore_topic",
        ),
        Act(
            "restore_topic",
            _("Take it out of the archive"),
            rules.may_restore_topic,
            actions.restore_topic,
            path="restore/",
            audit={"research_topic.restored": _("Research topic taken out of the archive")},
        ),
        Act(
            "stop_topic",
            pgettext_lazy("topics", "Break it off"),
            rules.may_stop_topic,
            actions.stop_topic,
            ReasonForm,
            "stop/",
            intro=_("What was recorded stays; nothing more is planned."),
            audit={"research_topic.stopped": _("Research topic broken off")},
        ),
        Act(
            "drop_topic",
            _("Discard"),
            rules.may_drop_topic,
            actions.drop_topic,
            path="drop/",
            confirm=_("Discard this draft?"),
            then=lambda _topic, _none: "research:topics",
            audit={"research_topic.dropped": _("Draft of a research topic discarded")},
        ),
    ),
)
