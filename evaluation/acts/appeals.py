"""Acts on objections: filing, deciding, taking back."""

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from evaluation.actions import appeals
from evaluation.forms.appeals import DecideAppealForm, FileAppealForm
from evaluation.models import Appeal, Score
from evaluation.rules import appeals as rules
from portal.days.words import short_day
from portal.pages.acts import Act, Acts
from portal.records.seen import seen

LIST = _("Objections to scores")


@seen
def visible_appeal(user):
    return Appeal.objects.visible_to(user).for_list().select_related("appraised__cadre")


def _crumbs(appeal, label):
    return [
        (LIST, reverse("evaluation:appeals")),
        (appeal.appraised.name, appeal.get_absolute_url()),
        (label, ""),
    ]


APPEALS = Acts(
    "evaluation",
    "appeal",
    "objections/<int:pk>/",
    visible_appeal,
    _crumbs,
    acts=(
        Act(
            "decide_appeal",
            _("Decide on the objection"),
            rules.may_decide,
            appeals.decide_appeal,
            DecideAppealForm,
            "decide/",
            about=True,
            submit=_("Enter the decision"),
            intro=lambda appeal: (
                _("%(name)s objects: %(text)s")
                % {"name": appeal.appraised.name, "text": appeal.text}
            ),
            primary=True,
            audit={
                "appeal.upheld": _("Objection to a score upheld"),
                "appeal.dismissed": _("Objection to a score not upheld"),
            },
        ),
        Act(
            "withdraw_appeal",
            _("Take it back"),
            rules.may_withdraw,
            appeals.withdraw_appeal,
            path="withdraw/",
            confirm=_("Withdraw the objection? The score does not change."),
            audit={"appeal.withdrawn": _("Objection to a score withdrawn")},
        ),
    ),
)


def _scored(user, pk):
    """The appraised with `last_score`, the latest score this user may read. Http404 without one."""
    scores = Score.objects.visible_to(user).filter(appraised=pk)
    score = scores.select_related("appraised__cycle").order_by("-computation__number").first()
    if score is None:
        raise Http404
    score.appraised.last_score = score
    return score.appraised


def _score_url(appraised):
    return reverse("evaluation:score", args=[appraised.pk])


def _way_from_score(appraised, label):
    return [
        (appraised.cycle.title, appraised.cycle.get_absolute_url()),
        (_("Where my points come from"), _score_url(appraised)),
        (label, ""),
    ]


def _until(user, appraised):
    day = short_day(appraised.cycle.objection_until, on=user.today)
    return {
        "intro": _(
            "Until %(day)s. The office answers in writing; if it agrees, the score is computed "
            "anew and both stand side by side."
        )
        % {"day": day}
    }


FILING = Acts(
    "evaluation",
    "appraised",
    "appraised/<int:pk>/",
    _scored,
    _way_from_score,
    address=_score_url,
    acts=(
        Act(
            "file_appeal",
            _("Object to the score"),
            lambda user, appraised: rules.may_file(user, appraised, on=user.today),
            appeals.file_appeal,
            FileAppealForm,
            "object/",
            about=True,
            submit=_("File the objection"),
            shown=_until,
            then=lambda appraised, appeal: appeal,
            audit={"appeal.filed": _("Objection to a score filed")},
            undo="appeal.withdraw_appeal",
        ),
    ),
)
