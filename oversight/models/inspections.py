"""督查: an inspection from its plan to the archive; without a mandate it is a 工作回访."""

import zlib

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Prefetch, Q
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from outreach.models import Matter
from portal.models import Cadre, Division, GrassrootsUnit, Organ, User
from portal.models.constraints import (
    all_or_none,
    check,
    in_order,
    index,
    only_unless,
    only_when,
    optional_ref,
    ref,
    unique,
)
from portal.models.steps import Step
from portal.models.text import MaskedCharField, MaskedTextField
from portal.pages import search
from portal.roles import Permission
from portal.rows import ByName, Rows
from portal.sampling.frame import Frame
from portal.sampling.plan import Method as DrawMethod
from portal.sampling.plan import Plan
from portal.sampling.seed import SeedKind
from portal.trust.access import IsAnyOf, organ_reach


class Mandate(models.TextChoices):
    """政府督查工作条例 7: an item of the yearly plan, or an approval of its own."""

    PLAN = "plan", _("Item of the yearly plan")
    APPROVAL = "approval", _("Approved for this one matter")


class Way(models.TextChoices):
    RANDOM = "random", _("Random draw")
    ON_SITE = "on_site", pgettext_lazy("inspections", "On site, unannounced")
    PHONE = "phone", pgettext_lazy("inspections", "By telephone")
    PAPERS = "papers", _("Reading papers")


class DrawnFrom(models.TextChoices):
    UNITS = "units", _("Villages and other units")
    CLOSURES = "closures", _("Matters closed in a period")


class InspectionState(models.TextChoices):
    """DOMAIN-NEXT B."""

    DRAFT = "draft", pgettext_lazy("inspections", "Plan in draft")
    SUBMITTED = "submitted", pgettext_lazy("inspections", "To be approved")
    APPROVED = "approved", pgettext_lazy("inspections", "Approved")
    FROZEN = "frozen", pgettext_lazy("oversight", "Frame frozen")
    DRAWN = "drawn", pgettext_lazy("inspections", "Drawn")
    ON_SITE = "on_site", pgettext_lazy("inspections", "Inspection under way")
    CHECKING = "checking", _("Facts being checked")
    CONCLUDED = "concluded", pgettext_lazy("inspections", "Concluded")
    FED_BACK = "fed_back", pgettext_lazy("inspections", "Fed back")
    RECTIFYING = "rectifying", pgettext_lazy("inspections", "Being put right")
    RECHECKING = "rechecking", pgettext_lazy("inspections", "Being re-checked")
    DONE = "done", pgettext_lazy("inspections", "Completed")
    ARCHIVED = "archived", pgettext_lazy("inspections", "Archived")
    CANCELLED = "cancelled", pgettext_lazy("inspections", "Cancelled")


# The inspected organs see it only in these states.
OPEN_TO_THE_INSPECTED = (
    InspectionState.CHECKING,
    InspectionState.CONCLUDED,
    InspectionState.FED_BACK,
    InspectionState.RECTIFYING,
    InspectionState.RECHECKING,
    InspectionState.DONE,
    InspectionState.ARCHIVED,
)
# Findings are being rectified and re-checked.
PUTTING_RIGHT = (
    InspectionState.FED_BACK,
    InspectionState.RECTIFYING,
    InspectionState.RECHECKING,
)
OVER = (InspectionState.DONE, InspectionState.ARCHIVED, InspectionState.CANCELLED)


def own_cadres(user):
    return Cadre.objects.filter(user__in=user.identity_ids).values("pk")


def _naming(user):
    """Inspections that the user wrote, heads, approves or is a member of, as a Q."""
    own = own_cadres(user)
    member = Inspection.members.through.objects.filter(cadre__in=own)
    return (
        Q(IsAnyOf("head", own))
        | Q(IsAnyOf("approver", own))
        | Q(written_by__in=user.identity_ids)
        | Q(IsAnyOf("pk", member.values("inspection")))
    )


def _of_roles(user):
    opened = organ_reach(user, Permission.READ_INSPECTIONS)
    return opened | organ_reach(user, Permission.LEAD_INSPECTIONS)


class InspectionQuerySet(Rows):
    """Ways of choosing inspections; every page starts from visible_to()."""

    def visible_to(self, user):
        """Inspections that the user takes part in or reads by a role; inspected organs see it from
        the fact check on."""
        asked = InspectedOrgan.objects.asked_of(user).values("inspection")
        return self.filter(_of_roles(user) | _naming(user) | Q(IsAnyOf("pk", asked)))

    def whole_for(self, user):
        """Inspections that the user sees in full, not only as an inspected organ."""
        return self.filter(_of_roles(user) | _naming(user))

    def of_roles(self, user):
        return self.filter(_of_roles(user))

    def of(self, user):
        """Inspections that name the user."""
        return self.filter(_naming(user))

    def running(self):
        return self.exclude(state__in=OVER)

    def containing(self, text):
        return self.filter(search.in_texts(text, "title"))

    def for_list(self):
        return self.select_related("organ", "head").defer(*Inspection.LARGE)


class Inspection(models.Model):
    """One inspection. Frame and plan of its draw are frozen before the seed is entered."""

    # Columns deferred in lists.
    LARGE = ("frame_file", "places", "content", "discipline", "conclusion")

    title = MaskedCharField(pgettext_lazy("inspections", "what is inspected"), max_length=80)
    organ = ref(Organ, pgettext_lazy("inspections", "carried out by"), related_name="inspections")
    mandate = models.CharField(max_length=8, choices=Mandate, blank=True, default="")
    mandate_number = MaskedCharField(max_length=60, blank=True, default="")
    scope = MaskedCharField(_("scope"), max_length=300)
    content = MaskedTextField(_("what is looked at"), max_length=3_000)
    discipline = MaskedCharField(_("discipline"), max_length=500, blank=True, default="")
    ways = ArrayField(
        models.CharField(max_length=8, choices=Way), verbose_name=pgettext_lazy("oversight", "ways")
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))
    head = ref(Cadre, pgettext_lazy("inspections", "head"), related_name="headed_inspections")
    members = models.ManyToManyField(
        Cadre, verbose_name=pgettext_lazy("inspections", "members"), related_name="inspections"
    )
    # The leader named in the plan, who approves and concludes.
    approver = ref(Cadre, _("approving leader"), related_name="approved_inspections")

    # What is drawn; empty if nothing is.
    drawn_from = models.CharField(max_length=8, choices=DrawnFrom, blank=True, default="")
    # Empty means the whole area of the organ.
    area = optional_ref(Division, _("area"), related_name="+")
    closed_from = models.DateField(_("closed from"), null=True, blank=True)
    closed_to = models.DateField(_("closed to"), null=True, blank=True)
    number = models.PositiveIntegerField(_("number to draw"), null=True, blank=True)
    unit_count = models.PositiveIntegerField(null=True)
    # Only for closures: number in the frame reported as solved at the freeze.
    reported_solved = models.PositiveIntegerField(null=True)
    # {key: id of the unit or matter}; `frame_file` holds the published bytes (docs/sampling.md),
    # zlib-compressed.
    places = models.JSONField(default=dict, blank=True)
    frame_file = models.BinaryField(default=b"")
    frame_digest = models.CharField(max_length=64, db_collation="C", blank=True, default="")
    plan_digest = models.CharField(max_length=64, db_collation="C", blank=True, default="")
    frozen_at = models.DateTimeField(null=True)
    seed_kind = models.CharField(max_length=6, choices=SeedKind, blank=True, default="")
    seed = models.CharField(max_length=200, db_collation="C", blank=True, default="")
    seed_how = MaskedCharField(max_length=200, blank=True, default="")
    witness = MaskedCharField(
        pgettext_lazy("oversight", "witness"), max_length=40, blank=True, default=""
    )
    witness_of = MaskedCharField(_("organ of the witness"), max_length=60, blank=True, default="")
    seeded_at = models.DateTimeField(null=True)
    result_digest = models.CharField(max_length=64, db_collation="C", blank=True, default="")

    state = models.CharField(max_length=10, choices=InspectionState, default=InspectionState.DRAFT)
    conclusion = MaskedTextField(_("conclusion"), max_length=5_000, blank=True, default="")
    concluded_on = models.DateField(null=True)
    concluded_by = ref(User, null=True, related_name="+")
    fed_back_on = models.DateField(null=True)
    written_by = ref(User, related_name="+")
    created_at = models.DateTimeField()

    objects = InspectionQuerySet.as_manager()
    by_name = ByName.as_manager()

    class Meta:
        base_manager_name = "by_name"
        constraints = [
            in_order("an_inspection_ends_after_it_begins"),
            check(
                "a_mandate_has_its_number",
                all_or_none("", "mandate mandate_number"),
                _("Write the number of the plan or of the approval."),
            ),
            check(
                "closures_are_drawn_from_a_period",
                only_when("closed_from closed_to", drawn_from="closures")
                & (Q(closed_to=None) | Q(closed_to__gte=F("closed_from"))),
                _("Say from when to when they were closed."),
            ),
            check(
                "a_draw_has_its_number",
                only_unless("number", drawn_from="") & (Q(number=None) | Q(number__gte=1)),
                _("Say how many are drawn."),
            ),
            check(
                "a_frozen_inspection_frame_has_its_hash",
                all_or_none("frozen_at unit_count", "frame_digest plan_digest"),
            ),
            check(
                "an_inspection_is_drawn_after_its_frame_is_frozen",
                Q(seeded_at=None) | Q(frozen_at__isnull=False, seeded_at__gt=F("frozen_at")),
                _("The seed is entered after the frame is frozen and published."),
            ),
            check(
                "an_inspection_seed_has_its_witness",
                all_or_none(
                    "seeded_at", "seed seed_kind seed_how witness witness_of result_digest"
                ),
            ),
            check(
                "a_conclusion_has_words_day_and_person",
                all_or_none("concluded_on concluded_by", "conclusion"),
            ),
        ]
        indexes = [
            index("inspection_day", "-starts_on -id"),
            index("inspection_organ", "organ -starts_on -id"),
        ]

    def __str__(self):
        return f"{self.pk} {self.title}"

    def get_absolute_url(self):
        return reverse("oversight:inspection", args=[self.pk])

    @property
    def has_mandate(self):
        """Without a mandate it is a 工作回访, which concludes but issues no notices."""
        return bool(self.mandate)

    @property
    def kind_label(self):
        return pgettext_lazy("oversight", "Inspection") if self.has_mandate else _("Work re-visit")

    @property
    def basis_label(self):
        if not self.has_mandate:
            return ""
        return f"{self.get_mandate_display()} {self.mandate_number}"

    @property
    def way_labels(self):
        return [Way(code).label for code in self.ways]

    @property
    def is_drawn(self):
        return self.seeded_at is not None

    @property
    def is_over(self):
        return self.state in OVER

    @property
    def is_of_closures(self):
        return self.drawn_from == DrawnFrom.CLOSURES

    @property
    def plan(self):
        """One stratum, no reserve: units not reached are not replaced."""
        return Plan(DrawMethod.SIMPLE, {"": min(self.number, self.unit_count)}, 0, 0, 0)

    @cached_property
    def published_frame(self):
        return zlib.decompress(self.frame_file) if self.frame_file else b""

    @property
    def frame(self):
        return Frame.read(self.published_frame)

    @cached_property
    def group(self):
        """Head and members, with their organs."""
        return [self.head, *self.members.select_related("organ").order_by("pk")]


class InspectionStep(Step):
    """A step in the history of an inspection, or of one of its findings."""

    STRONG = frozenset({"approved", "concluded", "upheld", "done"})

    class Move(models.TextChoices):
        SUBMITTED = "submitted", _("Submitted for approval")
        SENT_BACK = "sent_back", _("Sent back to be changed")
        APPROVED = "approved", pgettext_lazy("inspections", "Approved")
        FROZEN = "frozen", _("Frame and plan frozen")
        DRAWN = "drawn", pgettext_lazy("inspections", "Drawn")
        BEGUN = "begun", pgettext_lazy("inspections", "Inspection begun")
        CHECKING = "checking", _("Facts sent to the inspected organs")
        ANSWERED = "answered", _("Facts answered")
        CONCLUDED = "concluded", pgettext_lazy("inspections", "Concluded")
        FED_BACK = "fed_back", pgettext_lazy("inspections", "Fed back")
        NOTICED = "noticed", _("Notice of rectification issued")
        SIGNED_FOR = "signed_for", _("Notice signed for")
        OBJECTED = "objected", _("Review asked for")
        UPHELD = "upheld", _("Objection upheld")
        REJECTED = "rejected", _("Objection rejected")
        CONFIRMED = "confirmed", _("Finding confirmed")
        REFUSED = "refused", _("Finding not confirmed")
        AT_ONCE = "at_once", _("To be put right at once")
        REPORTED = "reported", _("Rectification reported")
        SETTLED = "settled", _("Re-checked and written off")
        FAILED = "failed", _("Re-check not passed")
        LONG_TERM = "long_term", _("Taken into long-term rectification")
        DONE = "done", pgettext_lazy("inspections", "Completed")
        ARCHIVED = "archived", pgettext_lazy("inspections", "Archived")
        CANCELLED = "cancelled", pgettext_lazy("inspections", "Cancelled")
        UNDONE = "undone", _("Step taken back")

    inspection = models.ForeignKey(Inspection, models.CASCADE, related_name="steps")
    finding = models.ForeignKey("Finding", models.CASCADE, null=True, related_name="history")
    # The organ concerned, whose people may read the step. Empty: for the group only, or for
    # everybody.
    about = ref(Organ, null=True, related_name="+")
    move = models.CharField(max_length=10, choices=Move)
    text = MaskedCharField(max_length=1_000, blank=True, default="")

    class Meta:
        indexes = [index("inspection_step", "inspection -at -id")]


class InspectedOrganQuerySet(Rows):
    def asked_of(self, user):
        """Those of organs for which the user answers, once asked."""
        answering = organ_reach(user, Permission.ANSWER_INSPECTIONS)
        return self.filter(answering, asked_on__isnull=False)

    def visible_to(self, user):
        whole = Inspection.objects.whole_for(user).order_by().values("pk")
        asked = organ_reach(user, Permission.ANSWER_INSPECTIONS) & Q(asked_on__isnull=False)
        return self.filter(asked | Q(IsAnyOf("inspection", whole)))

    def to_answer(self, on):
        rows = self.filter(asked_on__isnull=False, answered_at=None)
        return rows.filter(inspection__state=InspectionState.CHECKING)


class InspectedOrgan(models.Model):
    """被督查单位: an organ or township, never a village. It checks the facts found about it."""

    inspection = models.ForeignKey(Inspection, models.CASCADE, related_name="inspected")
    organ = ref(Organ, pgettext_lazy("inspections", "inspected organ"), related_name="+")
    asked_on = models.DateField(null=True)
    due_on = models.DateField(null=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = ref(User, null=True, related_name="+")
    answer = MaskedCharField(max_length=1_000, blank=True, default="")

    objects = InspectedOrganQuerySet.as_manager()

    class Meta:
        constraints = [
            unique("an_organ_is_inspected_once_in_an_inspection", "inspection organ"),
            check("facts_are_asked_with_a_day", all_or_none("asked_on due_on")),
            check(
                "facts_are_answered_once_asked",
                all_or_none("answered_at answered_by", "answer")
                & (Q(answered_at=None) | Q(asked_on__isnull=False)),
            ),
        ]

    def __str__(self):
        return f"{self.inspection_id} {self.organ_id}"

    def get_absolute_url(self):
        return reverse("oversight:inspection", args=[self.inspection_id])

    @property
    def is_answered(self):
        return self.answered_at is not None


class Seen(models.TextChoices):
    """Finding on site for a closed matter."""

    SOLVED = "solved", pgettext_lazy("closures", "Solved")
    UNSOLVED = "unsolved", pgettext_lazy("closures", "Not solved, or in part")
    UNCLEAR = "unclear", pgettext_lazy("closures", "Not to be seen on site")


class Said(models.TextChoices):
    """The raiser's word. Silence is never counted as solved."""

    SOLVED = "solved", pgettext_lazy("closures", "Solved")
    UNSOLVED = "unsolved", pgettext_lazy("closures", "Not solved, or in part")
    UNREACHED = "unreached", _("Could not be reached")
    DECLINED = "declined", _("Declined to say")
    NOT_ASKED = "not_asked", _("Does not allow contact")


class InspectedRowQuerySet(Rows):
    def visible_to(self, user):
        whole = Inspection.objects.whole_for(user).order_by().values("pk")
        return self.filter(IsAnyOf("inspection", whole))

    def for_page(self):
        # Members of an inspection may not read all of the matters drawn.
        matters = Matter.by_name.select_related("organ", "host_organ", "lead_organ")
        rows = self.select_related("unit__host_organ")
        return rows.prefetch_related(Prefetch("matter", matters))

    def to_look_at(self, on):
        return self.filter(looked_on=None, inspection__state=InspectionState.ON_SITE)


class InspectedRow(models.Model):
    """A drawn unit or closed matter, and the result of its check."""

    inspection = models.ForeignKey(Inspection, models.CASCADE, related_name="rows")
    position = models.PositiveIntegerField()
    key = models.CharField(max_length=60, db_collation="C")
    unit = ref(GrassrootsUnit, null=True, related_name="+")
    matter = ref(Matter, null=True, related_name="+")
    way = models.CharField(max_length=8, choices=Way, blank=True, default="")
    seen = models.CharField(max_length=9, choices=Seen, blank=True, default="")
    said = models.CharField(max_length=9, choices=Said, blank=True, default="")
    note = MaskedCharField(max_length=500, blank=True, default="")
    looked_on = models.DateField(null=True)
    recorded_by = ref(User, null=True, related_name="+")

    objects = InspectedRowQuerySet.as_manager()

    class Meta:
        constraints = [
            unique("inspected_rows_have_their_order", "inspection position"),
            check(
                "a_unit_or_a_matter_is_drawn",
                Q(unit__isnull=False, matter=None) | Q(unit=None, matter__isnull=False),
            ),
            check("a_look_has_day_and_person", all_or_none("looked_on recorded_by", "way")),
            check(
                "a_matter_is_seen_or_asked_about",
                Q(looked_on=None, seen="", said="")
                | Q(matter=None, seen="", said="")
                | Q(looked_on__isnull=False) & ~Q(seen="", said=""),
                _("Say what was seen, or what the raiser said."),
            ),
        ]
        indexes = [index("inspected_row_matter", "matter", when=Q(matter__isnull=False))]

    def __str__(self):
        return f"{self.inspection_id} {self.key}"

    def get_absolute_url(self):
        return reverse("oversight:inspection", args=[self.inspection_id])

    @property
    def label(self):
        if self.unit_id:
            return self.unit.name
        return f"{self.matter.number_label} {self.matter.title}"

    @property
    def is_looked_at(self):
        return self.looked_on is not None


class InspectionNote(models.Model):
    """指导意见 or 发现的好做法: results of an inspection other than findings."""

    class Kind(models.TextChoices):
        GUIDANCE = "guidance", _("Guidance")
        PRACTICE = "practice", _("Good practice found")

    inspection = models.ForeignKey(Inspection, models.CASCADE, related_name="notes")
    organ = ref(Organ, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind)
    text = MaskedCharField(max_length=1_000)
    at = models.DateTimeField()
    noted_by = ref(User, related_name="+")

    def __str__(self):
        return f"{self.inspection_id} {self.kind} {self.pk}"
