"""Forms of matters and their moves."""

import uuid
from datetime import timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from outreach import deadlines
from outreach.actions import referrals
from outreach.actions.matters import deadline_of
from outreach.forms.by_kind import (
    category_field,
    channel_field,
    may_be_of,
    may_be_referred_to,
    raiser_field,
)
from outreach.models import ContactCard, Matter, MatterRequest
from outreach.models.matters import (
    OLD_SOURCES,
    Category,
    Confidentiality,
    Nature,
    Resolution,
    Source,
    Urgency,
)
from outreach.rules import matters as matter_rules
from portal import parameters
from portal.days import workdays
from portal.days.words import short_day
from portal.kinds import KINDS
from portal.models import Organ
from portal.pages.forms import (
    ManyFilesField,
    ReaderForm,
    add_refusal,
    check,
    choice_field,
    day_field,
    optional_picker,
    picker_field,
    tick_field,
)
from portal.pages.text_forms import (
    CheckedTextForm,
    ReasonForm,
    checked_phone,
    optional_text,
    text_field,
)
from portal.tools.asked import whole_number
from portal.tools.choices import pairs

STATUTORY_CHANNELS = [
    ("信访工作机构", _("Petition office (信访)")),
    ("纪检监察机关", _("Discipline inspection (12388)")),
    ("政法机关", _("Courts, procuratorate, police, arbitration")),
    ("12345 热线", _("12345 hotline")),
    ("行政复议机关", _("Administrative reconsideration")),
]

NUMBER_HINT = _("Where the channel gave one, such as the number of a hotline ticket.")

KEPT_AS_TYPED = (
    *("outcome", "title", "request_text", "urgency", "nature"),
    *("raiser_kind", "confidentiality", "raiser_name", "raiser_phone"),
)
SIDES = ("side_a", "side_a_phone", "side_b", "side_b_phone")
OUTCOMES = [
    ("", _("Send it on to be handled")),
    ("on_the_spot", _("Settled on the spot")),
    ("referred", _("Belongs to a statutory channel")),
]
CONDUCT = ("conduct", _("About the conduct of a person (sealed)"))


def without_conduct(content):
    """Return the {name: [values]} of a form without matters about a person's conduct: no draft may
    hold them, nor reveal that there was one."""
    single = MatterPartForm.base_fields
    about = {
        name.removesuffix("outcome")
        for name, values in content.items()
        if name.endswith("outcome") and CONDUCT[0] in values
    }
    return {
        name: values
        for name, values in content.items()
        # A single matter has no prefix: drop all its fields.
        if not any(
            name.startswith(prefix)
            if prefix
            else name in single or name.removesuffix("_text") in single
            for prefix in about
        )
    }


class MatterPartForm(CheckedTextForm):
    """One matter inside another form; an empty part counts as none."""

    free_text = ("title", "request_text", "result_text")

    title = optional_text(_("Matter, in one sentence"), 60)
    category = category_field(_("Category"), empty=_("choose"))
    request_text = optional_text(_("Details"), 10_000, rows=3)
    outcome = choice_field(_("What becomes of it"), [*OUTCOMES, CONDUCT], required=False)
    subject_organ = optional_picker(
        "organ",
        _("Organ of the person concerned"),
        _(
            "So that nobody of this organ can read the report. Left empty, only recipients "
            "whose task is not limited to one organ read it. What is said of somebody's conduct is "
            "kept in no draft: save before you leave this page."
        ),
    )
    result_text = optional_text(_("What was answered or done on the spot"), 2_000, rows=2)
    channel = channel_field(
        _("Which channel"),
        STATUTORY_CHANNELS,
        _("Only channel, number and day are kept, not the content."),
        empty=_("choose"),
    )
    channel_number = optional_text(_("Its number there"), 30, NUMBER_HINT)
    urgency = choice_field(_("Urgency"), Urgency.choices, initial=Urgency.NORMAL)
    nature = choice_field(_("Nature"), Nature.choices, initial=Nature.HELP)
    raiser_kind = raiser_field(_("Raised by"))
    confidentiality = choice_field(
        _("Name to be shown"), Confidentiality.choices, initial=Confidentiality.NAMED
    )
    raiser_name = optional_text(_("Their name"), 40)
    raiser_phone = optional_text(
        _("Their phone"), 30, _("To give the answer; encrypted, never shown in a list.")
    )
    side_a = optional_text(_("One side"), 40)
    side_a_phone = optional_text(_("Phone of the one side"), 30)
    side_b = optional_text(_("The other side"), 40)
    side_b_phone = optional_text(
        _("Phone of the other side"), 30, _("Each side is called back separately.")
    )

    required_title = False

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # Required only if there is a matter, so marked neither as required nor as optional.
        for name in ("title", "category", "outcome", "result_text", "channel"):
            self.fields[name].expected = True

    def named_in(self, cleaned):
        """Skip the check for names in conduct reports, which are sealed as written, and in
        referrals, which are not stored."""
        is_kept = cleaned.get("outcome") not in ("conduct", "referred")
        return super().named_in(cleaned) if is_kept else {}

    def is_empty(self):
        cleaned = getattr(self, "cleaned_data", {})
        names = ("title", "request_text", "raiser_name", "raiser_phone", "outcome")
        return not any(cleaned.get(name) for name in names)

    def clean_channel_number(self):
        if self.cleaned_data.get("outcome") != "referred":
            return ""
        return referrals.checked_number(self.cleaned_data["channel_number"])

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
                    self.add_error(
                        name, _("Name both sides or neither; each is called back separately.")
                    )

    def check_kind(self, unit):
        """Refuse a category or channel that this kind of unit does not have, once the unit is
        known."""
        cleaned = self.cleaned_data
        if cleaned.get("outcome") == "referred":
            if cleaned.get("channel"):
                add_refusal(self, "channel", may_be_referred_to(unit, cleaned["channel"]))
        elif cleaned.get("outcome") != "conduct" and cleaned.get("category"):
            add_refusal(self, "category", may_be_of(unit, cleaned["category"]))

    def matter(self):
        """The keyword arguments for the register actions, or None for an empty part."""
        if self.is_empty():
            return None
        c = self.cleaned_data
        names = KEPT_AS_TYPED + SIDES if c["category"] == Category.DISPUTE else KEPT_AS_TYPED
        return {name: c[name] for name in names} | {
            "category": c["category"] or Category.OTHER,
            "result_text": c["result_text"] if c["outcome"] == "on_the_spot" else "",
            "referred_to": c["channel"] if c["outcome"] == "referred" else "",
            "referred_number": c["channel_number"],
        }

    @property
    def is_conduct(self):
        return not self.is_empty() and self.cleaned_data.get("outcome") == "conduct"

    def conduct_report(self):
        """The keyword arguments for register_report."""
        c = self.cleaned_data
        return {
            "client_key": uuid.uuid4(),
            "subject": c["title"],
            "subject_organ": c["subject_organ"],
            "text": c["request_text"],
            "reporter": " ".join(filter(None, [c["raiser_name"], c["raiser_phone"]])),
        }


class MatterParts(forms.BaseFormSet):
    """The matters of a visit, any number of them."""

    def matters(self):
        parts = [form for form in self.forms if not form.is_conduct]
        return [m for m in (form.matter() for form in parts) if m]

    def fit(self, unit):
        """Whether all matters are valid for this kind of unit."""
        for form in self.forms:
            if unit and hasattr(form, "cleaned_data"):
                form.check_kind(unit)
        return self.is_valid()

    def conduct_reports(self):
        return [form.conduct_report() for form in self.forms if form.is_conduct]


# `absolute_max` limits the forms that are built, whatever TOTAL_FORMS claims.
MatterPartFormSet = forms.formset_factory(
    MatterPartForm, formset=MatterParts, extra=0, max_num=20, absolute_max=21, validate_max=True
)


class NewMatterForm(MatterPartForm):
    """One matter without a visit: a call, a paper slip, a reception."""

    required_title = True
    outcome = choice_field(_("What becomes of it"), OUTCOMES, required=False)
    subject_organ = None
    key = forms.UUIDField(widget=forms.HiddenInput)
    # Number of the caller's contact card; the matter is registered for its cadre.
    card = forms.CharField(widget=forms.HiddenInput, required=False, max_length=8)
    source = choice_field(
        _("Source"),
        pairs(one for one in OLD_SOURCES if one not in {Source.VISIT, Source.CARD}),
        initial=Source.CALL,
    )
    unit = picker_field("unit", _("Place"))
    group = optional_text(_("Group"), 40)

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
        check(matter_rules.may_register_matter(self.user, unit))
        return unit

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("unit"):
            self.check_kind(cleaned["unit"])
        return cleaned

    def registration(self):
        """Keyword arguments for actions.matters.register_matter, except `by`, `at` and `on`."""
        given, card = self.cleaned_data, self.cleaned_data["card"]
        return {
            **{name: given[name] for name in ("unit", "group", "source")},
            "cadre": card.area.cadre if card else getattr(self.user, "cadre", None),
            "client_key": given["key"],
            **self.matter(),
        }


class ContactForm(ReaderForm):
    """The corrected name or phone, or a request to erase both."""

    name = optional_text(_("Right name"), 40)
    phone = optional_text(_("Right phone"), 30, _("What you leave empty stays as it is."))
    erase = tick_field(_("Erase name and phone; nothing of them is kept"))

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
    """The base of every move's form: a note; subclasses add further fields."""

    free_text = ("text",)
    text = optional_text(_("Note"), 5_000, rows=3)

    def __init__(self, *args, standing=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.standing = standing

    def facts(self):
        """Keyword arguments for actions.matters.move_matter."""
        return {k: v for k, v in self.cleaned_data.items() if k in self.fields}


def _what_erasing_is(today):
    hours = parameters.number("takeback.hours", on=today)
    if not hours:
        return _("With the confirmation content and contacts are erased at once and for good.")
    said = _(
        "With the confirmation nobody reads content and contacts any more. They lie sealed for "
        "%(hours)s hours, in which it can be taken back, and are erased in the night after."
    )
    return said % {"hours": hours}


class ConfirmForm(MoveForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        asked = self.standing and self.standing.open_request
        if asked and asked.kind == MatterRequest.Kind.REFERRED:
            self.fields["text"].help_text = _what_erasing_is(self.user.today)


class WithFiles(MoveForm):
    attachments = ManyFilesField(label=_("Files"), required=False)


class WithReason(MoveForm):
    text = text_field(_("Reason"), 1_000, rows=3)


class InternalForm(MoveForm):
    text = text_field(
        _("Note"),
        1_000,
        _("Read by host and desk alone: not by the organs, the registrar or the people."),
        rows=3,
    )


class TakeBackForm(ReasonForm):
    # The key of the step that the page showed.
    seen = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)


class RefuseForm(WithReason):
    """A matter registered as referred has no stored content; the refuser enters it."""

    free_text = ("text", "title", "request_text")
    title = text_field(
        _("Matter, in one sentence"),
        60,
        _("Nothing was stored when it was to be referred; ask who registered it."),
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
    """The station or office of one organ, and the officer."""

    organ = forms.ModelChoiceField(
        Organ.objects.none(), label=_("Who handles it"), required=False, empty_label=None
    )
    officer = optional_text(_("Officer in charge"), 40)
    field_order = ["organ", "officer"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.standing is None:
            # In a bulk move each matter is handled by its own host.
            del self.fields["organ"]
            return
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
    lead = picker_field("organ", _("Lead organ"))
    supports = optional_picker("organ", _("Supporting organs"), multiple=True)
    text = optional_text(_("What is asked"), 500, rows=3)
    urgency = choice_field(_("Urgency"), Urgency.choices)
    lead_official = optional_picker(
        "cadre", _("Lead official"), _("A leader who answers for this matter, where one is named.")
    )
    field_order = ["lead", "supports"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.standing:
            field = self.fields["urgency"]
            field.initial = self.standing.matter.urgency
            field.choices = [(code, self._until(code, label)) for code, label in Urgency.choices]
        else:
            # In a bulk move an empty choice keeps the urgency of each matter.
            field = self.fields["urgency"]
            field.choices = [("", _("As each matter has it")), *Urgency.choices]
            field.required = False

    def _until(self, urgency, label):
        """Return the label of an urgency with the deadline that it sets."""
        matter, day = self.standing.matter, self.user.today
        if urgency == matter.urgency and matter.has_deadline:
            return f"{label} · {short_day(matter.due_on, on=day)}"
        if urgency == Urgency.URGENT:
            hours = parameters.number("matter.urgent_hours", on=day)
            return _("%(urgency)s · within %(hours)s hours") % {"urgency": label, "hours": hours}
        due, _moment = deadline_of(urgency, day, None, matter.unit)
        return f"{label} · {short_day(due, on=day)}"


class SignForm(MoveForm):
    text = None
    officer = optional_text(_("Officer in charge"), 40)


class MediateForm(MoveForm):
    text = text_field(_("How it went"), 2_000, rows=3)
    mediator = text_field(_("Mediator"), 40)
    agreed_a = forms.NullBooleanField(label=_("One side agrees"), required=False)
    agreed_b = forms.NullBooleanField(label=_("The other side agrees"), required=False)
    field_order = ["mediator"]


class ReportForm(WithFiles):
    resolution = choice_field(_("Result"), Resolution.choices)
    text = text_field(_("What was done, and on what basis"), 5_000, rows=4)
    method = choice_field(
        _("How the person was told"),
        [
            ("person", _("In person")),
            ("phone", _("By phone")),
            ("writing", _("In writing")),
            ("none", _("Not yet")),
        ],
    )
    field_order = ["resolution", "text", "method"]


class AnswerForForm(ReportForm):
    organ_person = text_field(_("Who answered there"), 40)
    field_order = ["organ_person", "resolution", "text", "method"]


class ExtensionForm(WithReason):
    new_due_on = day_field(_("New deadline"))
    field_order = ["new_due_on"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        latest = deadlines.latest_extension(self.standing.matter)
        said = _("At the latest %(day)s: no longer than the present deadline, %(n)s days.")
        last, n = short_day(latest, on=self.user.today), deadlines.length_of(self.standing.matter)
        self.fields["new_due_on"].help_text = said % {"day": last, "n": n}


class ReferForm(MoveForm):
    text = None
    channel = choice_field(
        _("Which channel"),
        STATUTORY_CHANNELS,
        _("Once confirmed, the content is erased here; only channel, number and day stay."),
    )
    channel_number = optional_text(_("Its number there"), 30, NUMBER_HINT)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        more = KINDS[self.standing.matter.unit.kind].channels
        self.fields["channel"].choices = [*STATUTORY_CHANNELS, *more]  # pyright: ignore[reportAttributeAccessIssue]  # a ChoiceField

    def clean_channel_number(self):
        return referrals.checked_number(self.cleaned_data["channel_number"])


class MergeForm(WithReason):
    target = text_field(_("Number of the other matter"), 20, "MQ2026-0312")
    field_order = ["target"]

    def clean_target(self):
        area = self.standing.matter.number_area
        found = find_by_number(self.user, self.cleaned_data["target"], area=area)
        if found is None:
            raise ValidationError(_("No open matter of yours has this number."))
        return found


class OrderForm(MoveForm):
    text = text_field(_("Instruction"), 1_000, rows=3)
    due_on = day_field(_("Answer due"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # In five days, or on the next working day.
        fourth = self.user.today + timedelta(days=4)
        self.fields["due_on"].initial = workdays.add_working_days(fourth, 1)


class AnswerForm(MoveForm):
    text = text_field(_("Answer"), 2_000, rows=4)


def with_number(user, text):
    """Return the visible matters with a number like MQ2026-0312. There may be several: each county
    has its own numbers."""
    head, _dash, tail = text.strip().upper().removeprefix("MQ").partition("-")
    year, number = whole_number(head), whole_number(tail)
    if year is None or number is None:
        return Matter.objects.none()
    found = Matter.objects.visible_to(user).filter(number_year=year, number=number)
    return found.order_by("-pk")


def find_by_number(user, text, *, area=""):
    """Return the visible matter with a number, or None; limited to `area` (`Matter.number_area`) if
    given."""
    found = with_number(user, text)
    return (found.filter(number_area=area) if area else found).first()
