"""定对子: a round that matches needs with offers, from the proposal to the pairings."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from outreach.models import Household
from outreach.models.batches import kept_by
from pairing.models.fields import END_BEFORE_START, key, key_or_none
from pairing.models.needs import HelpKind
from pairing.models.pairings import Level, Pairing
from portal.models import Cadre, Division, GrassrootsUnit, Job, Organ, User
from portal.models.constraints import check, index, unique
from portal.models.steps import Step
from portal.models.text import MaskedCharField
from portal.roles import Permission
from portal.rows import ByName, Rows

# A round is for units, helped by organs, or for households, helped by cadres. Branches choose
# their partners, and Party members in difficulty are named by their branch.
ROUND_LEVELS = [(one.value, one.label) for one in (Level.UNIT, Level.HOUSEHOLD)]


class RoundState(models.TextChoices):
    COLLECTING = "collecting", _("Needs and offers are collected")
    PROPOSING = "proposing", _("Choosing who helps whom")
    CONFIRMED = "confirmed", _("Pairings confirmed")
    GIVEN_UP = "given_up", _("Round given up")


class MatchingRoundQuerySet(Rows):
    """Ways of choosing rounds; every page starts from visible_to()."""

    def visible_to(self, user):
        """Rounds of the office's own area; nobody else sees a round."""
        return self.filter(kept_by(user, Permission.MANAGE_PAIRINGS))

    def to_confirm(self):
        finished = MatchingProposal.objects.filter(round=OuterRef("pk"), finished_at__isnull=False)
        return self.filter(models.Exists(finished), state=RoundState.PROPOSING)


class MatchingRound(models.Model):
    """One round with one term for all its pairings. Its steps tell what happened."""

    title = MaskedCharField(_("title of the round"), max_length=80)
    organ = key(Organ, _("organ"))
    # Where the needs and the helping organs are; everywhere if empty.
    area = key_or_none(Division, _("area"))
    level = models.CharField(_("for whom"), max_length=10, choices=ROUND_LEVELS)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))
    state = models.CharField(max_length=10, choices=RoundState, default=RoundState.COLLECTING)
    document = models.CharField(_("number of the document"), max_length=60, blank=True, default="")
    decided_on = models.DateField(_("decided on"), null=True, blank=True)
    created_by = key(User)
    created_at = models.DateTimeField()
    confirmed_by = key_or_none(User)
    confirmed_at = models.DateTimeField(null=True, blank=True)

    objects = MatchingRoundQuerySet.as_manager()
    by_name = ByName.as_manager()

    class Meta:
        base_manager_name = "by_name"
        constraints = [
            check("a_round_ends_after_it_begins", Q(ends_on__gte=F("starts_on")), END_BEFORE_START),
            check("a_round_is_for_units_or_households", Q(level__in=["unit", "household"])),
            check(
                "a_confirmed_round_has_its_document",
                Q(
                    state="confirmed",
                    decided_on__isnull=False,
                    confirmed_at__isnull=False,
                    confirmed_by__isnull=False,
                )
                & ~Q(document="")
                | ~Q(state="confirmed") & Q(confirmed_at=None, confirmed_by=None),
                _("Write the number of the approval document."),
            ),
        ]
        indexes = [index("matching_round_day", "-starts_on -id")]

    def __str__(self):
        return f"Round {self.pk} {self.title}"

    def get_absolute_url(self):
        return reverse("pairing:matching_round", args=[self.pk])

    @property
    def is_for_households(self):
        return self.level == Level.HOUSEHOLD

    @property
    def is_over(self):
        return self.state in {RoundState.CONFIRMED, RoundState.GIVEN_UP}


class RoundStep(Step):
    """What was done to a round: who, when, why, by which document. Rows are only added."""

    MOVE_FIELD, TEXT_FIELD = "code", "why"

    class Code(models.TextChoices):
        BEGUN = "begun", _("Round begun")
        CHANGED = "changed", _("Round changed")
        ASKED = "asked", _("Proposal asked for")
        CONFIRMED = "confirmed", _("Pairings confirmed")
        GIVEN_UP = "given_up", _("Round given up")

    round = key(MatchingRound, related_name="steps")
    code = models.CharField(max_length=10, choices=Code)
    why = MaskedCharField(max_length=200, blank=True, default="")
    document = models.CharField(max_length=60, blank=True, default="")


class MatchingProposal(models.Model):
    """The result of the computation. It pairs nobody until the office confirms it."""

    round = key(MatchingRound, related_name="proposals")
    lines: "ProposedMatchQuerySet"  # reverse relation
    job = models.OneToOneField(Job, models.PROTECT, related_name="matching_proposal")
    # {part: digest} of the input, to detect which part has changed since.
    rests_on = models.JSONField(default=dict)
    # {"value", "bound", "baseline", "optimal", "needs", "met", "baseline_met", "paired", …}
    outcome = models.JSONField(default=dict)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [index("matching_newest", "round -id")]

    def __str__(self):
        return f"Proposal {self.pk} of round {self.round_id}"

    def get_absolute_url(self):
        return reverse("pairing:matching_proposal", args=[self.round_id, self.pk])

    @property
    def missing_points(self):
        return self.outcome["bound"] - self.outcome["value"]

    @property
    def gained_points(self):
        """Points gained over the greedy baseline."""
        return self.outcome["value"] - self.outcome["baseline"]


class ProposedMatchQuerySet(Rows):
    def with_last_change(self):
        """Add `change_id`: the last manual change, which takes precedence."""
        changes = MatchChange.objects.filter(match=OuterRef("pk")).order_by("-pk")
        return self.annotate(change_id=Subquery(changes.values("pk")[:1]))

    def _as_it_stands(self):
        last = MatchChange.objects.filter(match=OuterRef("pk")).order_by("-pk")
        return self.annotate(
            was_changed=models.Exists(last),
            hand_organ=Subquery(last.values("organ")[:1]),
            hand_cadre=Subquery(last.values("cadre")[:1]),
        )

    def unmet(self):
        """Lines without a helper, after manual changes."""
        return self._as_it_stands().filter(
            Q(was_changed=True, hand_organ=None) | Q(was_changed=False, organ=None)
        )

    def helped_by(self, organ, cadre):
        """Lines with this helper, after manual changes."""
        return self._as_it_stands().filter(
            Q(was_changed=True, hand_organ=organ, hand_cadre=cadre)
            | Q(was_changed=False, organ=organ, cadre=cadre)
        )

    def for_list(self):
        return self.with_last_change().select_related(
            "unit__host_organ",
            "household",
            "organ",
            "cadre",
            "other_organ",
            "other_cadre",
            "pairing",
        )


class ProposedMatch(models.Model):
    """One line of a proposal: who is helped, by whom and why; or why nobody was found.

    Reasons are codes with points; the words depend on the reader's language.
    """

    proposal = models.ForeignKey(MatchingProposal, models.CASCADE, related_name="lines")
    unit = key(GrassrootsUnit)
    household = key_or_none(Household)
    kinds = ArrayField(models.CharField(max_length=12, choices=HelpKind))
    urgency = models.SmallIntegerField()
    organ = key_or_none(Organ)
    cadre = key_or_none(Cadre)
    points = models.IntegerField(default=0)
    # [[code, points], …], highest first; without a helper [[code, number of helpers], …].
    facts = models.JSONField(default=list)
    other_organ = key_or_none(Organ)
    other_cadre = key_or_none(Cadre)
    other_less = models.IntegerField(default=0)
    # Set when the round is confirmed.
    pairing = models.OneToOneField(
        Pairing, models.PROTECT, null=True, blank=True, related_name="proposed_as"
    )

    objects = ProposedMatchQuerySet.as_manager()

    class Meta:
        constraints = [
            unique(
                "a_proposal_names_whom_it_helps_once",
                "proposal unit household",
                nulls_distinct=False,
            ),
            check(
                "a_helping_cadre_belongs_to_a_helping_organ", Q(cadre=None) | Q(organ__isnull=False)
            ),
        ]

    def __str__(self):
        return f"{self.proposal_id} {self.unit_id} {self.household_id} {self.organ_id}"

    @property
    def where_label(self):
        return self.unit.name if self.household_id else self.unit.host_organ.label

    @property
    def helped_label(self):
        if self.household_id:
            return f"{self.household.display_name} {self.household.serial}"
        return self.unit.name


class MatchChange(models.Model):
    """A manual change to another helper or to none; the last one counts. Rows are only added."""

    match = models.ForeignKey(ProposedMatch, models.CASCADE, related_name="changes")
    organ = key_or_none(Organ)
    cadre = key_or_none(Cadre)
    why = MaskedCharField(_("why"), max_length=200)
    by = key(User)
    at = models.DateTimeField()

    class Meta:
        constraints = [check("a_match_changed_by_hand_says_why", ~Q(why=""), _("Say why."))]

    def __str__(self):
        return f"{self.match_id} {self.organ_id} {self.at:%F}"


def helper_of(line):
    """(organ, cadre) of a line after manual changes; needs `last_change` set."""
    change = line.last_change
    return (change.organ, change.cadre) if change else (line.organ, line.cadre)


def with_changes(lines):
    """Set `last_change`, `now_organ` and `now_cadre` of each line, with one query for all."""
    lines = list(lines)
    numbers = [line.change_id for line in lines if line.change_id]
    changes = MatchChange.objects.select_related("organ", "cadre", "by").in_bulk(numbers)
    for line in lines:
        line.last_change = changes.get(line.change_id)
        line.now_organ, line.now_cadre = helper_of(line)
    return lines
