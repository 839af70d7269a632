"""帮扶事项: what was promised, what was done, and how the helped side rates it."""

import uuid
from datetime import datetime, time, timedelta

from django.contrib.postgres.functions import RandomUUID
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from outreach.models.matters import Word
from pairing.models.fields import key, key_or_none, own_cadres, place_indexes
from pairing.models.needs import LARGEST_AMOUNT, AmountField, HelpNeed
from pairing.models.pairings import Pairing, PairingState
from portal.models import Attachment, Cadre, User
from portal.models.constraints import all_or_none, check, index, unique
from portal.models.places import PlacedRecord
from portal.models.steps import Step
from portal.models.text import MaskedCharField
from portal.pages import search
from portal.roles import Permission
from portal.rows import ByName, Rows
from portal.trust.access import IsAnyOf, reach

# The columns of an item that its row-level security policy compares.
_POLICY_COLUMNS = "province city county township unit organ host_organ pairing"


class SupportKind(models.TextChoices):
    """DOMAIN 1.8: the five kinds of help, projects, and others."""

    POLICY = "policy", _("Policy")
    INFORMATION = "information", _("Information")
    FUNDS = "funds", _("Funds")
    TECHNOLOGY = "technology", _("Technology")
    TALENT = "talent", _("Talent")
    PROJECT = "project", _("Project")
    OTHER = "other", _("Other")


class FundSource(models.TextChoices):
    """Where money comes from. It moves between unit accounts, never through a cadre."""

    OWN = "own", _("Budget of the helping organ")
    SPECIAL = "special", _("Special funds of a department")
    PARTY_FEE = "party_fee", _("Party fees")
    DONATION = "donation", _("Donation through a charity")
    ENTERPRISE = "enterprise", _("Enterprise")
    OTHER = "other", _("Other public source")


# The amount in fen, a whole number, for figures.
FEN = Cast(F("amount") * 100, models.BigIntegerField())


class SupportState(models.TextChoices):
    PROMISED = "promised", _("Promised")
    DONE = "done", _("Done")
    DROPPED = "dropped", _("Dropped")


class SupportItemQuerySet(Rows):
    """Ways of choosing items; every page starts from visible_to()."""

    def visible_to(self, user):
        """Items of pairings that the user's roles reach, and those of the user's own pairings that
        are not over.

        Filters by the item's own place columns, whose indexes serve large lists.
        """
        own = Pairing.objects.of(user).filter(state=PairingState.AGREED, ends_on__gte=user.today)
        return self.filter(
            reach(user, Permission.READ_PAIRINGS) | Q(IsAnyOf("pairing", own.values("pk")))
        )

    def of_roles(self, user):
        return self.filter(reach(user, Permission.READ_PAIRINGS))

    def promised(self):
        return self.filter(state=SupportState.PROMISED)

    def done(self):
        return self.filter(state=SupportState.DONE)

    def overdue(self, on):
        return self.promised().filter(promised_for__lt=on)

    def with_money(self):
        return self.filter(amount__isnull=False)

    def containing(self, text):
        return search.narrow(self, text)

    def due_by(self, day):
        return self.promised().filter(promised_for__lte=day)

    def to_ask(self, on, days):
        """Items done in the last `days` days about which nobody has asked yet."""
        return self.done().filter(word="", done_on__gte=on - timedelta(days=days))

    def asked_by(self, user):
        """Items the host may ask about: of hosted units, except those the user or the user's
        organ helped with."""
        asked = self
        own = own_cadres(user)
        if user.organ_id:
            asked = asked.exclude(organ__in=user.organ.ancestor_ids)
        return asked.filter(reach(user, Permission.HOST_MATTERS)).exclude(
            pairing__in=Pairing.objects.filter(cadre__in=own).values("pk")
        )

    def unsatisfied(self, on, days):
        """Items whose last word, given in the last `days` days, is that they did not help."""
        since = timezone.make_aware(datetime.combine(on - timedelta(days=days), time()))
        said = SupportWord.objects.filter(asked_at__gte=since).values("item")
        return self.filter(word=Word.UNSATISFIED, pk__in=said)

    def for_list(self):
        return self.select_related(
            "pairing__unit",
            "pairing__household",
            "pairing__cadre",
            "pairing__helped_branch",
            "unit",
            "township",
            "host_organ",
            "organ",
        ).defer("search")


class SupportItem(PlacedRecord):
    """One thing that a pairing promises. The year's plan consists of the promises for it.

    `organ` is the helping organ of the pairing; the place is that of the helped side.
    """

    pairing = key(Pairing, related_name="items")
    # The noted need that it answers, if any.
    need = key_or_none(HelpNeed, _("the need that it meets"), related_name="items")
    kind = models.CharField(_("kind"), max_length=12, choices=SupportKind)
    what = MaskedCharField(pgettext_lazy("support", "what"), max_length=120)
    amount = AmountField(_("amount (yuan)"), null=True, blank=True)
    source = models.CharField(
        _("source of the money"), max_length=10, choices=FundSource, blank=True, default=""
    )
    promised_on = models.DateField(_("promised on"))
    promised_for = models.DateField(_("promised for"))
    state = models.CharField(max_length=8, choices=SupportState, default=SupportState.PROMISED)
    done_on = models.DateField(_("done on"), null=True, blank=True)
    result = MaskedCharField(_("what came of it"), max_length=200, blank=True, default="")
    # Optional; no form requires it.
    evidence = models.ManyToManyField(Attachment, related_name="+", blank=True)
    dropped_on = models.DateField(null=True, blank=True)
    drop_reason = MaskedCharField(_("reason"), max_length=200, blank=True, default="")
    # The last word of the helped side, kept by the action that adds it.
    word = models.CharField(
        _("the people's word"), max_length=12, choices=Word, blank=True, default=""
    )
    noted_by = key(User)
    created_at = models.DateTimeField()
    # Created with the form, so that a repeated submission makes one promise.
    client_key = models.UUIDField(default=uuid.uuid4, db_default=RandomUUID(), editable=False)
    search = SearchVectorField(null=True, editable=False)

    SEARCHED_FIELDS = ("what",)

    objects = SupportItemQuerySet.as_manager()
    by_name = ByName.as_manager()

    class Meta:
        base_manager_name = "by_name"
        constraints = [
            check(
                "an_item_is_done_on_a_day_after_it_was_promised",
                Q(state="done", done_on__gte=F("promised_on")) | ~Q(state="done") & Q(done_on=None),
                _("It was done before it was promised: check the days."),
            ),
            check(
                "an_item_is_promised_for_a_later_day",
                Q(promised_for__gte=F("promised_on")),
                _("It is promised for a day after the promise."),
            ),
            check(
                "a_dropped_item_says_when_and_why",
                Q(state="dropped", dropped_on__isnull=False) & ~Q(drop_reason="")
                | ~Q(state="dropped") & Q(dropped_on=None, drop_reason=""),
            ),
            check(
                "an_amount_of_money_has_its_source",
                Q(amount=None, source="")
                | Q(amount__gt=0, amount__lte=LARGEST_AMOUNT) & ~Q(source=""),
                _("Write the amount together with where it comes from."),
            ),
            check("a_word_is_about_what_was_done", Q(word="") | Q(state="done")),
            unique("a_promise_is_kept_once", "client_key"),
        ]
        indexes = [
            *place_indexes(
                "support", "-promised_on -id", "province city county township organ host_organ"
            ),
            index("support_day", "-promised_on -id"),
            # The next three are covering indexes for counts of a province: they have each column
            # that the policy compares.
            index(
                "support_due",
                "promised_for id",
                when=Q(state="promised"),
                include=_POLICY_COLUMNS,
            ),
            index("support_kind", "kind -promised_on -id", include=_POLICY_COLUMNS),
            index(
                "support_done_of_day",
                "-promised_on -id",
                when=Q(state="done"),
                include=_POLICY_COLUMNS,
            ),
            index("support_organ_due", "organ promised_for id", when=Q(state="promised")),
            index("support_done", "-done_on -id", when=Q(state="done")),
            index("support_to_ask", "host_organ done_on id", when=Q(state="done", word="")),
            GinIndex(fields=["search"], name="support_search", fastupdate=True),
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


class SupportStep(Step):
    """What happened to an item: who, when, what. Rows are only added."""

    class Move(models.TextChoices):
        PROMISED = "promised", _("Promised")
        CHANGED = "changed", _("Promise changed")
        DONE = "done", _("Done")
        UNDONE = "undone", _("“Done” taken back")
        DROPPED = "dropped", _("Dropped")

    item = models.ForeignKey(SupportItem, models.CASCADE, related_name="steps")
    move = models.CharField(max_length=8, choices=Move)
    # The cadre on whose behalf it was entered (代录、代办).
    for_cadre = key(Cadre, null=True)
    text = MaskedCharField(max_length=200, blank=True, default="")
    # Day, kind and amount before a change; the need that was met. Never personal words.
    facts = models.JSONField(default=dict)

    class Meta:
        indexes = [index("support_step", "item -at -id")]

    @property
    def principal(self):
        return self.for_cadre


class SupportSlip(models.Model):
    """A slip with number and query code, by which its holder reads and rates one item.

    Like the slip of a matter, it keeps a keyed digest; only the holder knows the code.
    """

    item = key(SupportItem, related_name="door_slips")
    number = models.CharField(max_length=9, db_collation="C")
    code_digest = models.CharField(max_length=64, db_collation="C")
    code: str  # known while it is printed, never kept
    made_at = models.DateTimeField()
    made_by = key(User)
    # Whether the word by this slip counts: it was printed after completion by somebody not
    # involved. With any other slip, the holder can read and add remarks.
    decides = models.BooleanField(default=False)

    class Meta:
        constraints = [unique("one_support_slip_of_a_number_and_code", "number code_digest")]

    def __str__(self):
        return f"slip of {self.item_id}"


class SupportRemarkQuerySet(Rows):
    def visible_to(self, user):
        """For those who may ask the helped side, not for the helper or the helper's organ."""
        rows = self.filter(
            reach(user, Permission.ARRANGE_CALL_BACKS, via="slip__item__"),
            reach(user, Permission.READ_PAIRINGS, via="slip__item__"),
        )
        if user.organ_id:
            rows = rows.exclude(slip__item__organ__in=user.organ.ancestor_ids)
        own = Cadre.objects.filter(user__in=user.identity_ids)
        return rows.exclude(slip__item__pairing__cadre__in=own.values("pk"))

    def unread_by(self, user):
        return self.visible_to(user).filter(read_at=None)


class SupportRemark(models.Model):
    """A remark by the holder of a slip: it is read, and counts nowhere."""

    slip = key(SupportSlip, related_name="remarks")
    # Empty for a remark without a rating.
    answer = models.CharField(max_length=12, choices=Word, blank=True, default="")
    text = MaskedCharField(max_length=320, blank=True, default="")
    said_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    read_by = key(User, null=True)

    objects = SupportRemarkQuerySet.as_manager()

    class Meta:
        constraints = [
            check("a_support_remark_says_something", ~Q(answer="", text="")),
            check("a_support_remark_is_read_by_somebody", all_or_none("read_at read_by")),
            unique("one_answer_by_a_slip", "slip", when=~Q(answer="")),
        ]
        indexes = [index("support_remark_unread", "said_at id", when=Q(read_at=None))]

    def __str__(self):
        return f"remark {self.pk} of {self.slip_id}"


class SupportWord(models.Model):
    """The rating of an item by the helped side, and who asked; never the cadre who helped."""

    class Way(models.TextChoices):
        DOOR = "door", _("At the villager's door")
        CALL = "call", _("By a call-back")
        SLIP = "slip", _("On a paper slip")
        PERSON = "person", _("In person, asked by the host")

    item = models.ForeignKey(SupportItem, models.CASCADE, related_name="words")
    way = models.CharField(_("how it was said"), max_length=6, choices=Way)
    answer = models.CharField(_("what was said"), max_length=12, choices=Word)
    comment = MaskedCharField(_("in their words"), max_length=320, blank=True, default="")
    asked_at = models.DateTimeField()
    asked_by = key(User, null=True)
    slip = key(SupportSlip, null=True, related_name="words")

    class Meta:
        constraints = [
            check(
                "a_word_was_asked_for_or_said_at_the_door",
                Q(way="door", asked_by=None, slip__isnull=False)
                | ~Q(way="door") & Q(asked_by__isnull=False, slip=None),
            )
        ]
        indexes = [index("support_word", "item -asked_at -id")]

    def __str__(self):
        return f"{self.item_id} {self.answer}"
