"""领导干部联系点: which leader visits which unit in a year. Visits done are counted."""

from django.db import models
from django.db.models import F, OuterRef, Q
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from outreach.models import Matter, MatterStep, SupervisionOrder, Visit, VisitCompanion
from outreach.models.visits import COUNTED, Purpose
from pairing.models import fields
from pairing.models.fields import key, key_or_none, own_cadres
from portal.models import Cadre, GrassrootsUnit, Organ, PartyOrganization, User
from portal.models.constraints import check, index, unique
from portal.models.places import PlacedRecord
from portal.models.steps import Step
from portal.models.text import MaskedCharField
from portal.roles import Permission
from portal.rows import ByName, Rows
from portal.trust.access import IsAnyOf, reach

# At most one visit a week.
MOST_VISITS = 52


class _VisitsThere(models.Func):
    """Number of visits that count for a contact point in a period.

    These are visits that the leader wrote or joined, at the unit or at one merged into it, marked
    as contact point visits and, if somebody else entered them, confirmed. The number does not
    depend on which visits the reader may see.
    """

    function = "pairing_point_visits"
    output_field = models.IntegerField()  # pyright: ignore[reportAssignmentType]  # as Django does

    def __init__(self, first, last):
        super().__init__("leader", "unit", first, last)


def _day_of_year(month, day):
    said = models.Value(month), models.Value(day)
    return models.Func("year", *said, function="make_date", output_field=models.DateField())


class ContactPointQuerySet(Rows):
    """Ways of choosing contact points; every page starts from visible_to()."""

    def visible_to(self, user):
        """Points whose organ or place the user's roles reach, the user's own, and running ones
        for which the user enters the visits."""
        own = own_cadres(user)
        return self.filter(
            reach(user, Permission.READ_CONTACT_POINTS)
            | Q(IsAnyOf("leader", own))
            | Q(IsAnyOf("recorder", own), ended_on=None)
        )

    def of_roles(self, user):
        return self.filter(reach(user, Permission.READ_CONTACT_POINTS))

    def running(self):
        return self.filter(ended_on=None)

    def of(self, user):
        """The points of the user, or of a leader the user stands in for."""
        own = own_cadres(user)
        return self.filter(leader__in=own)

    def unvisited(self, first, last):
        """Points without a counted visit in these days."""
        there = _VisitsThere(models.Value(first), models.Value(last))
        return self.alias(there=there).filter(there=0)

    def with_done(self):
        """Adds `done`: the number of the year's visits that count for the point."""
        return self.annotate(done=_VisitsThere(_day_of_year(1, 1), _day_of_year(12, 31)))

    def containing(self, text):
        """Search by the name of the leader or the unit."""
        return self.filter(Q(leader__name__contains=text) | Q(unit__name__contains=text))

    def for_list(self):
        return (
            self.select_related(
                "leader", "organ", "unit", "township", "host_organ", "party_organization"
            )
            .prefetch_related(
                models.Prefetch("cooperating", Organ.objects.order_by("sort_order", "pk"))
            )
            .with_done()
        )


class ContactPoint(PlacedRecord):
    """One leader, one unit, one year. `organ` is the leader's organ on the day of arranging.

    Only the plan is typed. Visits count if they are marked as contact point visits.
    """

    leader = key(Cadre, pgettext_lazy("contact points", "leader"), related_name="contact_points")
    # The post on the day of arranging, as on the printed sheet.
    post = models.CharField(_("post"), max_length=60, blank=True, default="")
    year = models.PositiveSmallIntegerField(_("year"))
    party_organization = key_or_none(PartyOrganization, _("Party organisation in contact"))
    # Enters visits for the leader (代录), who confirms them.
    recorder = key_or_none(Cadre, _("enters visits for the leader"))
    cooperating = models.ManyToManyField(
        Organ, related_name="+", blank=True, verbose_name=_("cooperating organs")
    )
    planned_visits = models.PositiveSmallIntegerField(_("visits planned in the year"))
    focus = MaskedCharField(_("problem to be solved"), max_length=200, blank=True, default="")
    arranged_on = models.DateField()
    arranged_by = key(User)
    ended_on = models.DateField(null=True)
    end_reason = MaskedCharField(max_length=200, blank=True, default="")

    place_label = fields.place_label

    objects = ContactPointQuerySet.as_manager()
    by_name = ByName.as_manager()

    class Meta:
        base_manager_name = "by_name"
        constraints = [
            unique(
                "one_running_contact_point_of_a_leader_and_unit",
                "leader unit year",
                when=Q(ended_on=None),
                said=_("The leader has this contact point in the year already."),
            ),
            check(
                "a_contact_point_is_visited_some_times_a_year",
                Q(planned_visits__range=(1, MOST_VISITS)),
                _("Plan between 1 and 52 visits in a year."),
            ),
            check(
                "a_contact_point_has_a_year_of_ours",
                Q(year__range=(2000, 2100)),
                _("This is no year of ours."),
            ),
            check(
                "an_ended_contact_point_says_why",
                Q(ended_on=None, end_reason="")
                | Q(ended_on__gte=F("arranged_on")) & ~Q(end_reason=""),
                _("Say why it ends."),
            ),
            check(
                "a_leader_does_not_enter_visits_for_themselves",
                Q(recorder=None) | ~Q(recorder=F("leader")),
                _("Leaders write their own visits; name somebody else here."),
            ),
        ]
        indexes = [
            index("contact_point_county", "county year"),
            index("contact_point_organ", "organ year"),
            index("contact_point_host", "host_organ year"),
            index("contact_point_year", "year id"),
        ]

    def __str__(self):
        return f"{self.leader_id} at {self.unit_id} in {self.year}"

    def get_absolute_url(self):
        return reverse("pairing:contact_point", args=[self.pk])

    @property
    def visit_form_url(self):
        """The visit form with place and purpose filled in."""
        return self._visit_form()

    @property
    def entry_form_url(self):
        """The visit form for somebody who enters the leader's visit."""
        return self._visit_form(author=self.leader_id)

    def _visit_form(self, **more):
        query = {"unit": self.unit_id, "purpose": Purpose.CONTACT_POINT.value} | more
        return f"{reverse('outreach:new_visit')}?{urlencode(query)}"

    @property
    def is_running(self):
        return self.ended_on is None

    def is_of_today(self, today):
        return self.is_running and self.year == today.year

    def _units(self):
        gone_up = GrassrootsUnit.objects.filter(successor=self.unit_id).values_list("pk", flat=True)
        return [self.unit_id, *gone_up]

    def visits(self):
        """The visits that `with_done` counts."""
        return self._all_visits().filter(confirmation__in=COUNTED)

    def unconfirmed_visits(self):
        """Visits entered for the leader that count only once confirmed."""
        return self._all_visits().unconfirmed()

    def _all_visits(self):
        along = VisitCompanion.objects.filter(cadre=self.leader_id).values("visit")
        return Visit.objects.standing().filter(
            Q(author=self.leader_id) | Q(IsAnyOf("pk", along)),
            unit__in=self._units(),
            visited_on__year=self.year,
            purposes__contains=[Purpose.CONTACT_POINT],
        )

    def matters_moved(self):
        """Matters of the unit that the leader led, or in which the leader took a step or gave an
        instruction, in the year of the point; needs leader loaded."""
        there = Matter.objects.filter(unit__in=self._units())
        led = Q(lead_official=self.leader_id, registered_on__year__lte=self.year) & (
            Q(closed_on=None) | Q(closed_on__year__gte=self.year)
        )
        user = self.leader.user_id
        if user is None:
            return there.filter(led)
        steps = MatterStep.objects.taken_here().filter(Q(by=user) | Q(on_behalf_of=user))
        steps = steps.filter(at__year=self.year)
        steps = steps.filter(matter=OuterRef("pk")).exclude(move="hand_over")
        orders = SupervisionOrder.objects.filter(
            matter=OuterRef("pk"), leader=user, issued_at__year=self.year
        )
        return there.filter(led | models.Exists(steps) | models.Exists(orders))


class ContactPointStep(Step):
    """What happened to a contact point: who, when, why. Rows are only added."""

    TEXT_FIELD = "reason"

    class Move(models.TextChoices):
        ARRANGED = "arranged", _("Contact point arranged")
        COPIED = "copied", _("Taken over from the year before")
        CHANGED = "changed", _("Arrangement changed")
        ENDED = "ended", _("Contact point ended")
        REORGANISED = (
            "reorganised",
            pgettext_lazy("contact points", "Goes on after a reorganisation"),
        )

    point = models.ForeignKey(ContactPoint, models.CASCADE, related_name="steps")
    move = models.CharField(max_length=12, choices=Move)
    reason = MaskedCharField(max_length=200, blank=True, default="")
    # The plan before a change: {"planned": 6}.
    facts = models.JSONField(default=dict)

    class Meta:
        indexes = [index("contact_point_step", "point -at -id")]


def enters_visits(user, author, unit):
    """Whether the user is named to enter this leader's visits at the unit in this year."""
    points = ContactPoint.objects.running().filter(leader=author, unit=unit, year=user.today.year)
    return points.filter(recorder__in=own_cadres(user)).exists()
