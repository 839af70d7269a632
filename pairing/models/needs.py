"""What a unit or a household needs, and what an organ can give."""

from datetime import timedelta
from decimal import Decimal

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from outreach.models import Household
from pairing.models.fields import END_BEFORE_START, key, key_or_none, place_indexes
from pairing.models.pairings import Level, Pairing, PairingState
from portal.models import Organ, User
from portal.models.constraints import check, index
from portal.models.people import Skill
from portal.models.places import PlacedRecord
from portal.models.text import MaskedCharField
from portal.pages import search
from portal.roles import Permission
from portal.rows import ByName, Rows
from portal.trust.access import IsAnyOf, organ_reach, reach

# A larger amount is a typing error. In yuan.
LARGEST_AMOUNT = Decimal("100000000.00")


class AmountField(models.DecimalField):
    """An amount in yuan with two decimals, above zero and at most LARGEST_AMOUNT."""

    def __init__(self, *args, **options):
        options.setdefault("max_digits", 12)
        options.setdefault("decimal_places", 2)
        options.setdefault(
            "validators",
            [
                MinValueValidator(Decimal("0.01"), _("An amount is more than nothing.")),
                MaxValueValidator(LARGEST_AMOUNT, _("More than 100 million yuan: check it.")),
            ],
        )
        super().__init__(*args, **options)


class HelpKind(models.TextChoices):
    """The five kinds of the guiding opinion (政策、信息、资金、技术、人才)."""

    POLICY = "policy", _("Policy")
    INFORMATION = "information", _("Information")
    FUNDS = "funds", _("Funds")
    TECHNOLOGY = "technology", _("Technology")
    TALENT = "talent", _("Talent")


class Urgency(models.IntegerChoices):
    CAN_WAIT = 1, _("Can wait")
    THIS_YEAR = 2, _("This year")
    PRESSING = 3, _("Pressing")


class NeedState(models.TextChoices):
    OPEN = "open", pgettext_lazy("needs", "Open")
    MET = "met", pgettext_lazy("needs", "Met")
    WITHDRAWN = "withdrawn", _("No longer needed")


class HelpNeedQuerySet(Rows):
    """Ways of choosing needs; every page starts from visible_to()."""

    def visible_to(self, user):
        """Needs of the user's places, of the pairings of the user's organ, and of running pairings
        of the user."""
        own = Pairing.objects.helping().filter(
            cadre__user__in=user.identity_ids, state=PairingState.AGREED, ends_on__gte=user.today
        )
        households = own.filter(household__isnull=False).values("household")
        opened = reach(user, Permission.READ_PAIRINGS) | Q(IsAnyOf("household", households))
        for units in self._helped_units(user, own):
            opened |= Q(IsAnyOf("unit", units), household=None)
        return self.filter(opened)

    def of_roles(self, user):
        opened = reach(user, Permission.READ_PAIRINGS)
        for units in self._units_of_organs(user):
            opened |= Q(IsAnyOf("unit", units), household=None)
        return self.filter(opened)

    def _helped_units(self, user, own):
        yield own.filter(household=None).values("unit")
        yield from self._units_of_organs(user)

    @staticmethod
    def _units_of_organs(user):
        organs = {
            organ
            for grant in user.grants_with(Permission.OFFER_HELP)
            if grant.organ_id
            for organ in grant.organ_ids
        }
        if organs:
            running = Pairing.objects.helping().filter(
                organ__in=organs, household=None, state=PairingState.AGREED, ends_on__gte=user.today
            )
            yield running.values("unit")

    def open(self, on):
        """Neither met, withdrawn nor expired."""
        return self.filter(state=NeedState.OPEN, until__gte=on)

    def run_out(self, on):
        return self.filter(state=NeedState.OPEN, until__lt=on)

    def running_out(self, on, days):
        """Open needs that expire within so many days."""
        return self.open(on).filter(until__lte=on + timedelta(days=days))

    def of_units(self):
        return self.filter(household=None)

    def of_households(self):
        return self.filter(household__isnull=False)

    def with_pairing(self, on):
        """Add `is_helped`: whether a pairing runs with that household, or with the unit."""
        running = Pairing.objects.running(on)
        same_door = running.filter(household=OuterRef("household"))
        same_unit = running.filter(level=Level.UNIT, unit=OuterRef("unit"))
        return self.annotate(
            is_helped=Q(Exists(same_door)) | Q(household=None) & Q(Exists(same_unit))
        )

    def containing(self, text):
        """Search by text or unit; needs of households have no text."""
        return self.filter(search.in_texts(text, "what") | Q(unit__name__contains=text))

    def for_list(self):
        return self.select_related("unit", "township", "host_organ", "household")


class HelpNeed(PlacedRecord):
    """What is needed, by whom and until when. `organ` is the host that noted it.

    A household's need is coarse: the kind of help and its days, without any text.
    """

    organ_id: int

    household = key_or_none(Household, _("household or person"), related_name="help_needs")
    kind = models.CharField(_("kind of help"), max_length=12, choices=HelpKind)
    what = MaskedCharField(_("what is needed"), max_length=120, blank=True, default="")
    urgency = models.SmallIntegerField(_("urgency"), choices=Urgency, default=Urgency.THIS_YEAR)
    amount = AmountField(_("amount (yuan)"), null=True, blank=True)
    expertise = ArrayField(
        models.CharField(max_length=12, choices=Skill),
        default=list,
        blank=True,
        verbose_name=_("expertise wanted"),
    )
    noted_on = models.DateField(_("noted on"))
    until = models.DateField(_("until"))
    state = models.CharField(max_length=10, choices=NeedState, default=NeedState.OPEN)
    closed_on = models.DateField(null=True, blank=True)
    closed_by = key(User, null=True)
    noted_by = key(User)

    objects = HelpNeedQuerySet.as_manager()
    by_name = ByName.as_manager()

    class Meta:
        base_manager_name = "by_name"
        constraints = [
            check("a_need_for_help_runs_out", Q(until__gte=F("noted_on")), END_BEFORE_START),
            check(
                "a_household_need_says_no_more_than_its_kind",
                Q(household=None) & ~Q(what="") | Q(household__isnull=False, what=""),
                _("Write what the unit needs. Of a household only the kind of help is kept."),
            ),
            check(
                "a_need_for_help_ends_by_somebody",
                Q(state="open", closed_on=None, closed_by=None)
                | ~Q(state="open") & Q(closed_on__isnull=False, closed_by__isnull=False),
            ),
            check(
                "a_need_for_help_has_a_sensible_amount",
                Q(amount=None) | Q(amount__gt=0, amount__lte=LARGEST_AMOUNT),
                _("An amount is more than nothing."),
            ),
        ]
        indexes = [
            *place_indexes(
                "help_need", "-noted_on -id", "province city county township host_organ organ"
            ),
            index("help_need_day", "-noted_on -id"),
        ]

    def __str__(self):
        return f"{self.kind} at {self.unit_id} #{self.pk}"

    def get_absolute_url(self):
        return reverse("pairing:help_need", args=[self.pk])

    def is_open(self, on):
        return self.state == NeedState.OPEN and self.until >= on

    def has_run_out(self, on):
        return self.state == NeedState.OPEN and self.until < on

    def state_on(self, on):
        """Return (code, label) of the state; “run out” follows from the day."""
        if self.has_run_out(on):
            return "run_out", _("Run out")
        return self.state, self.get_state_display()


class HelpResourceQuerySet(Rows):
    def visible_to(self, user):
        """Offers of the user's organ and of the organs of the user's area."""
        return self.filter(
            organ_reach(user, Permission.OFFER_HELP) | organ_reach(user, Permission.MANAGE_PAIRINGS)
        )

    def on_offer(self, on):
        return self.filter(until__gte=on, withdrawn_on=None)

    def containing(self, text):
        return self.filter(search.in_texts(text, "what") | Q(organ__name__contains=text))

    def for_list(self):
        return self.select_related("organ")


class HelpResource(models.Model):
    """What an organ can give, for how many at once, until when."""

    organ = key(Organ, _("organ"), related_name="help_resources")
    kind = models.CharField(_("kind of help"), max_length=12, choices=HelpKind)
    what = MaskedCharField(_("what can be given"), max_length=120)
    # How many units or households it can serve at the same time.
    capacity = models.PositiveSmallIntegerField(_("for how many at once"), default=1)
    amount = AmountField(_("amount (yuan)"), null=True, blank=True)
    expertise = ArrayField(
        models.CharField(max_length=12, choices=Skill),
        default=list,
        blank=True,
        verbose_name=_("expertise"),
    )
    offered_on = models.DateField(_("offered on"))
    until = models.DateField(_("until"))
    withdrawn_on = models.DateField(null=True, blank=True)
    noted_by = key(User)

    objects = HelpResourceQuerySet.as_manager()
    by_name = ByName.as_manager()

    class Meta:
        base_manager_name = "by_name"
        constraints = [
            check("an_offer_ends_after_it_begins", Q(until__gte=F("offered_on")), END_BEFORE_START),
            check(
                "an_offer_serves_somebody",
                Q(capacity__range=(1, 500)),
                _("For at least 1 and at most 500 at once."),
            ),
            check(
                "an_offer_has_a_sensible_amount",
                Q(amount=None) | Q(amount__gt=0, amount__lte=LARGEST_AMOUNT),
                _("An amount is more than nothing."),
            ),
        ]
        indexes = [index("help_resource_organ", "organ -offered_on -id")]

    def __str__(self):
        return f"{self.kind} of {self.organ_id} #{self.pk}"

    def get_absolute_url(self):
        return reverse("pairing:help_resource", args=[self.pk])

    def is_on_offer(self, on):
        return self.withdrawn_on is None and self.until >= on
