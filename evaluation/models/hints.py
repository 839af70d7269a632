"""Hints that somebody should look at a poll, and what they found."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Mod
from django.utils.translation import gettext_lazy as _

from evaluation.models.ballots import Poll
from evaluation.models.cycles import Appraised
from portal.models import User
from portal.models.constraints import check, unique
from portal.models.text import MaskedCharField
from portal.roles import Permission
from portal.rows import Rows
from portal.trust.access import reach


class TurnoutNote(models.Model):
    """Ballots received by the end of a day, in steps of five."""

    poll = models.ForeignKey(Poll, models.CASCADE, related_name="turnout_notes")
    day = models.DateField()
    turnout = models.PositiveIntegerField()

    class Meta:
        constraints = [
            unique("turnout_is_noted_once_a_day", "poll day"),
            check(
                "turnout_is_noted_in_steps_of_five", Q(turnout=F("turnout") - Mod(F("turnout"), 5))
            ),
        ]

    def __str__(self):
        return f"{self.poll_id} {self.day}"


class HintKind(models.TextChoices):
    PERFECT = "perfect", _("Every ballot is perfect")
    AT_ONCE = "at_once", _("All ballots came on one day")
    SAME_WORDS = "same_words", _("The same remark several times")
    UNIT_DIFFERS = "unit_differs", _("The unit and the masses say opposite things")


class HintQuerySet(Rows):
    def visible_to(self, user):
        """Visible to those who manage the evaluation there, never to the people concerned."""
        return self.filter(reach(user, Permission.MANAGE_EVALUATION, via="poll__"))

    def open(self):
        return self.filter(reviews=None)

    def for_list(self):
        return self.select_related("poll__unit", "poll__township", "poll__cycle", "appraised")


class Hint(models.Model):
    """Something about a closed poll that a person should check. It changes no score."""

    poll = models.ForeignKey(Poll, models.CASCADE, related_name="hints")
    kind = models.CharField(max_length=12, choices=HintKind)
    # Set if the hint concerns one of several appraised.
    appraised = models.ForeignKey(Appraised, models.CASCADE, null=True, related_name="+")
    # Ballots, equal remarks, or the masses' points out of 100, depending on the kind.
    n = models.PositiveIntegerField()
    found_at = models.DateTimeField()

    objects = HintQuerySet.as_manager()

    class Meta:
        constraints = [unique("a_hint_is_given_once", "poll kind appraised", nulls_distinct=False)]

    def __str__(self):
        return f"{self.kind} of {self.poll_id}"

    @property
    def sentence(self):
        return _SENTENCES[self.kind] % {"n": self.n}


_SENTENCES = {
    HintKind.PERFECT: _("All %(n)s valid ballots have nothing but “good”."),
    HintKind.AT_ONCE: _("About %(n)s ballots came, all of them on one day."),
    HintKind.SAME_WORDS: _("%(n)s ballots carry the same remark."),
    HintKind.UNIT_DIFFERS: _(
        "The masses' ballots give %(n)s points; the unit's word says the opposite."
    ),
}


class HintReview(models.Model):
    """What a reviewer of a hint found. Rows are only added."""

    hint = models.ForeignKey(Hint, models.CASCADE, related_name="reviews")
    found = MaskedCharField(_("what was looked at, and what was found"), max_length=300)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [check("a_hint_is_answered_in_words", ~Q(found=""))]

    def __str__(self):
        return f"Review of {self.hint_id}"
