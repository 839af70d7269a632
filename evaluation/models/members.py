"""民主评议党员: one Party organisation in one year, with its members' names and nothing else.

The meeting counts the ballots. Only sums are stored, no single ballot and no text.
"""

from math import floor

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal import parameters
from portal.models import Organ, PartyOrganization, User
from portal.models.constraints import check, index, unique
from portal.models.party import PartyOrganizationKind
from portal.models.places import DivisionLevel, GrassrootsUnit, PlacedRecord
from portal.models.steps import Step
from portal.models.text import MaskedCharField, MaskedNameField
from portal.roles import Permission, organ_axis
from portal.rows import Rows
from portal.trust.access import EVERYTHING, reach

# 以支部为单位: committees and general branches hold it in the branches below them.
BRANCH_KINDS = (PartyOrganizationKind.BRANCH, PartyOrganizationKind.JOINT_BRANCH)


class MemberGrade(models.IntegerChoices):
    """优秀 · 合格 · 基本合格 · 不合格, in the order of the sums."""

    GOOD = 1, _("Outstanding")
    FIT = 2, _("Qualified")
    BASICALLY_FIT = 3, _("Basically qualified")
    UNFIT = 4, _("Not qualified")


def organizations_of(user):
    """Branches whose appraisal this person may hold."""
    opened = Q(pk__in=())
    for grant in user.grants_with(Permission.HOLD_MEMBER_APPRAISALS):
        limit = EVERYTHING
        if grant.organ_id:
            units = "unit__host_organ__in"
            own = Q(organ__in=grant.organ_ids)
            # The unit's host holds its branch; other roles only if their axis is the host.
            limit = own | Q(**{units: grant.organ_ids})
            if organ_axis(grant.role) == "organ":
                limit = own
        rows = PartyOrganization.objects.filter(limit)
        if grant.division_id:
            rows = rows.within(grant.division)
        opened |= Q(pk__in=rows.values("pk"))
    return PartyOrganization.objects.filter(opened, kind__in=BRANCH_KINDS)


def without_appraisal(branches, year):
    held = MemberAppraisal.objects.filter(year=year).values("party_organization")
    return branches.exclude(pk__in=held)


class MemberAppraisalState(models.TextChoices):
    OPEN = "open", _("Under way")
    FINISHED = "finished", _("Decided by the organisation")


class MemberAppraisalQuerySet(Rows):
    def visible_to(self, user):
        return self.filter(reach(user, Permission.HOLD_MEMBER_APPRAISALS))

    def open(self):
        return self.filter(state=MemberAppraisalState.OPEN)

    def containing(self, text):
        return self.filter(party_organization__name__contains=text.strip())

    def for_list(self):
        return self.select_related(
            "party_organization__organ", "party_organization__unit__host_organ"
        )


class MemberAppraisal(PlacedRecord):
    """个人自评 → 党员互评 → 民主测评 → 组织评定. `organ` and `host_organ` are the organ of the
    branch, or the host of its unit."""

    unit = models.ForeignKey(GrassrootsUnit, models.PROTECT, null=True, related_name="+")
    party_organization = models.ForeignKey(
        PartyOrganization,
        models.PROTECT,
        related_name="member_appraisals",
        verbose_name=_("Party organisation"),
    )
    year = models.PositiveSmallIntegerField(_("year"))
    held_on = models.DateField(_("day of the meeting"), null=True, blank=True)
    # Party members expected and present, and valid ballots.
    expected = models.PositiveSmallIntegerField(_("should attend"), null=True, blank=True)
    present = models.PositiveSmallIntegerField(_("attended"), null=True, blank=True)
    valid = models.PositiveSmallIntegerField(_("valid ballots"), null=True, blank=True)
    state = models.CharField(
        max_length=8, choices=MemberAppraisalState, default=MemberAppraisalState.OPEN
    )
    finished_on = models.DateField(null=True)
    written_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    begun_on = models.DateField()

    objects = MemberAppraisalQuerySet.as_manager()

    class Meta:
        constraints = [
            unique(
                "a_branch_appraises_its_members_once_a_year",
                "party_organization year",
                said=_("This branch has its appraisal of the year already."),
            ),
            check(
                "no_more_attend_or_vote_than_should",
                (Q(present=None) | Q(present__lte=F("expected")))
                & (Q(valid=None) | Q(valid__lte=F("present"))),
                _("No more attend than should, and no more ballots count than people attend."),
            ),
            check(
                "a_finished_member_appraisal_had_its_meeting",
                Q(state="open", finished_on=None)
                | Q(
                    state="finished",
                    finished_on__isnull=False,
                    held_on__isnull=False,
                    expected__isnull=False,
                    present__isnull=False,
                    valid__isnull=False,
                ),
            ),
        ]
        indexes = [
            index("member_appraisal_year", "-year -id"),
            index("member_appraisal_organ", "organ -year"),
            index("member_appraisal_host", "host_organ -year"),
            index("member_appraisal_county", "county -year"),
        ]

    def __str__(self):
        return f"{self.party_organization_id} {self.year}"

    def get_absolute_url(self):
        return reverse("evaluation:member_appraisal", args=[self.pk])

    @property
    def is_open(self):
        return self.state == MemberAppraisalState.OPEN

    def stand_for(self, organization):
        """Copy the branch's place as it is today."""
        self.party_organization = organization
        if organization.unit_id:
            self.stand_at(organization.unit)
            self.organ_id = organization.unit.host_organ_id
            return
        organ = Organ.objects.select_related("division").get(pk=organization.organ_id)
        self.organ = self.host_organ = organ
        ancestors = organ.division.ancestors_by_level if organ.division_id else {}
        self.province_id = ancestors.get(DivisionLevel.PROVINCE)
        self.city_id = ancestors.get(DivisionLevel.CITY)
        self.county_id = ancestors.get(DivisionLevel.COUNTY)
        self.township_id = ancestors.get(DivisionLevel.TOWNSHIP)
        self.division_id = ancestors.get(DivisionLevel.VILLAGE)


class MemberAppraisalStep(Step):
    """What happened to an appraisal. Rows are only added."""

    class Move(models.TextChoices):
        BEGUN = "begun", _("Appraisal begun")
        FINISHED = "finished", _("Decided by the organisation")
        REOPENED = "reopened", _("Opened again")

    appraisal = models.ForeignKey(MemberAppraisal, models.CASCADE, related_name="steps")
    move = models.CharField(max_length=8, choices=Move)
    text = MaskedCharField(max_length=200, blank=True, default="")


def most_outstanding(full_members, *, on):
    """How many may be outstanding: the norm's share of the full members, rounded down."""
    return floor(full_members * parameters.fraction("appraisal.member_excellent_max", on=on))


def _sums():
    return ArrayField(models.PositiveSmallIntegerField(), size=4, default=list)


class AppraisedMember(models.Model):
    """One member: the name as on the sheet, and sums in the order of `MemberGrade`."""

    appraisal = models.ForeignKey(MemberAppraisal, models.CASCADE, related_name="members")
    place = models.PositiveSmallIntegerField()
    name = MaskedNameField(_("name"), max_length=40)
    is_probationary = models.BooleanField(_("probationary member"), default=False)
    self_done = models.BooleanField(_("self-appraisal done"), default=False)
    peers = _sums()
    ballots = _sums()
    # 组织评定; none for probationary members.
    grade = models.PositiveSmallIntegerField(
        _("grade of the organisation"), choices=MemberGrade, null=True
    )

    class Meta:
        constraints = [
            unique("members_stand_in_their_order", "appraisal place"),
            check(
                "a_probationary_member_gets_no_grade",
                Q(is_probationary=False) | Q(grade=None),
                _("Probationary members get no grade."),
            ),
        ]

    def __str__(self):
        return f"{self.place} of {self.appraisal_id}"
