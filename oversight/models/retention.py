"""How long records are kept.

Personal fields are anonymised by a job, with a report; records are destroyed only by
鉴定、审批、销毁清册.
"""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.models import Organ, User
from portal.models.constraints import check, index, only_when, optional_ref, ref, unique
from portal.models.steps import Step
from portal.models.text import MaskedCharField
from portal.pages import search
from portal.roles import Permission
from portal.rows import Rows
from portal.trust.access import organ_reach


class RetentionRunQuerySet(Rows):
    def visible_to(self, user):
        """Reports name nobody; they are readable by the office and by approvers of destruction."""
        if user.holds(Permission.APPRAISE_RECORDS) or user.holds(Permission.APPROVE_DESTRUCTION):
            return self.all()
        return self.none()


class RetentionRun(models.Model):
    """Report of one anonymisation run, in numbers. Append-only."""

    ran_at = models.DateTimeField()
    # Records older than this day: matters by closing, lists by their end.
    before = models.DateField()
    # {code of an anonymised field: number}
    counts = models.JSONField(default=dict)

    objects = RetentionRunQuerySet.as_manager()

    class Meta:
        indexes = [index("retention_run", "-ran_at -id")]

    def __str__(self):
        return f"{self.ran_at:%Y-%m-%d}"


class DestructionState(models.TextChoices):
    DRAFT = "draft", _("Being appraised")
    SUBMITTED = "submitted", pgettext_lazy("destruction", "To be approved")
    APPROVED = "approved", pgettext_lazy("destruction", "Approved")
    DESTROYED = "done", pgettext_lazy("destruction", "Destroyed")


class RecordKind(models.TextChoices):
    """What can be destroyed. Everything else is kept for good."""

    NOTICE = "notice", _("Notices that were answered")
    REQUEST = "request", _("Admitted requests for data")
    COMPLAINT = "complaint", _("Complaints about the portal")


class DestructionListQuerySet(Rows):
    def visible_to(self, user):
        opened = organ_reach(user, Permission.APPRAISE_RECORDS)
        return self.filter(opened | organ_reach(user, Permission.APPROVE_DESTRUCTION))

    def of_roles(self, user):
        return self.visible_to(user)

    def to_approve(self):
        return self.filter(state=DestructionState.SUBMITTED)

    def containing(self, text):
        return self.filter(search.in_texts(text, "title"))

    def for_list(self):
        return self.select_related("organ", "written_by").annotate(item_count=models.Count("items"))


class DestructionList(models.Model):
    """销毁清册: records past their retention period, appraised one by one."""

    title = MaskedCharField(pgettext_lazy("destruction", "title"), max_length=60)
    organ = ref(Organ, related_name="+")
    kind = models.CharField(
        pgettext_lazy("destruction", "records"), max_length=9, choices=RecordKind
    )
    # Records older than this day, which must respect the retention period.
    before = models.DateField(_("older than"))
    years = models.PositiveSmallIntegerField()
    written_by = ref(User, related_name="+")
    created_at = models.DateTimeField()
    state = models.CharField(max_length=9, choices=DestructionState, default=DestructionState.DRAFT)
    approved_by = ref(User, null=True, related_name="+")
    approved_on = models.DateField(null=True)
    document = models.CharField(max_length=60, blank=True, default="")
    destroyed_by = ref(User, null=True, related_name="+")
    destroyed_on = models.DateField(null=True)
    # 监销人: the person who witnessed the destruction.
    witness = optional_ref(User, related_name="+")

    objects = DestructionListQuerySet.as_manager()

    class Meta:
        constraints = [
            check(
                "nothing_is_destroyed_without_approval",
                ~Q(state__in=("approved", "done"))
                | Q(approved_by__isnull=False, approved_on__isnull=False),
            ),
            check(
                "destroying_is_watched",
                only_when("destroyed_by destroyed_on witness", state="done"),
            ),
            check(
                "nobody_approves_their_own_list",
                Q(approved_by=None) | ~Q(approved_by=models.F("written_by")),
            ),
            check(
                "nobody_watches_themselves",
                Q(witness=None) | ~Q(witness=models.F("destroyed_by")),
            ),
        ]
        indexes = [index("destruction_day", "-created_at -id")]

    def __str__(self):
        return f"{self.pk} {self.title}"

    def get_absolute_url(self):
        return reverse("oversight:destruction_list", args=[self.pk])

    @property
    def is_draft(self):
        return self.state == DestructionState.DRAFT


class DestructionItem(models.Model):
    """A record on a list. The line outlives the record."""

    list = models.ForeignKey(DestructionList, models.CASCADE, related_name="items")
    record = models.PositiveBigIntegerField()
    label = MaskedCharField(max_length=120)
    dated_on = models.DateField()
    # Why it is kept after all; empty if it is to be destroyed.
    kept_reason = MaskedCharField(_("why it is kept"), max_length=120, blank=True, default="")
    is_gone = models.BooleanField(default=False)

    class Meta:
        constraints = [
            unique("a_record_stands_once_on_a_list", "list record"),
            check("what_is_kept_is_not_destroyed", Q(kept_reason="") | Q(is_gone=False)),
        ]

    def __str__(self):
        return f"{self.list_id}: {self.label}"


class DestructionStep(Step):
    STRONG = frozenset({"approved", "destroyed"})

    class Move(models.TextChoices):
        SUBMITTED = "submitted", _("Handed in for approval")
        TAKEN_BACK = "taken_back", pgettext_lazy("destruction", "Taken back")
        RETURNED = "returned", pgettext_lazy("destruction", "Sent back")
        APPROVED = "approved", pgettext_lazy("destruction", "Approved")
        DESTROYED = "destroyed", pgettext_lazy("destruction", "Destroyed")

    list = models.ForeignKey(DestructionList, models.CASCADE, related_name="steps")
    move = models.CharField(max_length=10, choices=Move)
    text = MaskedCharField(max_length=300, blank=True, default="")
    document = models.CharField(max_length=60, blank=True, default="")

    class Meta:
        indexes = [index("destruction_step", "list -at -id")]
