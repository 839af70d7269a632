"""年初排查: the yearly check of the Party organisations of an area, and the hosts' answers."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from pairing.models.fields import key, key_or_none
from portal.models import Division, Organ, User
from portal.models.constraints import all_or_none, check, index, unique
from portal.roles import Permission
from portal.rows import Rows
from portal.trust.access import EVERYTHING, organ_reach


def _of_area(user, permission):
    """Return a Q of the checks whose whole area lies within a grant."""
    opened = Q(pk__in=())
    for grant in user.grants_with(permission):
        if grant.organ_id:
            continue
        if not grant.division_id:
            return EVERYTHING
        opened |= Q(area__path__startswith=grant.division.path)
    return opened


class WeakCheckQuerySet(Rows):
    def visible_to(self, user):
        """Checks in the office's area, and those in which a host is asked."""
        asked = WeakCheckReport.objects.filter(organ_reach(user, Permission.CHECK_WEAK_CASES))
        return self.filter(
            _of_area(user, Permission.DECIDE_WEAK_CASES) | Q(pk__in=asked.values("check_made"))
        )

    def with_counts(self):
        answered = Q(reports__reported_at__isnull=False)
        return self.annotate(
            asked=models.Count("reports"), answered=models.Count("reports", filter=answered)
        )


class WeakCheck(models.Model):
    """A yearly check of an area, opened by the office; every host answers, nil reports included."""

    year = models.PositiveSmallIntegerField(_("year"))
    # Empty in an enterprise group, which has no divisions.
    area = key_or_none(Division, _("area"))
    answer_by = models.DateField(_("answers until"))
    document = models.CharField(_("document number"), max_length=60, blank=True, default="")
    opened_by = key(User)
    opened_at = models.DateTimeField()

    objects = WeakCheckQuerySet.as_manager()

    class Meta:
        constraints = [
            unique(
                "an_area_is_checked_once_a_year",
                "year area",
                said=_("The check of this year is open there already."),
                nulls_distinct=False,
            )
        ]
        indexes = [index("weak_check_year", "-year -id")]

    def __str__(self):
        return f"{self.year} {self.area_id}"

    def get_absolute_url(self):
        return reverse("pairing:weak_check", args=[self.pk])


class WeakCheckReportQuerySet(Rows):
    def visible_to(self, user):
        """All answers to the office's own checks; a host sees its own answers."""
        checks = WeakCheck.objects.filter(_of_area(user, Permission.DECIDE_WEAK_CASES))
        return self.filter(
            Q(check_made__in=checks.values("pk")) | organ_reach(user, Permission.CHECK_WEAK_CASES)
        )


class WeakCheckReport(models.Model):
    """The answer of one host. Its cases are counted; without any it is a nil report (零报告)."""

    check_made = models.ForeignKey(WeakCheck, models.CASCADE, related_name="reports")
    organ = key(Organ, _("host organ"))
    reported_by = key(User, null=True)
    reported_at = models.DateTimeField(null=True)

    objects = WeakCheckReportQuerySet.as_manager()

    class Meta:
        constraints = [
            unique("a_host_answers_a_check_once", "check_made organ"),
            check("an_answer_to_a_check_is_somebodys", all_or_none("reported_at reported_by")),
        ]

    def __str__(self):
        return f"{self.check_made_id} by {self.organ_id}"
