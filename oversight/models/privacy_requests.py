"""Requests of persons about their data: 查阅、复制、更正、删除 (个人信息保护法).

They come in person, by phone or by letter, and are entered by whoever receives them. Name and phone
are stored encrypted; lists show 李××.
"""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from portal.models import Cadre, GrassrootsUnit, Organ, User
from portal.models.constraints import check, index, optional_ref, ref
from portal.models.text import MaskedCharField, MaskedTextField
from portal.roles import Permission
from portal.rows import Rows
from portal.trust.access import organ_reach


class Wish(models.TextChoices):
    CONSULT = "consult", pgettext_lazy("privacy", "See what is kept")
    COPY = "copy", pgettext_lazy("privacy", "Get a copy")
    CORRECT = "correct", pgettext_lazy("privacy", "Correct it")
    ERASE = "erase", pgettext_lazy("privacy", "Erase it")


class Way(models.TextChoices):
    PERSON = "person", pgettext_lazy("privacy", "In person")
    PHONE = "phone", pgettext_lazy("privacy", "By phone")
    LETTER = "letter", pgettext_lazy("privacy", "By letter")
    OTHER = "other", pgettext_lazy("privacy", "In another way")


class RequestState(models.TextChoices):
    OPEN = "open", pgettext_lazy("privacy", "To be answered")
    PREPARED = "prepared", pgettext_lazy("privacy", "To be approved")
    ANSWERED = "answered", pgettext_lazy("privacy", "Answered")


class Decision(models.TextChoices):
    GRANTED = "granted", pgettext_lazy("privacy", "Done as asked")
    PARTLY = "partly", pgettext_lazy("privacy", "Done in part")
    REFUSED = "refused", pgettext_lazy("privacy", "Refused")


class PrivacyRequestQuerySet(Rows):
    def visible_to(self, user):
        opened = organ_reach(user, Permission.APPRAISE_RECORDS)
        return self.filter(opened | organ_reach(user, Permission.APPROVE_DESTRUCTION))

    def to_answer(self):
        return self.filter(state=RequestState.OPEN)

    def to_approve(self):
        return self.filter(state=RequestState.PREPARED)

    def for_list(self):
        return self.select_related("cadre", "registered_by")


class PrivacyRequest(models.Model):
    organ = ref(Organ, related_name="+")
    received_on = models.DateField(pgettext_lazy("privacy", "received on"))
    way = models.CharField(pgettext_lazy("privacy", "how it came"), max_length=6, choices=Way)
    wish = models.CharField(pgettext_lazy("privacy", "what is wanted"), max_length=7, choices=Wish)
    # A villager as 李××, like raisers of matters; the full name is encrypted.
    display = models.CharField(max_length=20, blank=True, default="")
    name_cipher = models.TextField(blank=True, default="")
    phone_cipher = models.TextField(blank=True, default="")
    # Blind index: equal phones match, but it cannot be read.
    phone_index = models.CharField(max_length=64, db_collation="C", blank=True, default="")
    # Where the person lives; needed to find names on festival lists.
    unit = optional_ref(GrassrootsUnit, related_name="+")
    # Only if the person is a cadre.
    cadre = optional_ref(Cadre, related_name="+")
    identity = MaskedCharField(
        pgettext_lazy("privacy", "how it was made sure who asks"), max_length=60
    )
    details = MaskedCharField(max_length=300, blank=True, default="")
    due_on = models.DateField()
    state = models.CharField(max_length=8, choices=RequestState, default=RequestState.OPEN)
    registered_by = ref(User, related_name="+")
    registered_at = models.DateTimeField()
    decision = models.CharField(max_length=7, choices=Decision, blank=True, default="")
    answer = MaskedTextField(max_length=1_000, blank=True, default="")
    prepared_by = optional_ref(User, related_name="+")
    approved_by = optional_ref(User, related_name="+")
    answered_on = models.DateField(null=True, blank=True)
    # Number of contacts erased.
    erased = models.PositiveIntegerField(null=True, blank=True)

    objects = PrivacyRequestQuerySet.as_manager()

    ENCRYPTED = {"name_cipher": "privacy.name", "phone_cipher": "privacy.phone"}

    class Meta:
        constraints = [
            check(
                "an_answer_about_personal_data_is_approved_by_another",
                Q(approved_by=None)
                | Q(prepared_by__isnull=False) & ~Q(approved_by=F("prepared_by")),
                _("A second person approves the answer."),
            ),
            check(
                "an_answered_request_has_its_answer",
                Q(state="answered", approved_by__isnull=False, answered_on__isnull=False)
                & ~Q(decision="")
                & ~Q(answer="")
                | ~Q(state="answered") & Q(approved_by=None, answered_on=None),
            ),
        ]
        indexes = [index("privacy_newest", "-received_on -id")]

    def __str__(self):
        return f"{self.pk} {self.display}"

    def get_absolute_url(self):
        return reverse("oversight:privacy_request", args=[self.pk])

    @property
    def is_open(self):
        return self.state != RequestState.ANSWERED

    @property
    def is_refused(self):
        return self.decision == Decision.REFUSED

    @property
    def who(self):
        """The requester; `cadre` must be loaded."""
        if self.cadre:
            return self.cadre.name
        return self.display or pgettext("privacy", "erased after the term")
