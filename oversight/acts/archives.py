"""Acts on archive packages."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from oversight.actions import archives as actions
from oversight.forms.archives import PackageForm
from oversight.models import ArchivePackage
from oversight.rules import archives as rules
from portal.pages.acts import Act, Acts, crumbs_under
from portal.records.seen import seen


@seen
def visible_package(user):
    return ArchivePackage.objects.visible_to(user).for_list()


crumbs = crumbs_under(
    _("Archive packages"), "oversight:archive_packages", lambda one: str(one.closing.year)
)

ARCHIVES = Acts(
    "oversight",
    "package",
    "archives/<int:pk>/",
    visible_package,
    crumbs,
    acts=(),
    listing="oversight:archive_packages",
    starts=(
        Act(
            "make_package",
            _("Make an archive package"),
            rules.may_make_packages,
            actions.make_package,
            PackageForm,
            "archives/new/",
            submit=pgettext_lazy("archives", "Make it"),
            intro=_(
                "Records, sheets, official papers and added files of a closed year, with a "
                "catalogue and a manifest, in one file for the archives. It holds no contacts, no "
                "names of raisers, no complaints. Nothing of the records changes."
            ),
            audit={
                "archive.asked": _("Archive package of a closed year asked for"),
                "archive.made": _("Archive package of a closed year made"),
                "archive.taken": _("Archive package taken"),
            },
        ),
    ),
)
