"""Forms of notices. No writing here."""

from django import forms
from django.utils.translation import gettext_lazy as _

from outreach.models.notices import AnswerKind
from outreach.rules import notices as rules
from portal.pages.forms import (
    ManyFilesField,
    add_refusal,
    choice_field,
    day_field,
    optional_picker,
    ticks_field,
    yes_no_field,
)
from portal.pages.text_forms import CheckedTextForm, optional_text, text_field
from portal.roles import NEVER_LENT, Role


class NoticeForm(CheckedTextForm):
    """Text and addressees of a notice, and its question if it asks for replies."""

    free_text = ("title", "text")

    title = text_field(_("Title of the notice"), 80)
    text = text_field(_("Text of the notice"), 20_000, rows=8)
    organs = optional_picker(
        "organ",
        _("To these organs"),
        _("Each with all below it. Empty, with roles chosen: everywhere in your area."),
        multiple=True,
    )
    roles = ticks_field(
        _("Only to these roles"),
        [(role.value, role.label) for role in Role if role not in NEVER_LENT],
        _("Nothing chosen: everybody of these organs."),
    )
    attachments = ManyFilesField(label=_("Files"), required=False)
    kept_files = ticks_field(_("Files so far; untick what goes"), ())
    asks = choice_field(
        _("Reply slip"),
        AnswerKind.choices,
        _("Only where an answer is really needed: each is counted as a request for data."),
        radio=True,
        initial=AnswerKind.NONE,
    )
    question = optional_text(
        _("The one question"), 200, _("Each organ answers once; any of its users may answer.")
    )
    reply_due_on = day_field(_("Answer until"), required=False)
    field_order = ["title", "text", "numbers"]

    def __init__(self, *args, notice=None, **kwargs):
        super().__init__(*args, **kwargs)
        so_far = notice.attachments.order_by("pk") if notice else ()
        self.files_so_far = {str(one.pk): one for one in so_far}
        field = self.fields["kept_files"]
        field.choices = [(pk, one.name) for pk, one in self.files_so_far.items()]
        field.initial = list(self.files_so_far)
        if not self.files_so_far:
            del self.fields["kept_files"]

    def clean(self):
        cleaned = super().clean()
        if not cleaned.get("organs") and not cleaned.get("roles") and "organs" not in self.errors:
            self.add_error("organs", _("Say to whom: organs, roles, or both."))
        add_refusal(self, "organs", rules.may_address(self.user, cleaned.get("organs") or []))
        if cleaned.get("asks") in {AnswerKind.YES_NO, AnswerKind.TEXT, AnswerKind.BOTH}:
            self._clean_slip(cleaned)
        return cleaned

    def _clean_slip(self, cleaned):
        if not cleaned.get("question"):
            self.add_error("question", _("Write the question that is to be answered."))
        if "reply_due_on" in self.errors:
            return
        due_on = cleaned.get("reply_due_on")
        if not due_on:
            self.add_error("reply_due_on", _("Say until when an answer is needed."))
        elif due_on < self.user.today:
            self.add_error("reply_due_on", _("This day has passed."))

    def content(self):
        given = dict(self.cleaned_data)
        return given | {"kept": [self.files_so_far[pk] for pk in given.pop("kept_files", [])]}


class AnswerNoticeForm(CheckedTextForm):
    """The reply slip, with only the fields that the notice asks for."""

    free_text = ("text",)

    addressee = forms.ModelChoiceField(queryset=None, label=_("For which organ"), empty_label=None)
    yes = yes_no_field(_("Answer yes or no"), _("Yes"), _("No"))
    text = text_field(_("Answer in words"), 1_000, rows=4)

    def __init__(self, *args, notice, **kwargs):
        super().__init__(*args, **kwargs)
        addressees = rules.answerable(self.user, notice).in_official_order()
        field = self.fields["addressee"]
        field.queryset = addressees
        field.label_from_instance = lambda addressee: addressee.organ.name
        field.initial = addressees.first()
        if addressees.count() == 1:
            field.widget = forms.HiddenInput()
        if notice.asks == AnswerKind.TEXT:
            del self.fields["yes"]
        if notice.asks == AnswerKind.YES_NO:
            del self.fields["text"]
        elif notice.asks == AnswerKind.BOTH:
            self.fields["text"].required = False
