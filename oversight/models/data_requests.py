"""报表准入: an organ may ask the grassroots for figures only after admission, and only until the
request expires."""

from django.db import models
from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from outreach.models import Notice
from oversight.models.fields import area_reach
from portal.models import Division, Organ, User
from portal.models.constraints import (
    check,
    in_order,
    index,
    only_unless,
    only_when,
    optional_ref,
    ref,
    unique,
)
from portal.models.steps import Step
from portal.models.text import MaskedCharField
from portal.pages import search
from portal.roles import Permission
from portal.rows import Rows
from portal.rules import acting_for
from research.models import Questionnaire


class RequestKind(models.TextChoices):
    ROUTINE = "routine", pgettext_lazy("data requests", "Routine")
    ONE_OFF = "one_off", pgettext_lazy("data requests", "For one occasion")
    EMERGENCY = "emergency", pgettext_lazy("data requests", "Emergency")


class Frequency(models.TextChoices):
    ONCE = "once", pgettext_lazy("data requests", "Once")
    MONTHLY = "monthly", pgettext_lazy("data requests", "Every month")
    QUARTERLY = "quarterly", pgettext_lazy("data requests", "Every quarter")
    HALF_YEARLY = "half_year", pgettext_lazy("data requests", "Every half-year")
    YEARLY = "yearly", pgettext_lazy("data requests", "Every year")


class Way(models.TextChoices):
    PORTAL = "portal", _("In this portal")
    FILE = "file", _("As a file")
    PAPER = "paper", pgettext_lazy("data requests", "On paper")
    ELSEWHERE = "elsewhere", _("In another system")


class RequestState(models.TextChoices):
    """DOMAIN-NEXT G. In force and expired follow from the days."""

    DRAFT = "draft", pgettext_lazy("data requests", "Drafted")
    SUBMITTED = "submitted", pgettext_lazy("data requests", "To be decided")
    APPROVED = "approved", pgettext_lazy("data requests", "Admitted")
    PROVIDED = "provided", _("Taken from the portal instead")
    WITHDRAWN = "withdrawn", pgettext_lazy("data requests", "Withdrawn")


class Standing(models.TextChoices):
    """State of an admitted request on a day."""

    AHEAD = "planned", _("Admitted, not begun")
    IN_FORCE = "running", pgettext_lazy("data requests", "In force")
    EXPIRED = "expired", pgettext_lazy("data requests", "Expired")


DECIDED = (RequestState.APPROVED, RequestState.PROVIDED)


def own_organ_ids(user):
    """Organs for which the user makes requests: their own, and those of their requesting roles."""
    return {organ.pk for _role, organ in acting_for(user)}


class DataRequestQuerySet(Rows):
    """Ways of choosing requests; every page starts from visible_to()."""

    def visible_to(self, user):
        """Submitted requests are public to all who see people; drafts belong to their organ."""
        own = Q(pk__in=())
        if user.holds(Permission.REQUEST_DATA):
            own = Q(organ__in=own_organ_ids(user))
        if user.holds(Permission.SEE_PEOPLE):
            own |= ~Q(state=RequestState.DRAFT)
        return self.filter(own)

    # The register is open to all who see people, in any area.
    of_roles = visible_to

    def of(self, user):
        return self.filter(organ__in=own_organ_ids(user))

    def to_decide(self):
        return self.filter(state=RequestState.SUBMITTED)

    def in_force(self, on):
        return self.filter(state=RequestState.APPROVED, starts_on__lte=on, ends_on__gte=on)

    def to_file(self):
        """Emergency requests sent in advance and not submitted yet."""
        return self.filter(state=RequestState.DRAFT, kind=RequestKind.EMERGENCY)

    def containing(self, text):
        return self.filter(search.in_texts(text, "title") | Q(number__contains=text.strip()))

    def with_column_counts(self):
        """Annotated with `column_count`, and `held_count` of columns that the portal holds."""
        return self.annotate(
            column_count=Count("items"), held_count=Count("items", filter=~Q(items__held_in=""))
        )

    def for_list(self):
        return self.select_related("organ", "decided_by")


class DataRequest(models.Model):
    """A form, a sheet or a question that an organ wants the grassroots to fill in."""

    title = MaskedCharField(pgettext_lazy("data requests", "what is asked"), max_length=80)
    organ = ref(Organ, pgettext_lazy("data requests", "asked by"), related_name="data_requests")
    written_by = ref(User, related_name="+")
    created_at = models.DateTimeField()
    kind = models.CharField(
        pgettext_lazy("data requests", "kind"), max_length=9, choices=RequestKind
    )
    basis = MaskedCharField(_("basis and document number"), max_length=120)
    # 填报对象: who fills it in, and how many of them, where that is known.
    asked_of = MaskedCharField(_("who fills it in"), max_length=60)
    asked_count = models.PositiveIntegerField(_("how many of them"), null=True, blank=True)
    frequency = models.CharField(_("how often"), max_length=9, choices=Frequency)
    way = models.CharField(_("how it is handed in"), max_length=9, choices=Way)
    minutes = models.PositiveSmallIntegerField(
        _("minutes that it takes, as expected"), null=True, blank=True
    )
    starts_on = models.DateField(pgettext_lazy("data requests", "from"))
    ends_on = models.DateField(pgettext_lazy("data requests", "until"))
    # Only for emergencies: the day it was sent in advance, and the deadline for submitting it.
    sent_on = models.DateField(_("sent on"), null=True, blank=True)
    file_by = models.DateField(null=True)
    # The notice or questionnaire of this portal by which it goes out, if any.
    notice = optional_ref(Notice, related_name="data_requests")
    questionnaire = optional_ref(Questionnaire, related_name="data_requests")
    state = models.CharField(max_length=9, choices=RequestState, default=RequestState.DRAFT)
    submitted_on = models.DateField(null=True)
    # The decision: who decided here, on behalf of which approver, under which 准入编号.
    decided_on = models.DateField(null=True)
    decided_by = ref(User, null=True, related_name="+")
    approver = models.CharField(max_length=60, blank=True, default="")
    number = models.CharField(_("number of admission"), max_length=40, blank=True, default="")
    opinion = MaskedCharField(
        pgettext_lazy("data requests", "opinion"), max_length=200, blank=True, default=""
    )

    objects = DataRequestQuerySet.as_manager()

    class Meta:
        constraints = [
            in_order("a_request_ends_after_it_begins"),
            check(
                "an_emergency_says_when_it_was_sent",
                only_when("sent_on file_by", kind="emergency"),
                _("Say on which day it was sent."),
            ),
            check(
                "a_draft_was_not_handed_in",
                Q(state="withdrawn") | only_unless("submitted_on", state="draft"),
            ),
            check(
                "a_decided_request_says_who_decided",
                ~Q(state__in=("approved", "provided"))
                | Q(decided_on__isnull=False, decided_by__isnull=False) & ~Q(approver=""),
            ),
            check("an_admitted_request_has_a_number", ~Q(state="approved") | ~Q(number="")),
            unique(
                "a_number_of_admission_is_given_once",
                "number",
                when=~Q(number=""),
                said=_("This number of admission is given already."),
            ),
        ]
        indexes = [
            index("request_day", "-starts_on -id"),
            index("request_organ", "organ -starts_on -id"),
            index("request_end", "ends_on id", when=Q(state="approved")),
        ]

    def __str__(self):
        return f"{self.pk} {self.title}"

    def get_absolute_url(self):
        return reverse("oversight:data_request", args=[self.pk])

    @property
    def is_draft(self):
        return self.state == RequestState.DRAFT

    @property
    def was_filed_late(self):
        return bool(self.file_by and self.submitted_on and self.submitted_on > self.file_by)

    def standing(self, on):
        """Its state on a day: an admitted request begins and expires by itself."""
        if self.state != RequestState.APPROVED:
            return RequestState(self.state)
        if on < self.starts_on:
            return Standing.AHEAD
        return Standing.EXPIRED if on > self.ends_on else Standing.IN_FORCE


class RequestItem(models.Model):
    """A requested column (指标). Those that the portal already holds are struck."""

    request = models.ForeignKey(DataRequest, models.CASCADE, related_name="items")
    place = models.PositiveSmallIntegerField()
    name = MaskedCharField(max_length=40)
    # The sheet in which the portal holds it, or "".
    held_in = models.CharField(max_length=80, blank=True, default="")

    class Meta:
        constraints = [unique("a_column_is_asked_once_by_a_request", "request name")]

    def __str__(self):
        return f"{self.request_id}: {self.name}"


class DataRequestStep(Step):
    """A step in the history of a request."""

    STRONG = frozenset({"approved", "provided"})

    class Move(models.TextChoices):
        SUBMITTED = "submitted", pgettext_lazy("data requests", "Handed in")
        TAKEN_BACK = "taken_back", pgettext_lazy("data requests", "Taken back")
        RETURNED = "returned", pgettext_lazy("data requests", "Sent back")
        APPROVED = "approved", pgettext_lazy("data requests", "Admitted")
        PROVIDED = "provided", _("Taken from the portal instead")
        WITHDRAWN = "withdrawn", pgettext_lazy("data requests", "Withdrawn")

    request = models.ForeignKey(DataRequest, models.CASCADE, related_name="steps")
    move = models.CharField(max_length=10, choices=Move)
    text = MaskedCharField(max_length=300, blank=True, default="")
    document = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        indexes = [index("request_step", "request -at -id")]


class UnadmittedRequestQuerySet(Rows):
    def visible_to(self, user):
        """Only for the approvers of the area."""
        return self.filter(area_reach(user, Permission.ADMIT_REQUESTS))

    def open(self):
        return self.filter(settled_on=None)

    def containing(self, text):
        return self.filter(search.in_texts(text, "text") | Q(organ__name__contains=text.strip()))

    def for_list(self):
        return self.select_related("organ", "settled_by")


class UnadmittedRequest(models.Model):
    """未准入索取: somebody asked a township or village for figures without admission.

    The informant is not recorded.
    """

    organ = ref(Organ, _("who asked"), related_name="+")
    text = MaskedCharField(_("what was asked, and how"), max_length=300)
    asked_on = models.DateField(_("on which day"))
    # The informant's county.
    area = optional_ref(Division, related_name="+")
    settled_on = models.DateField(null=True)
    settled_by = ref(User, null=True, related_name="+")
    outcome = MaskedCharField(
        pgettext_lazy("data requests", "what came of it"), max_length=200, blank=True, default=""
    )

    objects = UnadmittedRequestQuerySet.as_manager()

    class Meta:
        constraints = [
            check(
                "an_outcome_has_a_day_and_a_person",
                Q(settled_on=None, settled_by=None, outcome="")
                | Q(settled_on__isnull=False, settled_by__isnull=False) & ~Q(outcome=""),
            )
        ]
        indexes = [index("unadmitted_day", "-asked_on -id")]

    def __str__(self):
        return f"{self.pk} {self.asked_on}"

    def get_absolute_url(self):
        return reverse("oversight:unadmitted_request", args=[self.pk])
