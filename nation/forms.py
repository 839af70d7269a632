"""Forms of the nation's pages."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.forms.fields import upload


class TakeInForm(forms.Form):
    totals = upload(
        _("Signed file"), ".gz,.totals", _("As the province wrote it with write_totals.")
    )
