"""突出问题包案: a problem lifted to a lead official, who answers for it until it is solved."""

from datetime import timedelta

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from outreach.models import Matter
from outreach.models.matters import Status, handled_organ_ids
from pairing.models import fields
from pairing.models.fields import key, own_cadres, place_indexes
from portal.models import Cadre, User
from portal.models.constraints import check, index, unique
from portal.models.places import PlacedRecord
from portal.models.steps import Step
from portal.models.text import MaskedCharField
from portal.pages import search
from portal.roles import Permission
from portal.rows import ByName, Rows
from portal.trust.access import IsAnyOf, reach


class ProblemState(models.TextChoices):
    OPEN = "open", _("With a lead official")
    SOLVED = "solved", _("Problem solved")
    HANDED_BACK = "handed_back", _("Handed back")


def _of_roles(user):
    opened = reach(user, Permission.READ_CONTACT_POINTS) | reach(user, Permission.LIFT_PROBLEMS)
    organs = handled_organ_ids(user)
    return opened | Q(organ__in=organs) if organs else opened


class ProblemQuerySet(Rows):
    """Ways of choosing problems; every page starts from visible_to()."""

    def visible_to(self, user):
        """Problems whose lead organ or place the user's roles reach, those of an organ the user
        handles matters for, and those the user leads."""
        own = own_cadres(user)
        return self.filter(_of_roles(user) | Q(IsAnyOf("official", own)))

    def of_roles(self, user):
        return self.filter(_of_roles(user))

    def open(self):
        return self.filter(state=ProblemState.OPEN)

    def of(self, user):
        """Problems led by the user, or by somebody the user stands in for."""
        own = own_cadres(user)
        return self.filter(official__in=own)

    def to_note(self, on):
        """Open, and the next progress note is due."""
        return self.open().filter(next_review_on__lte=on)

    def without_official(self, on):
        """Open, without a lead official, or with one who has left."""
        return self.open().filter(Q(official=None) | Q(official__left_on__lte=on))

    def containing(self, text):
        """Search by title, place or official, never by who raised a matter."""
        return self.filter(
            search.in_texts(text, "title")
            | Q(unit__name__contains=text)
            | Q(official__name__contains=text)
        )

    def for_list(self):
        return self.select_related(
            "unit", "township", "host_organ", "organ", "official"
        ).prefetch_related(
            models.Prefetch(
                "matters", Matter.objects.only("number_year", "number", "status").order_by("pk")
            )
        )


class ProminentProblem(PlacedRecord):
    """One problem behind one or several matters. `organ` is the lead organ (责任单位).

    It names none of the people who raised the matters.
    """

    title = MaskedCharField(_("problem"), max_length=80)
    why = MaskedCharField(_("why it is lifted"), max_length=300)
    matters = models.ManyToManyField(Matter, through="ProblemMatter", related_name="problems")
    # Empty while no successor is named after the official moved to another organ.
    official = key(
        Cadre, pgettext_lazy("problems", "lead official"), null=True, related_name="led_problems"
    )
    # As it was on the day of naming.
    post = models.CharField(_("post"), max_length=60, blank=True, default="")
    lifted_on = models.DateField(_("lifted on"))
    lifted_by = key(User)
    review_days = models.PositiveSmallIntegerField(_("progress is noted every"))
    next_review_on = models.DateField()
    state = models.CharField(max_length=12, choices=ProblemState, default=ProblemState.OPEN)
    closed_on = models.DateField(null=True)
    close_note = MaskedCharField(max_length=300, blank=True, default="")

    place_label = fields.place_label

    objects = ProblemQuerySet.as_manager()
    by_name = ByName.as_manager()

    class Meta:
        base_manager_name = "by_name"
        constraints = [
            check(
                "a_problem_is_closed_with_day_and_words",
                Q(state="open", closed_on=None, close_note="")
                | ~Q(state="open") & Q(closed_on__gte=F("lifted_on")) & ~Q(close_note=""),
            ),
            check(
                "progress_is_noted_within_a_year",
                Q(review_days__range=(1, 366)),
                _("Between 1 and 366 days."),
            ),
            check("a_problem_is_named_and_explained", ~Q(title="") & ~Q(why="")),
        ]
        indexes = [
            *place_indexes("problem", "-lifted_on -id", "county organ host_organ"),
            index("problem_day", "-lifted_on -id"),
            index("problem_review", "next_review_on id", when=Q(state="open")),
        ]

    def __str__(self):
        return f"Problem {self.pk} {self.lifted_on}"

    def get_absolute_url(self):
        return reverse("pairing:problem", args=[self.pk])

    @property
    def is_open(self):
        return self.state == ProblemState.OPEN

    def review_from(self, day):
        """Set the next review after progress was noted on this day."""
        self.next_review_on = day + timedelta(days=self.review_days)

    def unsettled_matters(self):
        """Matters that are not closed, including those that the reader may not open; a merged one
        counts as open while its target is."""
        return Matter.by_name.filter(problem_links__problem=self).filter(
            ~Q(status=Status.CLOSED)
            | Q(merged_into__isnull=False) & ~Q(merged_into__status=Status.CLOSED)
        )


class ProblemMatter(models.Model):
    """A matter of a problem; it belongs to one open problem at a time."""

    problem = models.ForeignKey(ProminentProblem, models.CASCADE, related_name="links")
    matter = key(Matter, related_name="problem_links")
    # Who led the matter before, and leads it again after a hand-back.
    official_before = key(Cadre, null=True)
    # Set when the problem was solved or handed back.
    released_on = models.DateField(null=True)

    class Meta:
        constraints = [
            unique(
                "a_matter_belongs_to_one_open_problem",
                "matter",
                when=Q(released_on=None),
                said=_("It belongs to an open problem already."),
            ),
            unique("a_matter_stands_once_in_a_problem", "problem matter"),
        ]

    def __str__(self):
        return f"{self.matter_id} in {self.problem_id}"


class ProblemStep(Step):
    """What happened to a problem: who, when, what was said. Rows are only added."""

    STRONG = frozenset({"lifted", "solved"})

    class Move(models.TextChoices):
        LIFTED = "lifted", _("Lifted to a lead official")
        NOTED = "noted", _("Progress")
        OFFICIAL_CHANGED = "official", _("Lead official changed")
        SOLVED = "solved", _("Problem solved")
        HANDED_BACK = "handed_back", _("Handed back")
        REORGANISED = (
            "reorganised",
            pgettext_lazy("contact points", "Goes on after a reorganisation"),
        )

    problem = models.ForeignKey(ProminentProblem, models.CASCADE, related_name="steps")
    move = models.CharField(max_length=12, choices=Move)
    text = MaskedCharField(max_length=500, blank=True, default="")
    # Who led it before and after: {"before": "…", "after": "…"}.
    facts = models.JSONField(default=dict)

    class Meta:
        indexes = [index("problem_step", "problem -at -id")]
