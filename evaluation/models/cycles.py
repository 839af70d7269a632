"""考核周期: one round of appraisal from opening to its final grades, and who is appraised."""

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from evaluation.models.schemes import Scheme, Subject
from portal.models import Cadre, Organ, PartyOrganization, User
from portal.models.constraints import check, index, unique
from portal.models.places import Division, GrassrootsUnit, PlacedRecord
from portal.models.steps import Step
from portal.models.text import MaskedCharField
from portal.roles import Permission
from portal.rows import ByName, Rows
from portal.trust.access import IsAnyOf, organ_reach, reach


class CycleState(models.TextChoices):
    OPEN = "open", _("Open: who is appraised")
    COLLECTING = "collecting", _("Ballots and words are collected")
    COMPUTING = "computing", _("Being computed")
    CHECKING = "checking", _("To be checked")
    OBJECTION = "objection", _("Published for objections")
    FINAL = "final", _("Final")
    CANCELLED = "cancelled", _("Broken off")


# The appraised read their own scores.
SHOWN_TO_THE_APPRAISED = (CycleState.OBJECTION, CycleState.FINAL)
OVER = (CycleState.FINAL, CycleState.CANCELLED)


class CycleQuerySet(Rows):
    def visible_to(self, user):
        """Visible to those who manage or read its organ's evaluation, are appraised in it, speak
        for an appraised, or count ballots of a unit in it."""
        # Evaluated per cycle: there are few cycles, but up to 100,000 appraised.
        named = Appraised.objects.visible_to(user).filter(cycle=OuterRef("pk"))
        counted = Cycle.objects.filter(reach(user, Permission.COUNT_BALLOTS, via="polls__"))
        return self.filter(
            organ_reach(user, Permission.READ_EVALUATION)
            | Q(Exists(named))
            | Q(IsAnyOf("pk", counted.values("pk")))
        )

    def running(self):
        return self.exclude(state__in=OVER)

    def containing(self, text):
        return self.filter(title__contains=text.strip())

    def for_list(self):
        return self.select_related("organ", "division")


class Cycle(models.Model):
    """Who is appraised by which schemes over which days; schemes are fixed once it collects."""

    title = MaskedCharField(_("title of the cycle"), max_length=60)
    organ = models.ForeignKey(Organ, models.PROTECT, related_name="+", verbose_name=_("held by"))
    # Where they served; empty for the whole installation.
    division = models.ForeignKey(
        Division, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("area")
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))
    schemes = models.ManyToManyField(Scheme, related_name="cycles", verbose_name=_("schemes"))
    ballots_until = models.DateField(_("ballots and words until"))
    # Only for cycles opened before 0.2: the seed that draws their voters. It was made at the
    # opening, before the lists existed, so anybody who read it could steer them. Later cycles have
    # a SeedThrow.
    seed = models.CharField(max_length=32, db_collation="C", blank=True, default="", db_default="")

    state = models.CharField(max_length=10, choices=CycleState, default=CycleState.OPEN)
    # Records count as they were at this moment.
    data_at = models.DateTimeField(null=True)
    objection_from = models.DateField(null=True)
    objection_until = models.DateField(null=True)
    document = MaskedCharField(_("document number"), max_length=60, blank=True, default="")
    final_on = models.DateField(null=True)
    written_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    objects = CycleQuerySet.as_manager()

    class Meta:
        constraints = [
            check(
                "a_cycle_ends_after_it_begins",
                Q(ends_on__gte=F("starts_on")),
                _("The end lies before the beginning."),
            ),
            check(
                "ballots_are_collected_after_the_work",
                Q(ballots_until__gte=F("starts_on")),
                _("Ballots end before the period begins."),
            ),
            check(
                "what_is_computed_has_its_time_of_data",
                Q(data_at__isnull=False) | Q(state__in=["open", "collecting", "cancelled"]),
            ),
            check(
                "scores_are_published_for_some_days",
                ~Q(state__in=["objection", "final"])
                | Q(objection_from__isnull=False, objection_until__gte=F("objection_from")),
            ),
            check(
                "a_final_cycle_has_day_and_document",
                Q(state="final", final_on__isnull=False) & ~Q(document="")
                | ~Q(state="final") & Q(final_on=None),
                _("Write the number of the document that decides it."),
            ),
        ]
        indexes = [index("cycle_day", "-starts_on -id")]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("evaluation:cycle", args=[self.pk])

    @property
    def is_over(self):
        return self.state in OVER

    @property
    def has_seed_of_its_opening(self):
        return bool(self.seed)


class CycleStep(Step):
    """What happened to a cycle. Rows are only added."""

    class Move(models.TextChoices):
        OPENED = "opened", _("Cycle opened")
        CHANGED = "changed", _("Plan changed")
        GATHERED = "gathered", _("Appraised gathered")
        STARTED = "started", _("Collecting begun")
        CLOSED = "closed", _("Ballots closed and data frozen")
        COMPUTED = "computed", _("Scores computed")
        RECOMPUTED = "recomputed", _("Scores computed anew")
        PUBLISHED = "published", _("Published for objections")
        FINISHED = "finished", _("Final")
        CANCELLED = "cancelled", _("Broken off")
        HANDED_OVER = "handed", _("Handed over to the personnel side")
        RECEIVED = "received", _("Receipt noted")

    cycle = models.ForeignKey(Cycle, models.CASCADE, related_name="steps")
    move = models.CharField(max_length=10, choices=Move)
    # Empty when a worker did it.
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    text = MaskedCharField(max_length=200, blank=True, default="")

    @property
    def words(self):
        return "" if self.move == self.Move.GATHERED else self.text


class AppraisedQuerySet(Rows):
    def visible_to(self, user):
        """Visible to the person, readers of scores there, and speakers for the organisation."""
        own = Cadre.objects.filter(user__in=user.identity_ids).values("pk")
        return self.filter(
            reach(user, Permission.READ_SCORES)
            | reach(user, Permission.GIVE_ORGANISATION_WORD)
            | Q(IsAnyOf("cadre", own))
        )

    def with_score_for(self, user):
        """Those of visible_to() whose score this person may read. The appraised, and those who
        speak for a team, branch or organ, read it once it is published."""
        shown = spoken_for(user).filter(cycle__state__in=SHOWN_TO_THE_APPRAISED)
        return self.filter(
            reach(user, Permission.READ_SCORES) | Q(IsAnyOf("pk", shown.values("pk")))
        )

    def standing(self):
        return self.filter(left_out_reason="")

    def containing(self, text):
        return self.filter(Q(name__contains=text.strip()) | Q(organ_name__contains=text.strip()))

    def in_official_order(self):
        """By organ and post, never by a figure (DESIGN 6.8)."""
        return self.order_by("sort_key", "pk")

    def for_list(self):
        return self.select_related("cycle", "scheme", "organ", "unit", "township")


class Appraised(PlacedRecord):
    """Somebody appraised in a cycle, with names, post and organ *of the day of gathering*.

    `organ` is the sending or own organ. Unit, host and place come from the stay or contact and
    are empty if there are several or none.
    """

    cycle = models.ForeignKey(Cycle, models.CASCADE, related_name="appraised")
    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="+")
    subject = models.CharField(max_length=8, choices=Subject)
    # The cadre, or the leader of a team.
    cadre = models.ForeignKey(Cadre, models.PROTECT, null=True, related_name="appraisals")
    branch = models.ForeignKey(PartyOrganization, models.PROTECT, null=True, related_name="+")
    unit = models.ForeignKey(
        GrassrootsUnit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("place"),
    )
    host_organ = models.ForeignKey(
        Organ, models.PROTECT, null=True, related_name="+", db_index=False
    )
    name = models.CharField(max_length=80)
    post = models.CharField(max_length=60, blank=True, default="")
    organ_name = models.CharField(max_length=80)
    # The official order as text: organ, post, name.
    sort_key = models.CharField(max_length=200, db_collation="C")
    # Days served within the cycle; work outside them does not count.
    from_day = models.DateField()
    to_day = models.DateField()
    # Reason for leaving them out by hand: too short a time, transferred, study …
    left_out_reason = MaskedCharField(_("reason"), max_length=200, blank=True, default="")

    objects = AppraisedQuerySet.as_manager()
    by_name = ByName.as_manager()

    class Meta:
        base_manager_name = "by_name"
        constraints = [
            check(
                "exactly_the_one_who_is_appraised",
                Q(subject="cadre", cadre__isnull=False, branch=None)
                | Q(subject="team", unit__isnull=False, branch=None)
                | Q(subject="branch", branch__isnull=False, cadre=None)
                | Q(subject="organ", cadre=None, branch=None),
            ),
            unique("a_cadre_is_appraised_once_in_a_cycle", "cycle cadre", when=Q(subject="cadre")),
            unique("a_team_is_appraised_once_in_a_cycle", "cycle unit", when=Q(subject="team")),
            unique(
                "a_branch_is_appraised_once_in_a_cycle", "cycle branch", when=Q(subject="branch")
            ),
            unique("an_organ_is_appraised_once_in_a_cycle", "cycle organ", when=Q(subject="organ")),
            check("the_days_served_are_some", Q(to_day__gte=F("from_day"))),
        ]
        indexes = [
            index("appraised_order", "cycle sort_key id"),
            index("appraised_organ", "organ cycle"),
            index("appraised_host", "host_organ cycle"),
            index("appraised_county", "county cycle"),
            index("appraised_township", "township cycle"),
        ]

    def __str__(self):
        return f"{self.pk} of cycle {self.cycle_id}"

    def get_absolute_url(self):
        return reverse("evaluation:appraised", args=[self.pk])

    @property
    def is_left_out(self):
        return bool(self.left_out_reason)


def spoken_for(user):
    """The appraised for whom this person may object: the person, a team they lead, and teams,
    branches and organs of their organ if they speak for the organisation."""
    own = Cadre.objects.filter(user__in=user.identity_ids).values("pk")
    spoken = Q(IsAnyOf("cadre", own))
    if user.organ_id and user.holds(Permission.GIVE_ORGANISATION_WORD):
        of_my_organ = Q(organ__path__startswith=user.organ.path) & ~Q(subject=Subject.CADRE)
        spoken |= of_my_organ & reach(user, Permission.GIVE_ORGANISATION_WORD)
    return Appraised.objects.filter(spoken)
