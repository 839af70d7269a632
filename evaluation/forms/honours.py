"""Forms for pools, nominations and grades. No writing here."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from evaluation.models import Appraised, Honour, Scheme
from evaluation.models.honours import GradeValue, HonourPurpose, HonourState, QuotaBasis
from evaluation.models.schemes import Subject
from evaluation.rules import honours as rules
from portal.pages.forms import ReaderForm, day_field, optional_picker
from portal.pages.text_forms import CheckedTextForm, text_field
from portal.roles import Permission
from portal.trust.access import reach

NAMED = 8


class PoolForm(ReaderForm):
    """Members and share of a pool; the quota is computed."""

    title = text_field(
        _("Title of the pool"), 60, _("For example: excellent cadres of organs of the county.")
    )
    purpose = forms.ChoiceField(label=_("For"), choices=HonourPurpose.choices)
    basis = forms.ChoiceField(
        label=pgettext_lazy("honours", "Share"),
        choices=QuotaBasis.choices,
        initial=QuotaBasis.USUAL,
    )
    percent = forms.DecimalField(
        label=_("Per cent"),
        required=False,
        min_value=0,
        max_value=50,
        max_digits=5,
        decimal_places=2,
        help_text=_("Only for another share than the norm's."),
    )
    basis_document = text_field(_("Document that allows this share"), 60, required=False)
    subject = forms.ChoiceField(
        label=_("Who is appraised"),
        required=False,
        choices=[("", _("all")), *Subject.choices],
        help_text=_("The grade of the year is given to cadres alone."),
    )
    scheme = forms.ModelChoiceField(
        Scheme.objects.none(), label=_("By the scheme"), required=False, empty_label=_("all")
    )
    organ = optional_picker(
        "organ", _("Organ with all below it"), _("Leave empty for everybody of the cycle.")
    )

    def __init__(self, *args, cycle, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["scheme"].queryset = cycle.schemes.order_by("title", "version")

    def clean(self):
        cleaned = super().clean()
        basis = cleaned.get("basis")
        if basis == QuotaBasis.OTHER and not cleaned.get("percent"):
            self.add_error("percent", _("Write the share in per cent."))
        if basis in (QuotaBasis.OTHER, QuotaBasis.SPECIAL) and not cleaned.get("basis_document"):
            self.add_error("basis_document", _("Write the number of the document that allows it."))
        return cleaned


class WhoForm(CheckedTextForm):
    """Names somebody in `among` by name, or by name and organ."""

    free_text = ("reason",)
    who = text_field(
        _("Person"), 120, _("The name, or the name and the organ if several people have it.")
    )
    reason = text_field(_("Reason"), 300, rows=3)

    def clean_who(self):
        words = self.cleaned_data["who"].split()
        # Filter in the database: a common name may have more matches than are listed.
        rows = self.among.filter(organ_name__contains="".join(words[1:])).in_official_order()
        found = list(rows.filter(name=words[0])[: NAMED + 1])
        if not found and len(words) == 1:
            found = list(rows.containing(words[0])[: NAMED + 1])
        if not found:
            raise ValidationError(
                _("Nobody with this name is appraised here: %(name)s.") % {"name": " ".join(words)}
            )
        if len(found) > 1:
            names = _(", ").join(f"{one.name} {one.organ_name}" for one in found[:NAMED])
            raise ValidationError(_("Several people have this name: %(names)s.") % {"names": names})
        return found[0]

    def content(self):
        return {"appraised": self.cleaned_data["who"], "reason": self.cleaned_data["reason"]}


class NominateForm(WhoForm):
    def __init__(self, *args, pool, **kwargs):
        super().__init__(*args, **kwargs)
        self.pool, among = pool, pool.members()
        if not rules.may_keep_pools(self.user, pool.cycle):
            among = among.filter(reach(self.user, Permission.GIVE_ORGANISATION_WORD))
        self.among = among.select_related("cycle", "cadre")

    def clean_who(self):
        appraised = super().clean_who()
        appraised.cycle = self.pool.cycle
        if not (decision := rules.may_nominate_one(self.user, self.pool, appraised)):
            raise ValidationError(decision.refusal)
        return appraised


class DecisionForm(ReaderForm):
    """The document of a meeting and its day."""

    document = text_field(_("Document number"), 60)
    on = day_field(_("Day of the meeting"))


class _Nominees(forms.ModelMultipleChoiceField):
    def label_from_instance(self, honour):
        one = honour.appraised
        return " · ".join(part for part in (one.name, one.post, one.organ_name) if part)


class DecidePoolForm(DecisionForm):
    """People chosen by the meeting, in the official order and without points."""

    chosen = _Nominees(
        Honour.objects.none(),
        label=_("Chosen by the meeting"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    field_order = ["chosen", "document", "on"]

    def __init__(self, *args, pool, **kwargs):
        super().__init__(*args, **kwargs)
        rows = pool.honours.filter(state=HonourState.PROPOSED).select_related("appraised__cycle")
        self.fields["chosen"].queryset = rows.in_official_order()
        self.pool = pool

    def clean_chosen(self):
        chosen = self.cleaned_data["chosen"]
        if not (decision := rules.may_choose(self.pool, list(chosen))):
            raise ValidationError(decision.refusal)
        return chosen


class NoticeForm(ReaderForm):
    on = day_field(_("First day of the notice"))


class GradeForm(WhoForm):
    value = forms.ChoiceField(
        label=_("Grade"),
        choices=[(one.value, one.label) for one in GradeValue if one != GradeValue.EXCELLENT],
        initial=GradeValue.BASICALLY,
    )
    field_order = ["who", "value", "reason"]

    def __init__(self, *args, cycle, **kwargs):
        super().__init__(*args, **kwargs)
        among = Appraised.objects.filter(cycle=cycle, subject=Subject.CADRE).standing()
        self.among = among.select_related("cycle__organ", "cadre")

    def clean_who(self):
        appraised = super().clean_who()
        if not (decision := rules.may_propose_grade_of(self.user, appraised)):
            raise ValidationError(decision.refusal)
        return appraised

    def content(self):
        return super().content() | {"value": self.cleaned_data["value"]}
