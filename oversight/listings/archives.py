"""The register of archive packages."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from oversight.models import ArchivePackage
from oversight.rules import archives as rules
from portal.pages.filters import Address
from portal.pages.listings import Button, Col, Empty, Listing
from portal.pages.side_list import Area
from portal.pages.web import Sort
from portal.sheets.statistics import Subject


def _of(package, asked):
    return Subject.of_record(package.closing).name


def _hash(package, asked):
    return package.digest[:16]


ARCHIVE_LIST = Listing(
    "oversight:archive_packages",
    "archives/",
    _("Archive packages"),
    Address(None, ArchivePackage.objects.visible_to),
    Sort(pgettext_lazy("oversight", "newest first"), "asked_at"),
    area=Area.ADMINISTRATION,
    may_see=rules.may_make_packages,
    intro=_(
        "A closed year in one file for the archives. The hash kept here shows whether a copy "
        "was changed."
    ),
    columns=(
        Col(pgettext_lazy("archives", "Asked for"), "asked_at", number=True),
        Col(_("Year"), "closing.year", link=True, bare=True),
        Col(_("Of"), _of, bare=True),
        Col(_("Kept for"), "get_term_display"),
        Col(pgettext_lazy("archives", "Made by"), "made_by.name"),
        Col(_("Hash"), _hash),
        Col(pgettext_lazy("archives", "State"), "state_label", bare=True),
    ),
    begin=Button(_("Make an archive package"), "oversight:make_package", rules.may_make_packages),
    empty=(
        Empty(
            _("No packages yet"),
            _("A year is closed first, under “Year-end closing”; then its package is made here."),
        ),
    ),
)
