"""Acts on discipline findings: recording, lifting by a later document, stepping aside."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from evaluation.actions import discipline
from evaluation.forms.discipline import FindingForm, LiftFindingForm
from evaluation.models import DisciplineFinding
from evaluation.rules import discipline as rules
from portal.pages.acts import Act, Acts
from portal.records.seen import seen


@seen
def visible_finding(user):
    return DisciplineFinding.objects.visible_to(user).for_list()


def crumbs(finding, *more):
    way = [(_("Discipline findings"), reverse("evaluation:findings"))]
    if finding is not None:
        way.append((finding.document, finding.get_absolute_url()))
    return [*way, *[(label, "") for label in more]]


FINDINGS = Acts(
    "evaluation",
    "finding",
    "findings/<int:pk>/",
    visible_finding,
    crumbs,
    listing="evaluation:findings",
    starts=(
        Act(
            "record_finding",
            _("Record a finding"),
            rules.may_record_findings,
            discipline.record_finding,
            FindingForm,
            "findings/new/",
            submit=_("Record it"),
            intro=_(
                "Only what a document has verified. The person concerned can read it; their organ "
                "and superiors cannot."
            ),
            audit={"finding.recorded": _("Discipline finding recorded")},
        ),
    ),
    keeps_drafts=False,
    acts=(
        Act(
            "lift_finding",
            _("Lift it by a later document"),
            rules.may_lift,
            discipline.lift_finding,
            LiftFindingForm,
            "lift/",
            initial=lambda user, finding: {"lifted_on": user.today},
            intro=_("It counts no more from now on; what was recorded stays as it was."),
            audit={"finding.lifted": _("Discipline finding lifted")},
        ),
        Act(
            "step_aside_from_finding",
            _("Step aside"),
            rules.may_step_aside,
            discipline.step_aside,
            path="step-aside/",
            confirm=_("It is then no longer shown to you."),
            then=lambda finding, done: reverse("evaluation:findings"),
            said=_("You have stepped aside; this finding is no longer shown to you."),
            audit={"finding.recused": _("Stepped aside from a discipline finding")},
        ),
    ),
)
