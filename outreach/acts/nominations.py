"""Acts on the nomination of a cadre for a batch of stays."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from outreach.actions import batches as actions
from outreach.acts.batches import batch_crumbs
from outreach.forms import batches as forms
from outreach.models import Nomination
from outreach.placing import obstacles as placing
from outreach.rules import batches as rules
from portal.choosing import three_gates
from portal.pages.acts import Act, Acts
from portal.records.seen import seen


@seen
def visible_nomination(user):
    return Nomination.objects.visible_to(user).select_related(
        "batch__published_by",
        "cadre__organ__division",
        "cadre__organ__parent__division",
        "organ__division",
        "nominated_by",
    )


def _crumbs(nomination, label):
    way = (nomination.cadre.name, nomination.get_absolute_url())
    return batch_crumbs(nomination.batch, way, (label, ""))


def alone(nomination, on):
    """(pool that holds only this cadre, the nomination in it)."""
    only = Nomination.objects.filter(pk=nomination.pk)
    pool = placing.Pool(nomination.batch, on=on, nominations=only)
    return pool, pool.by_nomination[nomination.pk]


def _hints(user, nomination):
    pool, own = alone(nomination, user.today)
    hints = [
        str(three_gates.hint(own.cadre, pool.today).label),
        *(objection.words for objection in pool.about(own)),
    ]
    said = " ".join(f"{hint.rstrip('.。')}；" for hint in hints)
    return {"intro": _("Hints: %(hints)s") % {"hints": said}}


NOMINATIONS = Acts(
    "outreach",
    "nomination",
    "nominations/<int:pk>/",
    visible_nomination,
    _crumbs,
    acts=(
        Act(
            "judge_nomination",
            _("Qualify"),
            rules.may_judge,
            actions.judge_nomination,
            forms.JudgeForm,
            "judge/",
            title=lambda nomination: _("Qualify %(name)s") % {"name": nomination.cadre.name},
            submit=_("Save"),
            primary=True,
            audit={"nomination.unqualified": _("Nominated cadre not qualified")},
            then=lambda nomination, _judged: reverse(
                "outreach:nominations", args=[nomination.batch_id]
            ),
            shown=_hints,
        ),
        Act(
            "withdraw_nomination",
            _("Withdraw the nomination"),
            rules.may_withdraw,
            actions.withdraw_nomination,
            forms.WhyForm,
            "withdraw/",
            title=lambda nomination: (
                _("Withdraw the nomination of %(name)s") % {"name": nomination.cadre.name}
            ),
            crumb=_("Withdraw"),
            submit=_("Withdraw"),
            audit={"nomination.withdrawn": _("Nomination withdrawn")},
        ),
    ),
)
