"""Tickets of the 12345 hotline about a unit, as the hotline delivered them. The hotline keeps the
records; these copies are for reference, without callers, and without deadlines or figures of ours.
"""

from django.db import models
from django.db.models import OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from outreach.models import Matter
from outreach.models.matters import Category
from outreach.models.placed import OfOrgan
from portal.models import ImportBatch, User
from portal.models.constraints import check, index, optional_ref, ref, unique
from portal.models.text import MaskedCharField
from portal.roles import Permission
from portal.rows import ByName, Rows
from portal.trust.access import reach


class HotlineTicketQuerySet(Rows):
    def visible_to(self, user):
        return self.filter(reach(user, Permission.READ_MATTERS))

    # Tickets are visible by role alone, never by a relation to their unit.
    of_roles = visible_to

    def containing(self, text):
        """Search by number only; the content of tickets is not searchable."""
        return self.filter(number__contains=text.strip())

    def with_verdict(self):
        """`said`, `given_on`, `due_on` and `sent_to` as the newest file has them."""
        newest = HotlineVerdict.objects.filter(ticket=OuterRef("pk")).order_by("-pk")
        return self.annotate(
            said=Coalesce(Subquery(newest.values("said")[:1]), Value("")),
            given_on=Subquery(newest.values("given_on")[:1]),
            due_on=Subquery(newest.values("due_on")[:1]),
            sent_to=Coalesce(Subquery(newest.values("destination")[:1]), Value("")),
        )

    def not_judged(self):
        """Tickets for which the hotline has not said how they were answered."""
        return self.with_verdict().filter(said="", is_statutory=False)

    def unmapped(self):
        return self.filter(category="", is_statutory=False)

    def for_list(self):
        rows = self.with_verdict().select_related("unit", "host_organ")
        return rows.prefetch_related("matter")


class HotlineTicket(OfOrgan):
    """A ticket. `organ` is the one to which the hotline gave it, or the host of the unit."""

    number = models.CharField(_("number of the ticket"), max_length=30, db_collation="C")
    numbered_in = models.CharField(max_length=24, db_collation="C")
    # The day of the import.
    noted_on = models.DateField()
    received_on = models.DateField(_("received by the hotline"), null=True)
    # The category in the hotline's words, and ours; the latter is empty if none fits.
    category_said = MaskedCharField(max_length=60, blank=True, default="")
    category = models.CharField(max_length=2, choices=Category, blank=True, default="")
    location = MaskedCharField(max_length=60, blank=True, default="")
    # One sentence, without people and numbers.
    summary = MaskedCharField(max_length=60, blank=True, default="")
    # For a statutory channel: only number and destination are kept.
    is_statutory = models.BooleanField(default=False)
    matter = optional_ref(Matter, pgettext_lazy("hotline", "matter"), related_name="tickets")
    batch = optional_ref(ImportBatch, related_name="+")

    objects = HotlineTicketQuerySet.as_manager()
    by_name = ByName.as_manager()

    class Meta:
        base_manager_name = "by_name"
        constraints = [
            unique(
                "a_ticket_stands_here_once",
                "numbered_in number",
                said=_("This ticket stands here already."),
            ),
            check(
                "of_a_statutory_ticket_the_number_stays",
                Q(is_statutory=False)
                | Q(
                    unit=None,
                    received_on=None,
                    category_said="",
                    category="",
                    location="",
                    summary="",
                    matter=None,
                ),
            ),
        ]
        indexes = [
            index("ticket_day", "-noted_on -id"),
            index("ticket_county", "county -noted_on -id"),
            index("ticket_host", "host_organ -noted_on -id"),
            index("ticket_unit", "unit -noted_on", when=Q(unit__isnull=False)),
            index("ticket_matter", "matter", when=Q(matter__isnull=False)),
        ]

    def __str__(self):
        return self.number

    def get_absolute_url(self):
        return reverse("neighbours:ticket", args=[self.pk])

    @property
    def subject(self):
        """What it is about, in a few words."""
        return self.summary or self.category_said


class HotlineVerdict(models.Model):
    """What one file of the hotline says of a ticket and a later file may change: how it was
    answered, the deadline, and where it was sent. A later file adds a row."""

    ticket = models.ForeignKey(HotlineTicket, models.CASCADE, related_name="verdicts")
    said = MaskedCharField(max_length=40, blank=True, default="")
    given_on = models.DateField(null=True)
    due_on = models.DateField(null=True)
    destination = MaskedCharField(max_length=60, blank=True, default="")
    noted_on = models.DateField()
    batch = optional_ref(ImportBatch, related_name="+")

    class Meta:
        indexes = [index("verdict_ticket", "ticket -id")]

    def __str__(self):
        return f"{self.ticket_id} {self.noted_on}"

    def get_absolute_url(self):
        return reverse("neighbours:ticket", args=[self.ticket_id])


class CategoryCode(models.Model):
    """The code that a category of ours has in the hotline's classification (GB/T 39666). The office
    enters it; none is shipped."""

    category = models.CharField(max_length=2, choices=Category, unique=True)
    code = models.CharField(
        pgettext_lazy("hotline", "code"), max_length=6, db_collation="C", blank=True, default=""
    )
    name_said = models.CharField(_("name at the hotline"), max_length=60, blank=True, default="")
    basis = models.CharField(
        pgettext_lazy("hotline", "basis"), max_length=200, blank=True, default=""
    )
    set_by = ref(User, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        constraints = [
            check(
                "a_code_has_six_digits",
                Q(code="") | Q(code__regex=r"^\d{6}$"),
                _("A code has six digits."),
            ),
            check(
                "a_code_has_a_basis",
                Q(code="") | ~Q(basis=""),
                _("Say where the code stands."),
            ),
        ]

    def __str__(self):
        return f"{self.category} {self.code}"

    def get_absolute_url(self):
        return reverse("neighbours:category_codes")
