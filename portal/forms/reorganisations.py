"""Forms of reorganisations, cleaned to the arguments of their actions."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal.forms.fields import text
from portal.forms.staff import OFFICIAL_NAME
from portal.models import Division, GrassrootsUnit, Reorganisation
from portal.pages.forms import ReaderForm, day_field, picker_field
from portal.places.pickers import PickerField
from portal.tools.asked import bound_days

Kind, Noun = Reorganisation.Kind, Reorganisation.Noun
MOST_PARTS = 4

NOUN_WORDS = {
    Noun.ORGAN: _("Organ"),
    Noun.UNIT: _("Grassroots unit"),
    Noun.DIVISION: _("Division"),
    Noun.CADRE: _("Cadre"),
}


class ChooseForm(ReaderForm):
    """Asks for the record if the address does not name it."""

    def __init__(self, *args, noun, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["of"] = picker_field(noun, NOUN_WORDS[noun])
        self.fields["of"].user = self.user


class CodeField(forms.CharField):
    def __init__(self, **kwargs):
        super().__init__(label=_("Code"), max_length=12, required=False, **kwargs)

    def clean(self, value):
        value = super().clean(value)
        if value and not re.fullmatch(r"[0-9]{12}", value):
            raise ValidationError(_("A code has twelve digits."))
        return value


class ReorganisationForm(ReaderForm):
    """Day, document and note; each kind adds its own fields before them."""

    on = day_field(
        _("In force from"), _("Up to the day before, everything keeps its old name and place.")
    )
    document = text(
        _("Document number"),
        80,
        _("Of the decision that is carried out, for example 云编〔2026〕3号"),
    )
    note = text(_("Note"), 500, required=False)

    def __init__(self, *args, noun, source, **kwargs):
        super().__init__(*args, **kwargs)
        self.noun, self.source = noun, source
        self.add_fields()
        for field in self.fields.values():
            if isinstance(field, PickerField):
                field.user = self.user
        self.order_fields([n for n in self.fields if n not in {"on", "document", "note"}])

    def add_fields(self):
        """Add the fields that depend on the noun."""

    def clean_on(self):
        day = self.cleaned_data["on"]
        # The successor takes over at once, so a reorganisation cannot be planned ahead.
        if day > self.user.today:
            raise ValidationError(_("This day is in the future; carry it out when it has come."))
        return day


class MergeForm(ReorganisationForm):
    def add_fields(self):
        self.fields["sources"] = picker_field(
            self.noun,
            _("What ends"),
            _("One or several; name below what remains."),
            multiple=True,
            initial=[self.source] if self.source else None,
        )
        self.fields["target"] = picker_field(
            self.noun,
            _("Merged into"),
            _("An existing one; leave empty for a new one."),
            required=False,
        )
        self.fields["name"] = text(_("Name of the new one"), 80, required=False)
        if self.noun == Noun.ORGAN:
            self.fields["short_name"] = text(_("Short name"), 40, required=False)
            self.fields["official_name"] = text(OFFICIAL_NAME, 80, required=False)
        if self.noun == Noun.DIVISION:
            self.fields["code"] = CodeField(
                help_text=_("For a new one; twelve digits of the decision.")
            )
        else:
            self.fields["divisions_too"] = forms.BooleanField(
                label=_("The townships merge as well")
                if self.noun == Noun.ORGAN
                else _("The village divisions merge as well"),
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
            self.fields[f"part_{n}"] = text(_("Name of part %(n)s") % {"n": n}, 80, required=n < 3)
            if self.noun == Noun.DIVISION:
                self.fields[f"code_{n}"] = CodeField()
                self.fields[f"code_{n}"].label = _("Code of part %(n)s") % {"n": n}
        self.fields["heir"] = forms.TypedChoiceField(
            label=_("Who takes over open work"),
            choices=choices,
            coerce=int,
            help_text=_(
                "It gets stations, cadres, accounts, open matters, and all that is not given "
                "to another part."
            ),
        )
        for row in self._divided():
            self.fields[f"to_{row.pk}"] = forms.TypedChoiceField(
                label=_("%(name)s goes to") % {"name": row.name},
                choices=[("", _("the one that takes over open work")), *choices],
                coerce=int,
                required=False,
                empty_value=None,
            )

    def _divided(self):
        """Return the rows to distribute among the parts: units of an organ, divisions in a
        division."""
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
        self.fields["name"] = text(_("New name"), 80)
        if self.noun == Noun.ORGAN:
            self.fields["short_name"] = text(_("Short name"), 40, required=False)
            self.fields["official_name"] = text(OFFICIAL_NAME, 80, required=False)
        if self.noun == Noun.DIVISION:
            self.fields["code"] = CodeField(initial=self.source.code)


class MoveForm(ReorganisationForm):
    def add_fields(self):
        if self.noun == Noun.DIVISION:
            self.fields["parent"] = picker_field("division", _("New place: within"))
            self.fields["code"] = CodeField(initial=self.source.code)
            return
        if self.noun == Noun.UNIT:
            self.fields["host_organ"] = picker_field(
                "organ",
                _("Host organ"),
                _("Open matters pass to it."),
                initial=self.source.host_organ,
            )
        self.fields["parent"] = picker_field(
            self.noun,
            _("Below the organ") if self.noun == Noun.ORGAN else _("Part of"),
            required=False,
            initial=self.source.parent,
        )
        self.fields["division"] = picker_field(
            "division", _("Division"), required=False, initial=self.source.division
        )


class TransferForm(ReorganisationForm):
    def add_fields(self):
        self.fields["organ"] = picker_field("organ", _("To the organ"))
        self.fields["department"] = text(_("Department"), 60, required=False)
        self.fields["post"] = text(_("Post"), 60, required=False)
        if not self.source.experiences.filter(ended_on=None).exists():
            self.fields["since"] = day_field(
                _("In the old organ since"), _("This time stays on record as experience.")
            )
            bound_days({"since": self.fields["since"]})
        self.fields["heir"] = picker_field(
            "cadre",
            _("Who takes over the contact areas"),
            _("Left empty, they end on the day before."),
            required=False,
        )


FORMS = {
    Kind.MERGE: MergeForm,
    Kind.SPLIT: SplitForm,
    Kind.RENAME: RenameForm,
    Kind.MOVE: MoveForm,
    Kind.TRANSFER: TransferForm,
}
