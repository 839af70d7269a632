"""投诉建议: complaints and suggestions about the portal itself, by any user.

Two recipients read them, one of them outside the office. Nothing stored with an anonymous complaint
reveals its writer: only the county, the day and the digest of a query code.
"""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from outreach.models import Matter
from oversight.models.fields import area_reach
from portal.models import Division, Organ, User
from portal.models.constraints import (
    all_or_none,
    check,
    index,
    optional_ref,
    ref,
    unique,
)
from portal.models.steps import Step
from portal.models.text import MaskedCharField, MaskedTextField
from portal.pages import search
from portal.roles import Permission
from portal.rows import Rows


class ComplaintKind(models.TextChoices):
    BURDEN = "burden", _("Burden of filling in")
    FORCED = "forced", _("Forced use")
    CLOCKING = "clocking", _("Clocking in, rankings")
    FAULT = "fault", _("Something does not work")
    SUGGESTION = "suggestion", pgettext_lazy("complaints", "Suggestion")
    OTHER = "other", pgettext_lazy("complaints", "Something else")


class ComplaintState(models.TextChoices):
    """DOMAIN-NEXT H."""

    RECEIVED = "received", pgettext_lazy("complaints", "Received")
    ACCEPTED = "accepted", pgettext_lazy("complaints", "Taken up")
    ANSWERED = "answered", pgettext_lazy("complaints", "Answered")
    PASSED_ON = "passed_on", pgettext_lazy("complaints", "Passed on")
    ARCHIVED = "archived", pgettext_lazy("complaints", "Archived")


class Door(models.TextChoices):
    """The other two doors, to which it may be passed on if its writer agrees."""

    MATTER = "matter", _("A matter to be handled")
    CONDUCT = "conduct", _("Conduct of a person")


class Adopted(models.TextChoices):
    YES = "yes", pgettext_lazy("complaints", "Adopted")
    PARTLY = "partly", pgettext_lazy("complaints", "Adopted in part")
    NO = "no", pgettext_lazy("complaints", "Not adopted")


class Rating(models.TextChoices):
    SATISFIED = "satisfied", pgettext_lazy("complaints", "Satisfied")
    BASICALLY = "basically", pgettext_lazy("complaints", "Basically satisfied")
    UNSATISFIED = "unsatisfied", pgettext_lazy("complaints", "Not satisfied")


OPEN = (ComplaintState.RECEIVED, ComplaintState.ACCEPTED)


class PortalComplaintQuerySet(Rows):
    """Ways of choosing complaints; every page starts from visible_to()."""

    def visible_to(self, user):
        """Complaints that the user receives, and the user's own; stand-ins do not see those of
        their principals."""
        return self.filter(area_reach(user, Permission.RECEIVE_COMPLAINTS) | Q(author=user.pk))

    def of_roles(self, user):
        return self.filter(area_reach(user, Permission.RECEIVE_COMPLAINTS))

    def of(self, user):
        return self.filter(author=user.pk)

    def open(self):
        return self.filter(state__in=OPEN)

    def to_accept(self):
        return self.filter(state=ComplaintState.RECEIVED)

    def to_answer(self):
        return self.filter(state=ComplaintState.ACCEPTED)

    def containing(self, text):
        return self.filter(search.in_texts(text, "text"))

    def for_list(self):
        return self.select_related("accepted_by", "author")


class PortalComplaint(models.Model):
    number_year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    received_on = models.DateField()
    kind = models.CharField(
        pgettext_lazy("complaints", "kind"), max_length=10, choices=ComplaintKind
    )
    text = MaskedTextField(_("what it is about"), max_length=2_000)
    # The writer's county, or the top organ where there are no divisions.
    area = optional_ref(Division, related_name="+")
    organ = optional_ref(Organ, related_name="+")
    # Empty for anonymous complaints, which are found by code.
    author = optional_ref(User, related_name="+")
    code_digest = models.CharField(max_length=64, blank=True, default="", db_collation="C")
    state = models.CharField(max_length=9, choices=ComplaintState, default=ComplaintState.RECEIVED)
    # Deadline to accept the complaint, then deadline to answer it.
    due_on = models.DateField()
    accepted_by = ref(User, null=True, related_name="+")
    accepted_on = models.DateField(null=True)
    is_extended = models.BooleanField(default=False)
    answer = MaskedTextField(_("answer"), max_length=2_000, blank=True, default="")
    answered_on = models.DateField(null=True)
    adopted = models.CharField(max_length=6, choices=Adopted, blank=True, default="")
    rating = models.CharField(max_length=11, choices=Rating, blank=True, default="")
    # The other door it belongs to, and whether its writer agrees to pass it on.
    door = models.CharField(max_length=7, choices=Door, blank=True, default="")
    agrees = models.BooleanField(null=True)
    matter = optional_ref(Matter, related_name="+")
    # Query code of a new anonymous complaint; never stored.
    code = ""

    objects = PortalComplaintQuerySet.as_manager()

    class Meta:
        constraints = [
            unique("one_complaint_of_a_number", "number_year number"),
            unique("one_complaint_of_a_code", "code_digest", when=~Q(code_digest="")),
            check(
                "a_complaint_has_a_writer_or_a_code",
                Q(author=None) & ~Q(code_digest="") | Q(author__isnull=False, code_digest=""),
            ),
            check(
                "a_complaint_is_taken_up_by_somebody",
                Q(state="received") | Q(accepted_by__isnull=False, accepted_on__isnull=False),
            ),
            check("an_answer_has_a_day", all_or_none("answered_on", "answer")),
            check("an_answered_complaint_has_an_answer", ~Q(state="answered") | ~Q(answer="")),
            check(
                "only_a_consent_passes_a_complaint_on",
                ~Q(state="passed_on") | Q(agrees=True) & ~Q(door=""),
            ),
        ]
        indexes = [
            index("complaint_day", "-received_on -id"),
            index("complaint_author", "author -received_on -id"),
            index("complaint_due", "due_on id", when=Q(state__in=("received", "accepted"))),
        ]

    def __str__(self):
        return self.number_label

    def get_absolute_url(self):
        return reverse("oversight:complaint", args=[self.pk])

    def forget_writer(self):
        """Remove the author, and set a digest that no code matches."""
        self.author, self.code_digest = None, f"{self.pk:064d}"

    @property
    def number_label(self):
        return f"TS{self.number_year}-{self.number:04d}"

    @property
    def is_anonymous(self):
        return self.author_id is None

    @property
    def is_open(self):
        return self.state in OPEN

    @property
    def waits_for_consent(self):
        return bool(self.door) and self.agrees is None and self.is_open


class ComplaintStep(Step):
    """A step in the history of a complaint. The writer's own acts have no name here; `author` has
    it as long as it may."""

    STRONG = frozenset({"answered"})

    class Move(models.TextChoices):
        ACCEPTED = "accepted", pgettext_lazy("complaints", "Taken up")
        EXTENDED = "extended", _("Time to answer extended")
        ASKED = "asked", _("Asked whether it may be passed on")
        AGREED = "agreed", _("Its writer agrees")
        DECLINED = "declined", _("Its writer does not agree")
        ANSWERED = "answered", pgettext_lazy("complaints", "Answered")
        PASSED_ON = "passed_on", pgettext_lazy("complaints", "Passed on")
        RATED = "rated", _("Rated by its writer")
        ARCHIVED = "archived", pgettext_lazy("complaints", "Archived")
        UNDONE = "undone", _("Step taken back")

    complaint = models.ForeignKey(PortalComplaint, models.CASCADE, related_name="steps")
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    move = models.CharField(max_length=9, choices=Move)
    text = MaskedCharField(max_length=300, blank=True, default="")

    class Meta:
        indexes = [index("complaint_step", "complaint -at -id")]
