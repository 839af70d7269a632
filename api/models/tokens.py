"""Accounts of other systems, and their dated tokens."""

import uuid
from datetime import timedelta
from ipaddress import ip_address, ip_network

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.models.constraints import all_or_none, check, in_order, index, optional_ref, ref, unique
from portal.models.text import MaskedCharField
from portal.roles import Permission
from portal.rows import ByName, Rows
from portal.trust import crypto

LONGEST = timedelta(days=366)
# A token not collected by then has to be issued anew.
TO_COLLECT = timedelta(days=14)


class Scope(models.TextChoices):
    """What a token opens, within the reach of its account's grants."""

    VISITS_READ = "visits:read", pgettext_lazy("token", "read visits")
    VISITS_WRITE = "visits:write", _("write visits down")
    MATTERS_READ = "matters:read", pgettext_lazy("token", "read matters")
    MATTERS_WRITE = "matters:write", _("make steps of matters")
    UNITS_READ = "units:read", _("read units")
    FIGURES_READ = "figures:read", _("read figures")
    HOTLINE_READ = "hotline:read", _("read hotline tickets and their answers")
    HOTLINE_WRITE = "hotline:write", _("bring hotline tickets in")
    WEBHOOKS = "webhooks", _("be told of steps of matters")


def sees_all(user):
    """Both administrators see every service account, but not what it reads."""
    return user.holds(Permission.MANAGE_ACCOUNTS) or user.holds(Permission.GIVE_GRANTS)


class ServiceAccountQuerySet(Rows):
    def visible_to(self, user):
        """All for the two administrators; otherwise those for which the user is responsible."""
        return self.all() if sees_all(user) else self.filter(responsible__in=_own(user))


def _own(user):
    """The user's own id, if they have a role in the work: nobody stands in for the person
    responsible for a system."""
    return user.identity_ids & {user.pk}


class ServiceAccount(models.Model):
    """An account that belongs to another system; nobody signs in with it."""

    user = models.OneToOneField(
        "portal.User", models.PROTECT, related_name="service", verbose_name=_("account")
    )
    system = MaskedCharField(_("other system"), max_length=60)
    # Collects the tokens and brings them to the other system.
    responsible = ref("portal.User", _("who answers for it"), related_name="answers_for")
    made_by = ref("portal.User", related_name="+")
    made_at = models.DateTimeField()

    objects = ServiceAccountQuerySet.as_manager()
    by_name = ByName.as_manager()

    class Meta:
        base_manager_name = "by_name"

    def __str__(self):
        return f"service account {self.pk}"

    def get_absolute_url(self):
        return reverse("api:service", args=[self.pk])


class TokenQuerySet(Rows):
    def visible_to(self, user):
        if sees_all(user):
            return self.all()
        return self.filter(service__responsible__in=_own(user))

    def standing(self):
        return self.filter(revoked_at=None)

    def in_use(self, on):
        return self.standing().exclude(digest="").filter(starts_on__lte=on, ends_on__gte=on)

    def to_collect(self, on):
        since = on - TO_COLLECT
        return self.standing().filter(digest="", issued_on__gte=since, ends_on__gte=on)

    def expiring(self, on, within=30):
        """Tokens in use whose last day is within so many days and whose account has no later
        one, apart from those that nobody collected in time."""
        last = on + timedelta(days=within)
        later = Token.objects.standing().filter(
            ~Q(digest="") | Q(issued_on__gte=on - TO_COLLECT),
            service=models.OuterRef("service"),
            ends_on__gt=models.OuterRef("ends_on"),
        )
        return self.in_use(on).filter(ends_on__lte=last).exclude(models.Exists(later))


class Token(models.Model):
    """Scopes of a service account between two days: `gsp_<key>_<secret>`. Only a digest is
    stored."""

    service = ref(ServiceAccount, related_name="tokens")
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = MaskedCharField(pgettext_lazy("token", "name of the token"), max_length=40)
    scopes = ArrayField(models.CharField(max_length=16, choices=Scope))
    # Addresses and networks from which the token is accepted; never empty.
    addresses = ArrayField(models.CharField(max_length=43))
    starts_on = models.DateField(_("From"))
    ends_on = models.DateField(_("To"))
    issued_by = ref("portal.User", related_name="+")
    issued_on = models.DateField()
    # SHA-256 of the secret, which has 256 random bits. Empty until the token is collected.
    digest = models.CharField(max_length=64, db_collation="C", blank=True, default="")
    collected_by = optional_ref("portal.User", related_name="+")
    collected_at = models.DateTimeField(null=True)
    # Accurate to the hour.
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = optional_ref("portal.User", related_name="+")
    why = MaskedCharField(_("reason"), max_length=200, blank=True, default="")

    objects = TokenQuerySet.as_manager()
    by_name = ByName.as_manager()

    class Meta:
        base_manager_name = "by_name"
        constraints = [
            in_order("a_token_ends_after_it_begins"),
            check(
                "a_token_lasts_a_year_at_most",
                Q(ends_on__lte=F("starts_on") + LONGEST),
                _("A token lasts a year at most."),
            ),
            check("a_collected_token_has_a_digest", all_or_none("collected_at", "digest")),
            check("a_revoked_token_says_by_whom", all_or_none("revoked_at revoked_by")),
            check("a_token_opens_something", ~Q(scopes=[]) & ~Q(addresses=[])),
        ]
        indexes = [index("token_end", "ends_on", when=Q(revoked_at=None))]

    def __str__(self):
        return f"token {self.pk}"

    def get_absolute_url(self):
        return reverse("api:service", args=[self.service_id])

    @property
    def is_revoked(self):
        return self.revoked_at is not None

    def state_on(self, day):
        """Return a key of STATES."""
        if self.is_revoked:
            return "revoked"
        if self.ends_on < day:
            return "over"
        if not self.digest:
            return "asked" if self.issued_on >= day - TO_COLLECT else "over"
        return "in_use" if self.starts_on <= day else "announced"

    @property
    def scope_labels(self):
        return [Scope(code).label for code in self.scopes if code in Scope]

    @property
    def revoked_on(self):
        return self.revoked_at and timezone.localdate(self.revoked_at)

    def takes(self, address):
        """Whether the token may be used from this network address."""
        if not address:
            return False
        at = ip_address(address)
        return any(at in ip_network(one) for one in self.addresses)


STATES = {
    "asked": pgettext_lazy("token", "To be collected"),
    "announced": pgettext_lazy("token", "Not valid yet"),
    "in_use": pgettext_lazy("token", "Valid"),
    "over": pgettext_lazy("token", "Ended"),
    "revoked": pgettext_lazy("token", "Revoked"),
}


class KeptAnswer(models.Model):
    """The stored answer of a call that wrote something; a repeated call gets it again."""

    token = models.ForeignKey(Token, models.PROTECT, related_name="answers")
    key = models.CharField(max_length=64, db_collation="C")
    # SHA-256 of method, address and body.
    digest = models.CharField(max_length=64, db_collation="C")
    status = models.PositiveSmallIntegerField()
    # Encrypted: it may hold what was written.
    sealed = models.TextField()
    at = models.DateTimeField()

    PURPOSE = "api.answer"
    ENCRYPTED = {"sealed": PURPOSE}

    class Meta:
        constraints = [unique("a_key_of_a_token_is_used_once", "token key")]
        indexes = [index("kept_answer_at", "at")]

    def __str__(self):
        return f"answer {self.pk}"

    @classmethod
    def sealing(cls, text):
        return crypto.encrypt(text, cls.PURPOSE)

    @property
    def text(self):
        return crypto.decrypt(self.sealed, self.PURPOSE)
