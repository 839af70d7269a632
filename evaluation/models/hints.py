"""Hints that a poll should be looked at by a person, and what that person found."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Mod
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from evaluation.models.ballots import Poll
from evaluation.models.cycles import Appraised
from portal.models import User
from portal.models.text import MaskedCharField


class TurnoutNote(models.Model):
    """How many ballots had come in by the end of a day, in steps of five and never finer."""

    poll = models.ForeignKey(Poll, models.CASCADE, related_name="turnout_notes")
    day = models.DateField()
    turnout = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["poll", "day"], name="turnout_is_noted_once_a_day"),
            models.CheckConstraint(
                name="turnout_is_noted_in_steps_of_five",
                condition=Q(turnout=F("turnout") - Mod(F("turnout"), 5)),
            ),
        ]

    def __str__(self):
        return f"{self.poll_id} {self.day}"


class HintKind(models.TextChoices):
    PERFECT = "perfect", _("Every ballot is perfect")
    AT_ONCE = "at_once", _("All ballots came on one day")
    SAME_WORDS = "same_words", _("The same remark several times")
    UNIT_DIFFERS = "unit_differs", _("The unit and the masses say opposite things")


class HintReview(models.Model):
    """What somebody found who looked at a hint. It changes no score."""

    poll = models.ForeignKey(Poll, models.PROTECT, related_name="hint_reviews")
    kind = models.CharField(max_length=12, choices=HintKind)
    # Whom it is about, where it is about one of several.
    appraised = models.ForeignKey(Appraised, models.PROTECT, null=True, related_name="+")
    found = MaskedCharField(_("what was looked at, and what was found"), max_length=300)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(name="a_hint_is_answered_in_words", condition=~Q(found="")),
        ]

    def __str__(self):
        return f"{self.kind} of {self.poll_id}"
