"""Forms on lists of destruction."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from oversight.models import DestructionItem
from oversight.models.retention import RecordKind
from oversight.rules import retention as rules
from portal.pages.forms import add_refusal, choice_field, day_field, picker_field
from portal.pages.text_forms import CheckedTextForm, optional_text, text_field


class DestructionForm(CheckedTextForm):
    free_text = ("title",)
    title = text_field(pgettext_lazy("destruction", "Title"), 60)
    kind = choice_field(pgettext_lazy("destruction", "Records"), RecordKind.choices)
    before = day_field(_("Older than"))


class KeepForm(CheckedTextForm):
    free_text = ("reason",)
    items = forms.ModelMultipleChoiceField(
        DestructionItem.objects.none(),
        label=_("These are kept"),
        widget=forms.CheckboxSelectMultiple,
    )
    reason = text_field(_("Why it is kept"), 120)

    def __init__(self, *args, listed, **kwargs):
        super().__init__(*args, **kwargs)
        items = self.fields["items"]
        items.queryset = listed.items.filter(kept_reason="").order_by("dated_on", "pk")  # pyright: ignore[reportAttributeAccessIssue]  # a ModelChoiceField
        items.label_from_instance = lambda one: f"{one.dated_on} {one.label}"  # pyright: ignore[reportAttributeAccessIssue]  # as said


class ApproveForm(CheckedTextForm):
    document = optional_text(_("Document number"), 60)


class DestroyForm(CheckedTextForm):
    witness = picker_field("user", _("Who watches it"))

    def __init__(self, *args, listed, **kwargs):
        super().__init__(*args, **kwargs)
        self.listed = listed

    def clean(self):
        cleaned = super().clean()
        if witness := cleaned.get("witness"):
            add_refusal(self, "witness", rules.may_watch(witness, self.user, self.listed))
        return cleaned
