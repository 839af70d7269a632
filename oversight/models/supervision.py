"""督办台账: leaders' instructions, decisions of meetings and tasks of plans, until their end."""

from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from outreach.models import Matter, MeetingDecision, SupervisionOrder
from oversight.models.placed import OfOrgan
from oversight.models.plans import PlanItem
from pairing.models import ProminentProblem
from portal.days import workdays
from portal.models import Cadre, Organ, User
from portal.models.constraints import check, index, only_when, optional_ref, ref, unique
from portal.models.steps import Step
from portal.models.text import MaskedCharField
from portal.pages import search
from portal.roles import Permission
from portal.rows import ByName, Rows
from portal.trust import wall
from portal.trust.access import IsAnyOf, organ_reach, reach


class EntrySource(models.TextChoices):
    """来源 of 督办台账."""

    INSTRUCTION = "leader", _("Instruction of a leader")
    MEETING = "meeting", _("Decision of a meeting")
    PROBLEM = "problem", pgettext_lazy("supervision", "Prominent problem")
    PLAN = "plan", _("Main points of the year")
    UPPER = "upper", _("Assigned from above")


class EntryState(models.TextChoices):
    """DOMAIN-NEXT C."""

    DRAFT = "draft", pgettext_lazy("supervision", "Drafted")
    SUBMITTED = "submitted", pgettext_lazy("supervision", "To be decided")
    ESTABLISHED = "set_up", pgettext_lazy("supervision", "Established")
    ASSIGNED = "assigned", pgettext_lazy("supervision", "Given to the organ")
    UNDER_WAY = "in_progress", pgettext_lazy("supervision", "In hand")
    REPORTED = "reported", pgettext_lazy("supervision", "Reported, to be reviewed")
    REVIEWED = "to_end", _("Reviewed, to be ended")
    CLOSED = "closed", pgettext_lazy("supervision", "Struck off")
    ARCHIVED = "archived", pgettext_lazy("supervision", "Archived")
    REVOKED = "revoked", pgettext_lazy("supervision", "Establishment revoked")


E = EntryState
# Assigned to the lead organ and not ended.
WITH_ORGAN = (E.ASSIGNED, E.UNDER_WAY)
# Not decided yet.
PROPOSED = (E.DRAFT, E.SUBMITTED)
OPEN = (E.DRAFT, E.SUBMITTED, E.ESTABLISHED, E.ASSIGNED, E.UNDER_WAY, E.REPORTED, E.REVIEWED)
# Readable by the organs.
GIVEN = (E.ASSIGNED, E.UNDER_WAY, E.REPORTED, E.REVIEWED, E.CLOSED, E.ARCHIVED)


def _of_roles(user):
    return (
        reach(user, Permission.KEEP_SUPERVISION)
        | reach(user, Permission.READ_SUPERVISION)
        | organ_reach(user, Permission.DECIDE_SUPERVISION, to="organ")
    )


def _of_organs(user):
    """Q of entries assigned to an organ for which the user reports."""
    helping = SupervisionEntry.organs.through.objects.filter(
        organ_reach(user, Permission.REPORT_PROGRESS)
    )
    mine = organ_reach(user, Permission.REPORT_PROGRESS, to="lead_organ")
    if user.holds(Permission.REPORT_PROGRESS):
        mine |= Q(IsAnyOf("pk", helping.order_by().values("supervisionentry")))
    return Q(state__in=GIVEN) & mine


def _named(user):
    own = Cadre.objects.filter(user__in=user.identity_ids).values("pk")
    return Q(IsAnyOf("leader", own)) | Q(state__in=GIVEN) & Q(IsAnyOf("official", own))


class EntryQuerySet(Rows):
    """Ways of choosing entries; every page starts from visible_to()."""

    def visible_to(self, user):
        """Entries of the user's roles, those assigned to an organ for which the user reports, and
        those that name the user."""
        return self.filter(_of_roles(user) | _of_organs(user) | _named(user))

    def of_roles(self, user):
        return self.filter(_of_roles(user) | _of_organs(user))

    def ordered_by(self, user):
        """Entries instructed by the user."""
        own = Cadre.objects.filter(user__in=user.identity_ids).values("pk")
        return self.filter(IsAnyOf("leader", own))

    def of(self, user):
        """Entries that name the user, and those assigned to an organ for which the user reports."""
        return self.filter(_named(user) | _of_organs(user))

    def open(self):
        return self.filter(state__in=OPEN)

    def to_decide(self):
        return self.filter(state=E.SUBMITTED)

    def to_assign(self):
        return self.filter(state=E.ESTABLISHED)

    def to_sign(self):
        return self.filter(state=E.ASSIGNED)

    def to_report(self, on):
        """Under way, with a report due by the next working day."""
        until = workdays.add_working_days(on, 1)
        return self.filter(state=E.UNDER_WAY, report_on__lte=until)

    def to_review(self):
        return self.filter(state=E.REPORTED)

    def to_end(self):
        return self.filter(state=E.REVIEWED)

    def late(self, on):
        return self.filter(state__in=(*WITH_ORGAN, E.REPORTED), due_on__lt=on)

    def containing(self, text):
        return self.filter(
            search.in_texts(text, "title", "content") | Q(lead_organ__name__contains=text)
        )

    def for_list(self):
        return self.select_related("lead_organ", "leader", "official", "organ")


class SupervisionEntry(OfOrgan):
    """A matter under supervision. `organ` is the desk that keeps it.

    Anything else that asks for the same matter becomes a further source of it, never a second
    entry.
    """

    numbered_in = models.CharField(max_length=24, db_collation="C")
    number_year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    source = models.CharField(
        pgettext_lazy("supervision", "source"), max_length=8, choices=EntrySource
    )
    leader = optional_ref(Cadre, _("instructing leader"), related_name="+")
    title = MaskedCharField(pgettext_lazy("supervision", "matter"), max_length=80)
    content = MaskedCharField(_("what was instructed or decided"), max_length=500)
    lead_organ = ref(Organ, pgettext_lazy("supervision", "lead organ"), related_name="+")
    organs = models.ManyToManyField(
        Organ, verbose_name=_("helping organs"), related_name="+", blank=True
    )
    official = optional_ref(Cadre, _("responsible leader"), related_name="+")
    due_on = models.DateField(pgettext_lazy("supervision", "until"))
    # Interval as ordered; at least monthly.
    report_days = models.PositiveSmallIntegerField(_("reports every so many days"))
    state = models.CharField(max_length=11, choices=EntryState, default=EntryState.DRAFT)
    is_long_term = models.BooleanField(default=False)
    is_extended = models.BooleanField(default=False)
    assigned_on = models.DateField(null=True, blank=True)
    sign_by = models.DateField(null=True, blank=True)
    signed_on = models.DateField(null=True, blank=True)
    last_report_on = models.DateField(null=True, blank=True)
    # Day of the next report; empty unless the entry is under way.
    report_on = models.DateField(null=True, blank=True)
    result = MaskedCharField(max_length=500, blank=True, default="")
    opinion = MaskedCharField(_("opinion of the review"), max_length=300, blank=True, default="")
    closed_on = models.DateField(null=True, blank=True)
    proposed_by = ref(User, related_name="+")
    created_at = models.DateTimeField()

    objects = EntryQuerySet.as_manager()
    by_name = ByName.as_manager()

    class Meta:
        base_manager_name = "by_name"
        constraints = [
            unique("one_entry_of_a_number_a_year", "numbered_in number_year number"),
            check(
                "an_entry_is_reported_on_at_least_monthly",
                Q(report_days__range=(1, 31)),
                _("Reports come at least monthly: every 1 to 31 days."),
            ),
            check(
                "an_instruction_names_its_leader",
                ~Q(source="leader") | Q(leader__isnull=False),
                _("Name the leader who gave the instruction."),
            ),
            check(
                "an_entry_given_to_an_organ_has_its_days",
                Q(state__in=("draft", "submitted", "set_up", "revoked"))
                | Q(assigned_on__isnull=False, sign_by__isnull=False),
            ),
            check(
                "an_entry_in_hand_is_signed_for",
                Q(state__in=("draft", "submitted", "set_up", "assigned", "revoked"))
                | Q(signed_on__isnull=False),
            ),
            check(
                "the_next_report_is_due_while_in_hand", only_when("report_on", state="in_progress")
            ),
            check(
                "a_struck_off_entry_has_day_and_result",
                Q(state__in=("closed", "archived"), closed_on__isnull=False) & ~Q(result="")
                | ~Q(state__in=("closed", "archived")) & Q(closed_on=None),
            ),
        ]
        indexes = [
            index("entry_county", "county -created_at -id"),
            index("entry_day", "-created_at -id"),
            index("entry_due", "due_on id", when=Q(state__in=("assigned", "in_progress"))),
            index("entry_organ", "lead_organ -created_at -id"),
        ]

    def __str__(self):
        return f"{self.number_label} {self.title}"

    def get_absolute_url(self):
        return reverse("oversight:supervision_entry", args=[self.pk])

    @property
    def number_label(self):
        return f"DB{self.number_year}-{self.number:04}"

    @property
    def is_open(self):
        return self.state in OPEN

    def is_late(self, on):
        return self.state in (*WITH_ORGAN, E.REPORTED) and self.due_on < on

    def report_from(self, day):
        """The day of the next report, after one on this day."""
        return day + timedelta(days=self.report_days)


class EntryGround(models.Model):
    """A source of an entry: an instruction, a decision, a problem, an item, or words for an origin
    outside the portal. Each source belongs to one entry only."""

    entry = models.ForeignKey(SupervisionEntry, models.CASCADE, related_name="grounds")
    source = models.CharField(max_length=8, choices=EntrySource)
    given_on = models.DateField(_("given on"))
    # The meeting, the document from above, or who gave the instruction where.
    occasion = MaskedCharField(_("meeting, document or occasion"), max_length=80)
    # The origin, if it is a record in the portal.
    order = optional_ref(SupervisionOrder, related_name="+")
    decision = optional_ref(MeetingDecision, related_name="+")
    problem = optional_ref(ProminentProblem, related_name="+")
    item = optional_ref(PlanItem, related_name="+")
    # The matter concerned; used to find an open entry on it.
    matter = optional_ref(Matter, related_name="supervision_grounds")
    added_by = ref(User, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        constraints = [
            check("a_ground_says_its_occasion", ~Q(occasion="")),
            *(
                unique(
                    f"a_ground_of_{name}_belongs_to_one_entry",
                    name,
                    said=_("It is under supervision already."),
                )
                for name in ("order", "decision", "problem", "item")
            ),
        ]

    def __str__(self):
        return f"{self.entry_id} {self.source}"

    @property
    def origin(self):
        """Return (text, record to link to) of its origin in the portal, or None."""
        if self.decision_id:
            return self.decision.text, self.decision.meeting
        if self.problem_id:
            return self.problem.title, self.problem
        if self.item_id:
            return self.item.task, self.item
        return (self.matter.number_label, self.matter) if self.matter_id else None


class EntryStep(Step):
    """A step in the history of an entry: reports of the organ, reminders of the desk, decisions."""

    STRONG = frozenset({"set_up", "closed", "revoked"})

    class Move(models.TextChoices):
        SUBMITTED = "submitted", pgettext_lazy("supervision", "Submitted for decision")
        SENT_BACK = "sent_back", pgettext_lazy("supervision", "Sent back to be changed")
        ESTABLISHED = "set_up", pgettext_lazy("supervision", "Established")
        ASSIGNED = "assigned", pgettext_lazy("supervision", "Given to the organ")
        SIGNED = "signed", pgettext_lazy("supervision", "Signed for")
        PROGRESS = "progress", pgettext_lazy("supervision", "Progress reported")
        REPORTED = "reported", pgettext_lazy("supervision", "Result reported")
        URGED = "urged", pgettext_lazy("supervision", "Urged")
        REVIEWED = "reviewed", pgettext_lazy("supervision", "Review passed")
        RETURNED = "returned", _("Sent back to be done further")
        EXTENDED = "extended", pgettext_lazy("supervision", "Deadline extended")
        LONG_TERM = "long_term", _("Supervised for the long term")
        JOINED = "joined", _("Further source of the same matter")
        CLOSED = "closed", pgettext_lazy("supervision", "Struck off")
        ARCHIVED = "archived", pgettext_lazy("supervision", "Archived")
        REVOKED = "revoked", pgettext_lazy("supervision", "Establishment revoked")
        UNDONE = "undone", _("Step taken back")

    entry = models.ForeignKey(SupervisionEntry, models.CASCADE, related_name="steps")
    move = models.CharField(max_length=9, choices=Move)
    text = MaskedCharField(max_length=500, blank=True, default="")
    facts = models.JSONField(default=dict)

    class Meta:
        indexes = [index("entry_step", "entry -at -id")]


def open_entry_about(
    *, matter=None, order=None, decision=None, problem=None, item=None, besides=None
):
    """Return the entry, other than `besides`, that already follows this record or, if still open,
    this matter; else None."""
    about = Q(pk__in=())
    for name, one in (("order", order), ("decision", decision), ("problem", problem)):
        about |= Q(**{f"grounds__{name}": one}) if one else Q(pk__in=())
    about |= Q(grounds__item=item) if item else Q(pk__in=())
    if matter:
        about |= Q(grounds__matter=matter, state__in=OPEN)
    # Regardless of the user's view, there is one entry for one matter.
    with wall.as_system("whether something is supervised already"):
        rows = SupervisionEntry.objects.filter(about)
        rows = rows.exclude(pk=besides.pk) if besides else rows
        return rows.order_by("pk").distinct().first()
