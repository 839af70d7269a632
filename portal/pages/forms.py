"""Shared base forms and fields: forms that know their user, fields for several files."""

import uuid
from contextlib import contextmanager

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, ngettext_lazy

from portal.models import User
from portal.models.text import plain
from portal.places.pickers import PickerField
from portal.records import files
from portal.text import Text
from portal.tools.asked import bound_days
from portal.trust import scanning

# Common messages of Django's fields, translated in our catalogue in the words of an office.
OF_DJANGO = (
    gettext_noop("This field is required."),
    gettext_noop("Enter a valid date."),
    gettext_noop("Enter a whole number."),
    gettext_noop("Null characters are not allowed."),
    gettext_noop("Select a valid choice. %(value)s is not one of the available choices."),
    gettext_noop("Ensure this value is less than or equal to %(limit_value)s."),
    gettext_noop("Ensure this value is greater than or equal to %(limit_value)s."),
    ngettext_lazy(
        "Ensure this value has at most %(limit_value)d character (it has %(show_value)d).",
        "Ensure this value has at most %(limit_value)d characters (it has %(show_value)d).",
        "limit_value",
    ),
    ngettext_lazy(
        "Ensure that there are no more than %(max)s decimal place.",
        "Ensure that there are no more than %(max)s decimal places.",
        "max",
    ),
)


def count_instead_of_cutting(widget):
    """Move `maxlength` to our script, which counts: a browser cuts pasted text silently, while the
    form says what is too long."""
    if most := widget.attrs.pop("maxlength", None):
        widget.attrs["data-most"] = most


class ReaderForm(forms.Form):
    """A form that knows its user and limits its choices to what that person may pick."""

    user: User
    # Collapsed sections that most people leave empty: (title, names of fields).
    FOLDED: tuple[tuple[Text, tuple[str, ...]], ...] = ()

    def __init__(self, *args, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user  # pyright: ignore[reportAttributeAccessIssue]  # given to what asks it
        self.label_suffix = ""
        for field in self.fields.values():
            if isinstance(field, PickerField):
                field.user = user
            count_instead_of_cutting(field.widget)
        bound_days(self.fields)

    def parts(self):
        """Yield (title, fields, is_open) in order, for fields/form.html. A field outside a section
        has no title. A section with a value or an error is open."""
        folded = {name: (title, names) for title, names in self.FOLDED for name in names}
        done = set()
        for field in self:
            title, names = folded.get(field.name, ("", (field.name,)))
            if field.name in done:
                continue
            fields = [self[name] for name in names if name in self.fields]
            done.update(names)
            is_open = any(one.errors or one.value() not in (None, "", []) for one in fields)
            yield title, fields, is_open

    def get_initial_for_field(self, field, field_name):
        """Show stored text for editing as it was written."""
        value = super().get_initial_for_field(field, field_name)
        return plain(value) if isinstance(value, str) else value

    def clean(self) -> dict:
        cleaned = super().clean()
        return self.cleaned_data if cleaned is None else cleaned


class OnceForm(forms.Form):
    """A form with a unique key: sent again after a lost answer, it is saved once."""

    client_key = forms.UUIDField(
        label=gettext_lazy("Key of the form"),
        widget=forms.HiddenInput,
        required=False,
        initial=uuid.uuid4,
    )


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self, **kwargs):
        super().__init__(format="%Y-%m-%d", **kwargs)


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class ScannedFileField(forms.FileField):
    """An upload checked by the malware scanner."""

    def to_python(self, data):
        upload = super().to_python(data)
        if upload:
            scanning.check(upload)
        return upload


class ManyFilesField(forms.FileField):
    """Several uploads, checked by content; cleans to [(bytes, name, content type)]."""

    def __init__(self, *, photos_only=False, at_most=5, **kwargs):
        accept = "image/*" if photos_only else "image/*,.pdf,.docx,.xlsx"
        kwargs.setdefault("widget", ManyFilesInput(attrs={"accept": accept}))
        super().__init__(**kwargs)
        self.photos_only, self.at_most = photos_only, at_most
        # Why photos were left out, set by the check: one bad photo does not discard the others.
        self.left_out: list[str] = []

    def clean(self, value, initial=None):
        uploads = [upload for upload in value or [] if upload]
        if self.required and not uploads:
            raise ValidationError(self.error_messages["required"], code="required")
        if len(uploads) > self.at_most:
            raise ValidationError(_("At most %(n)s files.") % {"n": self.at_most})
        if not self.photos_only:
            return [self._checked(upload) for upload in uploads]
        kept, problems = [], []
        for upload in uploads:
            try:
                kept.append(self._checked(upload))
            except ValidationError as problem:
                problems.append(problem)
        if problems and not kept:
            raise ValidationError(problems)
        self.left_out = [words for problem in problems for words in problem.messages]
        return kept

    def _checked(self, upload):
        if self.photos_only:
            return files.check_photo(upload), upload.name, "image/jpeg"
        content, content_type = files.check_document(upload)
        return content, upload.name, content_type


def tell_left_out(request, form):
    """Say which files of a form were not taken."""
    for field in form.fields.values() if form else ():
        for words in getattr(field, "left_out", ()):
            messages.warning(request, words)


@contextmanager
def kept_files(checked, by):
    """Store the files of a ManyFilesField for the enclosed act; delete them if the act is
    refused."""
    kept = []
    try:
        with transaction.atomic():
            for content, name, content_type in checked:
                kept.append(files.keep(content, name=name, content_type=content_type, by=by))
            yield kept
    except BaseException:
        for attachment in kept:
            attachment.file.storage.delete(attachment.file.name)
        raise


class AboutForm(ReaderForm):
    """A form that keeps the record it is about, passed by the keyword that `about` names."""

    about = ""

    def __init__(self, *args, **kwargs):
        setattr(self, self.about, kwargs.pop(self.about))
        super().__init__(*args, **kwargs)


# --- Short constructors of fields -----------------------------------------------------------------


def picker_field(kind, label, help_text: Text = "", **options):
    """A record chosen by typing; several with `multiple`."""
    return PickerField(kind, label=label, help_text=help_text, **options)


def optional_picker(kind, label, help_text: Text = "", **options):
    """A picker that may stay empty."""
    return picker_field(kind, label, help_text, required=False, **options)


def day_field(label, help_text: Text = "", **options):
    return forms.DateField(label=label, help_text=help_text, widget=DayInput(), **options)


def number_field(label, least, most, help_text: Text = "", **options):
    return forms.IntegerField(
        label=label, min_value=least, max_value=most, help_text=help_text, **options
    )


def digits_input():
    """Return a text input for numbers copied from paper. A browser clears a number input that holds
    anything else, so the user could not see what was rejected."""
    return forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})


def choice_field(label, choices, help_text: Text = "", *, empty: Text = "", radio=False, **options):
    """One of the choices. `empty` is the label of an empty choice and makes the field optional."""
    if empty:
        choices, options["required"] = [("", empty), *choices], False
    if radio:
        options["widget"] = forms.RadioSelect
    return forms.ChoiceField(label=label, choices=choices, help_text=help_text, **options)


def ticks_field(label, choices, help_text: Text = "", *, missing: Text = ""):
    """Any of the choices, or none; at least one with `missing`, the error if none is chosen."""
    return forms.MultipleChoiceField(
        label=label,
        choices=choices,
        help_text=help_text,
        required=bool(missing),
        error_messages={"required": missing} if missing else None,
        widget=forms.CheckboxSelectMultiple,
    )


def tick_field(label, help_text: Text = ""):
    """Yes when ticked, otherwise no."""
    return forms.BooleanField(label=label, help_text=help_text, required=False)


def yes_no_field(label, yes, no, missing: Text = "", **options):
    """True or False by two radio buttons; `missing` is the error when neither is chosen."""
    if missing:
        options["error_messages"] = {"required": missing}
    return forms.TypedChoiceField(
        label=label,
        choices=[("1", yes), ("0", no)],
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
        **options,
    )


# --- Checks that many forms share -----------------------------------------------------------------


def check(decision):
    """Raise a refusal as the error of a field."""
    if not decision:
        raise ValidationError(decision.refusal)


def add_refusal(form, name, decision):
    """Add a refusal as an error of a field."""
    if not decision:
        form.add_error(name, decision.refusal)


def check_period(form, first="starts_on", last="ends_on"):
    """Add an error if the last day lies before the first."""
    starts, ends = form.cleaned_data.get(first), form.cleaned_data.get(last)
    if starts and ends and ends < starts:
        form.add_error(last, _("The end lies before the beginning."))


def not_future(form, name):
    """Return the day of a field; raise ValidationError if it lies in the future."""
    day = form.cleaned_data[name]
    if day > form.user.today:
        raise ValidationError(_("This day lies in the future."))
    return day


def not_past(form, name):
    """Return the day of a field; raise ValidationError if it has passed."""
    day = form.cleaned_data[name]
    if day < form.user.today:
        raise ValidationError(_("This day has passed."))
    return day
