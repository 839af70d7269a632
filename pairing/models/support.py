"""帮扶事项: what was promised, what was done, and what the helped side says of it."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pairing.models.needs import LARGEST_AMOUNT, AmountField, HelpNeed
from pairing.models.pairings import OfPairingQuerySet, Pairing
from portal.models import Attachment, User
from portal.models.places import PlacedRecord
from portal.models.text import MaskedCharField


class SupportKind(models.TextChoices):
    """DOMAIN 1.8: the five kinds of help, projects, and what is none of them."""

    POLICY = "policy", _("Policy")
    INFORMATION = "information", _("Information")
    FUNDS = "funds", _("Funds")
    TECHNOLOGY = "technology", _("Technology")
    TALENT = "talent", _("Talent")
    PROJECT = "project", _("Project")
    OTHER = "other", _("Other")


class FundSource(models.TextChoices):
    """Where money comes from. It moves between accounts of units, never through a cadre."""

    OWN = "own", _("Budget of the helping organ")
    SPECIAL = "special", _("Special funds of a department")
    PARTY_FEE = "party_fee", _("Party fees")
    DONATION = "donation", _("Donation through a charity")
    ENTERPRISE = "enterprise", _("Enterprise")
    OTHER = "other", _("Other public source")


# The amount as a whole number, for figures.
FEN = Cast(F("amount") * 100, models.BigIntegerField())


class SupportState(models.TextChoices):
    PROMISED = "promised", _("Promised")
    DONE = "done", _("Done")
    DROPPED = "dropped", _("Dropped")


class SupportItemQuerySet(OfPairingQuerySet):
    """Ways of choosing items; every page starts from visible_to()."""

    def promised(self):
        return self.filter(state=SupportState.PROMISED)

    def done(self):
        return self.filter(state=SupportState.DONE)

    def overdue(self, on):
        return self.promised().filter(promised_for__lt=on)

    def with_money(self):
        return self.filter(amount__isnull=False)

    def for_list(self):
        return self.select_related(
            "pairing__household", "pairing__cadre", "pairing__helped_branch", "unit", "township",
            "organ",
        )  # fmt: skip


class SupportItem(PlacedRecord):
    """One thing that a pairing brings. The plan of a year is what was promised for it.

    `organ` is the helping organ of the pairing, the place that of the helped side.
    """

    pairing = models.ForeignKey(Pairing, models.PROTECT, related_name="items")
    # The need that it answers, where one was written down.
    need = models.ForeignKey(
        HelpNeed, models.PROTECT, null=True, blank=True, related_name="items",
        verbose_name=_("the need that it meets"),
    )  # fmt: skip
    kind = models.CharField(_("kind"), max_length=12, choices=SupportKind)
    what = MaskedCharField(_("what"), max_length=120)
    amount = AmountField(_("amount (yuan)"), null=True, blank=True)
    source = models.CharField(
        _("source of the money"), max_length=10, choices=FundSource, blank=True, default=""
    )
    promised_on = models.DateField(_("promised on"), default=timezone.localdate)
    promised_for = models.DateField(_("promised for"))
    state = models.CharField(max_length=8, choices=SupportState, default=SupportState.PROMISED)
    done_on = models.DateField(_("done on"), null=True, blank=True)
    result = MaskedCharField(_("what came of it"), max_length=200, blank=True, default="")
    # Never asked for.
    evidence = models.ManyToManyField(Attachment, related_name="+", blank=True)
    dropped_on = models.DateField(null=True, blank=True)
    drop_reason = MaskedCharField(_("reason"), max_length=200, blank=True, default="")
    noted_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    objects = SupportItemQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="an_item_is_done_on_a_day_after_it_was_promised",
                condition=Q(state="done", done_on__gte=F("promised_on"))
                | ~Q(state="done") & Q(done_on=None),
                violation_error_message=_("It was done before it was promised: check the days."),
            ),
            models.CheckConstraint(
                name="an_item_is_promised_for_a_later_day",
                condition=Q(promised_for__gte=F("promised_on")),
                violation_error_message=_("It is promised for a day after the promise."),
            ),
            models.CheckConstraint(
                name="a_dropped_item_says_when_and_why",
                condition=Q(state="dropped", dropped_on__isnull=False) & ~Q(drop_reason="")
                | ~Q(state="dropped") & Q(dropped_on=None, drop_reason=""),
            ),
            models.CheckConstraint(
                name="an_amount_of_money_has_its_source",
                condition=Q(amount=None, source="")
                | Q(amount__gt=0, amount__lte=LARGEST_AMOUNT) & ~Q(source=""),
                violation_error_message=_("Write the amount together with where it comes from."),
            ),
        ]
        indexes = [
            models.Index(fields=["province", "-promised_on", "-id"], name="support_province"),
            models.Index(fields=["city", "-promised_on", "-id"], name="support_city"),
            models.Index(fields=["county", "-promised_on", "-id"], name="support_county"),
            models.Index(fields=["township", "-promised_on", "-id"], name="support_township"),
            models.Index(fields=["organ", "-promised_on", "-id"], name="support_organ"),
            models.Index(fields=["host_organ", "-promised_on", "-id"], name="support_host"),
            models.Index(fields=["-promised_on", "-id"], name="support_day"),
            # For numbers of a period that no totals are kept for.
            models.Index(fields=["done_on", "id"], name="support_done", condition=Q(state="done")),
            models.Index(
                fields=["promised_for", "id"], name="support_due", condition=Q(state="promised")
            ),
        ]

    def __str__(self):
        return f"Item {self.pk} of {self.pairing_id}"

    def get_absolute_url(self):
        return reverse("pairing:support_item", args=[self.pk])

    @property
    def fen(self):
        return int(self.amount * 100)

    def is_overdue(self, on):
        return self.state == SupportState.PROMISED and self.promised_for < on
