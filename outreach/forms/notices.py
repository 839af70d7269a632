"""What people type about notices, made clean. No writing here."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from outreach.models.notices import AnswerKind
from outreach.rules import notices as rules
from portal.pages.forms import DayInput, ManyFilesField
from portal.pages.text_forms import CheckedTextForm
from portal.places.pickers import PickerField
from portal.roles import NEVER_LENT, Role


class NoticeForm(CheckedTextForm):
    """A notice: title and text, to whom, and an answer only where one is needed."""

    free_text = ("text",)

    title = forms.CharField(label=gettext_lazy("Title of the notice"), max_length=80)
    text = forms.CharField(
        label=gettext_lazy("Text of the notice"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    organs = PickerField(
        "organ",
        multiple=True,
        label=gettext_lazy("To these organs"),
        required=False,
        help_text=gettext_lazy(
            "Each with all below it. Empty, with roles chosen: everywhere in your area."
        ),
    )
    roles = forms.MultipleChoiceField(
        label=gettext_lazy("Only to who is"),
        choices=[(role.value, role.label) for role in Role if role not in NEVER_LENT],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=gettext_lazy("Nothing chosen: everybody of these organs."),
    )
    attachments = ManyFilesField(label=gettext_lazy("Files"), required=False)
    kept_files = forms.MultipleChoiceField(
        label=gettext_lazy("Files so far; untick what goes"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    asks = forms.ChoiceField(
        label=gettext_lazy("Reply slip"),
        choices=AnswerKind.choices,
        initial=AnswerKind.NONE,
        widget=forms.RadioSelect,
        help_text=gettext_lazy(
            "Only where an answer is really needed: each is counted as a request for data."
        ),
    )
    question = forms.CharField(
        label=gettext_lazy("The one question"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Each organ answers once, by anybody of it."),
    )
    reply_due_on = forms.DateField(
        label=gettext_lazy("Answer until"), widget=DayInput(), required=False
    )
    field_order = [
        "title",
        "text",
        "numbers",
        "organs",
        "roles",
        "attachments",
        "kept_files",
        "asks",
        "question",
        "reply_due_on",
    ]

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
        decision = rules.may_address(self.user, cleaned.get("organs") or [])
        if not decision:
            self.add_error("organs", decision.refusal)
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
    """The reply slip; it asks for nothing but what the notice asks."""

    free_text = ("text",)

    addressee = forms.ModelChoiceField(
        queryset=None, label=gettext_lazy("For which organ"), empty_label=None
    )
    yes = forms.TypedChoiceField(
        label=gettext_lazy("Answer yes or no"),
        choices=[("1", gettext_lazy("Yes")), ("0", gettext_lazy("No"))],
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label=gettext_lazy("Answer in words"),
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    field_order = ["addressee", "yes", "text", "numbers"]

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
