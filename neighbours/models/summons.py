"""吹哨报到: a township calls organs together, and the conclusion becomes assignments.

Nothing here counts organs or compares them: a summons is a way to get a matter done.
"""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from outreach.models import Matter
from outreach.models.placed import OfOrgan
from portal.models import Organ, User
from portal.models.constraints import (
    all_or_none,
    check,
    index,
    only_when,
    optional_ref,
    ref,
    unique,
)
from portal.models.steps import Step
from portal.models.text import MaskedCharField
from portal.pages import search
from portal.roles import Permission
from portal.rows import ByName, Rows
from portal.trust.access import IsAnyOf, organ_reach, reach


class SummonsReason(models.TextChoices):
    """事由类别."""

    MASSES = "masses", _("What many people raise")
    LAW = "law", _("Joint enforcement of the law")
    # By telephone; noted afterwards.
    EMERGENCY = "emergency", _("Emergency")


class SummonsState(models.TextChoices):
    CALLED = "called", pgettext_lazy("summons", "Called")
    GATHERED = "gathered", pgettext_lazy("summons", "Came together")
    CONCLUDED = "concluded", pgettext_lazy("summons", "Concluded")
    CANCELLED = "cancelled", pgettext_lazy("summons", "Called off")


S = SummonsState
OPEN = (S.CALLED, S.GATHERED)


def _handled(user):
    """Summons that call an organ for which the user handles matters."""
    if not user.holds(Permission.HANDLE_MATTERS):
        return Q(pk__in=())
    mine = SummonedOrgan.objects.filter(organ_reach(user, Permission.HANDLE_MATTERS))
    return Q(IsAnyOf("pk", mine.order_by().values("summons")))


def _of_roles(user):
    return (
        reach(user, Permission.HOST_MATTERS)
        | reach(user, Permission.ASSIGN_MATTERS)
        | reach(user, Permission.READ_MATTERS)
        | _handled(user)
    )


class SummonsQuerySet(Rows):
    """Ways of choosing summons; every page starts from visible_to()."""

    def visible_to(self, user):
        """Summons in reach of the user's roles, and those that call an organ for which the user
        handles matters."""
        return self.filter(_of_roles(user))

    def of_roles(self, user):
        return self.filter(_of_roles(user))

    def calling(self, user):
        """Summons that call an organ for which the user handles matters."""
        return self.filter(_handled(user))

    def open(self):
        return self.filter(state__in=OPEN)

    def to_note(self, on):
        """Summons whose day has passed while it is not noted who came."""
        return self.filter(state=S.CALLED, meet_on__lt=on)

    def to_conclude(self):
        return self.filter(state=S.GATHERED)

    def about(self, matter):
        return self.filter(matter=matter)

    def containing(self, text):
        words = search.in_texts(text, "title", "text", "place", "conclusion")
        return self.filter(words | search.numbered(text, "CS"))

    def for_list(self):
        return self.select_related("organ", "unit").prefetch_related("matter")


class Summons(OfOrgan):
    """One call. `organ` is the caller: the township, or another host of the place."""

    numbered_in = models.CharField(max_length=24, db_collation="C")
    number_year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    reason = models.CharField(
        pgettext_lazy("summons", "reason"), max_length=9, choices=SummonsReason
    )
    title = MaskedCharField(pgettext_lazy("summons", "what it is about"), max_length=60)
    text = MaskedCharField(_("what is to be settled"), max_length=500)
    called_on = models.DateField()
    # When the organs were telephoned, in an emergency.
    called_at = models.DateTimeField(null=True)
    meet_on = models.DateField(_("day on which they come together"))
    place = MaskedCharField(pgettext_lazy("summons", "where"), max_length=80)
    state = models.CharField(max_length=9, choices=SummonsState, default=S.CALLED)
    conclusion = MaskedCharField(
        pgettext_lazy("summons", "conclusion"), max_length=500, blank=True, default=""
    )
    concluded_on = models.DateField(null=True)
    # The matter that the conclusion is about, and when it was given to the organs.
    matter = optional_ref(Matter, related_name="summons")
    assigned_at = models.DateTimeField(null=True)
    called_by = ref(User, related_name="+")
    created_at = models.DateTimeField()

    objects = SummonsQuerySet.as_manager()
    by_name = ByName.as_manager()

    class Meta:
        base_manager_name = "by_name"
        constraints = [
            unique("one_summons_of_a_number_a_year", "numbered_in number_year number"),
            check(
                "an_emergency_says_when_it_was_telephoned",
                only_when("called_at", reason="emergency"),
                _("Say when the organs were telephoned."),
            ),
            check(
                "organs_come_together_after_they_were_called",
                Q(meet_on__gte=F("called_on")),
                _("They come together on the day of the call or later."),
            ),
            check(
                "a_concluded_summons_has_its_words",
                only_when("concluded_on", "conclusion", state="concluded"),
            ),
            check(
                "only_a_concluded_summons_is_assigned",
                Q(assigned_at=None) | Q(state="concluded", matter__isnull=False),
            ),
        ]
        indexes = [
            index("summons_day", "-called_on -id"),
            index("summons_county", "county -called_on -id"),
            index("summons_host", "host_organ -called_on -id"),
        ]

    def __str__(self):
        return f"{self.number_label} {self.title}"

    def get_absolute_url(self):
        return reverse("neighbours:one_summons", args=[self.pk])

    @property
    def number_label(self):
        return f"CS{self.number_year}-{self.number:04}"

    @property
    def is_emergency(self):
        return self.reason == SummonsReason.EMERGENCY

    @property
    def is_open(self):
        return self.state in OPEN


class AskedState(models.TextChoices):
    ASKED = "asked", pgettext_lazy("summons", "To answer")
    ANSWERED = "answered", pgettext_lazy("summons", "Answered")
    NOT_OURS = "not_ours", pgettext_lazy("summons", "Says it is not its task")
    RELEASED = "released", pgettext_lazy("summons", "Released")


A = AskedState


class Ruling(models.TextChoices):
    """是否属职责（裁定）."""

    THEIRS = "theirs", _("It is its task")
    NOT_THEIRS = "not", _("It is not its task")


class SummonedOrganQuerySet(Rows):
    def visible_to(self, user):
        seen = Summons.objects.visible_to(user).order_by().values("pk")
        return self.filter(IsAnyOf("summons", seen))

    def in_order(self):
        """The official order of organs, never another."""
        return self.order_by("organ__sort_order", "organ", "pk")

    def to_answer(self):
        return self.filter(state=A.ASKED, answer_by__isnull=False, summons__state__in=OPEN)

    def to_decide(self):
        return self.filter(state=A.NOT_OURS, summons__state__in=OPEN)

    def taking_part(self):
        return self.exclude(state=A.RELEASED)


class SummonedOrgan(models.Model):
    """报到单位: an organ that is called, what it answers, and whether it came."""

    summons = models.ForeignKey(Summons, models.CASCADE, related_name="organs")
    organ = ref(Organ, _("organ called"), related_name="+")
    state = models.CharField(max_length=8, choices=AskedState, default=A.ASKED)
    # None in an emergency: nobody answers in writing.
    answer_by = models.DateField(null=True)
    answer = MaskedCharField(
        pgettext_lazy("summons", "opinion"), max_length=300, blank=True, default=""
    )
    answered_on = models.DateField(null=True)
    # Why it is not its task, and what the desk decided about that.
    objection = MaskedCharField(max_length=300, blank=True, default="")
    decide_by = models.DateField(null=True)
    ruling = models.CharField(max_length=6, choices=Ruling, blank=True, default="")
    ruled_on = models.DateField(null=True)
    # Noted once by the caller; only the caller, the organ itself and the desk read it.
    came = models.BooleanField(null=True)

    objects = SummonedOrganQuerySet.as_manager()
    by_name = ByName.as_manager()

    class Meta:
        base_manager_name = "by_name"
        constraints = [
            unique("an_organ_is_called_once_in_a_summons", "summons organ"),
            check("an_answer_has_its_day", only_when("answered_on", "answer", state="answered")),
            check("an_objection_has_a_day_of_decision", all_or_none("decide_by", "objection")),
            check("a_ruling_has_its_day", all_or_none("ruled_on", "ruling")),
            check("a_ruling_is_about_an_objection", Q(ruling="") | ~Q(objection="")),
            check(
                "a_released_organ_was_ruled_out",
                Q(state="released", ruling="not") | ~Q(state="released") & ~Q(ruling="not"),
            ),
        ]
        indexes = [index("summoned_organ", "organ state")]

    def __str__(self):
        return f"{self.summons_id} {self.organ_id}"

    def get_absolute_url(self):
        return reverse("neighbours:one_summons", args=[self.summons_id])

    @property
    def is_final(self):
        """Whether the desk has decided that it is this organ's task."""
        return self.ruling == Ruling.THEIRS

    def is_late(self, on):
        return self.state == A.ASKED and self.answer_by is not None and self.answer_by < on


class SummonsStep(Step):
    """What happened to a summons. No step names who came."""

    STRONG = frozenset({"called", "concluded", "cancelled"})

    class Move(models.TextChoices):
        CALLED = "called", pgettext_lazy("summons", "Organs called")
        ANSWERED = "answered", pgettext_lazy("summons", "Organ answered")
        NOT_OURS = "not_ours", pgettext_lazy("summons", "Organ says it is not its task")
        UPHELD = "upheld", pgettext_lazy("summons", "Decided: it is its task")
        RELEASED = "released", pgettext_lazy("summons", "Decided: it is not its task")
        GATHERED = "gathered", pgettext_lazy("summons", "Came together")
        CONCLUDED = "concluded", pgettext_lazy("summons", "Concluded")
        ASSIGNED = "assigned", pgettext_lazy("summons", "Given to the organs")
        CANCELLED = "cancelled", pgettext_lazy("summons", "Called off")
        UNDONE = "undone", _("Step taken back")

    summons = models.ForeignKey(Summons, models.CASCADE, related_name="steps")
    move = models.CharField(max_length=9, choices=Move)
    text = MaskedCharField(max_length=500, blank=True, default="")

    class Meta:
        indexes = [index("summons_step", "summons -at -id")]
