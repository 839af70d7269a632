"""What people type about prominent problems, made clean. No writing here."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from outreach.forms.matters import find_by_number
from pairing.rules import problems as rules
from portal.pages.text_forms import CheckedTextForm
from portal.places.pickers import PickerField

MOST_MATTERS = 30


class _MattersForm(CheckedTextForm):
    """Matters by their numbers, as the ledger has them."""

    matters = forms.CharField(
        label=gettext_lazy("Numbers of the matters"),
        max_length=600,
        help_text=gettext_lazy("As in the ledger, all of one area: MQ2026-0312、MQ2026-0315"),
    )

    def clean_matters(self):
        words = [one for one in re.split(r"[、，,;；\s]+", self.cleaned_data["matters"]) if one]
        if len(words) > MOST_MATTERS:
            raise ValidationError(_("At most %(n)s matters in one problem.") % {"n": MOST_MATTERS})
        found, unknown = [], []
        for word in words:
            matter = find_by_number(self.user, word)
            if matter is None:
                unknown.append(word[:20])
            elif matter not in found:
                found.append(matter)
        if unknown:
            raise ValidationError(
                _("No matter of yours has this number: %(numbers)s.")
                % {"numbers": _(", ").join(unknown)}
            )
        return found


class AddMattersForm(_MattersForm):
    free_text = ()

    def __init__(self, *args, problem, **kwargs):
        super().__init__(*args, **kwargs)
        self.problem = problem

    def clean_matters(self):
        found = super().clean_matters()
        if found:
            decision = rules.may_add_matters(self.user, self.problem, found)
            if not decision:
                raise ValidationError(decision.refusal)
        return found


class LiftForm(_MattersForm):
    """Which matters, why, and who leads them until they are solved."""

    free_text = ("title", "why")

    title = forms.CharField(
        label=gettext_lazy("Problem"),
        max_length=80,
        help_text=gettext_lazy("What is wrong, not who says so: no names of people."),
    )
    why = forms.CharField(
        label=gettext_lazy("Why it is lifted"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    official = PickerField("cadre", label=pgettext_lazy("problems", "Lead official"))
    organ = PickerField("organ", label=pgettext_lazy("problems", "Lead organ"))
    review_days = forms.IntegerField(
        label=gettext_lazy("Progress is noted every so many days"), min_value=1, max_value=366
    )

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("matters") and cleaned.get("official"):
            decision = rules.may_lift(self.user, cleaned["matters"], cleaned["official"])
            if not decision:
                self.add_error("matters", decision.refusal)
        return cleaned


class ProgressForm(CheckedTextForm):
    free_text = ("text",)
    text = forms.CharField(
        label=gettext_lazy("What was done since"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class SolveForm(CheckedTextForm):
    free_text = ("text",)
    text = forms.CharField(
        label=gettext_lazy("How it was solved"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ChangeOfficialForm(CheckedTextForm):
    free_text = ("reason",)
    official = PickerField("cadre", label=pgettext_lazy("problems", "Lead official"))
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=200, widget=forms.Textarea(attrs={"rows": 2})
    )
    field_order = ["official", "reason"]

    def clean_official(self):
        official = self.cleaned_data["official"]
        decision = rules.may_lead(official, on=self.user.today)
        if not decision:
            raise ValidationError(decision.refusal)
        return official
