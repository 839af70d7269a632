"""Subscriptions of other systems to steps of matters, and the messages to them."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from api.models.tokens import Token, sees_all
from portal.models.constraints import check, index, only_when, ref, unique
from portal.rows import Rows


class Trouble(models.TextChoices):
    """Why a message did not arrive."""

    NONE = "", "—"
    NOT_ALLOWED = "not_allowed", _("The address is not one of those that may be called")
    UNKNOWN = "unknown", _("The name of the host is not known")
    UNREACHABLE = "unreachable", _("Nobody answered")
    CERTIFICATE = "certificate", _("The certificate is not valid")
    REFUSED = "refused", _("Answered, but not taken")
    LAPSED = "lapsed", _("The token or the subscription has ended")


class SubscriptionQuerySet(Rows):
    def visible_to(self, user):
        if sees_all(user):
            return self.all()
        return self.filter(token__in=Token.objects.visible_to(user))

    def running(self, on):
        return self.filter(ended_at=None, token__in=Token.objects.in_use(on))


class Subscription(models.Model):
    """An address of another system that is told of the steps its token may read."""

    token = ref(Token, related_name="subscriptions")
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    url = models.CharField(max_length=300, db_collation="C")
    # Encrypted; both sides sign and check with it.
    secret_cipher = models.TextField()
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    # Steps up to this one are done, including those committed late (actions/webhooks.py).
    seen_step = models.BigIntegerField(default=0)

    ENCRYPTED = {"secret_cipher": "api.webhook"}

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        indexes = [index("subscription_running", "token", when=Q(ended_at=None))]

    def __str__(self):
        return f"subscription {self.pk}"


class StepDeliveryQuerySet(Rows):
    def visible_to(self, user):
        return self.filter(subscription__in=Subscription.objects.visible_to(user))


class StepDelivery(models.Model):
    """One message about one step. A worker takes it on a lease; after an expired lease another one
    may."""

    class State(models.TextChoices):
        QUEUED = "queued", pgettext_lazy("message", "To be sent")
        SENDING = "running", pgettext_lazy("message", "Being sent")
        SENT = "done", pgettext_lazy("message", "Arrived")
        FAILED = "failed", pgettext_lazy("message", "Given up")

    subscription = ref(Subscription, related_name="deliveries")
    key = models.UUIDField(default=uuid.uuid4, editable=False)
    # Not a foreign key: records may be destroyed, while messages are deleted by age.
    step = models.BigIntegerField()
    number = models.CharField(max_length=20, db_collation="C")
    move = models.CharField(max_length=24, db_collation="C")
    step_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State, default=State.QUEUED, db_collation="C")
    attempts = models.PositiveSmallIntegerField(default=0)
    try_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    # The last status that the other side answered.
    status = models.PositiveSmallIntegerField(null=True)
    trouble = models.CharField(max_length=12, choices=Trouble, blank=True, default="")
    at = models.DateTimeField()

    objects = StepDeliveryQuerySet.as_manager()

    class Meta:
        constraints = [
            unique("a_step_is_told_once", "subscription step"),
            check(
                "what_is_being_sent_is_leased",
                only_when("leased_until", state="running"),
            ),
        ]
        indexes = [
            index("step_delivery_due", "try_at id", when=Q(state="queued") | Q(state="running")),
            index("step_delivery_at", "-step_at -id"),
        ]

    def __str__(self):
        return f"message {self.pk}"
