"""Imports: batches, their problems, and remembered headings and values."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.models.clock import DatabaseClock
from portal.models.constraints import check, index, only_when, ref, unique
from portal.models.record import Job
from portal.rows import Rows


class ImportBatchQuerySet(Rows):
    def visible_to(self, user):
        """The user's own: a workbook may hold what others must not read."""
        return self.filter(owner=user)

    def for_list(self):
        """Defer long columns: a batch may have a hundred thousand row ids."""
        return self.select_related("job").defer(
            "record_ids", "obstacles", "headings", "sheets", "values", "asked"
        )


class ImportBatch(models.Model):
    """One workbook from upload to import and, row by row, its undoing.

    A `Job` does the long work, the batch holds the state.
    """

    class State(models.TextChoices):
        CHECKING = "checking", _("Being checked")
        UNMAPPED = "unmapped", _("Headings to be matched")
        CHECKED = "checked", _("Checked, not taken over yet")
        REFUSED = "refused", _("Cannot be read")
        ACCEPTING = "accepting", _("Being taken over")
        ACCEPTED = "accepted", _("Taken over")
        UNDOING = "undoing", _("Being undone")
        UNDONE = "undone", _("Undone")
        DISCARDED = "discarded", _("Thrown away")

    # The state to return to when the job of a state has failed.
    BEFORE = {
        State.CHECKING: State.REFUSED,
        State.ACCEPTING: State.CHECKED,
        State.UNDOING: State.ACCEPTED,
    }

    key = models.UUIDField(default=uuid.uuid4, unique=True)
    kind = models.CharField(max_length=30, db_collation="C")
    owner = ref("portal.User", related_name="imports")
    state = models.CharField(max_length=10, choices=State, default=State.CHECKING)
    created_at = models.DateTimeField(db_default=DatabaseClock())
    # The latest job; None if a command did the work at once.
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="import_batches")
    file_name = models.CharField(max_length=200)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64, db_collation="C", db_index=True)
    # 补录: records of the past are entered later, and say why and by which document.
    reason = models.CharField(_("reason for entering it later"), max_length=200)
    document = models.CharField(_("document number"), max_length=60, blank=True, default="")

    # Every sheet of the workbook, in its order: name, rows, header_row, headings, fingerprint,
    # mapping, chosen, why (it is not taken). Empty for batches from before sheets were chosen.
    sheets = models.JSONField(default=list, db_default=models.Value("[]", models.JSONField()))
    # {our column: {their value: its meaning}}, as of the check of the rows.
    values = models.JSONField(default=dict, db_default=models.Value("{}", models.JSONField()))
    # Values whose meaning is still unknown: [{column, said, rows, offered}].
    asked = models.JSONField(default=list, db_default=models.Value("[]", models.JSONField()))
    # Whether rows already in the register are corrected from the sheet or left as they are.
    updates = models.BooleanField(default=False, db_default=False)

    # Name, heading row and headings of the first sheet taken.
    sheet = models.CharField(max_length=100, blank=True, default="")
    header_row = models.PositiveIntegerField(null=True)
    headings = models.JSONField(default=list)
    # {our column: index in `headings`}
    mapping = models.JSONField(default=dict)
    fingerprint = models.CharField(max_length=64, db_collation="C", blank=True, default="")

    total_count = models.PositiveIntegerField(default=0)
    good_count = models.PositiveIntegerField(default=0)
    problem_count = models.PositiveIntegerField(default=0)
    # Rows already in the register, left as they are or without differences.
    known_count = models.PositiveIntegerField(default=0, db_default=0)
    # Why the workbook cannot be read, or why the last act failed.
    error = models.CharField(max_length=400, blank=True, default="")
    accepted_at = models.DateTimeField(null=True)
    # The imported rows; after an undo, those that stayed because later records depend on them.
    record_ids = ArrayField(models.BigIntegerField(), default=list)
    # What prevents undoing: [[label, address, why], …]
    obstacles = models.JSONField(default=list)
    undone_at = models.DateTimeField(null=True)
    undone_by = ref("portal.User", null=True, related_name="+")

    told: list  # set on immediate import: portal.imports.actions.told_of

    objects = ImportBatchQuerySet.as_manager()

    class Meta:
        constraints = [
            check(
                "an_accepted_import_has_its_time",
                only_when("accepted_at", state__in=["accepted", "undoing", "undone"]),
            ),
            check(
                "an_undone_import_has_time_and_person",
                Q(undone_at=None, undone_by=None)
                | Q(undone_at__isnull=False, undone_by__isnull=False, state="undone"),
            ),
        ]
        indexes = [index("import_owner", "owner -created_at -id")]

    def __str__(self):
        return f"{self.kind} {self.key}"

    def get_absolute_url(self):
        return reverse("import_batch", args=[self.pk])

    @classmethod
    def entered_later(cls, record):
        """The batch that a record was imported with, without its long columns, or None."""
        return cls.objects.for_list().get(pk=record.batch_id) if record.batch_id else None

    @property
    def stands(self):
        """The state, or the one before it when the job of the state failed."""
        if self.state in self.BEFORE and self.job and self.job.state == Job.State.FAILED:
            return self.BEFORE[self.state]
        return self.State(self.state)

    @property
    def is_open(self):
        return self.stands in self.BEFORE

    @property
    def bad_count(self):
        return self.total_count - self.good_count - self.known_count

    @property
    def taken_sheets(self):
        return [one for one in self.sheets if one["chosen"]]


class ImportProblem(models.Model):
    """A cell that cannot be imported: its place and why."""

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="problems", db_index=False)
    # The sheet's name if rows of several sheets are taken.
    sheet = models.CharField(max_length=100, blank=True, default="", db_default="")
    row = models.PositiveIntegerField()
    # Letter and heading; empty when the whole row is meant.
    column = models.CharField(max_length=3, db_collation="C", blank=True, default="")
    heading = models.CharField(max_length=80, blank=True, default="")
    # Never set for a column with contacts of villagers.
    value = models.CharField(max_length=200, blank=True, default="")
    reason = models.CharField(max_length=300)

    class Meta:
        indexes = [index("import_problem_row", "batch row id")]

    def __str__(self):
        return f"{self.column}{self.row}"


def _once(name, fields):
    """Return constraints: unique per organ, or per person without one."""
    return [
        unique(f"{name}_for_a_kind", f"{fields} organ", when=Q(organ__isnull=False)),
        unique(f"{name}_by_a_person", f"{fields} set_by", when=Q(organ=None)),
    ]


class ImportMapping(models.Model):
    """How headings were matched before; proposed for the next workbook with the same ones.

    Belongs to the organ of the user who matched them, or to the user if there is no organ.
    """

    kind = models.CharField(max_length=30, db_collation="C")
    fingerprint = models.CharField(max_length=64, db_collation="C")
    mapping = models.JSONField()
    organ = ref("portal.Organ", null=True, related_name="+")
    set_by = ref("portal.User", related_name="+")
    set_at = models.DateTimeField(db_default=DatabaseClock())

    class Meta:
        constraints = _once("headings_are_matched_once", "kind fingerprint")

    def __str__(self):
        return f"{self.kind} {self.fingerprint[:8]}"

    @staticmethod
    def owned_by(user):
        """Filter arguments for the mappings and values of a user."""
        if user.organ_id:
            return {"organ_id": user.organ_id}
        return {"organ_id": None, "set_by": user}


class ImportValue(models.Model):
    """What an office writes for one of our values: 农田水利 for 生产发展, 卫健局 for 县卫健局.

    Owned like `ImportMapping`. Never stored for a private column.
    """

    kind = models.CharField(max_length=30, db_collation="C")
    column = models.CharField(max_length=30, db_collation="C")
    # Normalised by `cells.plainly`.
    said = models.CharField(max_length=120, db_collation="C")
    # A code of the column's choices, or a name to look up.
    means = models.CharField(max_length=120)
    organ = ref("portal.Organ", null=True, related_name="+")
    set_by = ref("portal.User", related_name="+")
    set_at = models.DateTimeField(db_default=DatabaseClock())

    class Meta:
        constraints = _once("a_value_has_one_meaning", "kind column said")

    def __str__(self):
        return f"{self.said}: {self.means}"


class ImportChange(models.Model):
    """The state of a row in a register before an import corrected it; undo restores it."""

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="changes", db_index=False)
    batch_id: int
    record_id = models.BigIntegerField()
    # {column: value} before and after, as texts.
    before = models.JSONField()
    after = models.JSONField()

    class Meta:
        constraints = [unique("an_import_corrects_a_row_once", "batch record_id")]

    def __str__(self):
        return f"{self.record_id} of {self.batch_id}"
