"""The address of the list of findings."""

from django.utils.translation import gettext_lazy as _

from portal.web import Sort

NEWEST = Sort(_("newest first"), "happened_on")
