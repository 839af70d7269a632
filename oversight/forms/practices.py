"""Forms on practices."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from outreach.forms.matters import with_number
from outreach.models import Visit
from oversight.models import PracticeRule, PracticeTrial
from oversight.models.practices import DOCUMENT_USED, METHOD, Origin, RuleStage
from portal.models.places import UnitKind
from portal.pages.forms import (
    choice_field,
    day_field,
    not_future,
    optional_picker,
    picker_field,
    ticks_field,
    yes_no_field,
)
from portal.pages.text_forms import CheckedTextForm, optional_text, text_field

MOST_LINKS = 20


class PracticeForm(CheckedTextForm):
    free_text = ("name", "problem", "method", "found_in")
    name = text_field(pgettext_lazy("practices", "Name"), 60)
    problem = text_field(_("Problem that it solves"), 200, rows=2)
    method = text_field(_("How it is done"), METHOD, _("At most 300 characters."), rows=6)
    unit_kinds = ticks_field(
        _("Units that it suits"),
        UnitKind.choices,
        missing=_("Choose at least one kind of unit."),
    )
    unit = optional_picker("unit", _("Where it comes from"))
    origin = choice_field(pgettext_lazy("practices", "How it came up"), Origin.choices, radio=True)
    found_in = optional_text(_("Found in"), 80, _("The inspection, visit or meeting."))

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("origin") == Origin.OFFERED:
            cleaned["found_in"] = ""
        elif cleaned.get("origin") == Origin.FOUND and not cleaned.get("found_in"):
            self.add_error("found_in", _("Say in which inspection, visit or meeting it was found."))
        return cleaned


class TrialForm(CheckedTextForm):
    unit = picker_field("unit", _("Unit that tries it"))
    starts_on = day_field(pgettext_lazy("practices", "From"))


class EndTrialForm(CheckedTextForm):
    """Result of a trial, with links to what happened at the unit."""

    free_text = ("result",)
    trial = forms.ModelChoiceField(
        PracticeTrial.objects.none(), label=_("Unit that tried it"), empty_label=None
    )
    works = yes_no_field(_("Does it work there?"), _("It works"), _("It does not"))
    result = text_field(pgettext_lazy("practices", "What came of it"), 200, rows=3)
    ended_on = day_field(pgettext_lazy("practices", "Ended on"))
    matters = text_field(
        _("Numbers of matters of the unit"),
        600,
        _("As in the ledger: MQ2026-0312、MQ2026-0315"),
        required=False,
    )
    visits = forms.ModelMultipleChoiceField(
        Visit.objects.none(),
        label=_("Visits to the unit"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args, practice, **kwargs):
        super().__init__(*args, **kwargs)
        open_trials = practice.trials.filter(ended_on=None).select_related("unit")
        self.fields["trial"].queryset = open_trials.order_by("pk")
        self.fields["trial"].label_from_instance = lambda trial: trial.unit.name
        visits = Visit.objects.visible_to(self.user).standing().select_related("author")
        since = min((one.starts_on for one in open_trials), default=self.user.today)
        units = [one.unit_id for one in open_trials]
        visits = visits.filter(unit__in=units, visited_on__gte=since)
        newest = visits.order_by("-visited_on", "-pk").values("pk")[:MOST_LINKS]
        self.fields["visits"].queryset = visits.filter(
            pk__in=list(newest.values_list("pk", flat=True))
        )
        self.fields["visits"].label_from_instance = lambda one: (
            f"{one.visited_on:%Y-%m-%d} {one.author.name}"
        )

    def clean_ended_on(self):
        return not_future(self, "ended_on")

    def clean_matters(self):
        words = [one for one in re.split(r"[、，,;；\s]+", self.cleaned_data["matters"]) if one]
        if len(words) > MOST_LINKS:
            raise ValidationError(_("At most %(n)s matters.") % {"n": MOST_LINKS})
        found = [(word, self._numbered(word)) for word in words]
        unknown = [word[:20] for word, matter in found if matter is None]
        if unknown:
            said = _("No matter of yours has this number: %(numbers)s.")
            raise ValidationError(said % {"numbers": _(", ").join(unknown)})
        return list({matter.pk: matter for _word, matter in found}.values())

    def _numbered(self, word):
        """Return the matter with this number; if several counties have it, prefer the unit of the
        trial."""
        trial = self.cleaned_data.get("trial")
        found = list(with_number(self.user, word))
        there = [one for one in found if trial and one.unit_id == trial.unit_id]
        return next(iter(there or found), None)

    def clean(self):
        cleaned = super().clean()
        cleaned["visits"] = list(cleaned.get("visits") or [])
        trial = cleaned.get("trial")
        if trial and not self.errors and not cleaned["matters"] and not cleaned["visits"]:
            self.add_error(None, _("Link at least one matter or visit of the unit."))
        return cleaned


class OpinionForm(CheckedTextForm):
    free_text = ("opinion",)
    opinion = text_field(_("Opinion of the review"), 300, rows=3)


class DecisionForm(CheckedTextForm):
    free_text = ("decided_in",)
    decided_in = text_field(_("Decided by"), 60, _("The meeting of the department, the group …"))
    decided_on = day_field(_("Day of the meeting"))

    def clean_decided_on(self):
        return not_future(self, "decided_on")


class SpreadForm(CheckedTextForm):
    free_text = ("document",)
    document = text_field(_("Document number"), 60)
    spread_on = day_field(_("Spread on"))
    # Shown only after the action refused a number used for another practice.
    is_shared = forms.BooleanField(
        label=_("This document spreads several practices"),
        required=False,
        widget=forms.HiddenInput(),
    )

    def clean_spread_on(self):
        return not_future(self, "spread_on")

    def add_error(self, field, error):
        super().add_error(field, error)
        if self.has_error("document", DOCUMENT_USED):
            self.fields["is_shared"].widget = forms.CheckboxInput()


class BeginRuleForm(CheckedTextForm):
    free_text = ("title",)
    title = text_field(_("Name of the rule"), 80)


class StageForm(CheckedTextForm):
    free_text = ("text",)
    stage_on = day_field(pgettext_lazy("rules", "Day"))
    text = optional_text(_("Note"), 300, rows=2)

    def clean_stage_on(self):
        return not_future(self, "stage_on")


class IssueRuleForm(CheckedTextForm):
    free_text = ("document",)
    document = text_field(_("Document number"), 60)
    valid_from = day_field(_("In force from"))
    valid_to = day_field(_("In force until"), _("Empty: without an end."), required=False)
    replaces = forms.ModelChoiceField(
        PracticeRule.objects.none(),
        label=_("Replaces the rule"),
        required=False,
        empty_label=pgettext_lazy("rules", "none"),
    )

    def __init__(self, *args, practice, **kwargs):
        super().__init__(*args, **kwargs)
        self.practice = practice
        rows = PracticeRule.objects.filter(
            stage=RuleStage.ISSUED, ended_on=None, practice__numbered_in=practice.numbered_in
        )
        self.fields["replaces"].queryset = rows.order_by("-valid_from", "-pk")

    def clean(self):
        cleaned = super().clean()
        first, last = cleaned.get("valid_from"), cleaned.get("valid_to")
        if first and last and last < first:
            self.add_error("valid_to", _("The end lies before the beginning."))
        return cleaned


class ExtendRuleForm(CheckedTextForm):
    free_text = ("document",)
    valid_to = day_field(_("In force until"))
    document = text_field(_("Document number"), 60)


class EndRuleForm(CheckedTextForm):
    free_text = ("reason",)
    ended_on = day_field(_("No longer in force from"))
    reason = text_field(_("Reason, and the document"), 200, rows=2)
