"""What the office types about a reorganisation, made into the facts of its action."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.models import Division, GrassrootsUnit, Reorganisation
from portal.pages.asked import bound_days
from portal.pages.forms import DayInput, ReaderForm
from portal.places.pickers import PickerField

Kind, Noun = Reorganisation.Kind, Reorganisation.Noun
MOST_PARTS = 4

NOUN_WORDS = {
    Noun.ORGAN: gettext_lazy("Organ"),
    Noun.UNIT: gettext_lazy("Grassroots unit"),
    Noun.DIVISION: gettext_lazy("Division"),
    Noun.CADRE: gettext_lazy("Cadre"),
}


class ChooseForm(ReaderForm):
    """Which one it is about, when the address does not say."""

    def __init__(self, *args, noun, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["of"] = PickerField(noun, label=NOUN_WORDS[noun])
        self.fields["of"].user = self.user


class CodeField(forms.CharField):
    def __init__(self, **kwargs):
        super().__init__(label=gettext_lazy("Code"), max_length=12, required=False, **kwargs)

    def clean(self, value):
        value = super().clean(value)
        if value and not re.fullmatch(r"[0-9]{12}", value):
            raise ValidationError(_("A code has twelve digits."))
        return value


class ReorganisationForm(ReaderForm):
    """Day and document; each kind puts its own fields before them."""

    on = forms.DateField(
        label=gettext_lazy("In force from"),
        widget=DayInput(),
        help_text=gettext_lazy("Up to the day before, everything keeps its old name and place."),
    )
    document = forms.CharField(
        label=gettext_lazy("Document number"),
        max_length=80,
        help_text=gettext_lazy("Of the decision that is carried out, for example 云编〔2026〕3号"),
    )
    note = forms.CharField(label=gettext_lazy("Note"), max_length=500, required=False)

    def __init__(self, *args, noun, source, **kwargs):
        super().__init__(*args, **kwargs)
        self.noun, self.source = noun, source
        self.add_fields()
        for field in self.fields.values():
            if isinstance(field, PickerField):
                field.user = self.user
        self.order_fields([n for n in self.fields if n not in {"on", "document", "note"}])

    def add_fields(self):
        """The fields that depend on the noun."""

    def clean_on(self):
        day = self.cleaned_data["on"]
        # What hangs on it passes on at once, so a reorganisation is not arranged ahead.
        if day > self.user.today:
            raise ValidationError(_("This day lies in the future; carry it out when it has come."))
        return day


class MergeForm(ReorganisationForm):
    def add_fields(self):
        self.fields["sources"] = PickerField(
            self.noun,
            multiple=True,
            label=gettext_lazy("What ends"),
            help_text=gettext_lazy("One or several; what goes on is named below."),
            initial=[self.source] if self.source else None,
        )
        self.fields["target"] = PickerField(
            self.noun,
            required=False,
            label=gettext_lazy("Merged into"),
            help_text=gettext_lazy("One that goes on. Left empty for a new one."),
        )
        self.fields["name"] = forms.CharField(
            label=gettext_lazy("Name of the new one"), max_length=80, required=False
        )
        if self.noun == Noun.ORGAN:
            self.fields["short_name"] = forms.CharField(
                label=gettext_lazy("Short name"), max_length=40, required=False
            )
        if self.noun == Noun.DIVISION:
            self.fields["code"] = CodeField(
                help_text=gettext_lazy("For a new one; twelve digits of the decision.")
            )
        else:
            self.fields["divisions_too"] = forms.BooleanField(
                label=gettext_lazy("The townships merge as well")
                if self.noun == Noun.ORGAN
                else gettext_lazy("The village divisions merge as well"),
                required=False,
            )

    def clean(self):
        cleaned = super().clean()
        is_new = cleaned.get("name") and not cleaned.get("target")
        if self.noun == Noun.DIVISION and is_new and not cleaned.get("code"):
            self.add_error("code", _("A new division has a code of twelve digits."))
        return cleaned


class SplitForm(ReorganisationForm):
    def add_fields(self):
        numbers = range(1, MOST_PARTS + 1)
        choices = [(n, _("Part %(n)s") % {"n": n}) for n in numbers]
        for n in numbers:
            self.fields[f"part_{n}"] = forms.CharField(
                label=_("Name of part %(n)s") % {"n": n}, max_length=80, required=n < 3
            )
            if self.noun == Noun.DIVISION:
                self.fields[f"code_{n}"] = CodeField()
                self.fields[f"code_{n}"].label = _("Code of part %(n)s") % {"n": n}
        self.fields["heir"] = forms.TypedChoiceField(
            label=gettext_lazy("Who takes the open work over"),
            choices=choices,
            coerce=int,
            help_text=gettext_lazy(
                "Stations, cadres, accounts and open matters pass there, with what is not given "
                "to another part."
            ),
        )
        for row in self._divided():
            self.fields[f"to_{row.pk}"] = forms.TypedChoiceField(
                label=_("%(name)s goes to") % {"name": row.name},
                choices=[("", _("the one that takes over")), *choices],
                coerce=int,
                required=False,
                empty_value=None,
            )

    def _divided(self):
        """What is shared out among the parts: units of an organ, divisions within a division."""
        if self.noun == Noun.ORGAN:
            rows = GrassrootsUnit.objects.filter(host_organ=self.source, ended_on=None)
            return rows.order_by("sort_order", "pk")
        if self.noun == Noun.DIVISION:
            return Division.objects.filter(parent=self.source, valid_to=None).order_by("code", "pk")
        return []

    def clean(self):
        cleaned = super().clean()
        numbers = [n for n in range(1, MOST_PARTS + 1) if cleaned.get(f"part_{n}")]
        parts = [{"name": cleaned[f"part_{n}"]} for n in numbers]
        if self.noun == Noun.DIVISION:
            for part, n in zip(parts, numbers, strict=True):
                part["code"] = cleaned.get(f"code_{n}")
                if not part["code"]:
                    self.add_error(f"code_{n}", _("A new division has a code of twelve digits."))
        hosts = {}
        for name in [name for name in self.fields if name == "heir" or name.startswith("to_")]:
            chosen = cleaned.get(name)
            if chosen and chosen not in numbers:
                self.add_error(name, _("This part has no name."))
            elif chosen and name != "heir":
                hosts[int(name[3:])] = numbers.index(chosen)
        heir = cleaned.get("heir")
        kept = {name: cleaned.get(name) for name in ("on", "document", "note")}
        return kept | {
            "parts": parts,
            "hosts": hosts,
            "heir": numbers.index(heir) if heir in numbers else -1,
        }


class RenameForm(ReorganisationForm):
    def add_fields(self):
        self.fields["name"] = forms.CharField(label=gettext_lazy("New name"), max_length=80)
        if self.noun == Noun.ORGAN:
            self.fields["short_name"] = forms.CharField(
                label=gettext_lazy("Short name"), max_length=40, required=False
            )
        if self.noun == Noun.DIVISION:
            self.fields["code"] = CodeField(initial=self.source.code)


class MoveForm(ReorganisationForm):
    def add_fields(self):
        if self.noun == Noun.DIVISION:
            self.fields["parent"] = PickerField("division", label=gettext_lazy("New place: within"))
            self.fields["code"] = CodeField(initial=self.source.code)
            return
        if self.noun == Noun.UNIT:
            self.fields["host_organ"] = PickerField(
                "organ",
                label=gettext_lazy("Host organ"),
                initial=self.source.host_organ,
                help_text=gettext_lazy("Open matters pass to it."),
            )
        self.fields["parent"] = PickerField(
            self.noun,
            label=gettext_lazy("Below the organ")
            if self.noun == Noun.ORGAN
            else gettext_lazy("Part of"),
            required=False,
            initial=self.source.parent,
        )
        self.fields["division"] = PickerField(
            "division", label=gettext_lazy("Division"), required=False, initial=self.source.division
        )


class TransferForm(ReorganisationForm):
    def add_fields(self):
        self.fields["organ"] = PickerField("organ", label=gettext_lazy("To the organ"))
        self.fields["department"] = forms.CharField(
            label=gettext_lazy("Department"), max_length=60, required=False
        )
        self.fields["post"] = forms.CharField(
            label=gettext_lazy("Post"), max_length=60, required=False
        )
        if not self.source.experiences.filter(ended_on=None).exists():
            self.fields["since"] = forms.DateField(
                label=gettext_lazy("In the old organ since"),
                widget=DayInput(),
                help_text=gettext_lazy("This time stays on record as experience."),
            )
            bound_days({"since": self.fields["since"]})
        self.fields["heir"] = PickerField(
            "cadre",
            label=gettext_lazy("Who takes the contact areas over"),
            required=False,
            help_text=gettext_lazy("Left empty, they end on the day before."),
        )


FORMS = {
    Kind.MERGE: MergeForm,
    Kind.SPLIT: SplitForm,
    Kind.RENAME: RenameForm,
    Kind.MOVE: MoveForm,
    Kind.TRANSFER: TransferForm,
}
