"""Findings of an inspection, notices of rectification, and objections."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from oversight.models.inspections import (
    OPEN_TO_THE_INSPECTED,
    PUTTING_RIGHT,
    Inspection,
)
from portal.models import Cadre, Organ, User
from portal.models.constraints import all_or_none, check, index, optional_ref, ref, unique
from portal.models.text import MaskedCharField, MaskedTextField
from portal.pages import search
from portal.roles import Permission
from portal.rows import ByName, Rows
from portal.trust.access import IsAnyOf, organ_reach


class FindingKind(models.TextChoices):
    SINGLE = "single", _("Of this organ alone")
    COMMON = "common", _("Common to several")


class FindingState(models.TextChoices):
    """DOMAIN-NEXT B."""

    NOTED = "noted", _("To be verified")
    CONFIRMED = "confirmed", pgettext_lazy("findings", "Confirmed")
    REFUSED = "refused", pgettext_lazy("findings", "Not confirmed")
    AT_ONCE = "at_once", _("To be put right at once")
    NOTICED = "noticed", _("Notice issued")
    RECTIFYING = "rectifying", pgettext_lazy("findings", "Being put right")
    REPORTED = "reported", pgettext_lazy("findings", "Reported")
    FAILED = "failed", _("Re-check not passed")
    SETTLED = "settled", _("Passed and written off")
    LONG_TERM = "long_term", _("Long-term rectification")


# The organ rectifies and reports.
TO_REPORT = (
    FindingState.AT_ONCE,
    FindingState.NOTICED,
    FindingState.RECTIFYING,
    FindingState.FAILED,
)
SETTLED = (FindingState.REFUSED, FindingState.SETTLED, FindingState.LONG_TERM)


def _asked_of(user):
    """Q of findings about organs for which the user answers, from the fact check on."""
    answering = organ_reach(user, Permission.ANSWER_INSPECTIONS)
    return answering & Q(inspection__state__in=OPEN_TO_THE_INSPECTED)


class FindingQuerySet(Rows):
    def visible_to(self, user):
        whole = Inspection.objects.whole_for(user).order_by().values("pk")
        return self.filter(_asked_of(user) | Q(IsAnyOf("inspection", whole)))

    def of_roles(self, user):
        read = Inspection.objects.of_roles(user).order_by().values("pk")
        return self.filter(_asked_of(user) | Q(IsAnyOf("inspection", read)))

    def open(self):
        return self.exclude(state__in=SETTLED)

    def to_report(self, on=None):
        return self.filter(state__in=TO_REPORT, inspection__state__in=PUTTING_RIGHT)

    def to_recheck(self, on):
        """Reported, or overdue without a report."""
        late = Q(state__in=TO_REPORT, due_on__lt=on)
        rows = self.filter(Q(state=FindingState.REPORTED) | late)
        return rows.filter(inspection__state__in=PUTTING_RIGHT)

    def containing(self, text):
        return self.filter(search.in_texts(text, "title"))

    def for_list(self):
        return self.select_related("inspection__organ", "organ").defer(
            "fact", *(f"inspection__{name}" for name in Inspection.LARGE)
        )


class RectificationNoticeQuerySet(Rows):
    def visible_to(self, user):
        whole = Inspection.objects.whole_for(user).order_by().values("pk")
        answering = organ_reach(user, Permission.ANSWER_INSPECTIONS)
        return self.filter(answering | Q(IsAnyOf("inspection", whole)))

    def to_sign_for(self, on):
        return self.filter(received_at=None, inspection__state__in=PUTTING_RIGHT)


class RectificationNotice(models.Model):
    """整改通知单 to an organ or township, never to a village."""

    inspection = models.ForeignKey(Inspection, models.CASCADE, related_name="notices")
    organ = ref(Organ, related_name="+")
    # Assigned by the office's register after signing; empty until then.
    number = MaskedCharField(_("number of the notice"), max_length=40, blank=True, default="")
    how_to_report = MaskedCharField(_("how to report"), max_length=200)
    due_on = models.DateField(_("to be put right by"))
    issued_on = models.DateField()
    issued_by = ref(User, related_name="+")
    received_at = models.DateTimeField(null=True)
    received_by = ref(User, null=True, related_name="+")

    objects = RectificationNoticeQuerySet.as_manager()

    class Meta:
        constraints = [
            check("a_notice_is_due_after_its_issue", Q(due_on__gte=F("issued_on"))),
            check("a_notice_is_signed_for_by_somebody", all_or_none("received_at received_by")),
            unique(
                "one_notice_of_a_number",
                "number",
                when=~Q(number=""),
                said=_("Another notice has this number."),
            ),
        ]

    def __str__(self):
        return f"{self.inspection_id} {self.organ_id} {self.number}"

    def get_absolute_url(self):
        return reverse("oversight:notice", args=[self.pk])


class Finding(models.Model):
    """A problem found, with fact and basis. It names an organ; matters of a person's conduct are
    reported under seal and never stored here."""

    inspection = models.ForeignKey(Inspection, models.CASCADE, related_name="findings")
    number = models.PositiveSmallIntegerField()
    # The responsible organ (责任单位), one of the inspected ones.
    organ = ref(Organ, pgettext_lazy("findings", "responsible organ"), related_name="+")
    title = MaskedCharField(pgettext_lazy("findings", "problem"), max_length=100)
    fact = MaskedTextField(_("facts"), max_length=2_000)
    basis = MaskedCharField(pgettext_lazy("oversight", "basis"), max_length=300)
    kind = models.CharField(max_length=6, choices=FindingKind, default=FindingKind.SINGLE)
    demand = MaskedCharField(_("what is to be put right"), max_length=500)
    # 责任领导 and 责任人, named by the organ.
    official = optional_ref(Cadre, _("responsible leader"), related_name="+")
    person = optional_ref(
        Cadre,
        pgettext_lazy("oversight", "responsible person"),
        related_name="findings_to_put_right",
    )
    found_on = models.DateField()
    found_by = ref(User, related_name="+")
    state = models.CharField(max_length=10, choices=FindingState, default=FindingState.NOTED)
    notice = optional_ref(RectificationNotice, related_name="findings")
    due_on = models.DateField(null=True)
    # Whether the one new deadline after a failed re-check was set.
    has_second_date = models.BooleanField(default=False)
    measures = MaskedCharField(max_length=1_000, blank=True, default="")
    unfinished = MaskedCharField(max_length=500, blank=True, default="")
    reported_on = models.DateField(null=True)
    reported_by = ref(User, null=True, related_name="+")
    check_way = models.CharField(max_length=20, blank=True, default="")
    checked_on = models.DateField(null=True)
    checked_by = ref(User, null=True, related_name="+")
    check_words = MaskedCharField(max_length=500, blank=True, default="")

    objects = FindingQuerySet.as_manager()
    by_name = ByName.as_manager()

    class Meta:
        base_manager_name = "by_name"
        constraints = [
            unique("findings_are_numbered_in_their_inspection", "inspection number"),
            check(
                "a_finding_has_fact_and_basis",
                ~Q(title="") & ~Q(fact="") & ~Q(basis=""),
                _("A finding needs its facts and its basis."),
            ),
            check(
                "a_report_has_day_person_and_measures",
                all_or_none("reported_on reported_by", "measures"),
            ),
            check(
                "a_re_check_has_way_day_and_person",
                all_or_none("checked_on checked_by", "check_way check_words"),
            ),
            check(
                "what_is_put_right_has_its_day",
                Q(due_on__isnull=False)
                | ~Q(state__in=("at_once", "noticed", "rectifying", "failed", "reported")),
            ),
        ]
        indexes = [
            index("inspection_finding_day", "-found_on -id"),
            index("inspection_finding_organ", "organ -found_on -id"),
            index("inspection_finding_due", "due_on id"),
        ]

    def __str__(self):
        return f"{self.inspection_id}-{self.number}"

    def get_absolute_url(self):
        return reverse("oversight:finding", args=[self.pk])

    @property
    def number_label(self):
        return f"{self.inspection_id}-{self.number}"

    @property
    def is_settled(self):
        return self.state in SETTLED

    @property
    def is_to_report(self):
        return self.state in TO_REPORT and self.inspection.state in PUTTING_RIGHT


class ObjectionQuerySet(Rows):
    def visible_to(self, user):
        return self.filter(finding__in=Finding.objects.visible_to(user).order_by().values("pk"))

    def open(self, on=None):
        return self.filter(decided_on=None)


class Objection(models.Model):
    """申请复核 of a finding by its organ; decided by somebody who had no part in it."""

    class Decision(models.TextChoices):
        UPHELD = "upheld", _("Upheld, the finding falls")
        REJECTED = "rejected", _("Rejected, the finding stands")

    finding = models.ForeignKey(Finding, models.CASCADE, related_name="objections")
    text = MaskedCharField(max_length=2_000)
    asked_on = models.DateField()
    asked_by = ref(User, related_name="+")
    due_on = models.DateField()
    decision = models.CharField(max_length=8, choices=Decision, blank=True, default="")
    reason = MaskedCharField(max_length=1_000, blank=True, default="")
    decided_on = models.DateField(null=True)
    decided_by = ref(User, null=True, related_name="+")

    objects = ObjectionQuerySet.as_manager()

    class Meta:
        constraints = [
            unique(
                "a_finding_is_reviewed_once",
                "finding",
                said=_("A finding is reviewed once."),
            ),
            check(
                "a_review_has_decision_day_and_person",
                all_or_none("decided_on decided_by", "decision reason"),
            ),
        ]

    def __str__(self):
        return f"{self.finding_id} {self.asked_on}"

    def get_absolute_url(self):
        return reverse("oversight:finding", args=[self.finding_id])
