"""The last steps of the first day: contact areas, and the first visit, with which it ends."""

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from outreach.models import ContactArea, Notice, Visit
from outreach.models.notices import NoticeState
from portal.models import GrassrootsUnit
from portal.pages.first_day import BEGUN, Step, add_steps, add_way
from portal.roles import Permission
from portal.trust import wall


@wall.as_system("which units somebody looks after")
def _units_nobody_looks_after(on):
    areas = ContactArea.objects.running(on).filter(unit=OuterRef("pk"))
    return GrassrootsUnit.objects.current(on).filter(~Exists(areas)).count()


@wall.as_system("which units somebody looks after")
def _count_areas():
    return ContactArea.objects.count()


@wall.as_system("whether the first visit was written down")
def _count_visits():
    return Visit.objects.count()


@wall.as_system("whether the first visit was written down")
def _is_begun():
    return Visit.objects.exists()


add_steps(
    Step(
        90,
        _("Arrange contact areas"),
        Permission.MANAGE_PEOPLE,
        lambda on: _count_areas(),
        how=_("Which cadre looks after which village, part of one, or households."),
        url_name="outreach:new_contact_area",
        action=_("New contact area"),
        after=(60, 70),
        missing=_units_nobody_looks_after,
        lacking=_("%(n)s units are looked after by nobody yet."),
    ),
    Step(
        97,
        _("Publish the first notice"),
        Permission.PUBLISH_NOTICES,
        lambda on: Notice.objects.exclude(state=NoticeState.DRAFT).count(),
        how=_("It tells the organs that the portal is in use; a reply slip shows who has read it."),
        url_name="outreach:new_notice",
        action=_("Write a notice"),
        after=(85,),
        is_optional=True,
    ),
    Step(
        100,
        _("The first visit is written down"),
        Permission.RECORD_VISITS,
        lambda on: _count_visits(),
        how=_("Then the work itself has begun and this page goes away."),
        url_name="outreach:new_visit",
        action=_("Write down a visit"),
        after=(60, 85),
    ),
)
add_way(90, _("Import a list"), "new_import", "areas")
BEGUN.append(_is_begun)
