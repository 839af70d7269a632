"""Forms for objections and evidence. No writing here."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from evaluation.appraisal import computing, records
from evaluation.models import EvidenceDecision, ScoreEvidence
from evaluation.models.schemes import Gate
from portal.pages.text_forms import CheckedTextForm, text_field

Verdict = EvidenceDecision.Verdict
# Limit of records on one page; those against come first.
MOST_RECORDS = 100


class FileAppealForm(CheckedTextForm):
    free_text = ("text",)

    indicator = forms.ChoiceField(label=_("What the objection is about"), required=False)
    text = text_field(
        _("What is wrong"),
        1_000,
        _("Name the records and say what they should show. No names of villagers."),
        rows=5,
    )
    field_order = ["indicator", "text", "numbers"]

    def __init__(self, *args, appraised, **kwargs):
        """`appraised` must have `last_score`."""
        super().__init__(*args, **kwargs)
        lines = appraised.last_score.lines
        codes = [line["indicator"] for line in lines["results"]["indicators"]]
        codes += [line["gate"] for line in lines["gates"]]
        self.fields["indicator"].choices = [
            ("", _("the score as a whole")),
            *((code, records.title_of(code)) for code in codes),
        ]

    def content(self):
        return {name: self.cleaned_data[name] for name in ("indicator", "text")}


class DecideAppealForm(CheckedTextForm):
    """Whether the objection is upheld, the answer, and the verdict on each record."""

    free_text = ("outcome",)

    upheld = forms.TypedChoiceField(
        label=_("Decision"),
        coerce=lambda text: text == "yes",
        choices=[("yes", _("Upheld")), ("no", _("Not upheld"))],
        widget=forms.RadioSelect,
    )
    outcome = text_field(
        _("Answer"),
        1_000,
        _("What was looked at, and why it is decided so. The person reads it."),
        rows=4,
    )
    field_order = ["upheld", "outcome", "numbers"]

    def __init__(self, *args, appeal, **kwargs):
        super().__init__(*args, **kwargs)
        evidence = ScoreEvidence.objects.filter(appraised=appeal.appraised_id).order_by("pk")
        if appeal.indicator:
            evidence = evidence.filter(indicator=appeal.indicator)
        evidence = list(evidence)
        decisions = EvidenceDecision.objects.filter(appraised=appeal.appraised_id)
        decisions = list(decisions.order_by("at", "pk"))
        frozen = [(row.indicator, pk) for row in evidence for pk in (*row.met, *row.missed)]
        shown = records.shown_to(self.user, frozen)
        self.chosen = {}
        for row in evidence:
            if row.indicator == Gate.STAY_DAYS:
                continue
            decided = [
                (one.record_id, one.verdict) for one in decisions if one.indicator == row.indicator
            ]
            now = computing.verdicts(row.met, row.missed, decided)
            order = sorted(now, key=lambda record: (now[record][0] == Verdict.MET, record))
            for record in order[: MOST_RECORDS - len(self.chosen)]:
                name = f"record-{row.indicator}-{record}"
                self.chosen[name] = (row.indicator, record, now[record][0])
                self.fields[name] = forms.ChoiceField(
                    label=f"{records.title_of(row.indicator)} · {shown(row.indicator, record)[0]}",
                    required=False,
                    choices=[
                        ("", _("stays: %(verdict)s") % {"verdict": now[record][0].label}),
                        *((v.value, v.label) for v in Verdict if v != now[record][0]),
                    ],
                )

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("upheld") is False and any(cleaned.get(name) for name in self.chosen):
            self.add_error("upheld", _("Records change only where the objection is upheld."))
        return cleaned

    def content(self):
        decisions = [
            (indicator, record, self.cleaned_data[name], None)
            for name, (indicator, record, _now) in self.chosen.items()
            if self.cleaned_data.get(name)
        ]
        return {
            "decisions": decisions,
            **{name: self.cleaned_data[name] for name in ("upheld", "outcome")},
        }


class DecideChangesForm(CheckedTextForm):
    """Which changed records are accepted, and why."""

    free_text = ("reason",)

    reason = text_field(
        _("Reason"), 300, _("Why it is taken over or kept out. The person reads it."), rows=3
    )

    def __init__(self, *args, changes, shown, **kwargs):
        super().__init__(*args, **kwargs)
        self.changes = {f"change-{one.key}": one for one in changes}
        for name, one in self.changes.items():
            self.fields[name] = forms.ChoiceField(
                label=shown(one),
                required=False,
                choices=[
                    ("", _("decide later")),
                    ("take", _("Count what it says now")),
                    ("keep", _("Keep what was frozen")),
                ],
            )
        self.order_fields([*self.changes, "reason", "numbers"])

    def clean(self):
        cleaned = super().clean()
        if not any(cleaned.get(name) for name in self.changes):
            raise ValidationError(_("Choose what to do with at least one of the records."))
        return cleaned

    def content(self):
        decisions = [
            one.taken_over if self.cleaned_data[name] == "take" else one.kept
            for name, one in self.changes.items()
            if self.cleaned_data.get(name)
        ]
        return {"decisions": decisions, "reason": self.cleaned_data["reason"]}
