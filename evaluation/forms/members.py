"""Forms for the appraisal of Party members. No writing here."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from evaluation.models.members import MemberGrade
from evaluation.rules import members as rules
from portal.pages.forms import ReaderForm, day_field, number_field
from portal.pages.text_forms import text_field
from portal.places.pickers import PickerField

MOST_MEMBERS = 300
PROBATIONARY = re.compile(r"[（(]预备[）)]$")


class BeginForm(ReaderForm):
    organization = PickerField("party_organizations", label=_("Party branch"))
    year = number_field(_("Year"), 2000, 2100)

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("organization") and cleaned.get("year"):
            decision = rules.may_begin(self.user, cleaned["organization"], cleaned["year"])
            if not decision:
                self.add_error("organization", decision.refusal)
        return cleaned


class MembersForm(ReaderForm):
    """Names, one per line; nothing else about members is stored."""

    names = text_field(
        _("Members"),
        12_000,
        _(
            "One name a line, in the order of the branch; （预备） after the name of a probationary"
            " member. Names only."
        ),
        rows=8,
    )

    def clean_names(self):
        members = []
        for line in re.split(r"[\n、，,;；]+", self.cleaned_data["names"]):
            line = line.strip()
            if not line:
                continue
            name = PROBATIONARY.sub("", line).strip()
            if not name or len(name) > 40 or any(c.isdigit() for c in name):
                raise ValidationError(_("This is not a name: %(text)s.") % {"text": line[:40]})
            members.append((name, name != line))
        if len(members) > MOST_MEMBERS:
            raise ValidationError(_("At most %(n)s members of one branch.") % {"n": MOST_MEMBERS})
        if not members:
            raise ValidationError(_("Write at least one name."))
        return members

    def content(self):
        return {"members": self.cleaned_data["names"]}


def _count(label, **options):
    return forms.IntegerField(label=label, min_value=0, max_value=9999, **options)


class MeetingForm(ReaderForm):
    held_on = day_field(_("Day of the meeting"))
    expected = _count(_("Should attend"))
    present = _count(_("Attended"))
    valid = _count(_("Valid ballots"))

    def clean(self):
        cleaned = super().clean()
        expected, present, valid = (cleaned.get(n) for n in ("expected", "present", "valid"))
        if None not in (expected, present) and present > expected:
            self.add_error("present", _("More attended than should have."))
        if None not in (present, valid) and valid > present:
            self.add_error("valid", _("More ballots than people who attended."))
        return cleaned


class ResultForm(ReaderForm):
    """One line of the sheet: sums of peers and ballots, and the organisation's grade."""

    def __init__(self, *args, member, **kwargs):
        initial = {"self_done": member.self_done, "grade": member.grade}
        for kind in ("peers", "ballots"):
            sums = getattr(member, kind) or [0, 0, 0, 0]
            initial |= {f"{kind}_{grade.value}": n for grade, n in zip(MemberGrade, sums, strict=1)}
        super().__init__(*args, initial=initial, prefix=f"m{member.pk}", **kwargs)
        self.member = member
        label = _("%(name)s: self-appraisal done") % {"name": member.name}
        done = forms.BooleanField(label=label, required=False)
        self._add("self_done", done, "form-check-input")
        for kind, words in (("peers", _("peers")), ("ballots", _("ballots"))):
            for grade in MemberGrade:
                label = f"{member.name} · {words} · {grade.label}"
                field = _count(label, required=False)
                self._add(f"{kind}_{grade.value}", field, "form-control")
        if not member.is_probationary:
            how = {"required": False, "coerce": int, "empty_value": None}
            label, choices = _("%(name)s: grade"), [("", "—"), *MemberGrade.choices]
            label %= {"name": member.name}
            grade = forms.TypedChoiceField(label=label, choices=choices, **how)
            self._add("grade", grade, "form-select")

    def _add(self, name, field, css):
        field.widget.attrs |= {"class": css, "aria-label": field.label}
        self.fields[name] = field

    def sums(self, kind):
        return [self[f"{kind}_{grade.value}"] for grade in MemberGrade]

    @property
    def peers(self):
        return self.sums("peers")

    @property
    def ballots(self):
        return self.sums("ballots")

    @property
    def result(self):
        cleaned = self.cleaned_data
        return {
            "self_done": cleaned["self_done"],
            "grade": cleaned.get("grade"),
            **{
                kind: [cleaned.get(f"{kind}_{grade.value}") or 0 for grade in MemberGrade]
                for kind in ("peers", "ballots")
            },
        }


class ResultForms:
    """The lines of all members, valid only together."""

    def __init__(self, data, members, *, user):
        self.forms = [ResultForm(data, member=one, user=user) for one in members]
        self.is_bound = data is not None
        self.problem = ""

    def __iter__(self):
        return iter(self.forms)

    def is_valid(self):
        # Validate every line, so that all errors show at once.
        judged = [form.is_valid() for form in self.forms]
        return self.is_bound and all(judged)

    @property
    def errors(self):
        return [
            (field.auto_id, f"{field.label}: {error}")
            for form in self.forms
            if form.is_bound
            for field in form
            for error in field.errors
        ]

    @property
    def results(self):
        return {form.member.pk: form.result for form in self.forms}
