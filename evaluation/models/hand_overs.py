"""移交: the reference sheet of a final cycle, given to the personnel side against a receipt."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from evaluation.models.cycles import Cycle
from evaluation.models.scores import Computation
from portal.models import User
from portal.models.constraints import all_or_none, check, optional_ref, ref, unique
from portal.models.text import MaskedCharField
from portal.roles import Permission
from portal.rows import Rows
from portal.trust.access import organ_reach


class HandOverQuerySet(Rows):
    def visible_to(self, user):
        """Visible to those who manage the evaluation of the cycle's organ."""
        return self.filter(organ_reach(user, Permission.MANAGE_EVALUATION, to="cycle__organ"))

    def without_receipt(self):
        return self.filter(received_on=None)

    def for_list(self):
        return self.select_related("cycle__organ__division", "computation", "handed_by")


class HandOver(models.Model):
    """Who handed over what to whom. The receipt is entered once; the rest never changes (the
    portal's database role may not write it)."""

    cycle = ref(Cycle, related_name="hand_overs")
    computation = ref(Computation, related_name="+")
    # SHA-256 over the facts of the sheet (`ledgers.results.fingerprint`).
    fingerprint = models.CharField(max_length=64, db_collation="C")
    row_count = models.PositiveIntegerField()
    recipient = MaskedCharField(pgettext_lazy("hand-over", "handed to"), max_length=60)
    handed_by = ref(User, related_name="+")
    handed_at = models.DateTimeField()

    received_by = MaskedCharField(
        pgettext_lazy("hand-over", "received by"), max_length=40, blank=True, default=""
    )
    received_on = models.DateField(pgettext_lazy("hand-over", "received on"), null=True)
    receipt_noted_by = optional_ref(User, related_name="+")
    receipt_noted_at = models.DateTimeField(null=True)

    objects = HandOverQuerySet.as_manager()

    class Meta:
        constraints = [
            check(
                "a_receipt_says_who_received_it_and_when",
                all_or_none("received_on receipt_noted_by receipt_noted_at", "received_by"),
                _("Write who received it and on which day."),
            ),
            check("a_hand_over_names_its_recipient", ~Q(recipient="")),
            unique(
                "one_hand_over_without_receipt",
                "cycle recipient",
                when=Q(received_on=None),
                said=_("It was handed over there already; note the receipt first."),
            ),
        ]

    def __str__(self):
        return f"Hand-over {self.pk} of {self.cycle_id}"

    @property
    def handed_on(self):
        return timezone.localdate(self.handed_at)

    @property
    def is_received(self):
        return self.received_on is not None
