"""机构改革: what was merged, split, renamed, moved or transferred, when and by which document.

Rows that end keep their names, and records keep the rows of their day (docs/adr/0020): this is
the history of how one became the other.
"""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.models.constraints import check, index, ref
from portal.models.people import Cadre, User
from portal.models.places import Division, GrassrootsUnit, Organ
from portal.roles import Permission
from portal.rows import Rows


class ReorganisationQuerySet(Rows):
    def visible_to(self, user):
        """All for users who see places and people."""
        return self if user.holds(Permission.SEE_PEOPLE) else self.none()


class Reorganisation(models.Model):
    """One act by one document. It cannot be undone; another reorganisation corrects it."""

    class Kind(models.TextChoices):
        MERGE = "merge", _("Merger")
        SPLIT = "split", _("Division into several")
        RENAME = "rename", _("New name")
        MOVE = "move", _("Move elsewhere")
        TRANSFER = "transfer", _("Transfer of a cadre")

    class Noun(models.TextChoices):
        ORGAN = "organ", _("Organ")
        UNIT = "unit", _("Grassroots unit")
        DIVISION = "division", _("Division")
        CADRE = "cadre", _("Cadre")

    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    noun = models.CharField(max_length=8, choices=Noun)
    on = models.DateField(_("in force from"))
    document = models.CharField(_("document number"), max_length=80)
    note = models.CharField(_("note"), max_length=500, blank=True, default="")
    # The title in lists, with the names of that day.
    title = models.CharField(max_length=200)
    # [[code, count], …] of what was passed on; portal.places.succession has the words.
    passed = models.JSONField(default=list)
    by = ref(User, related_name="+")
    at = models.DateTimeField()

    objects = ReorganisationQuerySet.as_manager()

    class Meta:
        constraints = [
            check(
                "cadres_are_transferred_and_nothing_else_is",
                Q(kind="transfer", noun="cadre") | ~Q(kind="transfer") & ~Q(noun="cadre"),
            ),
            check("a_reorganisation_names_its_document", ~Q(document="")),
        ]
        indexes = [index("reorganisation_day", "-on -id")]

    def __str__(self):
        return f"{self.kind} {self.noun} #{self.pk}"

    def get_absolute_url(self):
        return reverse("reorganisation", args=[self.pk])


class ReorganisationChange(models.Model):
    """One change: a row was succeeded by another, or has another parent, host, place or organ."""

    class What(models.TextChoices):
        SUCCEEDED = "1", _("taken over by")
        BELOW = "2", _("stands below")
        HOST = "3", _("is managed by")
        PLACE = "4", _("lies in")
        ORGAN = "5", _("belongs to")

    reorganisation = ref(Reorganisation, related_name="changes", db_index=False)
    reorganisation_id: int
    what = models.CharField(max_length=1, choices=What, db_collation="C")
    # Exactly one of these four changed …
    organ = ref(Organ, null=True, related_name="reorganisations")
    unit = ref(GrassrootsUnit, null=True, related_name="reorganisations")
    division = ref(Division, null=True, related_name="reorganisations")
    cadre = ref(Cadre, null=True, related_name="reorganisations")
    # … from one of these to another of the same noun.
    from_organ = ref(Organ, null=True, related_name="+", db_index=False)
    to_organ = ref(Organ, null=True, related_name="+")
    from_unit = ref(GrassrootsUnit, null=True, related_name="+", db_index=False)
    to_unit = ref(GrassrootsUnit, null=True, related_name="+")
    from_division = ref(Division, null=True, related_name="+", db_index=False)
    to_division = ref(Division, null=True, related_name="+")

    class Meta:
        constraints = [
            check(
                "a_change_has_one_subject",
                Q(organ__isnull=False, unit=None, division=None, cadre=None)
                | Q(organ=None, unit__isnull=False, division=None, cadre=None)
                | Q(organ=None, unit=None, division__isnull=False, cadre=None)
                | Q(organ=None, unit=None, division=None, cadre__isnull=False),
            )
        ]
        indexes = [index("reorganisation_change", "reorganisation what id")]

    def __str__(self):
        return f"{self.reorganisation_id} {self.what} #{self.pk}"

    @property
    def subject(self):
        return self.organ or self.unit or self.division or self.cadre

    @property
    def was(self):
        return self.from_organ or self.from_unit or self.from_division

    @property
    def becomes(self):
        return self.to_organ or self.to_unit or self.to_division
