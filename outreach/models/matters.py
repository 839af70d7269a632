"""The matter ledger (民情台账): matters, with each of their steps as a row."""

import re
import uuid
from datetime import date, timedelta
from functools import cached_property, partial, reduce
from operator import or_

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import (
    BooleanField,
    Case,
    Exists,
    F,
    Func,
    JSONField,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Concat, Greatest, Length, LPad
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from outreach.models.areas import ContactArea
from outreach.models.visits import Visit
from portal.kinds import above
from portal.models import Attachment, Cadre, ImportBatch, Organ, User
from portal.models.clock import DatabaseClock
from portal.models.constraints import all_or_none, check, index, only_when, unique
from portal.models.places import DivisionLevel, PlacedRecord
from portal.models.steps import Step
from portal.models.text import MaskedCharField, MaskedNameField, MaskedTextField, shown
from portal.pages.search import SearchedQuerySet
from portal.roles import Permission
from portal.rows import ByName, Rows
from portal.tools.addresses import page_of
from portal.trust.access import IsAnyOf, granted_organs, reach

# A typed number: MQ2026-0312, 2026-312, or only its last part with at least three digits.
_NUMBER = re.compile(r"(?:MQ)?(\d{4})-(\d{1,6})|(?:MQ-?)?(\d{3,6})", re.IGNORECASE | re.ASCII)
# How often a slip holder may urge a matter, and how long it then ranks higher.
CHASED_FOR = timedelta(days=7)
# Columns that scope what readers of matters see.
AXES = ["province", "city", "county", "township", "organ", "host_organ", "lead_organ"]


class Status(models.TextChoices):
    """The status of a matter; outreach/moves.py lists the moves between them."""

    REGISTERED = "registered", _("Registered, to be taken up")
    ESCALATED = "escalated", _("Waiting for assignment")
    ASSIGNED = "assigned", _("To be signed for")
    IN_PROGRESS = "in_progress", _("In progress")
    PROPOSED = "proposed", _("To be confirmed")
    SUSPENDED = "suspended", _("Suspended")
    REPORTED = "reported", _("Result to be reviewed")
    AWAITING_WORD = "awaiting_word", _("Waiting for the people's word")
    TWICE_UNSATISFIED = "twice_unsatisfied", _("Twice not satisfied, under review")
    CLOSED = "closed", _("Closed")


class Stage(models.TextChoices):
    """The tabs of the ledger, derived from the status (STAGE_OF)."""

    WAITING = "waiting", _("To be taken up")
    HANDLING = "handling", _("In progress")
    CALL_BACK = "call_back", _("Call-back")
    CLOSED = "closed", _("Closed")


STAGE_OF = {
    Status.REGISTERED: Stage.WAITING,
    Status.ESCALATED: Stage.WAITING,
    Status.ASSIGNED: Stage.WAITING,
    Status.IN_PROGRESS: Stage.HANDLING,
    Status.PROPOSED: Stage.HANDLING,
    Status.SUSPENDED: Stage.HANDLING,
    Status.REPORTED: Stage.HANDLING,
    Status.TWICE_UNSATISFIED: Stage.HANDLING,
    Status.AWAITING_WORD: Stage.CALL_BACK,
    Status.CLOSED: Stage.CLOSED,
}


class Closure(models.TextChoices):
    """How a matter was closed. Only SATISFIED is closed by a favourable word of the people."""

    SATISFIED = "satisfied", _("Closed by the people's word")
    UNRATED = "unrated", _("Closed, not rated")
    UNSATISFIED = "unsatisfied", _("The people remain unsatisfied")
    REFERRED = "referred", _("Referred to a statutory channel")
    WITHDRAWN = "withdrawn", _("Withdrawn by the raiser")
    MERGED = "merged", _("Merged into another matter")


class Source(models.TextChoices):
    VISIT = "visit", _("Visit")
    RECEPTION = "reception", pgettext_lazy("source", "Reception")
    STAY = "stay", _("Stay in the village")
    RESEARCH = "research", _("Research")
    CALL = "call", _("Call or paper slip")
    CARD = "card", _("Contact card")
    FORWARDED = "forwarded", _("Forwarded")
    HOTLINE = "hotline", _("12345 hotline ticket")
    SUMMONS = "summons", _("Summons of organs (吹哨报到)")
    PROPOSAL = "proposal", _("Proposal of the workers' congress")
    TEAM = "team_talk", _("Talk with a work team")
    RESIDENTS = "reported", _("Heard by a branch that reported (双报到)")


# Sources available in every county; each of the others is set by the feature it belongs to.
OLD_SOURCES = tuple(Source)[:7]


class RaiserKind(models.TextChoices):
    VILLAGER = "villager", _("Villager or resident")
    EMPLOYEE = "employee", _("Employee")
    PARTY_ORGANIZATION = "party_org", _("Party organisation")
    ENTERPRISE = "enterprise", _("Enterprise or social organisation")
    CADRE_FOUND = "found", _("Found by the cadre")


class Confidentiality(models.TextChoices):
    NAMED = "named", _("Named")
    ORGANISATION_ONLY = "organisation", _("Name for the organisation department only")
    ANONYMOUS = "anonymous", _("Anonymous")


class Nature(models.TextChoices):
    CONSULTATION = "consultation", _("Question")
    HELP = "help", _("Request for help")
    COMPLAINT = "complaint", _("Complaint")
    SUGGESTION = "suggestion", _("Suggestion")


class Category(models.TextChoices):
    """Level 1 of DOMAIN 3.6."""

    PRODUCTION = "01", _("Production and income")
    INFRASTRUCTURE = "02", _("Roads, water and power")
    ENVIRONMENT = "03", _("Living environment")
    HOUSING_LAND = "04", _("Housing and land")
    EDUCATION = "05", _("Education")
    HEALTH = "06", _("Health and medical insurance")
    LABOUR = "07", _("Work and wages")
    SOCIAL_SECURITY = "08", _("Social security and relief")
    CARE = "09", _("Care of the old and the young")
    SUBSIDIES = "10", _("Subsidies and policies")
    GOVERNANCE = "11", _("Village affairs and openness")
    DISPUTE = "12", _("Dispute, to be mediated")
    SAFETY = "13", _("Public safety")
    BUSINESS = "14", _("Services for enterprises")
    PARTY = "15", _("Party building")
    CULTURE = "16", _("Culture and sports")
    GOVERNMENT_SERVICE = "17", _("Style of public service")
    OTHER = "18", _("Other")
    # Enterprises only.
    PAY = "51", _("Pay and working hours")
    PROTECTION = "52", _("Protection at work")
    MEALS = "53", _("Canteen, commuting, lodging")
    RENEWAL = "54", _("Technical renewal")
    HARDSHIP = "55", _("Workers in difficulty")
    CHILDREN = "56", _("Schooling of workers' children")
    WELLBEING = "57", _("Physical and mental health")
    TRAINING = "58", _("Training and promotion")
    DISCLOSURE = "59", _("Openness of the enterprise")
    OUTSOURCED = "60", _("Outsourced and agency workers")


class Urgency(models.TextChoices):
    """Selects the deadline, from the parameters matter.sla.* (DOMAIN 3.8)."""

    SIMPLE = "simple", _("Simple")
    NORMAL = "normal", _("Normal")
    COMPLEX = "complex", _("Complex")
    PROJECT = "project", _("Needs a project or funds")
    URGENT = "urgent", _("Urgent (safety)")


class Resolution(models.TextChoices):
    SOLVED = "solved", _("Solved")
    PARTLY = "partly", _("Partly solved")
    PLANNED = "planned", _("Entered into a plan")
    EXPLAINED = "explained", _("Explained")


class Word(models.TextChoices):
    """The raiser's word. The last two values mean silence and never count as satisfied."""

    SATISFIED = "satisfied", _("Satisfied")
    BASICALLY = "basically", _("Basically satisfied")
    UNSATISFIED = "unsatisfied", _("Not satisfied")
    DECLINED = "declined", _("Declined to say")
    UNREACHABLE = "unreachable", _("Could not be reached")


# Words that were spoken; the other answers are silence.
SPOKEN = (Word.SATISFIED, Word.BASICALLY, Word.UNSATISFIED)
FAVOURABLE = (Word.SATISFIED, Word.BASICALLY)


class OpenKind(models.TextChoices):
    """Whether the deadline of an open matter runs, and if not, why."""

    RUNNING = "running", _("deadline running")
    SUSPENDED = "suspended", _("suspended, the deadline rests")
    CALL_BACK = "call_back", _("answered, the people's word is sought")


# `Matter.open_kind` as an expression, for figures and filters.
OPEN_KIND = Case(
    When(status=Status.SUSPENDED, then=Value(OpenKind.SUSPENDED)),
    When(Q(stage=Stage.CALL_BACK) | Q(status=Status.REPORTED), then=Value(OpenKind.CALL_BACK)),
    default=Value(OpenKind.RUNNING),
    output_field=models.CharField(),
)


class NeedsWord(models.TextChoices):
    """Why a matter waits for a leader."""

    ANSWERED = "answered", _("Instruction answered, to be accepted")
    TWICE = "twice", _("Twice not satisfied")
    DISPUTED = "disputed", _("Returned by an organ: who is competent?")
    OFFICIAL = "official", _("Overdue, with a lead official")


class Hard(models.TextChoices):
    """难点 of the monthly analysis."""

    TWICE = "twice", _("Twice not satisfied")
    SUSPENDED = "suspended", _("Suspended")
    EXTENDED = "extended", _("Given more time")


class MatterQuerySet(SearchedQuerySet):
    """Ways of choosing matters; every page starts from visible_to()."""

    def visible_to(self, user):
        """Matters in reach of the user's roles, registered or typed by the user, assigned to the
        user's organ, led by the user, carried on for a registrar who left, with an open call-back
        for the user, or under an open instruction of the user. A grant or relation that has ended
        opens nothing. An assignment that lasted until its matter closed has not ended: the organ
        keeps seeing its work."""
        ids = user.identity_ids
        opened = _of_roles(user) | Q(typed_by__in=ids)
        opened |= Q(IsAnyOf("registered_by", Cadre.objects.filter(user__in=ids).values("pk")))
        return self.filter(opened | _related_to(user))

    def of_roles(self, user):
        """Those in reach of the user's roles, and those assigned to an organ they handle for."""
        return self.filter(_of_roles(user))

    def opened_by_relation(self, user):
        """The part of of_roles() that is hidden again when an assignment ends."""
        return self.filter(_given_to(user)).exclude(reach(user, Permission.READ_MATTERS))

    def of_campaign(self, campaign):
        """Matters raised on the campaign's visits, even if the reader may not see the visit
        itself."""
        return self.of_ticked(Visit.campaigns.through.objects.filter(campaign=campaign))

    def of_ticked(self, ticks):
        """Matters raised on the visits in `ticks`, the rows that tick visits for a campaign."""
        visits = ticks.values("visit")
        stands = Func("visit_id", function="outreach_visit_stands", output_field=BooleanField())
        return self.filter(visit__in=visits).alias(visit_stands=stands).filter(visit_stands=True)

    def waiting_for(self, user, move=None):
        """Matters that wait for the user to make any move, or this move."""
        expected = moves_expected(user)
        if move:
            return self.filter(expected[move])
        waiting = reduce(or_, (expected[one] for one in EXPECTED), Q(pk__in=()))
        return self.visible_to(user).filter(waiting)

    def touched_by(self, user):
        """已办: matters with a step of this person, except handovers."""
        steps = MatterStep.objects.taken_here().filter(by=user).exclude(move="hand_over")
        return self.visible_to(user).filter(pk__in=steps.values("matter"))

    def open(self):
        return self.exclude(status=Status.CLOSED)

    def answered_on_the_spot(self):
        """Recorded as settled on the spot, and not refused by the second person."""
        noted = MatterRequest.objects.filter(kind=MatterRequest.Kind.ON_THE_SPOT)
        return self.filter(pk__in=noted.exclude(approved=False).values("matter"))

    def running(self):
        """Matters whose deadline runs: without a result, and not suspended."""
        under_way = self.filter(stage__in=[Stage.WAITING, Stage.HANDLING])
        return under_way.exclude(status__in=[Status.SUSPENDED, Status.REPORTED])

    def overdue(self, *, on):
        """Past a running deadline. Urgent matters are due at a time of day, compared with the
        database clock, because a list knows only its reader's day."""
        due = self.running().filter(due_on__lte=on)
        return due.filter(Q(due_on__lt=on) | Q(due_at__lt=DatabaseClock()))

    def with_deadline(self):
        """Matters that on-time figures count (see Matter.has_deadline)."""
        return self.filter(original_due_on__isnull=False)

    def answered_in_time(self):
        """Closed, with the accepted result by the deadline; without a reported result the day of
        closing counts (see Matter.was_late)."""
        settled = self.with_deadline().alias(settled_on=Coalesce("answered_on", "closed_on"))
        return settled.filter(settled_on__lte=F("due_on"))

    def asked_in_sample(self):
        """Matters whose raiser gave their word to somebody outside the handling chain."""
        spoken = FollowUp.objects.filter(kind=FollowUp.Kind.SAMPLE, word__in=SPOKEN)
        return self.filter(pk__in=spoken.values("matter"))

    def needing_word(self, user, kind="any"):
        """需领导批示协调的事项: matters that wait for a leader, for this reason or for any.

        Leaders see answers to their own instructions; other users those of all leaders.
        """
        orders = SupervisionOrder.objects.filter(answered_at__isnull=False, settled_at=None)
        if user.holds(Permission.INSTRUCT):
            orders = orders.filter(leader__in=user.identity_ids)
        given = MatterAssignment.objects.filter(matter=OuterRef("pk"))
        returned = given.exclude(returned_reason="")
        late = self.overdue(on=user.today)
        kinds = {
            NeedsWord.ANSWERED: self.filter(pk__in=orders.values("matter")),
            NeedsWord.TWICE: self.filter(status=Status.TWICE_UNSATISFIED),
            NeedsWord.DISPUTED: self.filter(Exists(returned), status=Status.ESCALATED),
            NeedsWord.OFFICIAL: late.exclude(Q(lead_official=None) | Q(status=Status.CLOSED)),
        }
        if kind != "any":
            return kinds[kind]
        # A union of keys: with OR, PostgreSQL would read every row.
        first, *others = (rows.order_by().values("pk") for rows in kinds.values())
        return self.filter(IsAnyOf("pk", first.union(*others)))

    def hard(self, kind="any"):
        """难点: open, and twice not satisfied, suspended, or given more time."""
        extended = MatterRequest.objects.filter(kind=MatterRequest.Kind.EXTENSION, approved=True)
        kinds = {
            Hard.TWICE: Q(status=Status.TWICE_UNSATISFIED),
            Hard.SUSPENDED: Q(status=Status.SUSPENDED),
            Hard.EXTENDED: Q(pk__in=extended.values("matter")),
        }
        chosen = kinds.values() if kind == "any" else [kinds[kind]]
        return self.open().filter(reduce(or_, chosen))

    def nobody_in_contact(self, *, on):
        """Open matters at units that no cadre looks after on this day."""
        looked_after = ContactArea.objects.running(on).filter(unit=OuterRef("unit"))
        return self.open().filter(~Exists(looked_after))

    def for_list(self):
        """With everything that a ledger row shows, in a fixed number of queries."""
        rows = self.select_related(
            "unit", "township", "host_organ", "registered_by", "lead_organ", "organ"
        )
        return rows.defer("request_text", "result_text", "search")


class Matter(PlacedRecord):
    """A request or problem of the people, followed until they say that it is done."""

    client_key = models.UUIDField(default=uuid.uuid4, unique=True)
    # Keyed digest of the form sent under the key; empty for matters of a visit.
    content_digest = models.CharField(max_length=64, default="", db_default="")
    # Numbers are per year and county (or top organ, in a group without divisions).
    number_area = models.CharField(max_length=24, db_collation="C")
    number_year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()

    visit = models.ForeignKey(Visit, models.PROTECT, null=True, related_name="matters")
    reception = models.ForeignKey(
        "outreach.ReceptionDay", models.PROTECT, null=True, related_name="matters", db_index=False
    )
    source = models.CharField(_("source"), max_length=10, choices=Source, default=Source.VISIT)
    registered_by = models.ForeignKey(
        Cadre, models.PROTECT, related_name="matters", null=True, db_index=True
    )
    # Empty if the raiser wrote it themselves, by the door of a contact card.
    typed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    registered_on = models.DateField(_("registered on"))
    created_at = models.DateTimeField()

    raiser_kind = models.CharField(
        _("raised by"), max_length=10, choices=RaiserKind, default=RaiserKind.VILLAGER
    )
    confidentiality = models.CharField(
        _("confidentiality"), max_length=12, choices=Confidentiality, default=Confidentiality.NAMED
    )
    # 李××: just enough for the handler to recognise the raiser. Empty when anonymous.
    raiser_display = models.CharField(max_length=20, blank=True, default="")
    nature = models.CharField(_("nature"), max_length=12, choices=Nature, default=Nature.HELP)
    category = models.CharField(_("category"), max_length=2, choices=Category)
    urgency = models.CharField(_("urgency"), max_length=8, choices=Urgency, default=Urgency.NORMAL)
    title = MaskedCharField(_("matter"), max_length=60)
    request_text = MaskedTextField(_("details"), max_length=10_000, blank=True, default="")

    status = models.CharField(max_length=18, choices=Status, default=Status.REGISTERED)
    stage = models.CharField(max_length=10, choices=Stage, default=Stage.WAITING)
    lead_organ = models.ForeignKey(
        Organ, models.PROTECT, null=True, related_name="led_matters", db_index=False
    )
    # True if the county desk assigned it and so reviews the result; otherwise the host does.
    assigned_by_desk = models.BooleanField(default=False)
    lead_official = models.ForeignKey(
        Cadre, models.PROTECT, null=True, related_name="+", verbose_name=_("lead official")
    )
    # Empty for what an old ledger had closed without a deadline.
    due_on = models.DateField(_("due"), null=True)
    due_at = models.DateTimeField(null=True)
    # The first deadline. Empty if an old ledger gave none: its open matters are due by the norm
    # from the day of the import, which on-time figures ignore.
    original_due_on = models.DateField(null=True)
    resolution = models.CharField(
        _("result"), max_length=10, choices=Resolution, blank=True, default=""
    )
    result_text = MaskedTextField(_("what was done"), max_length=5_000, blank=True, default="")
    word = models.CharField(max_length=12, choices=Word, blank=True, default="")
    reopen_count = models.PositiveSmallIntegerField(default=0)
    closure = models.CharField(max_length=12, choices=Closure, blank=True, default="")
    closed_on = models.DateField(null=True)
    # The day of the current result. Lateness is judged by it, not by the day of the word.
    answered_on = models.DateField(null=True)
    referred_to = models.CharField(max_length=60, blank=True, default="")
    # The channel's ticket number; nothing else is kept of a referred matter.
    referred_number = models.CharField(
        max_length=30, db_collation="C", blank=True, default="", db_default=""
    )
    referred_on = models.DateField(null=True)
    # 催一催: the last day on which the holder of a slip urged it.
    chased_on = models.DateField(null=True)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="merged_matters"
    )
    # 补录: the imported workbook, and the number in the office's old ledger.
    batch = models.ForeignKey(
        ImportBatch, models.PROTECT, null=True, related_name="+", db_index=False
    )
    old_number = models.CharField(
        _("old number"), max_length=40, db_collation="C", blank=True, default="", db_default=""
    )
    search = SearchVectorField(null=True, editable=False)

    objects = MatterQuerySet.as_manager()
    by_name = ByName.as_manager()

    SEARCHED_FIELDS = ("title", "request_text", "result_text", "old_number")

    class Meta:
        base_manager_name = "by_name"
        constraints = [
            unique("one_matter_of_a_number_in_area_and_year", "number_area number_year number"),
            # An old ledger belongs to one organ and one host; its numbering restarts each year.
            unique(
                "one_matter_of_an_old_number",
                "host_organ organ number_year old_number",
                when=~Q(old_number=""),
            ),
            check(
                "closed_status_with_closure_and_day",
                only_when("closed_on", "closure", status="closed"),
            ),
            check("merged_closure_with_target", only_when("merged_into", closure="merged")),
            check(
                "satisfied_closure_only_by_a_satisfied_word",
                ~Q(closure="satisfied") | Q(word__in=["satisfied", "basically"]),
            ),
            check(
                "unrated_closure_never_over_a_spoken_word",
                ~Q(closure="unrated") | Q(word__in=["", "declined", "unreachable"]),
            ),
            check(
                "an_anonymous_raiser_has_no_name",
                ~Q(confidentiality="anonymous") | Q(raiser_display=""),
            ),
            check(
                "only_the_raiser_types_without_an_account",
                Q(typed_by__isnull=False) | Q(source="card"),
            ),
            check(
                "a_matter_is_not_merged_into_itself", Q(merged_into=None) | ~Q(merged_into=F("id"))
            ),
            check(
                "a_number_of_a_channel_with_the_channel",
                Q(referred_number="") | ~Q(referred_to=""),
            ),
            check("an_open_matter_is_due", Q(due_on__isnull=False) | Q(status="closed")),
            check(
                "only_an_old_ledger_gives_no_deadline",
                Q(due_on__isnull=False, original_due_on__isnull=False)
                | Q(batch__isnull=False, original_due_on=None),
            ),
        ]
        indexes = [
            *(index(f"matter_{axis}", f"{axis} -registered_on -id") for axis in AXES),
            *(index(f"matter_{axis}_due", f"{axis} due_on id") for axis in AXES),
            # Includes all columns of scope and filters: readers with a wide reach count rows with
            # an index-only scan.
            index(
                "matter_day",
                "-registered_on -id",
                include=(
                    "province city county township unit organ host_organ lead_organ "
                    "registered_by typed_by category status stage urgency closure word due_on"
                ),
            ),
            # For counts per category with an index-only scan: includes each column that the policy
            # compares.
            index(
                "matter_category",
                "category -registered_on -id",
                include=(
                    "province city county township unit organ host_organ lead_organ "
                    "registered_by typed_by"
                ),
            ),
            index("matter_due", "due_on id"),
            index("matter_unit", "unit -registered_on -id"),
            index("matter_stage", "stage -registered_on -id"),
            index("matter_open_status", "status", when=~Q(status="closed")),
            # Finds units with open matters with an index-only scan.
            index(
                "matter_open_unit",
                "unit",
                when=~Q(status="closed"),
                include="province city county township division organ host_organ status",
            ),
            index(
                "matter_lead_official",
                "lead_official",
                when=Q(lead_official__isnull=False) & ~Q(status="closed"),
            ),
            GinIndex(fields=["search"], name="matter_search", fastupdate=True),
            index("matter_batch", "batch", when=Q(batch__isnull=False)),
            index("matter_reception", "reception", when=Q(reception__isnull=False)),
        ]

    def __str__(self):
        return self.number_label

    def get_absolute_url(self):
        return page_of("outreach:matter", self.pk)

    @property
    def number_label(self):
        return f"MQ{self.number_year}-{self.number:04d}"

    @classmethod
    def numbered(cls, word):
        """Return the condition that `word` is the number or its last part; None if it cannot be
        either."""
        if not (said := _NUMBER.fullmatch(word)):
            return None
        year, *tails = said.groups()
        number = int(tails[0] or tails[1])
        # Each area numbers its own matters, and the index begins with area and year.
        given = MatterNumber.objects.filter(last__gte=number)
        given = given.filter(year=year) if year else given
        given = list(given.values_list("area", "year"))
        found = cls.objects.filter(
            number=number,
            number_area__in={area for area, _year in given},
            number_year__in={year for _area, year in given},
        )
        return Q(pk__in=list(found.order_by().values_list("pk", flat=True)))

    @property
    def is_closed(self):
        return self.status == Status.CLOSED

    @property
    def place_label(self):
        """石桥镇 柳湾村 三组, or 云岭重机 机修车间: unit names repeat, hence the place above."""
        parts = [above(self), self.unit.name, shown(self.group)]
        return " ".join(part for part in parts if part)

    @property
    def has_somebody_to_ask(self):
        """Whether there is a raiser whose word can be sought (DESIGN 6.3)."""
        is_anonymous = self.confidentiality == Confidentiality.ANONYMOUS
        return self.raiser_kind != RaiserKind.CADRE_FOUND and not is_anonymous

    @property
    def is_chased(self):
        """Whether a slip holder urged it and it is still open."""
        return self.chased_on is not None and not self.is_closed

    @property
    def has_deadline(self):
        """Whether it has a deadline of its own, not one that only an import assigned."""
        return self.original_due_on is not None

    @property
    def was_late(self):
        """Whether the current result came after the deadline; the day of the word is irrelevant."""
        return self.has_deadline and (self.answered_on or self.closed_on) > self.due_on

    @property
    def is_dispute(self):
        return self.category == Category.DISPUTE

    @property
    def open_kind(self):
        if self.status == Status.SUSPENDED:
            return OpenKind.SUSPENDED
        if self.stage == Stage.CALL_BACK or self.status == Status.REPORTED:
            return OpenKind.CALL_BACK
        return OpenKind.RUNNING


class MatterNumber(models.Model):
    """The last number given in an area and year; its row lock serialises the next one."""

    area = models.CharField(max_length=24, db_collation="C")
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [unique("one_counter_for_area_and_year", "area year")]

    def __str__(self):
        return f"{self.area} {self.year}: {self.last}"


def handled_organ_ids(user):
    """The ids of the organs for which the user handles matters today."""
    return granted_organs(user, Permission.HANDLE_MATTERS)


def hosted_organ_ids(user):
    """The ids of the organs for which the user hosts matters today, with their stations."""
    return granted_organs(user, Permission.HOST_MATTERS)


def _of_roles(user):
    return reach(user, Permission.READ_MATTERS) | _given_to(user)


def _given_to(user):
    """Matters assigned to the organs that the user handles for, as a Q."""
    organs = handled_organ_ids(user)
    if not organs:
        return Q(pk__in=())
    given = MatterAssignment.objects.live().filter(organ__in=organs).values("matter")
    return Q(IsAnyOf("pk", given))


def _related_to(user):
    """Matters that the user sees through an open call, a care, the lead or an instruction, as a
    Q."""
    ids = user.identity_ids
    calls = FollowUp.objects.open_on(user.today).filter(caller__in=ids).values("matter")
    led = Matter.objects.filter(lead_official__user__in=ids).order_by().values("pk")
    related = Q(IsAnyOf("pk", calls)) | Q(IsAnyOf("pk", led))
    cared = MatterCare.objects.running().filter(cadre__user__in=ids).order_by().values("matter")
    related |= Q(IsAnyOf("pk", cared))
    orders = SupervisionOrder.objects.filter(leader__in=ids, settled_at=None)
    return related | Q(IsAnyOf("pk", orders.order_by().values("matter")))


class Expected:
    """For each move, the matters in which it is this user's turn, as a Q computed lazily: every
    page counts them, and most users can make only a few moves.
    """

    def __init__(self, user):
        self.user, self.ids, self._conditions = user, user.identity_ids, {}

    def __getitem__(self, move):
        if move not in self._conditions:
            self._conditions[move] = EXPECTED[move](self)
        return self._conditions[move]

    @cached_property
    def hosted(self):
        return reach(self.user, Permission.HOST_MATTERS)

    @cached_property
    def assigning(self):
        return reach(self.user, Permission.ASSIGN_MATTERS)

    @cached_property
    def reviewing(self):
        by_desk = Q(assigned_by_desk=True) & self.assigning
        return Q(assigned_by_desk=False) & self.hosted | by_desk

    @cached_property
    def leading(self):
        own = hosted_organ_ids(self.user)
        as_host = Q(assigned_by_desk=False, lead_organ__in=own) & self.hosted
        return Q(lead_organ__in=handled_organ_ids(self.user)) | as_host

    @cached_property
    def reviewed(self):
        this_round = Func(OuterRef("reopen_count"), function="to_jsonb", output_field=JSONField())
        steps = MatterStep.objects.standing().filter(matter=OuterRef("pk"))
        return Exists(steps.filter(move="review_unsatisfied", facts__round=this_round))

    @property
    def reported(self):
        reports = MatterStep.objects.standing().filter(move__in=["report", "answer_for"])
        last_report = reports.filter(matter=OuterRef("matter")).order_by("-at", "-pk")
        by_oneself = Q(by__in=self.ids) | Q(on_behalf_of__in=self.ids)
        steps = MatterStep.objects.filter(matter=OuterRef("pk"))
        return Exists(steps.filter(by_oneself, pk=Subquery(last_report.values("pk")[:1])))

    @property
    def official(self):
        nobody = Q(lead_official__user=None) | Q(lead_official__user__is_active=False)
        instructing = nobody & reach(self.user, Permission.INSTRUCT)
        return Q(lead_official__user__in=self.ids) | instructing


def number_of(via=""):
    """`Matter.number_label` as an expression."""
    number = Cast(F(f"{via}number"), models.TextField())
    filled = LPad(number, Greatest(4, Length(number)), Value("0"))
    parts = Value("MQ"), F(f"{via}number_year"), Value("-"), filled
    return Concat(*parts, output_field=models.TextField())


def is_asked():
    return Exists(MatterRequest.objects.filter(matter=OuterRef("pk"), decided_at=None))


def about(rows):
    return Q(IsAnyOf("pk", rows.values("matter")))


def unanswered():
    return about(SupervisionOrder.objects.filter(answered_at=None, settled_at=None))


# {move: function (Expected) → the matters that wait for it, as a Q}; filled by the rows of moves.
EXPECTED = {}


def moves_expected(user):
    """Return a mapping from each move to the matters in which the user is to make it next, as a Q.

    A second person's move is never expected of the first, who reported the result under review or
    asked for the request to be confirmed. All these matters are visible to the user (tested for
    every role), so the side list need not check that on every page. Cached with the user's grants,
    for each day on which the user acts.
    """
    kept = user.__dict__.setdefault("_moves_expected", {})
    if user.today not in kept:
        kept[user.today] = Expected(user)
    return kept[user.today]


class MatterSide(models.Model):
    """A side of a dispute. Each gives its own word and does not see the other's."""

    matter = models.ForeignKey(Matter, models.CASCADE, related_name="sides")
    label = models.CharField(max_length=2, choices=[("a", _("Side A")), ("b", _("Side B"))])
    display = models.CharField(_("shown as"), max_length=20)
    statement = MaskedTextField(_("what this side says"), max_length=2_000, blank=True, default="")
    agreed = models.BooleanField(_("agreed"), null=True)
    word = models.CharField(max_length=12, choices=Word, blank=True, default="")

    class Meta:
        constraints = [unique("two_sides_of_a_dispute", "matter label")]

    def __str__(self):
        return f"{self.matter_id}{self.label}"


class MatterContact(models.Model):
    """P3: who raised a matter and how to reach them, encrypted.

    Row-level security shows a row only inside `privacy.opened()`; each reveal is audited.
    """

    matter = models.ForeignKey(Matter, models.CASCADE, related_name="+")
    matter_id: int
    side = models.ForeignKey(MatterSide, models.CASCADE, null=True, related_name="+")
    name_cipher = models.TextField(default="")
    phone_cipher = models.TextField(default="")
    # HMAC of the digits: finds equal numbers without decrypting any.
    phone_index = models.CharField(max_length=64, db_collation="C", default="", db_index=True)
    address_cipher = models.TextField(default="")

    ENCRYPTED = {
        "name_cipher": "matter.name",
        "phone_cipher": "matter.phone",
        "address_cipher": "matter.address",
    }

    class Meta:
        constraints = [
            unique("one_contact_of_a_matter_or_side", "matter side", nulls_distinct=False)
        ]

    def __str__(self):
        return f"contact of {self.matter_id}"


class MatterAssignmentQuerySet(Rows):
    def live(self):
        return self.filter(ended_at=None)

    def unsigned_by(self, user):
        """Assignments to the user's organs that are still to be signed for."""
        return self.live().filter(
            organ__in=handled_organ_ids(user),
            signed_at=None,
            sign_due_on__isnull=False,
            matter__status__in=[Status.ASSIGNED, Status.IN_PROGRESS],
        )


class MatterAssignment(models.Model):
    """交办: a matter is assigned to an organ, as the only lead or in support."""

    class Part(models.TextChoices):
        LEAD = "lead", _("Lead")
        SUPPORT = "support", _("Support")

    matter = models.ForeignKey(Matter, models.CASCADE, related_name="assignments")
    organ = models.ForeignKey(Organ, models.PROTECT, related_name="assignments")
    part = models.CharField(max_length=8, choices=Part, default=Part.LEAD)
    requirement = MaskedCharField(_("what is asked"), max_length=500, blank=True, default="")
    assigned_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    assigned_at = models.DateTimeField()
    # Imported from an old ledger: assigned_by and assigned_at record who entered it and when;
    # `told_on` is the day of assignment stated in the ledger, if any.
    is_imported = models.BooleanField(default=False, db_default=False)
    told_on = models.DateField(null=True)
    # Empty if no signature is needed: the organ in an old ledger was already handling it or had
    # closed it.
    sign_due_on = models.DateField(null=True)
    # The desk's decision after a return: this assignment cannot be returned again.
    is_final = models.BooleanField(default=False)
    signed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    signed_at = models.DateTimeField(null=True)
    officer = MaskedNameField(_("officer in charge"), max_length=40, blank=True, default="")
    # Set when the matter is taken from the organ, not when it closes.
    ended_at = models.DateTimeField(null=True)
    returned_reason = MaskedCharField(max_length=1_000, blank=True, default="")

    objects = MatterAssignmentQuerySet.as_manager()
    by_name = ByName.as_manager()

    class Meta:
        base_manager_name = "by_name"
        constraints = [
            unique(
                "one_lead_organ_at_a_time",
                "matter",
                when=Q(part="lead", ended_at=None),
                said=_("A matter has one lead organ."),
            ),
            unique(
                "an_organ_is_assigned_once",
                "matter organ",
                when=Q(ended_at=None),
                said=_("This organ already has the matter."),
            ),
            check("signed_at_with_signed_by", all_or_none("signed_at signed_by")),
            check(
                "only_an_old_ledger_leaves_days_open",
                Q(is_imported=True) | Q(told_on=None, sign_due_on__isnull=False),
            ),
        ]
        indexes = [
            index("assignment_live", "organ matter", when=Q(ended_at=None)),
            # Few are returned, and the page for leaders looks for them.
            index("assignment_returned", "matter", when=~Q(returned_reason="")),
        ]

    def __str__(self):
        return f"{self.matter_id} → {self.organ_id} ({self.part})"

    @property
    def is_to_sign(self):
        return self.signed_at is None and self.sign_due_on is not None

    @property
    def given_on(self):
        """The day of assignment; None if an old ledger does not tell it."""
        return self.told_on if self.is_imported else timezone.localdate(self.assigned_at)

    @property
    def giver(self):
        """Who assigned it; None if it comes from an old ledger."""
        return None if self.is_imported else self.assigned_by


class MatterStepQuerySet(Rows):
    def taken_here(self):
        """Steps made in the portal, not imported from an old ledger."""
        return self.exclude(facts__has_key="import")

    def standing(self):
        """Steps in force: neither taken back nor the taking back of another."""
        return self.filter(takes_back=None, taken_back_by=None)


class MatterStep(Step):
    """A step in the history of a matter."""

    STRONG = frozenset({"order", "reopen", "urge"})
    # Set when it is shown: the moves hold their own labels.
    label = ""

    matter = models.ForeignKey(Matter, models.CASCADE, related_name="steps")
    move = models.CharField(max_length=24, db_collation="C")
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    on_behalf_of = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    organ = models.ForeignKey(Organ, models.PROTECT, null=True, related_name="+")
    from_status = models.CharField(max_length=18, choices=Status, blank=True, default="")
    to_status = models.CharField(max_length=18, choices=Status)
    text = MaskedTextField(max_length=5_000, blank=True, default="")
    facts = models.JSONField(default=dict)
    attachments = models.ManyToManyField(Attachment, related_name="matter_steps")
    # The key of the form: resending it makes no second step.
    client_key = models.UUIDField(null=True, editable=False)
    # The earlier step that this one takes back; both stay.
    takes_back = models.OneToOneField(
        "self", models.CASCADE, null=True, related_name="taken_back_by", editable=False
    )

    objects = MatterStepQuerySet.as_manager()
    by_name = ByName.as_manager()

    class Meta:
        base_manager_name = "by_name"
        indexes = [index("step_matter", "matter -at -id"), index("step_by", "by matter")]
        constraints = [
            unique("a_step_is_made_once", "matter client_key", when=Q(client_key__isnull=False))
        ]

    @property
    def is_internal(self):
        """An internal note of host or desk, or its taking back."""
        return "internal" in (self.move, self.facts.get("move"))

    @property
    def author(self):
        return super().author or gettext("the raiser, by card or slip")

    @property
    def principal(self):
        return self.on_behalf_of

    @property
    def author_organ(self):
        return self.organ

    @property
    def is_imported(self):
        return "import" in self.facts

    @property
    def entered_on(self):
        return timezone.localdate(self.at)

    @property
    def told_on(self):
        day = self.facts.get("day")
        return day and date.fromisoformat(day)


class MatterBefore(models.Model):
    """The state before a step, kept while the step can be taken back."""

    step = models.OneToOneField(MatterStep, models.CASCADE, related_name="before")
    # Encrypted JSON, see outreach/undo_log.py: it may hold names and texts.
    sealed = models.TextField()
    until = models.DateTimeField()

    ENCRYPTED = {"sealed": "matter.before"}

    class Meta:
        indexes = [index("matter_before_until", "until")]

    def __str__(self):
        return f"before step {self.step_id}"


class MatterCareQuerySet(Rows):
    def running(self):
        return self.filter(ended_at=None)


class MatterCare(models.Model):
    """The cadre who carries a matter on after its registrar left the unit.

    `Matter.registered_by` does not change. From the handover on the successor may see and do what
    the registrar could; the row ends when the matter is handed over again.
    """

    matter = models.ForeignKey(Matter, models.CASCADE, related_name="cares")
    cadre = models.ForeignKey(Cadre, models.PROTECT, related_name="+")
    handover = models.ForeignKey("outreach.StayHandover", models.PROTECT, related_name="cares")
    ended_at = models.DateTimeField(null=True)

    objects = MatterCareQuerySet.as_manager()
    by_name = ByName.as_manager()

    class Meta:
        base_manager_name = "by_name"
        constraints = [unique("one_carries_a_matter_on", "matter", when=Q(ended_at=None))]

    def __str__(self):
        return f"{self.matter_id} with {self.cadre_id}"


class MatterRequestQuerySet(Rows):
    def to_confirm_by(self, user):
        """Undecided requests that the user may confirm as the second person."""
        reached = Matter.objects.filter(reach(user, Permission.CONFIRM_REQUESTS))
        waiting = self.filter(matter__in=reached.values("pk"), decided_at=None)
        ids = user.identity_ids
        return waiting.exclude(asked_by__in=ids).exclude(on_behalf_of__in=ids)


class MatterRequest(models.Model):
    """A request of one person that a second one confirms: extension, referral, suspension …"""

    class Kind(models.TextChoices):
        EXTENSION = "extension", _("Extension")
        ON_THE_SPOT = "on_the_spot", _("Settled on the spot")
        EXPLAINED = "explained", _("Explained, cannot be done")
        REFERRED = "referred", _("Referred to a statutory channel")
        SUSPENDED = "suspended", _("Suspended until conditions allow")
        WITHDRAWN = "withdrawn", _("Withdrawn by the raiser")
        MERGED = "merged", _("Same as another matter")

    matter = models.ForeignKey(Matter, models.CASCADE, related_name="requests")
    kind = models.CharField(max_length=12, choices=Kind)
    reason = MaskedTextField(_("reason"), max_length=1_000)
    new_due_on = models.DateField(_("new deadline"), null=True)
    channel = models.CharField(_("channel"), max_length=60, blank=True, default="")
    channel_number = models.CharField(max_length=30, blank=True, default="", db_default="")
    target = models.ForeignKey(Matter, models.PROTECT, null=True, related_name="+")
    status_before = models.CharField(max_length=18, choices=Status)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    # The requester's principal, or the cadre for whom the requester typed; neither can confirm.
    on_behalf_of = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    approved = models.BooleanField(null=True)

    objects = MatterRequestQuerySet.as_manager()
    by_name = ByName.as_manager()

    class Meta:
        base_manager_name = "by_name"
        constraints = [
            unique(
                "one_open_request_of_a_matter",
                "matter",
                when=Q(decided_at=None),
                said=_("A request about this matter is already waiting."),
            ),
            unique(
                "one_extension_of_a_matter",
                "matter",
                when=Q(kind="extension", approved=True),
                said=_("The deadline was extended once already."),
            ),
            check(
                "decided_by_a_second_person",
                Q(decided_by=None)
                | ~Q(decided_by=F("asked_by")) & ~Q(decided_by=F("on_behalf_of")),
                _("A second person confirms."),
            ),
            check("decision_whole_or_absent", all_or_none("decided_at decided_by approved")),
        ]

    def __str__(self):
        return f"{self.matter_id} {self.kind}"


def settled_at_once():
    """The condition that a second person confirmed a settlement on the spot."""
    asked = MatterRequest.objects.filter(kind=MatterRequest.Kind.ON_THE_SPOT, approved=True)
    return Exists(asked.filter(matter=OuterRef("pk")))


class SupervisionOrderQuerySet(Rows):
    def to_answer_by(self, user):
        expected = Matter.objects.waiting_for(user, "answer_order")
        return self.filter(matter__in=expected.values("pk"), answered_at=None, settled_at=None)

    def to_accept(self):
        """Answered, and waiting for acceptance by the leader who wrote the instruction."""
        return self.filter(answered_at__isnull=False, settled_at=None)


class SupervisionOrder(models.Model):
    """督办: an instruction with a deadline whose answer returns to the leader who wrote it."""

    matter = models.ForeignKey(Matter, models.CASCADE, related_name="orders")
    instruction = MaskedTextField(_("instruction"), max_length=1_000)
    leader = models.ForeignKey(User, models.PROTECT, related_name="+")
    issued_at = models.DateTimeField()
    due_on = models.DateField(_("answer due"))
    answer = MaskedTextField(_("answer"), max_length=2_000, blank=True, default="")
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)

    objects = SupervisionOrderQuerySet.as_manager()
    by_name = ByName.as_manager()

    class Meta:
        base_manager_name = "by_name"
        constraints = [
            check("answered_at_with_answered_by", all_or_none("answered_at answered_by")),
            check(
                "an_order_is_settled_after_its_answer",
                Q(settled_at=None) | Q(answered_at__isnull=False),
            ),
        ]
        indexes = [index("order_leader", "leader settled_at")]

    def __str__(self):
        return f"order on {self.matter_id}"


class FollowUpQuerySet(Rows):
    def open_on(self, day):
        return self.filter(answered_at=None, given_up_at=None, starts_on__lte=day)

    def given_to_nobody(self):
        return self.filter(is_given_to_nobody())

    def visible_to(self, user):
        """Call-backs assigned to the user, and those the user arranges. Callers see a finished call
        only while they may see the matter."""
        readable = Matter.objects.visible_to(user).filter(pk=OuterRef("matter"))
        is_open = Q(answered_at=None, given_up_at=None)
        return self.filter(
            Q(caller__in=user.identity_ids) & (is_open | Exists(readable)) | _arranged_by(user)
        )

    def answered(self):
        return self.filter(answered_at__isnull=False)

    def readable_by(self, user):
        """Answers about matters in reach of the user's roles."""
        return self.answered().filter(reach(user, Permission.READ_MATTERS, via="matter__"))


def is_given_to_nobody():
    """The condition of having no caller, or one with an ended account. Ended accounts are few; a
    join would hash all accounts on each page that counts these."""
    ended = User.objects.filter(is_active=False).values("pk")
    return Q(caller=None) | Q(IsAnyOf("caller", ended))


def _arranged_by(user):
    """The condition that the user arranges the call. The matters of a county, township or organ are
    few and found first by a subquery; those of a city or province are joined, because the subquery
    would list 300,000 matters for every call."""
    arranges = partial(reach, user, Permission.ARRANGE_CALL_BACKS)
    few = Matter.objects.filter(arranges(only=_reaches_few)).values("pk")
    return arranges(via="matter__", only=lambda grant: not _reaches_few(grant)) | Q(
        IsAnyOf("matter", few)
    )


def _reaches_few(grant):
    is_small = grant.division_id and grant.division.level >= DivisionLevel.COUNTY
    return bool(grant.organ_id or is_small)


class FollowUp(models.Model):
    """回访: a call to ask for the raiser's word on one result.

    A `sample` is drawn from all results and made by somebody outside the handling chain; only its
    answers count in satisfaction rates (DESIGN 6.3).
    """

    class Kind(models.TextChoices):
        WORD = "word", _("Call-back")
        SAMPLE = "sample", _("Sample call-back")
        # The first word was recorded wrongly and another person asks again; both words stay.
        SECOND = "second", _("Asked again")

    matter = models.ForeignKey(Matter, models.CASCADE, related_name="follow_ups")
    side = models.ForeignKey(MatterSide, models.CASCADE, null=True, related_name="follow_ups")
    kind = models.CharField(max_length=6, choices=Kind, default=Kind.WORD)
    # The result it asks about: 0 for the first, 1 after the first reopening …
    round = models.PositiveSmallIntegerField(default=0)
    caller = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    arranged_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    starts_on = models.DateField()
    due_on = models.DateField()
    word = models.CharField(max_length=12, choices=Word, blank=True, default="")
    comment = MaskedCharField(max_length=500, blank=True, default="")
    method = models.CharField(max_length=10, blank=True, default="")
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    given_up_at = models.DateTimeField(null=True)
    # For a second call: the call with the wrongly recorded word, and the reason.
    corrects = models.OneToOneField(
        "self", models.CASCADE, null=True, related_name="corrected_by", editable=False
    )
    reason = MaskedCharField(max_length=200, blank=True, default="", db_default="")

    objects = FollowUpQuerySet.as_manager()
    by_name = ByName.as_manager()

    class Meta:
        base_manager_name = "by_name"
        constraints = [
            unique(
                "one_call_back_of_a_kind_for_each_result",
                "matter kind round side",
                nulls_distinct=False,
            ),
            # A raiser who answers by slip does so alone, so no account is recorded.
            check(
                "an_answer_has_word_time_and_person",
                Q(answered_at=None, answered_by=None, word="")
                | Q(answered_at__isnull=False)
                & (Q(answered_by__isnull=False) | Q(method="slip"))
                & ~Q(word=""),
            ),
            check("only_a_second_word_corrects", only_when("corrects", kind="second")),
        ]
        indexes = [
            index("follow_up_open", "caller due_on", when=Q(answered_at=None, given_up_at=None)),
            index("follow_up_answered", "-answered_at -id", when=Q(answered_at__isnull=False)),
        ]

    def __str__(self):
        return f"{self.kind} of {self.matter_id}"

    def get_absolute_url(self):
        return page_of("outreach:follow_up", self.pk)

    @property
    def is_given(self):
        """Whether it has a caller who can still sign in."""
        return self.caller is not None and self.caller.is_active


class FollowUpTry(models.Model):
    """A call that reached nobody. After three, on different days, the matter closes unrated."""

    follow_up = models.ForeignKey(FollowUp, models.CASCADE, related_name="tries")
    on = models.DateField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    note = MaskedCharField(max_length=500, blank=True, default="")

    class Meta:
        constraints = [
            unique(
                "one_try_a_day_counts",
                "follow_up on",
                said=_("Today's try is already noted; try on another day."),
            )
        ]

    def __str__(self):
        return f"{self.follow_up_id} {self.on}"


def number_area(county_id, host_organ):
    """The area within which matter numbers run."""
    if county_id:
        return f"division-{county_id}"
    return f"organ-{host_organ.ancestor_ids[0]}"
