"""Forms for summons."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from neighbours.models import SummonedOrgan
from neighbours.models.summons import SummonsReason
from neighbours.rules import summons as rules
from outreach.forms.by_kind import category_field, may_be_of
from outreach.forms.matters import MoveForm, find_by_number
from outreach.models.matters import Urgency
from portal import parameters
from portal.models import Organ
from portal.pages.forms import (
    AboutForm,
    ReaderForm,
    add_refusal,
    check,
    choice_field,
    day_field,
    not_past,
    optional_picker,
    yes_no_field,
)
from portal.pages.text_forms import CheckedTextForm, optional_text, text_field
from portal.places.pickers import PickerField
from portal.tools.asked import whole_number
from portal.tools.choices import pairs

# Reasons of planned summons; an emergency is noted afterwards.
PLANNED = (SummonsReason.MASSES, SummonsReason.LAW)


class OrgansField(PickerField):
    """Several organs. One that has ended is refused with the name of its successor."""

    def __init__(self, **kwargs):
        super().__init__("organ", multiple=True, **kwargs)

    def clean(self, value):
        try:
            return super().clean(value)
        except ValidationError:
            self._refuse_ended(value)
            raise

    def _refuse_ended(self, value):
        pks, text = value if isinstance(value, tuple) else ([], "")
        keys = [pk for pk in map(whole_number, map(str, pks)) if pk]
        names = [one.strip() for one in text.replace(",", "、").replace("，", "、").split("、")]
        ended = Organ.objects.filter(ended_on__lte=self.user.today).select_related("successor")
        found = ended.filter(pk__in=keys) | ended.filter(name__in=names)
        found |= ended.filter(short_name__in=[one for one in names if one])
        if one := found.order_by("pk").first():
            raise ValidationError(rules.ended_words(one))


class _CallForm(CheckedTextForm):
    free_text = ("title", "text", "place")
    title = text_field(pgettext_lazy("summons", "What it is about"), 60)
    text = text_field(gettext_lazy("What is to be settled"), 500, rows=4)
    organs = OrgansField(label=gettext_lazy("Organs that are called"))
    place = text_field(pgettext_lazy("summons", "Where"), 80)
    unit = optional_picker(
        "unit",
        pgettext_lazy("summons", "Village or community"),
        gettext_lazy("If it is about one alone."),
    )
    organ = optional_picker(
        "organ", gettext_lazy("Who calls"), gettext_lazy("Left empty: your own organ.")
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        most = parameters.number("summons.organs_max", on=self.user.today)
        self.fields["organs"].help_text = _("At most %(n)s organs.") % {"n": most}

    def clean(self):
        cleaned = super().clean()
        cleaned["organ"] = organ = cleaned.get("organ") or self.user.organ
        if organ is None:
            self.add_error("organ", _("Say who calls."))
        elif not self.has_error("organ") and not self.has_error("unit"):
            name = "unit" if rules.may_call_for(self.user, organ) else "organ"
            add_refusal(self, name, rules.may_call_for(self.user, organ, cleaned.get("unit")))
        return cleaned


class CallForm(_CallForm):
    reason = choice_field(pgettext_lazy("summons", "Reason"), pairs(PLANNED))
    meet_on = day_field(gettext_lazy("Day on which they come together"))
    field_order = ["reason", "title", "text", "organs", "meet_on", "place"]

    def clean_meet_on(self):
        return not_past(self, "meet_on")


class EmergencyForm(_CallForm):
    called_at = forms.DateTimeField(
        label=gettext_lazy("Telephoned at"),
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    came = optional_picker(
        "organ",
        gettext_lazy("Organs that came"),
        gettext_lazy("Of those that were called; the others did not come."),
        multiple=True,
    )
    field_order = ["title", "text", "called_at", "organs", "came", "place"]

    def clean(self):
        cleaned = super().clean()
        called = cleaned.get("organs") or []
        others = [one.label for one in cleaned.get("came") or [] if one not in called]
        if others and not self.has_error("organs"):
            said = _("Not among the organs that were called: %(organs)s.")
            self.add_error("came", said % {"organs": _(", ").join(others)})
        return cleaned


class AnswerSummonsForm(CheckedTextForm):
    free_text = ("answer",)
    answer = text_field(
        gettext_lazy("Who comes, and your opinion"),
        300,
        gettext_lazy("Who comes by post, not by name, and how you see it."),
        rows=3,
    )


class DecideForm(CheckedTextForm):
    free_text = ("reason",)
    is_theirs = yes_no_field(
        gettext_lazy("Whose task it is"),
        gettext_lazy("It is its task"),
        gettext_lazy("It is not its task"),
        gettext_lazy("Choose one of the two."),
    )
    reason = text_field(gettext_lazy("On which basis"), 200, rows=2)


def _organs_of(summons):
    """Organs that take part, in the official order."""
    taking = SummonedOrgan.objects.filter(summons=summons).taking_part().values("organ")
    return Organ.objects.filter(pk__in=taking).order_by("sort_order", "pk")


class OrgansChoice(forms.ModelMultipleChoiceField):
    def __init__(self, label, help_text=""):
        rows, widget = Organ.objects.none(), forms.CheckboxSelectMultiple
        super().__init__(rows, label=label, help_text=help_text, required=False, widget=widget)


class AttendanceForm(AboutForm):
    about = "summons"
    came = OrgansChoice(
        gettext_lazy("Organs that came"), gettext_lazy("Noted once; nobody compares organs by it.")
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["came"].queryset = _organs_of(self.summons)  # pyright: ignore[reportAttributeAccessIssue]  # a ModelMultipleChoiceField


class _Assigning(ReaderForm):
    """Which of the organs leads and which help."""

    lead = forms.ModelChoiceField(
        Organ.objects.none(),
        label=pgettext_lazy("summons", "Lead organ"),
        required=False,
        empty_label=gettext_lazy("nobody: it is settled"),
    )
    supports = OrgansChoice(gettext_lazy("Supporting organs"))
    due_on = day_field(
        gettext_lazy("Result by"),
        gettext_lazy("Left empty: the deadline of its urgency."),
        required=False,
    )
    urgency = choice_field(gettext_lazy("Urgency"), Urgency.choices, initial=Urgency.NORMAL)

    def offer(self, organs):
        self.fields["lead"].queryset = organs  # pyright: ignore[reportAttributeAccessIssue]  # a ModelChoiceField
        self.fields["supports"].queryset = organs  # pyright: ignore[reportAttributeAccessIssue]  # the same

    def clean_due_on(self):
        return not_past(self, "due_on") if self.cleaned_data["due_on"] else None

    def clean_supports(self):
        lead = self.cleaned_data.get("lead")
        return [one for one in self.cleaned_data["supports"] if one != lead]


class GatherForm(_Assigning, MoveForm):
    """The form on the page of the matter, used if the conclusion named no lead organ."""

    text = optional_text(gettext_lazy("What is asked"), 500, rows=3)
    field_order = ["lead", "supports", "text", "due_on", "urgency"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["lead"].required = True
        self.fields["lead"].empty_label = _("choose")  # pyright: ignore[reportAttributeAccessIssue]  # a ModelChoiceField
        summons = rules.waiting_summons(self.standing.matter)
        self.offer(_organs_of(summons))
        self.fields["urgency"].initial = self.standing.matter.urgency


class ConcludeForm(_Assigning, AboutForm, CheckedTextForm):
    """The conclusion. What is settled at once needs no assignment."""

    about = "summons"
    free_text = ("conclusion", "requirement")
    conclusion = text_field(pgettext_lazy("summons", "Conclusion"), 500, rows=4)
    number = text_field(
        gettext_lazy("Number of the matter, if it stands in the ledger"), 20, required=False
    )
    unit = optional_picker("unit", pgettext_lazy("summons", "Where it is"))
    category = category_field(
        gettext_lazy("Category of a new matter"),
        help_text=gettext_lazy("With a lead organ, unless a number is given."),
        empty=gettext_lazy("choose"),
    )
    requirement = optional_text(gettext_lazy("What is asked"), 500, rows=3)
    field_order = [
        *("conclusion", "lead", "supports", "requirement", "due_on"),
        *("number", "unit", "category", "urgency"),
    ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.offer(_organs_of(self.summons))
        if unit := self.summons.unit:
            del self.fields["unit"]
            self.fields["category"].widget.attrs["data-kind"] = unit.kind

    def clean_number(self):
        typed = self.cleaned_data["number"]
        if not typed:
            return None
        matter = find_by_number(self.user, typed)
        if matter is None or matter.is_closed:
            raise ValidationError(_("No open matter of yours has this number."))
        check(rules.may_be_about(self.user, self.summons, matter))
        return matter

    def clean(self):
        cleaned = super().clean()
        lead, matter = cleaned.get("lead"), cleaned.get("number")
        if cleaned.get("supports") and not lead and not self.has_error("lead"):
            self.add_error("lead", _("Say which organ leads."))
        if lead and not matter and not self.has_error("number"):
            if not cleaned.get("category"):
                self.add_error("category", _("Choose a category."))
            if "unit" in self.fields and not cleaned.get("unit"):
                self.add_error("unit", _("Say where it is."))
            self._check_category(cleaned)
        return cleaned

    def _check_category(self, cleaned):
        unit = self.summons.unit or cleaned.get("unit")
        if unit and cleaned.get("category"):
            add_refusal(self, "category", may_be_of(unit, cleaned["category"]))

    def content(self):
        given = dict(self.cleaned_data)
        given["matter"] = given.pop("number")
        return given
