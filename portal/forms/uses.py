"""What an office uses."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.pages.forms import ticks_field
from portal.uses import USES


class UsesForm(forms.Form):
    codes = ticks_field(_("What is used"), [(code, use.title) for code, use in USES.items()])
    basis = forms.CharField(
        label=_("Basis"),
        max_length=200,
        required=False,
        help_text=_("The document that sets it, if any."),
    )
