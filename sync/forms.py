"""Forms on phones and entries."""

from django.utils.translation import gettext_lazy as _

from portal.forms.fields import upload
from portal.pages.forms import ReaderForm
from portal.pages.text_forms import text_field


class EnrolForm(ReaderForm):
    """Name by which the owner recognises the phone."""

    name = text_field(_("name of the phone"), 40)


class BackupForm(ReaderForm):
    file = upload(_("Backup file"), ".portal-backup", _("At most 100 MB."))
