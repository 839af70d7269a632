"""干部联系卡: a card names the post that looks after an area, and leads to the villager's door.

It holds public facts about the cadre and nothing about any household.
"""

import secrets

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from outreach.models.areas import ContactArea
from portal.models import Division, User
from portal.models.constraints import all_or_none, check, index, unique
from portal.models.text import MaskedCharField
from portal.roles import Permission
from portal.rows import Rows
from portal.trust.access import organ_reach

SHORT_DIGITS = 8


def new_token():
    return secrets.token_urlsafe(12)


def check_digit(digits):
    """Luhn: detects a wrong digit and nearly every swap of two neighbours."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


def with_check_digit(digits):
    return digits + check_digit(digits)


def is_well_formed(digits, length):
    return (
        len(digits) == length
        and digits.isascii()
        and digits.isdecimal()
        and check_digit(digits[:-1]) == digits[-1]
    )


def new_short_code():
    """A random code with a check digit. It is spoken and typed, so it never begins with 0."""
    count = SHORT_DIGITS - 1
    return with_check_digit(str(10 ** (count - 1) + secrets.randbelow(9 * 10 ** (count - 1))))


# Printed facts and the columns with their current values; where they differ, the card is to be
# replaced.
PARTICULARS = {
    "holder": "area__cadre__name",
    "post": "area__cadre__post",
    "organ_name": "area__cadre__organ__name",
    "phone": "area__cadre__public_phone",
    "unit_name": "area__unit__name",
}


def _of_roles(user):
    return organ_reach(user, Permission.ISSUE_CARDS, to="area__cadre__organ") | organ_reach(
        user, Permission.ISSUE_CARDS, to="area__unit__host_organ"
    )


class ContactCardQuerySet(Rows):
    """Ways of choosing cards; every page starts from visible_to()."""

    def visible_to(self, user):
        """The user's own; those of cadres of the organs the user issues for, and those at the
        units that these organs host."""
        return self.filter(Q(area__cadre__user__in=user.identity_ids) | _of_roles(user))

    def of_roles(self, user):
        return self.filter(_of_roles(user))

    def in_force(self, on):
        """Not revoked, and of an area that has not ended. It may begin later, for a successor: the
        card must work in the meantime."""
        return self.filter(Q(area__ends_on=None) | Q(area__ends_on__gte=on), revoked_on=None)

    def to_replace(self, on):
        """In force, but with outdated print."""
        differs = Q()
        for printed, now in PARTICULARS.items():
            differs |= ~Q(**{printed: F(now)})
        return self.in_force(on).filter(differs)

    def of(self, user):
        return self.filter(area__cadre__user__in=user.identity_ids)

    def for_list(self):
        return self.select_related(
            "area__cadre__organ", "area__unit__host_organ", "area__unit__division"
        )


class ContactCard(models.Model):
    """A card of a post at a contact area, as last printed."""

    class State(models.TextChoices):
        ISSUED = "issued", _("Issued")
        CHANGED = "changed", _("To be replaced")
        OVER = "over", _("Its area has ended")
        REVOKED = "revoked", _("Revoked")

    area = models.ForeignKey(
        ContactArea, models.PROTECT, related_name="cards", verbose_name=_("contact area")
    )
    area_id: int
    # In the QR code; cannot be guessed.
    token = models.CharField(max_length=20, db_collation="C", default=new_token, unique=True)
    # Spoken, and typed on a keypad; its last digit is a check digit.
    short_code = models.CharField(
        _("number of the card"), max_length=8, db_collation="C", default=new_short_code, unique=True
    )
    # As printed.
    holder = models.CharField(max_length=40)
    post = models.CharField(max_length=60, blank=True, default="")
    organ_name = models.CharField(max_length=80)
    phone = models.CharField(max_length=30)
    unit_name = models.CharField(max_length=80)
    printed_on = models.DateField(_("printed on"))
    issued_on = models.DateField(_("issued on"))
    issued_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    revoked_on = models.DateField(null=True)
    revoked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    revoke_reason = MaskedCharField(_("reason"), max_length=200, blank=True, default="")

    objects = ContactCardQuerySet.as_manager()

    def draw(self):
        self.token, self.short_code = new_token(), new_short_code()

    class Meta:
        constraints = [
            check(
                "a_card_is_revoked_by_somebody_with_a_reason",
                all_or_none("revoked_on revoked_by", "revoke_reason"),
            ),
            check("a_card_has_a_phone", ~Q(phone=""), _("A card needs the cadre's public phone.")),
            check("a_short_code_is_digits", Q(short_code__regex=r"^[1-9][0-9]{7}$")),
        ]
        indexes = [
            index("card_day", "-issued_on -id"),
            index("card_area_in_force", "area", when=Q(revoked_on=None)),
        ]

    def __str__(self):
        return f"card {self.pk} of area {self.area_id}"

    def get_absolute_url(self):
        return reverse("outreach:contact_card", args=[self.pk])

    @property
    def address(self):
        """The URL in the QR code."""
        return f"{settings.PUBLIC_BASE_URL}/c/{self.token}/"

    @property
    def code_in_groups(self):
        return f"{self.short_code[:4]} {self.short_code[4:]}"

    @property
    def changes(self):
        """[(as printed, current)] of the outdated facts; needs the area loaded."""
        found = []
        for printed, path in PARTICULARS.items():
            now = self
            for name in path.split("__"):
                now = getattr(now, name)
            if getattr(self, printed) != now:
                found.append((getattr(self, printed), now))
        return found

    def stands(self, on):
        if self.revoked_on:
            return self.State.REVOKED
        if self.area.ends_on and self.area.ends_on < on:
            return self.State.OVER
        return self.State.CHANGED if self.changes else self.State.ISSUED

    def is_in_force(self, *, on):
        return self.stands(on) in {self.State.ISSUED, self.State.CHANGED}


class CardText(models.Model):
    """A block of text on cards and on the door's pages, in one language, for one territory.

    The narrowest territory wins; the portal's own text is the fallback.
    """

    class Block(models.TextChoices):
        COMMITMENT = "commitment", _("Commitments (服务承诺)")
        RAISE = "raise", _("What can be raised (可反映的事项)")
        NOTICE = "notice", _("What happens to the data (告知)")
        SUPERVISION = "supervision", _("Supervision phone (监督电话)")
        SERVICE = "service", _("Service point of the village (便民服务点)")

    block = models.CharField(_("block"), max_length=12, choices=Block)
    language = models.CharField(_("language"), max_length=8, db_collation="C", default="zh-hans")
    division = models.ForeignKey(
        Division,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("territory"),
    )
    text = models.CharField(_("text"), max_length=600)
    changed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            unique(
                "one_text_of_a_block_language_and_territory",
                "block language division",
                said=_("This text exists already; change it."),
                nulls_distinct=False,
            )
        ]

    def __str__(self):
        return f"{self.block} {self.language}"
