"""Acts on a month of a stay and on leave."""

from dataclasses import dataclass
from datetime import date
from functools import wraps

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from outreach.actions import stay_months as actions
from outreach.acts.stays import crumbs, visible_stay
from outreach.forms import stay_months as forms
from outreach.models import Leave, Stay
from outreach.rules import stay_months as rules
from outreach.stay_days import Month, days_of, one_month
from portal.days.words import short_day
from portal.pages.acts import Act, Acts
from portal.pages.text_forms import ReasonForm
from portal.records.seen import seen

# --- One month of one stay ---------------------------------------------------------------------


@dataclass
class MonthOfStay:
    """A month of a stay as its page shows it, with the facts noted and the host's words."""

    stay: Stay
    first: date
    facts: Month

    @property
    def is_attested(self):
        return self.facts.word is not None

    @property
    def newest(self):
        """The newest word, taken back or not."""
        return self.facts.words[-1] if self.facts.words else None

    @property
    def keys(self):
        return [self.stay.pk, self.first.year, self.first.month]

    def get_absolute_url(self):
        return reverse("outreach:stay_month", args=self.keys)


def visible_month(user, pk, year, month):
    stay = visible_stay(user, pk)
    if not (1 <= month <= 12 and stay.starts_on.year <= year <= stay.last_day.year):
        raise Http404
    first = date(year, month, 1)
    if stay.is_of_leader or not days_of(stay, first):
        raise Http404
    return MonthOfStay(stay, first, one_month(stay, first))


def _asking(rule):
    return lambda user, month: rule(user, month.stay, month.first, month.is_attested)


def _doing(action):
    @wraps(action)
    def do(*, month, **given):
        return action(stay=month.stay, month=month.first, **given)

    return do


def _as_said(user, month):
    word = month.facts.word
    return {"is_met": str(int(word.is_met)), "days": word.days}


MONTHS = Acts(
    "outreach",
    "month",
    "stays/<int:pk>/<int:year>-<int:month>/",
    visible_month,
    lambda month, *more: crumbs(month.stay, *more),
    keys=lambda month: month.keys,
    acts=(
        Act(
            "note_days",
            _("Note days on duty elsewhere"),
            _asking(rules.may_note_days),
            _doing(actions.note_days),
            forms.DayNoteForm,
            "note/",
            submit=_("Keep it"),
            intro=_("Only what differs is noted: nobody signs in and no days are listed."),
            primary=True,
            audit={"stay_month.noted": _("Days of a month noted")},
        ),
        Act(
            "write_stay_work",
            _("Write the main work"),
            _asking(rules.may_write_work),
            _doing(actions.write_work),
            forms.WorkForm,
            "work/",
            initial=lambda user, month: {"work": month.facts.work},
            submit=_("Keep it"),
            audit={"stay_month.work_written": _("Work of a month written")},
        ),
        Act(
            "correct_stay_month",
            _("Correct the attested month"),
            _asking(rules.may_correct_month),
            _doing(actions.correct_month),
            forms.CorrectMonthForm,
            "correct/",
            initial=_as_said,
            submit=_("Keep it"),
            intro=_(
                "What was said before stays; the correction is shown above it with its reason."
            ),
            audit={"stay_month.corrected": _("Attested month corrected")},
            undo="take_back_month",
        ),
        Act(
            "take_back_month",
            _("Take the attestation back"),
            lambda user, month: rules.may_take_back_month(
                user, month.stay, month.first, month.newest
            ),
            _doing(actions.take_back_month),
            ReasonForm,
            "take-back/",
            intro=_(
                "The word that was corrected stands again, else the month is not attested and "
                "waits for the host. What was said stays in the history; figures follow."
            ),
            audit={"stay_month.taken_back": _("Attestation of a month taken back")},
        ),
    ),
)


# --- Leave -------------------------------------------------------------------------------------


@seen
def visible_leave(user):
    return Leave.objects.visible_to(user).select_related(
        "stay__cadre__user",
        "stay__unit",
        "stay__township",
        "stay__organ",
        "asked_by",
        "decided_by__organ",
        "returned_by",
    )


def _what_is_asked(user, leave):
    facts = {
        "name": leave.stay.cadre.name,
        "kind": leave.get_kind_display(),
        "first": short_day(leave.starts_on, on=user.today),
        "last": short_day(leave.ends_on, on=user.today),
        "days": leave.days,
        "stand_by": leave.stand_by,
    }
    words = _("%(name)s: %(kind)s, %(first)s – %(last)s, %(days)s days; stand-in: %(stand_by)s.")
    return {"intro": words % facts}


LEAVES = Acts(
    "outreach",
    "leave",
    "stays/leave/<int:pk>/",
    visible_leave,
    crumbs,
    page=lambda leave: leave.stay,
    acts=(
        Act(
            "decide_leave",
            _("Decide on leave"),
            rules.may_decide_leave,
            actions.decide_leave,
            forms.DecideLeaveForm,
            "decide/",
            shown=_what_is_asked,
            audit={"leave.decided": _("Leave decided")},
        ),
        Act(
            "note_return",
            _("Back from leave"),
            rules.may_note_return,
            actions.note_return,
            forms.ReturnForm,
            "return/",
            audit={"leave.returned": _("Return from leave noted")},
        ),
        Act(
            "withdraw_leave",
            _("Take back"),
            rules.may_withdraw_leave,
            actions.withdraw_leave,
            path="withdraw/",
        ),
    ),
)
