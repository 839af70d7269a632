"""Forms for hotline tickets."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from outreach.forms.matters import MatterPartForm, find_by_number
from outreach.models.matters import Category
from portal.kinds import KINDS
from portal.pages.forms import ReaderForm, choice_field
from portal.pages.text_forms import CheckedTextForm, checked_phone, optional_text, text_field
from portal.tools.choices import pairs


class LinkForm(ReaderForm):
    number = text_field(
        pgettext_lazy("hotline", "Number of the matter"),
        20,
        _("A matter of the same unit, such as MQ2026-0312."),
    )

    def __init__(self, *args, ticket, **kwargs):
        super().__init__(*args, **kwargs)
        self.ticket = ticket

    def clean_number(self):
        area = self.ticket.numbered_in
        matter = find_by_number(self.user, self.cleaned_data["number"], area=area)
        if matter is None or matter.unit_id != self.ticket.unit_id:
            raise ValidationError(_("No open matter of this unit has this number."))
        return matter

    def content(self):
        return {"matter": self.cleaned_data["number"]}


class TakeOverForm(CheckedTextForm):
    """The caller is typed here, as the hotline names them to the person who takes the ticket
    over."""

    free_text = ("title", "request_text")
    title = text_field(_("Matter, in one sentence"), 60)
    category = choice_field(pgettext_lazy("hotline", "Category"), Category.choices)
    request_text = MatterPartForm.base_fields["request_text"]
    urgency = MatterPartForm.base_fields["urgency"]
    nature = MatterPartForm.base_fields["nature"]
    raiser_kind = MatterPartForm.base_fields["raiser_kind"]
    confidentiality = MatterPartForm.base_fields["confidentiality"]
    raiser_name = MatterPartForm.base_fields["raiser_name"]
    raiser_phone = MatterPartForm.base_fields["raiser_phone"]

    def __init__(self, *args, ticket, **kwargs):
        super().__init__(*args, **kwargs)
        kind = KINDS[ticket.unit.kind]
        offered = pairs(Category(code) for code in kind.categories)
        self.fields["category"].choices = [("", _("choose")), *offered]  # pyright: ignore[reportAttributeAccessIssue]  # a ChoiceField
        self.fields["raiser_kind"].initial = kind.raiser

    def clean_raiser_phone(self):
        return checked_phone(self.cleaned_data["raiser_phone"])


class CodeForm(ReaderForm):
    code = forms.RegexField(
        r"^\d{6}$",
        label=pgettext_lazy("hotline", "Code"),
        help_text=_("Six digits of the classification; empty where there is none."),
        required=False,
        max_length=6,
        error_messages={"invalid": _("A code has six digits.")},
    )
    name_said = optional_text(_("Name at the hotline"), 60)
    basis = optional_text(
        pgettext_lazy("hotline", "Basis"), 200, _("The document and article that sets it.")
    )

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("code") and not cleaned.get("basis"):
            self.add_error("basis", _("Say where the code stands."))
        return cleaned
