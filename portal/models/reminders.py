"""Reminders, channels outside the portal, and messages sent through them."""

from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.models.clock import DatabaseClock
from portal.models.constraints import check, ref, unique
from portal.models.people import User
from portal.roles import Permission
from portal.rows import Rows
from portal.trust.access import organ_reach

# Older unread reminders were repeated on a later day, or are no longer true.
RECENT = timedelta(days=31)


class ReminderQuerySet(Rows):
    def visible_to(self, user):
        """The user's own; stand-ins get rows of their own."""
        return self.filter(user=user)

    def unread(self, *, on):
        """Neither read nor repeated later; the day limits the query to one partition."""
        return self.unread_since(on - RECENT)

    def unread_since(self, day):
        return self.filter(day__gte=day, read_at=None, replaced=False)


class Reminder(models.Model):
    """One reminder of a user about one record on one day: number, deadline and link, never text.

    Partitioned by year of `day`, so the real primary key is (id, day); a unique index (see the
    migration) covers kind, person, record and day.
    """

    user = ref(User, related_name="reminders")
    # A code of portal.duties.reminders.KINDS.
    kind = models.CharField(max_length=20, db_collation="C")
    # The record it is about: a code of `reminders.NOUNS` and an id, without a foreign key.
    noun = models.CharField(max_length=20, db_collation="C")
    noun_id = models.BigIntegerField()
    number = models.CharField(max_length=20, default="")
    day = models.DateField()
    due = models.DateField(null=True)
    link = models.CharField(max_length=200)
    read_at = models.DateTimeField(null=True)
    # Repeated on a later day, where it counts instead.
    replaced = models.BooleanField(default=False)

    objects = ReminderQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "portal_reminder"

    def __str__(self):
        return f"{self.pk} {self.kind} {self.day}"

    @property
    def is_unread(self):
        return self.read_at is None and not self.replaced


class Channel(models.TextChoices):
    MAIL = "mail", _("E-mail")
    CHAT = "chat", _("Work chat")


class Service(models.TextChoices):
    """Bots of work chats, by their apprise schemas."""

    WECOM = "wecombot", _("WeCom (企业微信)")
    DINGTALK = "dingtalk", _("DingTalk (钉钉)")
    FEISHU = "feishu", _("Feishu (飞书)")
    JSON = "json", _("A sink on this machine")


class Trouble(models.TextChoices):
    """Why a message did not go out, in words for the person and for staff."""

    UNREACHABLE = "unreachable", _("The mail server or chat could not be reached.")
    REFUSED = "refused", _("The mail server refused the address.")
    NOT_TAKEN = "not_taken", _("The chat did not take the message.")
    LOCAL = "local", _("The address leads into the local network; it was not called.")
    UNREADABLE = "unreadable", _("The stored address cannot be decrypted; set it again.")
    GONE = "gone", _("The person has taken the channel out, or the account has ended.")
    CUT_OFF = "cut_off", _("The worker was cut off while sending; it may have gone out.")


class ContactChannel(models.Model):
    """A user's own channel for reminders, used once its address is confirmed.

    The address is encrypted by portal.trust.crypto, since a webhook gives access to a chat.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="channels")
    user_id: int
    channel = models.CharField(max_length=4, choices=Channel)
    service = models.CharField(max_length=10, choices=Service, blank=True, default="")
    address_cipher = models.TextField()
    # w…@example.cn, …7f3a: enough for its owner to know it again.
    shown = models.CharField(max_length=80)
    # The code of the test message, encrypted; typing it proves ownership of the address.
    code_cipher = models.TextField(blank=True, default="")
    code_until = models.DateTimeField(null=True)
    code_failures = models.PositiveSmallIntegerField(default=0)
    test_sent_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=12, choices=Trouble, blank=True, default="")
    verified_at = models.DateTimeField(null=True)

    ENCRYPTED = {"address_cipher": "channel.address", "code_cipher": "channel.code"}

    class Meta:
        constraints = [
            unique("one_address_of_a_person_in_a_channel", "user channel"),
            check(
                "a_chat_names_its_service",
                Q(channel="chat") & ~Q(service="") | Q(channel="mail", service=""),
            ),
        ]

    def __str__(self):
        return f"{self.channel} of {self.user_id}"


class DeliveryQuerySet(Rows):
    def visible_to(self, user):
        """All for the system administrator, those of its people for the office, else the user's
        own."""
        if user.holds(Permission.MANAGE_ACCOUNTS):
            return self
        kept = organ_reach(user, Permission.MANAGE_PEOPLE, to="user__organ")
        return self.filter(kept | Q(user=user))


class Delivery(models.Model):
    """The single message with a user's reminders of a day, through one channel.

    Partitioned by year of `day` as the reminders are; unique for person, day and channel.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("To be sent")
        SENDING = "running", _("Being sent")
        SENT = "done", _("Sent")
        FAILED = "failed", _("Failed")

    user = ref(User, related_name="deliveries")
    day = models.DateField()
    channel = models.CharField(max_length=4, choices=Channel)
    state = models.CharField(max_length=8, choices=State, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    trouble = models.CharField(max_length=12, choices=Trouble, blank=True, default="")
    try_at = models.DateTimeField(db_default=DatabaseClock())
    at = models.DateTimeField(db_default=DatabaseClock())

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "portal_delivery"

    def __str__(self):
        return f"{self.pk} {self.channel} {self.day}"
