"""分期分批: a batch of stays, from the places that need cadres to the published stays."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from outreach.models.stays import StayKind
from portal.models import Cadre, Division, GrassrootsUnit, Job, Organ, User
from portal.models.constraints import all_or_none, check, in_order, index, only_when, unique
from portal.models.people import Skill
from portal.models.steps import Step
from portal.models.text import MaskedCharField
from portal.roles import Permission
from portal.rows import ByName, Rows
from portal.sheets.wording import worded
from portal.trust.access import EVERYTHING, organ_reach

# Names of the kinds on official sheets, in Chinese whatever the page's language.
SHEET_KINDS = {
    StayKind.FIRST_SECRETARY: "第一书记",
    StayKind.TEAM_MEMBER: "工作队员",
    StayKind.RESIDENTIAL: "驻村蹲点",
    StayKind.SECONDMENT: "挂职",
    StayKind.LEADER: "领导蹲点",
}


class BatchState(models.TextChoices):
    NEEDS = "needs", _("Places are collected")
    NOMINATING = "nominating", _("Nomination is open")
    PROPOSING = "proposing", _("Choosing who goes where")
    DECIDED = "decided", _("Decided by the meeting")
    PUBLISHED = "published", _("Stays published")
    GIVEN_UP = "given_up", _("Given up")


SHOWN_TO_ORGANS = (
    BatchState.NOMINATING,
    BatchState.PROPOSING,
    BatchState.DECIDED,
    BatchState.PUBLISHED,
)


class StayBatchQuerySet(Rows):
    """Ways of choosing batches; every page starts from visible_to()."""

    def visible_to(self, user):
        """Batches of the office's area; for nominators, those that ask their organ for
        nominations."""
        return self.filter(kept_by(user) | _asked(user))

    def kept_by(self, user):
        return self.filter(kept_by(user))

    def open_for_nomination(self, on):
        return self.filter(state=BatchState.NOMINATING, nominate_by__gte=on)

    def with_counts(self):
        def total(model, what, **limits):
            rows = model.objects.filter(batch=OuterRef("pk"), **limits).order_by().values("batch")
            return Coalesce(Subquery(rows.annotate(n=what).values("n")), 0)

        each = Count("pk")
        return self.annotate(
            place_count=total(BatchPlace, each, taken_out_at=None),
            seat_count=total(BatchPlace, models.Sum("wanted"), taken_out_at=None),
            nomination_count=total(Nomination, each, state__in=NOT_WITHDRAWN),
            placed_count=total(Placement, each, ended_at=None),
        )


def kept_by(user, permission=Permission.MANAGE_STAYS):
    """Records that the user's office keeps; each has an organ and perhaps an area."""
    opened = Q(pk__in=())
    for grant in user.grants_with(permission):
        limit = Q()
        if grant.division_id:
            limit &= Q(area__path__startswith=grant.division.path)
        if grant.organ_id:
            limit &= Q(organ__path__startswith=grant.organ.path)
        opened |= limit or EVERYTHING
    return opened


def _asked(user):
    """Batches shown to users who nominate for an organ in the area of the batch."""
    opened = Q(pk__in=())
    for grant in user.grants_with(Permission.NOMINATE):
        place = grant.division or (grant.organ.division if grant.organ_id else None)
        above = place.ancestor_ids if place else []
        opened |= Q(state__in=SHOWN_TO_ORGANS) & (Q(area=None) | Q(area__in=above))
    return opened


class StayBatch(models.Model):
    """A batch of stays with one programme and one term. Its steps tell what happened to it."""

    title = MaskedCharField(_("title of the batch"), max_length=80)
    programme = MaskedCharField(_("programme"), max_length=60, blank=True, default="")
    kind = models.CharField(_("kind"), max_length=12, choices=StayKind)
    organ = models.ForeignKey(Organ, models.PROTECT, related_name="+", verbose_name=_("organ"))
    # The area of the places and of the nominating organs; empty for everywhere.
    area = models.ForeignKey(
        Division, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("area")
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))
    nominate_by = models.DateField(_("nominations until"))
    # 3–5 for work teams; 1 and 1 where cadres are sent alone.
    team_min = models.PositiveSmallIntegerField(_("team, at least"), default=1)
    team_max = models.PositiveSmallIntegerField(_("team, at most"), default=1)
    state = models.CharField(max_length=10, choices=BatchState, default=BatchState.NEEDS)
    document = models.CharField(_("number of the document"), max_length=60, blank=True, default="")
    decided_on = models.DateField(_("decided on"), null=True, blank=True)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    published_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)

    objects = StayBatchQuerySet.as_manager()
    by_name = ByName.as_manager()

    class Meta:
        base_manager_name = "by_name"
        constraints = [
            in_order("batch_ends_after_it_begins"),
            check(
                "batch_nominations_close_before_it_begins",
                Q(nominate_by__lt=F("starts_on")),
                _("Nominations close before the stays begin."),
            ),
            check(
                "batch_team_sizes_are_in_order",
                Q(team_min__gte=1, team_max__gte=F("team_min"), team_max__lte=9),
                _("A team is at least one and at most nine."),
            ),
            check(
                "a_decided_batch_has_its_document",
                ~Q(state__in=["decided", "published"])
                | ~Q(document="") & Q(decided_on__isnull=False),
                _("Write the number of the approval document."),
            ),
            check(
                "a_published_batch_says_when_and_by_whom",
                only_when("published_at published_by", state="published"),
            ),
        ]
        indexes = [index("batch_day", "-starts_on -id")]

    def __str__(self):
        return f"Batch {self.pk} {self.title}"

    def get_absolute_url(self):
        return reverse("outreach:batch", args=[self.pk])

    @property
    def kind_words(self):
        """For the notice: 第一书记 and 工作队员 do the same work."""
        is_stationed = self.kind in {StayKind.FIRST_SECRETARY, StayKind.TEAM_MEMBER}
        return worded("驻村帮扶" if is_stationed else SHEET_KINDS[self.kind])

    @property
    def is_for_teams(self):
        return self.team_max > 1

    @property
    def is_over(self):
        return self.state in {BatchState.PUBLISHED, BatchState.GIVEN_UP}


class StayBatchStep(Step):
    """A change to a batch: by whom, when, why and under which document."""

    MOVE_FIELD, TEXT_FIELD = "code", "why"

    class Code(models.TextChoices):
        MADE = "made", _("Batch begun")
        CHANGED = "changed", _("Batch changed")
        OPENED = "opened", _("Opened for nomination")
        CLOSED = "closed", _("Nomination closed")
        REOPENED = "reopened", _("Opened for nomination again")
        TAKEN_OVER = "taken_over", _("Proposal taken over")
        DECIDED = "decided", _("Decided by the meeting")
        UNDECIDED = "undecided", _("Taken up again after the decision")
        PUBLISHED = "published", _("Stays published")
        GIVEN_UP = "given_up", _("Given up")

    batch = models.ForeignKey(StayBatch, models.PROTECT, related_name="steps")
    code = models.CharField(max_length=10, choices=Code)
    why = MaskedCharField(max_length=200, blank=True, default="")
    document = models.CharField(max_length=60, blank=True, default="")


class Hardship(models.IntegerChoices):
    EASY = 1, _("Ordinary")
    HARD = 2, _("Rather hard")
    HARDEST = 3, _("Very hard")


class BatchPlace(models.Model):
    """A unit that needs cadres. A place taken out keeps its row, with the reason."""

    batch = models.ForeignKey(StayBatch, models.PROTECT, related_name="places")
    unit = models.ForeignKey(GrassrootsUnit, models.PROTECT, verbose_name=_("place"))
    unit_id: int
    kind = models.CharField(_("kind"), max_length=12, choices=StayKind)
    wanted = models.PositiveSmallIntegerField(_("how many"), default=1)
    hardship = models.PositiveSmallIntegerField(
        _("hardship"), choices=Hardship, default=Hardship.EASY
    )
    hardship_reason = MaskedCharField(_("why it is hard"), max_length=120, blank=True, default="")
    reasons = MaskedCharField(_("what somebody is needed for"), max_length=200, default="")
    expertise = ArrayField(
        models.CharField(max_length=12, choices=Skill),
        default=list,
        blank=True,
        verbose_name=_("expertise wanted"),
    )
    continuity = models.ForeignKey(
        Cadre,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("has stayed there before"),
    )
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    taken_out_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    taken_out_at = models.DateTimeField(null=True, blank=True)
    taken_out_why = MaskedCharField(max_length=200, blank=True, default="")

    class Meta:
        constraints = [
            unique(
                "a_unit_stands_once_in_a_batch",
                "batch unit",
                when=Q(taken_out_at=None),
                said=_("This unit stands in the batch already."),
            ),
            check(
                "place_wants_one_to_nine",
                Q(wanted__range=(1, 9)),
                _("A place wants one to nine cadres."),
            ),
            check(
                "a_hard_place_says_why",
                Q(hardship=1) | Q(hardship__in=[2, 3]) & ~Q(hardship_reason=""),
                _("Say why the place is hard."),
            ),
            check(
                "place_taken_out_at_with_who_and_why",
                all_or_none("taken_out_at taken_out_by", "taken_out_why"),
            ),
        ]

    def __str__(self):
        return f"{self.batch_id} {self.unit_id}"

    def get_absolute_url(self):
        return reverse("outreach:batch_places", args=[self.batch_id])

    @property
    def expertise_labels(self):
        return [Skill(code).label for code in self.expertise]

    @property
    def least(self):
        """The smallest number to send: a place for a team gets a team or nobody."""
        return min(self.wanted, self.batch.team_min) if self.wanted > 1 else 1


class NominationState(models.TextChoices):
    OPEN = "open", _("To be checked")
    QUALIFIED = "qualified", _("Qualified")
    UNQUALIFIED = "unqualified", _("Not qualified")
    WITHDRAWN = "withdrawn", _("Nomination withdrawn")


NOT_WITHDRAWN = (NominationState.OPEN, NominationState.QUALIFIED, NominationState.UNQUALIFIED)


class NominationQuerySet(Rows):
    def visible_to(self, user):
        """All nominations of the office's batches; for nominators, those of their own organ."""
        kept = StayBatch.objects.kept_by(user).values("pk")
        return self.filter(Q(batch__in=kept) | organ_reach(user, Permission.NOMINATE, to="organ"))

    def qualified(self):
        return self.filter(state=NominationState.QUALIFIED)

    def for_list(self):
        return self.select_related("cadre__organ", "organ", "nominated_by", "batch").annotate(
            is_placed=Exists(Placement.objects.filter(nomination=OuterRef("pk"), ended_at=None))
        )


class Nomination(models.Model):
    """A cadre nominated by the 党组 of the sending organ; the office judges the nomination."""

    batch = models.ForeignKey(StayBatch, models.PROTECT, related_name="nominations")
    cadre = models.ForeignKey(Cadre, models.PROTECT, related_name="nominations")
    # The sending organ on the day of the nomination.
    organ = models.ForeignKey(Organ, models.PROTECT, related_name="+")
    may_lead = models.BooleanField(_("may lead a team"), default=False)
    note = MaskedCharField(_("note"), max_length=200, blank=True, default="")
    state = models.CharField(max_length=11, choices=NominationState, default=NominationState.OPEN)
    nominated_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    nominated_at = models.DateTimeField()

    objects = NominationQuerySet.as_manager()
    by_name = ByName.as_manager()

    class Meta:
        base_manager_name = "by_name"
        constraints = [
            unique(
                "a_cadre_is_nominated_once_for_a_batch",
                "batch cadre",
                when=~Q(state="withdrawn"),
                said=_("This cadre is nominated already."),
            )
        ]

    def __str__(self):
        return f"{self.batch_id} {self.cadre_id}"

    def get_absolute_url(self):
        return reverse("outreach:nomination", args=[self.pk])


class NominationStep(Step):
    """A nomination was judged or withdrawn: by whom, when and why."""

    MOVE_FIELD, TEXT_FIELD = "state", "why"

    nomination = models.ForeignKey(Nomination, models.PROTECT, related_name="steps")
    state = models.CharField(max_length=11, choices=NominationState)
    why = MaskedCharField(max_length=200, blank=True, default="")

    class Meta:
        constraints = [
            check(
                "an_unqualified_nomination_says_why",
                ~Q(state="unqualified") | ~Q(why=""),
                _("Say why not."),
            )
        ]


class Proposal(models.Model):
    """Placements suggested by a background job. Nothing changes until they are taken over."""

    batch = models.ForeignKey(StayBatch, models.PROTECT, related_name="proposals")
    job = models.OneToOneField(Job, models.PROTECT, related_name="proposal")
    # Digest of the input, compared with today's to detect changes.
    data = models.CharField(max_length=64, default="")
    # {"value", "bound", "baseline", "optimal", "seats", "candidates", "weights": {code: points}}
    outcome = models.JSONField(default=dict)
    # [{"place": id, "missing": n, "reasons": [[code, n], …]}]
    gaps = models.JSONField(default=list)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [index("proposal_newest", "batch -id")]

    def __str__(self):
        return f"Proposal {self.pk} of {self.batch_id}"

    def get_absolute_url(self):
        return reverse("outreach:proposal", args=[self.batch_id, self.pk])

    @property
    def missing_points(self):
        return self.outcome["bound"] - self.outcome["value"]


class ProposedPlacement(models.Model):
    """One line of a proposal. Its reasons are codes, worded in the reader's language."""

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="lines")
    place = models.ForeignKey(BatchPlace, models.PROTECT, related_name="+")
    nomination = models.ForeignKey(Nomination, models.PROTECT, related_name="+")
    is_leader = models.BooleanField(default=False)
    # [[code, points], …], the weightiest first.
    facts = models.JSONField(default=list)
    other_place = models.ForeignKey(
        BatchPlace, models.PROTECT, null=True, blank=True, related_name="+"
    )
    other_place_less = models.IntegerField(default=0)
    other_nomination = models.ForeignKey(
        Nomination, models.PROTECT, null=True, blank=True, related_name="+"
    )
    other_nomination_less = models.IntegerField(default=0)

    class Meta:
        constraints = [unique("a_proposal_places_a_cadre_once", "proposal nomination")]
        # The official order of units, then the leader first.
        indexes = [index("proposed_place", "proposal place -is_leader")]

    def __str__(self):
        return f"{self.proposal_id} {self.place_id} {self.nomination_id}"


class Placement(models.Model):
    """The placement of a cadre, taken from a proposal or chosen by hand. A change ends one row and
    adds another; each row records by whom, when and why."""

    batch = models.ForeignKey(StayBatch, models.PROTECT, related_name="placements")
    place = models.ForeignKey(BatchPlace, models.PROTECT, related_name="placements")
    nomination = models.ForeignKey(Nomination, models.PROTECT, related_name="placements")
    nomination_id: int
    is_leader = models.BooleanField(_("leads the team"), default=False)
    # The line of the proposal it was taken from; empty if chosen by hand.
    line = models.ForeignKey(
        ProposedPlacement, models.PROTECT, null=True, blank=True, related_name="+"
    )
    placed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    placed_at = models.DateTimeField()
    why = MaskedCharField(max_length=200, blank=True, default="")
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_why = MaskedCharField(max_length=200, blank=True, default="")

    class Meta:
        constraints = [
            unique(
                "a_nominated_cadre_is_placed_once",
                "nomination",
                when=Q(ended_at=None),
                said=_("This cadre is placed already."),
            ),
            unique(
                "a_team_has_one_leader",
                "place",
                when=Q(ended_at=None, is_leader=True),
                said=_("This team has a leader."),
            ),
            check(
                "a_placement_by_hand_says_why", Q(line__isnull=False) | ~Q(why=""), _("Say why.")
            ),
            check("placement_ended_at_with_ended_by", all_or_none("ended_at ended_by")),
        ]

    def __str__(self):
        return f"{self.batch_id} {self.place_id} {self.nomination_id}"

    def get_absolute_url(self):
        return reverse("outreach:placements", args=[self.batch_id])

    @property
    def stay_kind(self):
        """The first secretary leads the team; the others are its members."""
        kind = self.place.kind
        if kind == StayKind.FIRST_SECRETARY and self.place.wanted > 1 and not self.is_leader:
            return StayKind.TEAM_MEMBER
        return kind

    @property
    def sheet_kind(self):
        return worded(SHEET_KINDS[self.stay_kind])
