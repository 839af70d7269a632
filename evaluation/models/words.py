"""基层单位评价 and 组织评价: the words of unit, sending organ and host about an appraised."""

import uuid
from functools import reduce
from operator import and_

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from evaluation.models.cycles import SHOWN_TO_THE_APPRAISED, Appraised, Cycle, CycleState
from evaluation.models.schemes import Component, Dimension, Mark, Subject
from portal.models import Organ, User
from portal.models.clock import DatabaseClock
from portal.models.constraints import check, unique
from portal.models.places import GrassrootsUnit
from portal.models.reports import is_hosting
from portal.models.text import MaskedCharField
from portal.roles import Permission
from portal.rows import Rows
from portal.trust.access import IsAnyOf, reach

MARKS = tuple(line.value for line in Dimension)


class Side(models.TextChoices):
    """The unit's word is one component; the other two share another, half each."""

    UNIT = "unit", _("Grassroots unit")
    SENDING = "sending", _("Sending organ")
    HOST = "host", _("Host")

    @property
    def component(self):
        return Component.UNIT if self == Side.UNIT else Component.ORGANISATION


class Via(models.TextChoices):
    ACCOUNT = "account", _("In the portal")
    LINK = "link", _("By one-time link")
    PAPER = "paper", _("On paper")


def speaks_for(grant, side):
    """Whether a grant to give the organisation's word covers this side."""
    return bool(grant.organ_id) and is_hosting(grant) == (side != Side.SENDING)


def collected_by(user, *, via=""):
    """Q: appraised whose unit's word this person collects by link or on paper."""
    return reach(user, Permission.COUNT_BALLOTS, via=via) | reach(
        user, Permission.MANAGE_EVALUATION, via=via
    )


def spoken_for(user, side, *, via=""):
    """Q: appraised about whom this person records the word of a side, for their own organ or, as
    host, for its units. The host or a ballot counter types a unit's word given on paper."""
    own = reach(
        user, Permission.GIVE_ORGANISATION_WORD, via=via, only=lambda grant: speaks_for(grant, side)
    )
    return own | collected_by(user, via=via) if side == Side.UNIT else own


def with_weight_for(side):
    """Q: appraised by a scheme that gives this side's word a weight. Nobody is asked for a word
    that weighs nothing."""
    return Q(**{f"scheme__weight_{side.component}__gt": 0})


def asked(user, side):
    """Q: appraised about whom a side is asked for its word through this person."""
    spoken = spoken_for(user, side) & with_weight_for(side)
    if side == Side.SENDING:
        # An organ is not asked about its own leading team; the organ above may be.
        own = [
            grant.organ_id
            for grant in user.grants_with(Permission.GIVE_ORGANISATION_WORD)
            if speaks_for(grant, side)
        ]
        return spoken & ~Q(subject=Subject.ORGAN, organ__in=own)
    return spoken & ~Q(**{"unit" if side == Side.UNIT else "host_organ": None})


def open_for_word(user, side):
    """Appraised about whom a side can still give or correct its word through this person."""
    rows = Appraised.objects.standing().filter(
        asked(user, side), cycle__state=CycleState.COLLECTING
    )
    return rows.exclude(cadre__user__in={user.pk, *user.identity_ids})


def is_missing(side):
    """Q: appraised without a word of this side, where it has a weight."""
    # A correlated subquery on the index: a province has too many words to collect first.
    given = OrganAppraisal.objects.current().filter(side=side, appraised=OuterRef("pk"))
    return with_weight_for(side) & ~Q(Exists(given))


def without_word(appraised, side):
    return appraised.filter(is_missing(side))


class OrganAppraisalQuerySet(Rows):
    def current(self):
        return self.filter(replaced_at=None)

    def visible_to(self, user):
        """Visible to readers of scores there, to those who record words of that side, and to the
        appraised once their score is published."""
        mine = Appraised.objects.filter(
            cadre__user__in=user.identity_ids, cycle__state__in=SHOWN_TO_THE_APPRAISED
        )
        opened = reach(user, Permission.READ_SCORES, via="appraised__")
        opened |= Q(IsAnyOf("appraised", mine.values("pk")))
        for side in Side:
            opened |= spoken_for(user, side, via="appraised__") & Q(side=side)
        return self.filter(opened)


class OrganAppraisal(models.Model):
    """One side's word about one appraised. A correction is a new row."""

    appraised = models.ForeignKey(Appraised, models.PROTECT, related_name="words")
    side = models.CharField(max_length=7, choices=Side)
    unit = models.ForeignKey(GrassrootsUnit, models.PROTECT, null=True, related_name="+")
    unit_id: int | None
    organ = models.ForeignKey(Organ, models.PROTECT, null=True, related_name="+")
    organ_id: int | None
    attitude = models.PositiveSmallIntegerField(_("attitude to work"), choices=Mark)
    style = models.PositiveSmallIntegerField(_("style of work"), choices=Mark)
    achievement = models.PositiveSmallIntegerField(_("results of work"), choices=Mark)
    overall = models.PositiveSmallIntegerField(_("all in all"), choices=Mark)
    remark = MaskedCharField(_("reason"), max_length=300, blank=True, default="")
    via = models.CharField(max_length=7, choices=Via)
    given_at = models.DateTimeField()
    # Who recorded it; empty if the unit used its link.
    noted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    replaced_at = models.DateTimeField(null=True)

    objects = OrganAppraisalQuerySet.as_manager()

    class Meta:
        constraints = [
            unique(
                "a_side_has_one_word_on_somebody",
                "appraised side unit organ",
                when=Q(replaced_at=None),
                nulls_distinct=False,
            ),
            check(
                "a_word_comes_from_a_unit_or_an_organ",
                Q(side="unit", unit__isnull=False, organ=None)
                | ~Q(side="unit") & Q(unit=None, organ__isnull=False),
            ),
            check(
                "a_word_has_somebody_who_wrote_it_down",
                Q(via="link", side="unit", noted_by=None)
                | ~Q(via="link") & Q(noted_by__isnull=False),
            ),
            check(
                "a_poor_word_has_a_reason",
                ~Q(remark="") | reduce(and_, (~Q(**{line: Mark.POOR}) for line in MARKS)),
            ),
        ]

    def __str__(self):
        return f"{self.side} on {self.appraised_id}"

    @property
    def marks(self):
        return {name: getattr(self, name) for name in MARKS}

    @property
    def labels(self):
        """[(line, mark)] as words."""
        return [(line.label, getattr(self, f"get_{line.value}_display")()) for line in Dimension]


class UnitLinkQuerySet(Rows):
    def live(self, day):
        return self.filter(used_at=None, revoked_at=None, expires_on__gte=day)


class UnitLink(models.Model):
    """The one-time link by which a unit without an account gives its word."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="unit_links")
    unit = models.ForeignKey(GrassrootsUnit, models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64, db_collation="C", unique=True)
    token: str  # set while it is shown, never stored
    expires_on = models.DateField()
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    objects = UnitLinkQuerySet.as_manager()

    class Meta:
        constraints = [
            unique("a_unit_has_one_live_link", "cycle unit", when=Q(used_at=None, revoked_at=None))
        ]

    def __str__(self):
        return f"Link of {self.unit_id}"


class UnitLetter(models.Model):
    """What a unit sent by its link, sealed for the portal; the door cannot read it back."""

    link = models.OneToOneField(UnitLink, models.PROTECT, related_name="letter")
    link_id: int
    # Erased after import.
    sealed = models.TextField()
    received_at = models.DateTimeField(db_default=DatabaseClock())
    taken_at = models.DateTimeField(null=True)
    # Could not be opened; the unit needs a new link.
    is_lost = models.BooleanField(db_default=False)

    class Meta:
        constraints = [check("a_letter_taken_over_is_not_kept", Q(taken_at=None) | Q(sealed=""))]

    def __str__(self):
        return f"Letter by {self.link_id}"
