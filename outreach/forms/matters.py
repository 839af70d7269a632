"""What people type about matters and their moves, made clean."""

import uuid
from datetime import timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from outreach.models import ContactCard, Matter
from outreach.models.matters import (
    Category,
    Confidentiality,
    Nature,
    RaiserKind,
    Resolution,
    Source,
    Urgency,
)
from outreach.rules import matters as matter_rules
from portal.days import workdays
from portal.models import Organ
from portal.pages.asked import whole_number
from portal.pages.forms import DayInput, ManyFilesField, ReaderForm
from portal.pages.text_forms import CheckedTextForm, checked_phone
from portal.places.pickers import PickerField

STATUTORY_CHANNELS = [
    ("信访工作机构", gettext_lazy("Petition office (信访)")),
    ("纪检监察机关", gettext_lazy("Discipline inspection (12388)")),
    ("政法机关", gettext_lazy("Courts, procuratorate, police, arbitration")),
    ("12345 热线", gettext_lazy("12345 hotline")),
    ("行政复议机关", gettext_lazy("Administrative reconsideration")),
]


class Outcome(forms.ChoiceField):
    """What becomes of a reported matter at the doorstep."""

    SEND_ON, ON_THE_SPOT, REFERRED, CONDUCT = "", "on_the_spot", "referred", "conduct"

    def __init__(self, *, with_conduct=True, **kwargs):
        choices = [
            ("", gettext_lazy("Send it on to be handled")),
            ("on_the_spot", gettext_lazy("Settled on the spot")),
            ("referred", gettext_lazy("Belongs to a statutory channel")),
        ]
        if with_conduct:
            choices.append(("conduct", gettext_lazy("About the conduct of a person (sealed)")))
        super().__init__(
            label=gettext_lazy("What becomes of it"), choices=choices, required=False, **kwargs
        )


class MatterPartForm(CheckedTextForm):
    """One matter inside another form; empty means that there is none."""

    free_text = ("request_text", "result_text")

    title = forms.CharField(
        label=gettext_lazy("Matter, in one sentence"), max_length=60, required=False
    )
    category = forms.ChoiceField(
        label=gettext_lazy("Category"),
        choices=[("", gettext_lazy("choose")), *Category.choices],
        required=False,
    )
    request_text = forms.CharField(
        label=gettext_lazy("Details"),
        max_length=10_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    outcome = Outcome()
    subject_organ = PickerField(
        "organ",
        label=gettext_lazy("Organ of the person concerned"),
        required=False,
        help_text=gettext_lazy(
            "So that nobody of this organ can read the report. Left empty, only recipients "
            "whose task is not limited to one organ read it."
        ),
    )
    result_text = forms.CharField(
        label=gettext_lazy("What was answered or done on the spot"),
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    channel = forms.ChoiceField(
        label=gettext_lazy("Which channel"),
        choices=[("", gettext_lazy("choose")), *STATUTORY_CHANNELS],
        required=False,
        help_text=gettext_lazy("Only the channel and the day are kept, never the content."),
    )
    urgency = forms.ChoiceField(
        label=gettext_lazy("Urgency"), choices=Urgency.choices, initial=Urgency.NORMAL
    )
    nature = forms.ChoiceField(
        label=gettext_lazy("Nature"), choices=Nature.choices, initial=Nature.HELP
    )
    raiser_kind = forms.ChoiceField(
        label=gettext_lazy("Raised by"), choices=RaiserKind.choices, initial=RaiserKind.VILLAGER
    )
    confidentiality = forms.ChoiceField(
        label=gettext_lazy("Name to be shown"),
        choices=Confidentiality.choices,
        initial=Confidentiality.NAMED,
    )
    raiser_name = forms.CharField(label=gettext_lazy("Their name"), max_length=40, required=False)
    raiser_phone = forms.CharField(
        label=gettext_lazy("Their phone"),
        max_length=30,
        required=False,
        help_text=gettext_lazy("To give the answer; encrypted, never shown in a list."),
    )
    side_a = forms.CharField(label=gettext_lazy("One side"), max_length=40, required=False)
    side_a_phone = forms.CharField(
        label=gettext_lazy("Phone of the one side"), max_length=30, required=False
    )
    side_b = forms.CharField(label=gettext_lazy("The other side"), max_length=40, required=False)
    side_b_phone = forms.CharField(
        label=gettext_lazy("Phone of the other side"),
        max_length=30,
        required=False,
        help_text=gettext_lazy("Each side is asked for itself in the end."),
    )

    required_title = False

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # Needed once there is a matter at all: not called optional, not required when empty.
        for name in ("title", "category", "outcome", "result_text", "channel"):
            self.fields[name].expected = True

    def is_empty(self):
        cleaned = getattr(self, "cleaned_data", {})
        return not any(
            cleaned.get(name)
            for name in ("title", "request_text", "raiser_name", "raiser_phone", "outcome")
        )

    def clean(self):
        cleaned = super().clean()
        if self.is_empty() and not self.required_title:
            return cleaned
        outcome = cleaned.get("outcome")
        if outcome == "referred":
            if not cleaned.get("channel"):
                self.add_error("channel", _("Say which channel it was referred to."))
            return cleaned
        if not cleaned.get("title"):
            self.add_error("title", _("Say in one sentence what it is about."))
        if outcome == "conduct":
            if not cleaned.get("request_text"):
                self.add_error("request_text", _("Say what happened."))
            return cleaned
        if not cleaned.get("category"):
            self.add_error("category", _("Choose a category."))
        if outcome == "on_the_spot" and not cleaned.get("result_text"):
            self.add_error("result_text", _("Say what was answered or done."))
        for name in ("raiser_phone", "side_a_phone", "side_b_phone"):
            try:
                checked_phone(cleaned.get(name) or "")
            except ValidationError as problem:
                self.add_error(name, problem)
        if cleaned.get("category") == Category.DISPUTE:
            self._check_sides(cleaned)
        return cleaned

    def _check_sides(self, cleaned):
        names = ("side_a", "side_b")
        if any(cleaned.get(name) or cleaned.get(f"{name}_phone") for name in names):
            for name in names:
                if not cleaned.get(name):
                    self.add_error(name, _("Name both sides or neither; each is asked for itself."))

    def matter(self):
        """The keyword arguments for the register actions, or None for an empty part."""
        if self.is_empty():
            return None
        c = self.cleaned_data
        matter = {
            "outcome": c["outcome"],
            "title": c["title"],
            "category": c["category"] or Category.OTHER,
            "request_text": c["request_text"],
            "result_text": c["result_text"] if c["outcome"] == "on_the_spot" else "",
            "urgency": c["urgency"],
            "nature": c["nature"],
            "raiser_kind": c["raiser_kind"],
            "confidentiality": c["confidentiality"],
            "raiser_name": c["raiser_name"],
            "raiser_phone": c["raiser_phone"],
            "referred_to": c["channel"] if c["outcome"] == "referred" else "",
        }
        if c["category"] == Category.DISPUTE:
            sides = ("side_a", "side_a_phone", "side_b", "side_b_phone")
            matter |= {name: c[name] for name in sides}
        return matter

    @property
    def is_conduct(self):
        return not self.is_empty() and self.cleaned_data.get("outcome") == "conduct"


class MatterParts(forms.BaseFormSet):
    """None or many matters of a visit."""

    def matters(self):
        parts = [form for form in self.forms if not form.is_conduct]
        return [m for m in (form.matter() for form in parts) if m]

    def conduct_reports(self):
        return [
            {
                "client_key": uuid.uuid4(),
                "subject": form.cleaned_data["title"],
                "subject_organ": form.cleaned_data["subject_organ"],
                "text": form.cleaned_data["request_text"],
                "reporter": " ".join(
                    filter(
                        None, [form.cleaned_data["raiser_name"], form.cleaned_data["raiser_phone"]]
                    )
                ),
            }
            for form in self.forms
            if form.is_conduct
        ]


# However many are claimed, no more forms are made than can be meant (`absolute_max`).
MatterPartFormSet = forms.formset_factory(
    MatterPartForm, formset=MatterParts, extra=0, max_num=20, absolute_max=21, validate_max=True
)


class NewMatterForm(MatterPartForm):
    """One matter without a visit: a call, a paper slip, a reception."""

    required_title = True
    outcome = Outcome(with_conduct=False)
    subject_organ = None
    key = forms.UUIDField(widget=forms.HiddenInput)
    # Of a caller's contact card, for whose cadre the matter is registered.
    card = forms.CharField(widget=forms.HiddenInput, required=False, max_length=8)
    source = forms.ChoiceField(
        label=gettext_lazy("Source"),
        choices=[c for c in Source.choices if c[0] not in {Source.VISIT, Source.CARD}],
        initial=Source.CALL,
    )
    unit = PickerField("unit", label=gettext_lazy("Place"))
    group = forms.CharField(label=gettext_lazy("Group"), max_length=40, required=False)

    field_order = ["unit", "group", "title", "category", "request_text", "source"]

    def clean_card(self):
        code = self.cleaned_data["card"]
        cards = ContactCard.objects.in_force(self.user.today).filter(short_code=code)
        found = cards.select_related("area__cadre", "area__unit").first() if code else None
        if code and found is None:
            raise ValidationError(_("The card is revoked, or its area has ended"))
        return found

    def clean_unit(self):
        unit = self.cleaned_data["unit"]
        decision = matter_rules.may_register_matter(self.user, unit)
        if not decision:
            raise ValidationError(decision.refusal)
        return unit


class ContactForm(ReaderForm):
    """A name or phone in place of the one that is kept, or neither any more."""

    name = forms.CharField(label=gettext_lazy("Right name"), max_length=40, required=False)
    phone = forms.CharField(
        label=gettext_lazy("Right phone"),
        max_length=30,
        required=False,
        help_text=gettext_lazy("What you leave empty stays as it is."),
    )
    erase = forms.BooleanField(
        label=gettext_lazy("Erase name and phone; nothing of them is kept"), required=False
    )

    def clean_phone(self):
        return checked_phone(self.cleaned_data["phone"])

    def clean(self):
        cleaned = super().clean()
        typed = bool(cleaned.get("name") or cleaned.get("phone"))
        if cleaned.get("erase") and typed:
            raise ValidationError(_("Either write the right name or phone, or erase both."))
        if not cleaned.get("erase") and not typed and not self.errors:
            raise ValidationError(_("Write the right name or phone, or tick that both are erased."))
        return cleaned


class MoveForm(CheckedTextForm):
    """The shape of every move: a text and perhaps files; subclasses add what theirs needs."""

    free_text = ("text",)
    text = forms.CharField(
        label=gettext_lazy("Note"),
        max_length=5_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args, standing=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.standing = standing

    def facts(self):
        """Keyword arguments for actions.matters.move_matter."""
        return {k: v for k, v in self.cleaned_data.items() if k in self.fields}


class WithFiles(MoveForm):
    attachments = ManyFilesField(label=gettext_lazy("Files"), required=False)


class WithReason(MoveForm):
    text = forms.CharField(
        label=gettext_lazy("Reason"), max_length=1_000, widget=forms.Textarea(attrs={"rows": 3})
    )


class RefuseForm(WithReason):
    """Of a matter registered as referred nothing was stored: who refuses that enters it."""

    free_text = ("text", "request_text")
    title = forms.CharField(
        label=gettext_lazy("Matter, in one sentence"),
        max_length=60,
        help_text=gettext_lazy(
            "Nothing was stored when it was to be referred; ask who registered it."
        ),
    )
    request_text = MatterPartForm.base_fields["request_text"]
    raiser_name = MatterPartForm.base_fields["raiser_name"]
    raiser_phone = MatterPartForm.base_fields["raiser_phone"]
    field_order = ["text", "title", "request_text", "raiser_name", "raiser_phone"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.standing.lacks_content:
            for name in self.field_order[1:]:
                del self.fields[name]

    def clean_raiser_phone(self):
        return checked_phone(self.cleaned_data["raiser_phone"])


class StationForm(MoveForm):
    """Within one organ: which station or office, and who."""

    organ = forms.ModelChoiceField(
        Organ.objects.none(), label=gettext_lazy("Who handles it"), required=False, empty_label=None
    )
    officer = forms.CharField(
        label=gettext_lazy("Officer in charge"), max_length=40, required=False
    )
    field_order = ["organ", "officer", "text"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        top = self.top_organ()
        field = self.fields["organ"]
        current = Organ.objects.under(top).current(self.user.today)
        field.queryset = current.order_by("sort_order", "pk")
        field.initial = top
        field.label_from_instance = lambda organ: organ.label

    def top_organ(self):
        return self.standing.matter.host_organ


class TransferForm(StationForm):
    def top_organ(self):
        return self.standing.lead.organ


class AssignForm(MoveForm):
    lead = PickerField("organ", label=gettext_lazy("Lead organ"))
    supports = PickerField(
        "organ", multiple=True, label=gettext_lazy("Supporting organs"), required=False
    )
    text = forms.CharField(
        label=gettext_lazy("What is asked"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    urgency = forms.ChoiceField(label=gettext_lazy("Urgency"), choices=Urgency.choices)
    lead_official = PickerField(
        "cadre",
        label=gettext_lazy("Lead official"),
        required=False,
        help_text=gettext_lazy("A leader who answers for this matter, where one is named."),
    )
    field_order = ["lead", "supports", "text", "urgency", "lead_official"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.standing:
            self.fields["urgency"].initial = self.standing.matter.urgency
        else:
            # Several matters at once: each keeps its own unless one is chosen for all.
            field = self.fields["urgency"]
            field.choices = [("", gettext_lazy("As each matter has it")), *Urgency.choices]
            field.required = False


class SignForm(MoveForm):
    text = None
    officer = forms.CharField(
        label=gettext_lazy("Officer in charge"), max_length=40, required=False
    )


class MediateForm(MoveForm):
    text = forms.CharField(
        label=gettext_lazy("How it went"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    mediator = forms.CharField(label=gettext_lazy("Mediator"), max_length=40)
    agreed_a = forms.NullBooleanField(label=gettext_lazy("One side agrees"), required=False)
    agreed_b = forms.NullBooleanField(label=gettext_lazy("The other side agrees"), required=False)
    field_order = ["mediator", "text", "agreed_a", "agreed_b"]


class ReportForm(WithFiles):
    resolution = forms.ChoiceField(label=gettext_lazy("Result"), choices=Resolution.choices)
    text = forms.CharField(
        label=gettext_lazy("What was done, and on what basis"),
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    method = forms.ChoiceField(
        label=gettext_lazy("How the person was told"),
        choices=[
            ("person", gettext_lazy("In person")),
            ("phone", gettext_lazy("By phone")),
            ("writing", gettext_lazy("In writing")),
            ("none", gettext_lazy("Not yet")),
        ],
    )
    field_order = ["resolution", "text", "method", "attachments"]


class AnswerForForm(ReportForm):
    organ_person = forms.CharField(label=gettext_lazy("Who answered there"), max_length=40)
    field_order = ["organ_person", "resolution", "text", "method", "attachments"]


class ExtensionForm(WithReason):
    new_due_on = forms.DateField(label=gettext_lazy("New deadline"), widget=DayInput())
    field_order = ["new_due_on", "text"]


class ReferForm(MoveForm):
    text = None
    channel = forms.ChoiceField(
        label=gettext_lazy("Which channel"),
        choices=STATUTORY_CHANNELS,
        help_text=gettext_lazy(
            "Once confirmed, the content is erased here; only the channel and the day stay."
        ),
    )


class MergeForm(WithReason):
    target = forms.CharField(
        label=gettext_lazy("Number of the other matter"), max_length=20, help_text="MQ2026-0312"
    )
    field_order = ["target", "text"]

    def clean_target(self):
        found = find_by_number(self.user, self.cleaned_data["target"])
        if found is None:
            raise ValidationError(_("No open matter of yours has this number."))
        return found


class OrderForm(MoveForm):
    text = forms.CharField(
        label=gettext_lazy("Instruction"),
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    due_on = forms.DateField(label=gettext_lazy("Answer due"), widget=DayInput())

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # In five days, and on a day on which somebody is there to answer.
        fourth = self.user.today + timedelta(days=4)
        self.fields["due_on"].initial = workdays.add_working_days(fourth, 1)


class AnswerForm(MoveForm):
    text = forms.CharField(
        label=gettext_lazy("Answer"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 4})
    )


def find_by_number(user, text):
    """The visible matter that MQ2026-0312 names, or None."""
    head, _dash, tail = text.strip().upper().removeprefix("MQ").partition("-")
    year, number = whole_number(head), whole_number(tail)
    if year is None or number is None:
        return None
    return (
        Matter.objects.visible_to(user)
        .filter(number_year=year, number=number)
        .order_by("-pk")
        .first()
    )
