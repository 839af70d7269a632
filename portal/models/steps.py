"""The history of records: each step is a row that is inserted and never changed."""

from datetime import date

from django.db import models

from portal.models.constraints import index, unique


class Step(models.Model):
    """Who did what to a record, and when.

    A subclass names the record it belongs to, with `related_name="steps"`, the move (in the field
    `MOVE_FIELD`) and its words (in `TEXT_FIELD`). It may also have a `document` and `facts`. A
    migration of its app forbids the running role to change or delete its rows.
    """

    MOVE_FIELD, TEXT_FIELD = "move", "text"
    # Moves that stand out in the history.
    STRONG = frozenset()
    document = ""
    # Imported from an old ledger: `by` and `at` say who entered it and when, and `told_on` is the
    # day that the ledger states, if any.
    is_imported = False
    told_on: date | None = None
    # Taken back by a later step; set when it is shown.
    is_taken_back = False

    at = models.DateTimeField()
    by = models.ForeignKey("portal.User", models.PROTECT, related_name="+")
    by_id: int | None

    class Meta:
        abstract = True

    def __str__(self):
        return f"{self._meta.model_name} {self.pk} {getattr(self, self.MOVE_FIELD)}"

    @property
    def label(self):
        show = self._get_FIELD_display  # pyright: ignore[reportAttributeAccessIssue]  # Django's own
        return show(self._meta.get_field(self.MOVE_FIELD))

    @property
    def words(self):
        return getattr(self, self.TEXT_FIELD)

    @property
    def is_strong(self):
        return getattr(self, self.MOVE_FIELD) in self.STRONG

    @property
    def author(self):
        return self.by.name if self.by_id else ""

    @property
    def principal(self):
        """The person whom the author stood in for."""
        return

    @property
    def author_organ(self):
        return self.by.organ if self.by_id else None


class StepBefore(models.Model):
    """The values of a record before its last step, kept while the step can be taken back
    (portal/records/undoing.py). Serves the steps of many tables."""

    # The table of the step, and its key there.
    noun = models.CharField(max_length=60, db_collation="C")
    step = models.BigIntegerField()
    # Encrypted JSON {column: value}: it may hold what was said.
    sealed = models.TextField()
    until = models.DateTimeField()

    ENCRYPTED = {"sealed": "step.before"}

    class Meta:
        constraints = [unique("what_stood_before_a_step_is_kept_once", "noun step")]
        indexes = [index("step_before_until", "until")]

    def __str__(self):
        return f"before {self.noun} {self.step}"
