"""软弱涣散基层党组织整顿: one case of one Party organisation, from 初核 to 销号.

What is weak is an organisation. Nothing here ties a situation to a person (ADR 0034).
"""

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from outreach.models import Stay, Visit, VisitCompanion
from outreach.models.stays import apart
from outreach.models.visits import COUNTED
from pairing.models import fields
from pairing.models.fields import END_BEFORE_START, key, key_or_none, own_cadres, place_indexes
from pairing.models.pairings import Pairing
from portal.models import Cadre, Organ, PartyOrganization, User
from portal.models.constraints import check, index, unique
from portal.models.places import PlacedRecord
from portal.models.steps import Step
from portal.models.text import MaskedCharField
from portal.roles import Permission
from portal.rows import ByName, Rows
from portal.trust.access import IsAnyOf, reach


class WeakLevel(models.TextChoices):
    WEAK = "weak", _("Weak and lax (软弱涣散)")
    BEHIND = "behind", _("Lagging behind (后进)")


class Situation(models.TextChoices):
    """The ten situations of DOMAIN 1.10, in order. All are about the organisation."""

    LEADERSHIP = "01", _("Leadership incomplete, no secretary for long, work at a standstill")
    SECRETARY = "02", _("The post of secretary is not filled as it demands")
    DISUNITY = "03", _("Leadership disunited, strong internal friction")
    LIFE = "04", _("Rules exist on paper only, no organisational life")
    ELECTION = "05", _("Elections marred by canvassing and bribery")
    INTERFERENCE = "06", _("Interference by clans, religion or criminal forces")
    OPENNESS = "07", _("Party, village and financial affairs not open, no democratic management")
    ORDER = "08", _("Public order, petitions and disputes concentrated")
    PREMISES = "09", _("No place for the activities of the organisation")
    SERVICE = "10", _("Poor service, weak ability to serve, many complaints of the people")


class CaseState(models.TextChoices):
    NOTED = "noted", _("Waits for confirmation")
    REFUSED = "refused", _("Not confirmed")
    CONFIRMED = "confirmed", _("Confirmed, plan to be made")
    RECTIFYING = "rectifying", _("Being put right")
    ACCEPTANCE = "acceptance", _("Waits for acceptance")
    TRANSFORMED = "transformed", _("Transformed, followed up")
    CLOSED = "closed", _("Written off")


# Cases that are over: no current view shows the name.
OVER = (CaseState.REFUSED, CaseState.CLOSED)
# The states that the stationed team sees.
AT_WORK = (CaseState.CONFIRMED, CaseState.RECTIFYING, CaseState.ACCEPTANCE, CaseState.TRANSFORMED)


def stationed(user):
    """Values for an IN: the units where the user is stationed today. A leader's stay of some days
    does not count."""
    stays = Stay.objects.running(user.today).monthly()
    return stays.filter(cadre__user__in=user.identity_ids).values("unit")


def _of_roles(user):
    hosted = ~Q(state=CaseState.CLOSED) & reach(user, Permission.CHECK_WEAK_CASES)
    return reach(user, Permission.DECIDE_WEAK_CASES) | hosted


def named(user):
    """Return a Q of the cases for which the user is named today: as one of 四个一 or
    for an open item of the plan."""
    own = own_cadres(user)
    helped = CaseSupport.objects.running(user.today).filter(cadre__in=own).values("case")
    items = WeakOrganizationCase.objects.filter(items__state="open", items__cadre__in=own)
    return Q(IsAnyOf("pk", helped)) | Q(IsAnyOf("pk", items.order_by().values("pk")))


class WeakCaseQuerySet(Rows):
    """Ways of choosing cases; every page starts from visible_to()."""

    def visible_to(self, user):
        """Cases of the office and the host; while they are worked on, also those of the stationed
        team during its stay and of people named for them. Only the office sees closed cases."""
        theirs = Q(IsAnyOf("unit", stationed(user))) | named(user)
        return self.filter(_of_roles(user) | Q(state__in=AT_WORK) & theirs)

    def of_roles(self, user):
        return self.filter(_of_roles(user))

    def current(self):
        return self.exclude(state__in=OVER)

    def archived(self):
        return self.filter(state__in=OVER)

    def with_overdue_items(self, on):
        late = self.model.objects.filter(items__state="open", items__due_on__lt=on)
        return self.filter(pk__in=late.values("pk"))

    def without_review(self, month):
        """Cases under rectification without a review of this month."""
        return self.filter(state=CaseState.RECTIFYING).exclude(reviews__month=month)

    def without_measures(self):
        """Cases in a further round of rectification without open or completed measures."""
        planned = self.model.objects.filter(
            items__round=F("round"), items__state__in=["open", "done"]
        )
        again = self.filter(state=CaseState.RECTIFYING, round__gt=1)
        return again.exclude(pk__in=planned.values("pk"))

    def to_look_at(self, on):
        return self.filter(state=CaseState.TRANSFORMED, next_look_on__lte=on)

    def to_close(self, on):
        """Cases whose year of follow-up is over and that have no check left."""
        return self.filter(state=CaseState.TRANSFORMED, follow_up_until__lt=on, next_look_on=None)

    def containing(self, text):
        text = text.strip()
        return self.filter(
            Q(party_organization__name__contains=text) | Q(unit__name__contains=text)
        )

    def for_list(self):
        return self.select_related("party_organization", "unit", "township", "host_organ")


class WeakOrganizationCase(PlacedRecord):
    """`organ` and `host_organ` are the host that checks; the place is that of the unit."""

    organ_id: int

    party_organization = key(PartyOrganization, _("Party organisation"))
    year = models.PositiveSmallIntegerField(_("year"))
    level = models.CharField(_("kind"), max_length=6, choices=WeakLevel)
    state = models.CharField(_("state"), max_length=11, choices=CaseState, default=CaseState.NOTED)
    # Incremented when an acceptance fails or a follow-up finds a relapse (再整顿).
    round = models.PositiveSmallIntegerField(default=1)
    noted_on = models.DateField(_("noted on"))
    noted_by = key(User)
    # 认定: document and day of the meeting, which old registers may lack.
    document = MaskedCharField(_("document number"), max_length=60, blank=True, default="")
    decided_on = models.DateField(_("day of the meeting"), null=True, blank=True)
    # 一支一策.
    goal = MaskedCharField(_("aim"), max_length=300, blank=True, default="")
    plan_due_on = models.DateField(_("to be done by"), null=True, blank=True)
    transformed_on = models.DateField(null=True, blank=True)
    follow_up_until = models.DateField(null=True, blank=True)
    # Computed at each check; empty after the last one.
    next_look_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)

    place_label = fields.place_label

    objects = WeakCaseQuerySet.as_manager()
    by_name = ByName.as_manager()

    class Meta:
        base_manager_name = "by_name"
        constraints = [
            unique(
                "a_party_organization_has_one_open_weak_case",
                "party_organization",
                when=~Q(state__in=["refused", "closed"]),
                said=_("There is an open case of this Party organisation."),
            ),
            check(
                "a_weak_case_is_confirmed_by_a_document",
                Q(state__in=["noted", "refused"]) | ~Q(document=""),
                _("It is confirmed by a meeting and its document."),
            ),
            check(
                "a_weak_case_is_put_right_by_a_plan",
                Q(state__in=["noted", "refused", "confirmed"])
                | ~Q(goal="") & Q(plan_due_on__isnull=False),
            ),
            check(
                "a_transformed_weak_case_is_followed_up",
                Q(
                    state__in=["transformed", "closed"],
                    transformed_on__isnull=False,
                    follow_up_until__gt=F("transformed_on"),
                )
                | ~Q(state__in=["transformed", "closed"])
                & Q(transformed_on=None, follow_up_until=None, next_look_on=None),
            ),
            check(
                "a_weak_case_is_written_off_after_its_follow_up",
                Q(state="closed", closed_on__gt=F("follow_up_until"))
                | ~Q(state="closed") & Q(closed_on=None),
                _("The year of follow-up is not over."),
            ),
        ]
        indexes = [
            *place_indexes("weak_case", "-noted_on -id", "county city province host_organ"),
            index("weak_case_day", "-noted_on -id"),
        ]

    def __str__(self):
        return f"Case {self.pk} of {self.year}"

    def get_absolute_url(self):
        return reverse("pairing:weak_case", args=[self.pk])

    @property
    def is_over(self):
        return self.state in OVER


class OfWeakCaseQuerySet(Rows):
    """Parts of a case are visible like the case."""

    def visible_to(self, user):
        return self.filter(case__in=WeakOrganizationCase.objects.visible_to(user).values("pk"))


class CaseStep(Step):
    """What happened to a case: who, when, why, by which document. Rows are only added."""

    TEXT_FIELD = "reason"
    STRONG = frozenset({"failed", "relapsed"})

    class Move(models.TextChoices):
        NOTED = "noted", _("First check by the host")
        TAKEN_OVER = "taken_over", _("Taken over from the office's register")
        CONFIRMED = "confirmed", _("Confirmed by the county")
        REFUSED = "refused", _("Not confirmed")
        PLANNED = "planned", _("Plan laid down")
        ASKED = "asked", _("Acceptance asked for")
        TRANSFORMED = "transformed", _("Accepted: transformed")
        FAILED = "failed", _("Not accepted: to be put right again")
        RELAPSED = "relapsed", _("Relapsed: to be put right again")
        CLOSED = "closed", _("Written off after the follow-up")
        REORGANISED = "reorganised", _("Goes on after a reorganisation")

    case = models.ForeignKey(WeakOrganizationCase, models.CASCADE, related_name="steps")
    move = models.CharField(max_length=12, choices=Move)
    document = MaskedCharField(max_length=60, blank=True, default="")
    reason = MaskedCharField(max_length=300, blank=True, default="")

    class Meta:
        constraints = [
            check(
                "a_weak_case_goes_back_for_a_reason",
                ~Q(move__in=["refused", "relapsed"]) | ~Q(reason=""),
                _("Say why."),
            )
        ]
        indexes = [index("weak_case_step", "case -at -id")]


class CaseSituation(models.Model):
    """One of the ten situations that was found. Tests check that it has no text column and names no
    person except the author."""

    case = models.ForeignKey(WeakOrganizationCase, models.CASCADE, related_name="situations")
    situation = models.CharField(_("situation"), max_length=2, choices=Situation)
    noted_by = key(User)

    class Meta:
        ordering = ["situation"]
        constraints = [
            unique("a_situation_stands_once_in_a_case", "case situation"),
            check("a_situation_is_one_of_the_ten", Q(situation__in=Situation.values)),
        ]

    def __str__(self):
        return f"{self.case_id} {self.situation}"

    @property
    def number(self):
        return int(self.situation)


class SupportKind(models.TextChoices):
    """四个一."""

    LEADER = "leader", _("County leader in touch with the village")
    SECRETARY = "secretary", _("First secretary stationed there")
    ORGAN = "organ", _("Organ paired with it")
    TOWNSHIP = "township", _("Township leader in charge of the village")


class CaseSupportQuerySet(OfWeakCaseQuerySet):
    def running(self, on):
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=on), starts_on__lte=on)

    def unvisited(self, first, last):
        """County and township leaders without a visit there in these days."""
        leading = self.filter(kind__in=[SupportKind.LEADER, SupportKind.TOWNSHIP])
        there = Visit.objects.standing().filter(
            unit=OuterRef("case__unit"), visited_on__range=(first, last), confirmation__in=COUNTED
        )
        along = VisitCompanion.objects.filter(cadre=OuterRef(OuterRef("cadre")))
        return leading.filter(
            ~Exists(there.filter(author=OuterRef("cadre"))),
            ~Exists(there.filter(Exists(along.filter(visit=OuterRef("pk"))))),
        )


class CaseSupport(models.Model):
    """Who helps with the rectification, from when to when; one of each kind at a time."""

    case = models.ForeignKey(WeakOrganizationCase, models.CASCADE, related_name="supports")
    kind = models.CharField(_("which of the four"), max_length=9, choices=SupportKind)
    cadre = key_or_none(Cadre, _("cadre"))
    # The stay of the first secretary, if any.
    stay = key_or_none(Stay)
    organ = key_or_none(Organ, _("organ"))
    # The agreed pairing of this organ with the unit, if any.
    pairing = key_or_none(Pairing)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"), null=True, blank=True)
    named_by = key(User)

    objects = CaseSupportQuerySet.as_manager()

    class Meta:
        constraints = [
            check(
                "a_case_is_helped_by_an_organ_or_a_cadre",
                Q(kind="organ", organ__isnull=False, cadre=None, stay=None)
                | ~Q(kind="organ") & Q(cadre__isnull=False, organ=None, pairing=None),
                _("Name the organ that is paired, or the cadre."),
            ),
            check(
                "help_for_a_case_ends_after_it_begins",
                Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                END_BEFORE_START,
            ),
            apart(
                "a_case_has_one_helper_of_each_kind",
                "case kind",
                _("Somebody else is named for these days."),
                until=F("ends_on"),
            ),
        ]

    def __str__(self):
        return f"{self.case_id} {self.kind}"

    @property
    def who(self):
        """The helper's name, with the post of a cadre; needs cadre and organ loaded."""
        return self.organ.name if self.organ_id else f"{self.cadre.name} {self.cadre.post}".strip()
