"""Fields that staff forms share; the usual fields are in portal/pages/forms.py."""

from django import forms

from portal.kinds import KINDS
from portal.models.places import UnitKind
from portal.pages.forms import ScannedFileField
from portal.text import Text
from portal.tools import languages

_OF_WORDING = {row.wording: kind for kind, row in KINDS.items()}
_OF_WORDING["group"] = UnitKind.STATE_ENTERPRISE


def first_kind():
    """Return the initial kind, before a unit is chosen: that of the page's wording."""
    return UnitKind(_OF_WORDING[languages.wording()])


def text(label, most, hint: Text = "", **more):
    """One line of at most so many characters."""
    return forms.CharField(label=label, max_length=most, help_text=hint, **more)


def upload(label, accept, hint):
    widget = forms.ClearableFileInput(attrs={"accept": accept})
    return ScannedFileField(label=label, widget=widget, help_text=hint)


def as_entered(form):
    """(user, record) → initial values of a form whose fields are named like the record's."""
    return lambda user, record: {name: getattr(record, name) for name in form.base_fields}
