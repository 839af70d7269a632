"""Forms about prominent problems."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from outreach.forms.matters import with_number
from pairing.rules import problems as rules
from portal.pages.forms import add_refusal, check, number_field, picker_field
from portal.pages.text_forms import CheckedTextForm, ReasonForm, text_field

MOST_MATTERS = 30


class _MattersForm(CheckedTextForm):
    """Matters by their numbers in the ledger."""

    matters = text_field(
        _("Numbers of the matters"),
        600,
        _("As in the ledger, all of one area: MQ2026-0312、MQ2026-0315"),
    )

    def clean_matters(self):
        words = [one for one in re.split(r"[、，,;；\s]+", self.cleaned_data["matters"]) if one]
        if len(words) > MOST_MATTERS:
            raise ValidationError(_("At most %(n)s matters in one problem.") % {"n": MOST_MATTERS})
        found = {word[:20]: list(self.numbered(word)[:2]) for word in words}
        if unknown := [word for word, matters in found.items() if not matters]:
            said = _("No matter of yours has this number: %(numbers)s.")
            raise ValidationError(said % {"numbers": _(", ").join(unknown)})
        if shared := [word for word, matters in found.items() if len(matters) > 1]:
            said = _("Several of your counties have this number: %(numbers)s. The county lifts it.")
            raise ValidationError(said % {"numbers": _(", ").join(shared)})
        return list(dict.fromkeys(matter for (matter,) in found.values()))

    def numbered(self, word):
        return with_number(self.user, word)


class AddMattersForm(_MattersForm):
    free_text = ()

    def __init__(self, *args, problem, **kwargs):
        super().__init__(*args, **kwargs)
        self.problem = problem

    def numbered(self, word):
        areas = self.problem.matters.values("number_area")
        return super().numbered(word).filter(number_area__in=areas)

    def clean_matters(self):
        found = super().clean_matters()
        if found:
            check(rules.may_add_matters(self.user, self.problem, found))
        return found


class LiftForm(_MattersForm):
    """Which matters, why, and the lead official."""

    free_text = ("title", "why")

    title = text_field(_("Problem"), 80, _("What is wrong, not who says so: no names of people."))
    why = text_field(_("Why it is lifted"), 300, rows=2)
    official = picker_field("cadre", pgettext_lazy("problems", "Lead official"))
    organ = picker_field("organ", pgettext_lazy("problems", "Lead organ"))
    review_days = number_field(_("Progress is noted every so many days"), 1, 366)

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("matters") and cleaned.get("official"):
            add_refusal(
                self, "matters", rules.may_lift(self.user, cleaned["matters"], cleaned["official"])
            )
        return cleaned


class ProgressForm(CheckedTextForm):
    free_text = ("text",)
    text = text_field(_("What was done since"), 500, rows=3)


class SolveForm(ProgressForm):
    text = text_field(_("How it was solved"), 300, rows=3)


class ChangeOfficialForm(ReasonForm):
    official = picker_field("cadre", pgettext_lazy("problems", "Lead official"))
    field_order = ["official", "reason"]

    def clean_official(self):
        official = self.cleaned_data["official"]
        check(rules.may_lead(official, on=self.user.today))
        return official
