"""第 N 批: a batch of fieldwork over units, and the short records of what was heard and seen."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from outreach.models import Matter, Visit
from portal.models import Cadre, User
from portal.models.constraints import check, in_order, index, optional_ref, ref, unique
from portal.models.places import PlacedRecord
from portal.models.steps import Step
from portal.models.text import MaskedCharField, MaskedTextField
from portal.pages import search
from portal.roles import Permission
from portal.rows import Rows
from portal.trust.access import IsAnyOf, organ_reach, reach
from research.models.topics import Method, ResearchTopic


class BatchState(models.TextChoices):
    """The stored state. UNDER_WAY is derived from the first day: see `stands`."""

    DRAFT = "draft", pgettext_lazy("batches", "Drafted")
    CHECKED = "checked", _("Being harmonised")
    ARRANGED = "arranged", pgettext_lazy("batches", "Arranged")
    UNDER_WAY = "under_way", pgettext_lazy("batches", "Under way")
    OVER = "over", pgettext_lazy("batches", "Over")
    CANCELLED = "cancelled", pgettext_lazy("batches", "Cancelled")


def _known_to(user, via=""):
    """Q of batches whose topic the user sees or in which the user takes part."""
    topics = ResearchTopic.objects.visible_to(user).order_by()
    going = _going(user).values("researchbatch")
    return Q(IsAnyOf(f"{via}topic", topics.values("pk"))) | Q(IsAnyOf(f"{via}pk", going))


def _going(user):
    own = Cadre.objects.filter(user__in=user.identity_ids).values("pk")
    return ResearchBatch.people.through.objects.filter(cadre__in=own)


def _told(user):
    """Q of units in the user's reach whose hosts have been told; never of mere spot checks."""
    return reach(user, Permission.READ_RESEARCH) & Q(told_at__isnull=False)


class BatchQuerySet(Rows):
    def visible_to(self, user):
        """Batches whose topic the user sees or in which the user takes part; also those that visit
        places in the reach of the user's roles, once the host has been told."""
        there = BatchUnit.objects.filter(_told(user))
        return self.filter(_known_to(user) | Q(IsAnyOf("pk", there.values("batch"))))

    def known_to(self, user):
        """Batches that the user sees as a whole, rather than as the host of a place."""
        return self.filter(_known_to(user))

    def of(self, user):
        """Batches in which the user takes part."""
        return self.filter(IsAnyOf("pk", _going(user).values("researchbatch")))

    def to_harmonise(self):
        return self.filter(state=BatchState.CHECKED)

    def running(self, on):
        return self.filter(state__in=ARRANGED_STATES, starts_on__lte=on)

    def begun(self, on):
        """Batches whose fieldwork has begun or is over."""
        begun = Q(state__in=ARRANGED_STATES, starts_on__lte=on)
        return self.filter(begun | Q(state=BatchState.OVER))

    def standing(self, standing, on):
        """Batches with this state on a day; the same condition as `ResearchBatch.stands`."""
        if standing == BatchState.UNDER_WAY:
            return self.running(on)
        rows = self.filter(state=standing)
        return rows.filter(starts_on__gt=on) if standing == BatchState.ARRANGED else rows

    def containing(self, text):
        return self.filter(search.in_texts(text, "topic__title"))

    def for_list(self):
        return self.select_related("topic__lead_organ").defer("topic__outline")


# Arranged: visits and records belong to it from its first day to the end of its fieldwork.
ARRANGED_STATES = (BatchState.ARRANGED, BatchState.UNDER_WAY)


class ResearchBatch(models.Model):
    """A batch of a topic at several units (`BatchUnit`). Visits ticked for it are its fieldwork."""

    topic = ref(ResearchTopic, related_name="batches")
    number = models.PositiveSmallIntegerField()
    methods = ArrayField(models.CharField(max_length=13, choices=Method), verbose_name=_("methods"))
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))
    # The small retinue: everybody who goes, including the head of the group.
    people = models.ManyToManyField(Cadre, verbose_name=_("who goes"), related_name="batches")
    visits = models.ManyToManyField(Visit, related_name="research_batches")
    state = models.CharField(max_length=10, choices=BatchState, default=BatchState.DRAFT)
    written_by = ref(User, related_name="+")
    created_at = models.DateTimeField()

    objects = BatchQuerySet.as_manager()

    class Meta:
        constraints = [
            in_order("a_batch_of_research_ends_after_it_begins"),
            unique("a_topic_numbers_its_batches", "topic number"),
        ]
        indexes = [index("research_batch_day", "-starts_on -id")]

    def __str__(self):
        return f"{self.topic_id} batch {self.number}"

    def get_absolute_url(self):
        return reverse("research:batch", args=[self.pk])

    @property
    def label(self):
        return gettext("Batch %(n)s") % {"n": self.number}

    @property
    def is_draft(self):
        return self.state == BatchState.DRAFT

    @property
    def is_fixed(self):
        return self.state in ARRANGED_STATES

    @property
    def method_labels(self):
        return [Method(code).label for code in self.methods]

    @property
    def announced_labels(self):
        """Methods that a host may read. A host told of one place must not learn of spot checks at
        others."""
        return [Method(code).label for code in self.methods if code != Method.SPOT_CHECK]

    def stands(self, on):
        if self.state == BatchState.ARRANGED and self.starts_on <= on:
            return BatchState.UNDER_WAY
        return BatchState(self.state)


class BatchUnitQuerySet(Rows):
    def visible_to(self, user):
        """Units of batches that the user sees as a whole; a host sees those of its places that it
        was told of."""
        return self.filter(_known_to(user, "batch__") | _told(user))


class BatchUnit(PlacedRecord):
    """A unit of a batch and the day on which it is visited. `organ` is the lead organ."""

    batch = models.ForeignKey(ResearchBatch, models.CASCADE, related_name="units")
    day = models.DateField(_("day"))
    # Nothing but a random spot check: neither village nor host is told of it.
    only_checked = models.BooleanField(_("only a random spot check"), default=False)
    # When its host was told; empty if not.
    told_at = models.DateTimeField(null=True)

    objects = BatchUnitQuerySet.as_manager()

    class Meta:
        constraints = [
            unique("a_unit_stands_once_in_a_batch_of_research", "batch unit"),
            check("nobody_is_told_of_a_spot_check", Q(only_checked=False) | Q(told_at=None)),
        ]
        indexes = [
            index("batch_unit_day", "unit day"),
            index("batch_unit_host", "host_organ -day -id"),
        ]

    def __str__(self):
        return f"{self.batch_id} at {self.unit_id}"


class BatchStep(Step):
    class Move(models.TextChoices):
        SUBMITTED = "submitted", _("Handed to the office to be harmonised")
        TAKEN_BACK = "taken_back", pgettext_lazy("research", "Taken back")
        SENT_BACK = "sent_back", _("Sent back to be changed")
        ARRANGED = "arranged", pgettext_lazy("batches", "Arranged")
        CHANGED = "changed", pgettext_lazy("batches", "Changed")
        OVER = "over", _("Fieldwork ended")
        RESUMED = "resumed", _("Fieldwork goes on")
        CANCELLED = "cancelled", pgettext_lazy("batches", "Cancelled")

    batch = models.ForeignKey(ResearchBatch, models.CASCADE, related_name="steps")
    move = models.CharField(max_length=10, choices=Move)
    text = MaskedCharField(max_length=500, blank=True, default="")

    class Meta:
        indexes = [index("research_batch_step", "batch -at -id")]


class ActivityQuerySet(Rows):
    def visible_to(self, user):
        """Readable by the lead organ, the office and participants; not by hosts."""
        topics = ResearchTopic.objects.visible_to(user).order_by()
        own = Cadre.objects.filter(user__in=user.identity_ids).values("pk")
        return self.filter(
            Q(batch__topic__in=topics.values("pk"))
            | Q(IsAnyOf("conducted_by", own))
            | Q(written_by__in=user.identity_ids)
        )

    def for_list(self):
        return self.select_related("batch__topic", "unit", "township", "conducted_by")


class ResearchActivity(PlacedRecord):
    """A symposium, interview, spot check or on-site look: at most six fields (DOMAIN-NEXT A).
    People are described by category and number, never by name. `organ` is the lead organ."""

    batch = ref(ResearchBatch, related_name="activities")
    method = models.CharField(max_length=13, choices=Method)
    held_on = models.DateField(_("day"))
    place = MaskedCharField(
        pgettext_lazy("research", "where"), max_length=60, blank=True, default=""
    )
    # The leader of a symposium or interview; empty for other methods.
    conducted_by = optional_ref(Cadre, _("led by"), related_name="+")
    # Categories of participants or people interviewed: 党员、种植大户.
    persons = MaskedCharField(_("categories of people"), max_length=80, blank=True, default="")
    # Empty if nobody counted.
    person_count = models.PositiveSmallIntegerField(_("number of people"), null=True, blank=True)
    # What was said, seen or checked.
    content = MaskedTextField(_("main content"), max_length=2_000)
    found = MaskedTextField(_("what was found"), max_length=2_000, blank=True, default="")
    done_there = MaskedCharField(_("done on the spot"), max_length=300, blank=True, default="")
    # Only for spot checks: the sample, and the numbers to be checked and actually checked.
    sample = models.ForeignKey(
        "research.Sample", models.PROTECT, null=True, blank=True, related_name="activities"
    )
    to_check = models.PositiveSmallIntegerField(_("to be checked"), null=True, blank=True)
    checked = models.PositiveSmallIntegerField(_("checked"), null=True, blank=True)
    # Matters registered from it.
    matters = models.ManyToManyField(Matter, related_name="research_activities")
    written_by = ref(User, related_name="+")
    created_at = models.DateTimeField()

    objects = ActivityQuerySet.as_manager()

    class Meta:
        constraints = [
            check(
                "a_spot_check_counts_what_it_checked",
                ~Q(method="spot_check") | Q(to_check__isnull=False, checked__isnull=False),
                _("Say how many were to be checked and how many were."),
            ),
        ]
        indexes = [index("activity_batch", "batch -held_on -id")]

    def __str__(self):
        return f"{self.method} of {self.batch_id}"

    def get_absolute_url(self):
        return reverse("research:activity", args=[self.pk])


class HomeNoteQuerySet(Rows):
    def visible_to(self, user):
        """The author's own notes, and for the office those given to it."""
        # Stand-ins are excluded.
        own = Q(author__user__in={user.pk} & user.identity_ids)
        given = Q(given_at__isnull=False) & organ_reach(
            user, Permission.CHECK_RESEARCH, to="author__organ"
        )
        return self.filter(own | given)


class HomeNote(models.Model):
    """回乡调研: what a cadre saw at home, recorded voluntarily. It is not used for figures, scores,
    reminders or matters, and its place is a text, not a unit."""

    author = ref(Cadre, related_name="+")
    seen_on = models.DateField(_("day"))
    place = MaskedCharField(pgettext_lazy("research", "where"), max_length=60)
    situation = MaskedTextField(pgettext_lazy("research", "situation"), max_length=2_000)
    suggestion = MaskedTextField(_("suggestion"), max_length=1_000, blank=True, default="")
    given_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    objects = HomeNoteQuerySet.as_manager()

    class Meta:
        indexes = [index("home_note_author", "author -seen_on -id")]

    def __str__(self):
        return f"Home note {self.pk}"

    def get_absolute_url(self):
        return reverse("research:home_note", args=[self.pk])

    @property
    def is_given(self):
        return self.given_at is not None
