"""结对协议 and 年度帮扶计划: signed agreements of a pairing, and its plan for a year."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from outreach.models.stays import apart
from pairing.models.fields import END_BEFORE_START, key
from pairing.models.pairings import OfPairingQuerySet, Pairing
from portal.models import User
from portal.models.constraints import check, unique
from portal.models.text import MaskedTextField


class Agreement(models.Model):
    """One signed agreement; later ones are renewals. Rows are only added."""

    pairing = models.ForeignKey(Pairing, models.CASCADE, related_name="agreements")
    number = models.CharField(_("number of the agreement"), max_length=60)
    signed_on = models.DateField(_("signed on"))
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))
    aims = MaskedTextField(_("aims"), max_length=2_000)
    content = MaskedTextField(_("what is done"), max_length=2_000)
    ways = MaskedTextField(_("ways"), max_length=2_000, blank=True, default="")
    written_by = key(User)
    written_at = models.DateTimeField()

    objects = OfPairingQuerySet.as_manager()

    class Meta:
        constraints = [
            check(
                "an_agreement_ends_after_it_begins",
                Q(ends_on__gte=F("starts_on")),
                END_BEFORE_START,
            ),
            apart(
                "a_pairing_has_one_agreement_at_a_time",
                "pairing",
                _("Another agreement of this pairing has these days."),
                until=F("ends_on"),
            ),
        ]

    def __str__(self):
        return f"Agreement {self.number} of {self.pairing_id}"


class YearPlan(models.Model):
    """The plan of a pairing for a year. Its items are the promises for that year."""

    pairing = models.ForeignKey(Pairing, models.CASCADE, related_name="plans")
    year = models.PositiveSmallIntegerField(_("year"))
    aims = MaskedTextField(_("aims of the year"), max_length=2_000)
    written_by = key(User)
    written_at = models.DateTimeField()

    objects = OfPairingQuerySet.as_manager()

    class Meta:
        constraints = [unique("a_pairing_has_a_plan_a_year", "pairing year")]

    def __str__(self):
        return f"Plan {self.year} of {self.pairing_id}"

    @property
    def items(self):
        """Items promised for a day of the plan's year, by due date."""
        days = date(self.year, 1, 1), date(self.year, 12, 31)
        return self.pairing.items.filter(promised_for__range=days).order_by("promised_for", "pk")
