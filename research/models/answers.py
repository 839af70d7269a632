"""Answers: sealed while they are accepted, then without any mark of who gave them.

While answers are accepted, each is stored next to its drawn unit, sealed for the questionnaire's
key. At the strip (去标识) all are opened once: values are stored with the township only, texts
separately and shuffled, and sealed answers, links and the key are deleted. For what an earlier
backup can open, see docs/security.md.
"""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.models import Division, User
from portal.models.constraints import all_or_none, check, index, optional_ref, ref, unique
from portal.models.text import MaskedCharField, MaskedTextField
from portal.roles import Permission
from portal.rows import Rows
from portal.trust.access import organ_reach
from research.models.questionnaires import Questionnaire, QuestionnaireVersion
from research.models.samples import DrawnUnit


class Channel(models.TextChoices):
    VISIT = "visit", _("With the person, by a cadre")
    LINK = "link", _("By link")
    PAPER = "paper", pgettext_lazy("questionnaires", "On paper")


class AnswerLink(models.Model):
    """A one-time link or code. The table keeps a keyed digest of the code, not the code."""

    questionnaire = models.ForeignKey(Questionnaire, models.CASCADE, related_name="links")
    # The version for which the slip was printed; later versions do not affect it.
    version = ref(QuestionnaireVersion, related_name="+")
    drawn = models.OneToOneField(DrawnUnit, models.CASCADE, related_name="link")
    digest = models.CharField(max_length=64, db_collation="C", unique=True)
    code: str  # known while printing, never stored
    is_used = models.BooleanField(default=False)

    def __str__(self):
        return f"Link {self.pk}"


class SealedAnswer(models.Model):
    """The answer of a drawn unit until the strip; a later one by the same channel replaces it."""

    questionnaire = models.ForeignKey(Questionnaire, models.CASCADE, related_name="sealed")
    version = ref(QuestionnaireVersion, related_name="+")
    version_id: int
    drawn = models.OneToOneField(DrawnUnit, models.CASCADE, related_name="answer")
    drawn_id: int
    channel = models.CharField(max_length=5, choices=Channel)
    # Sealed with the questionnaire's public key (research/letters.py).
    letter = models.TextField()
    # The user who typed it, with the person or from paper; empty for a link.
    typed_by = optional_ref(User, related_name="+")
    given_on = models.DateField()

    class Meta:
        constraints = [
            check(
                "whoever_types_an_answer_is_known",
                Q(channel="link", typed_by=None) | ~Q(channel="link") & Q(typed_by__isnull=False),
            )
        ]

    def __str__(self):
        return f"Sealed answer {self.pk}"


class SecondEntry(models.Model):
    """Second typing of a paper answer by another person: of 10 % chosen by a keyed draw, and of all
    once more than 0.5 % of the fields differ. It is open until typed and, if fields differ, until
    the two have been compared with the paper."""

    answer = models.OneToOneField(SealedAnswer, models.CASCADE, related_name="second")
    answer_id: int
    letter = models.TextField(default="")
    typed_by = optional_ref(User, related_name="+")
    typed_by_id: int | None
    fields = models.PositiveSmallIntegerField(null=True)
    differing = models.PositiveSmallIntegerField(null=True)
    is_settled = models.BooleanField(default=False)

    class Meta:
        constraints = [
            check(
                "a_second_entry_is_somebodys", all_or_none("typed_by fields differing", "letter")
            ),
            check(
                "a_settled_second_entry_was_typed", Q(is_settled=False) | Q(typed_by__isnull=False)
            ),
        ]

    def __str__(self):
        return f"Second entry of {self.answer_id}"


class AnswerQuerySet(Rows):
    def visible_to(self, user):
        """Nobody reads rows: results are computed from them and suppressed; microdata need
        approval."""
        return self.none()


class Answer(models.Model):
    """An answer after the strip: place coarsened to the township, its village a random number."""

    version = ref(QuestionnaireVersion, related_name="answers")
    township = optional_ref(Division, related_name="+")
    stratum = models.CharField(max_length=80, db_collation="C", default="")
    # Random village number assigned at the strip, needed to compute variances.
    cluster = models.PositiveIntegerField(null=True)
    weight = models.FloatField()
    # {path: value}, without free texts; repeats are lists.
    values = models.JSONField()

    objects = AnswerQuerySet.as_manager()

    class Meta:
        indexes = [index("answer_version", "version id")]

    def __str__(self):
        return f"Answer {self.pk}"


class QuestionResult(models.Model):
    """Result of one question, computed at the strip and final from then on. Not suppressed: pages
    and files must read it through `research.results`."""

    questionnaire = models.ForeignKey(Questionnaire, models.CASCADE, related_name="results")
    position = models.PositiveSmallIntegerField()
    path = models.CharField(max_length=200, db_collation="C")
    # research.results.estimation.Figures
    figures = models.JSONField()

    class Meta:
        constraints = [unique("a_question_has_one_result", "questionnaire position")]

    def __str__(self):
        return f"Result of {self.path}"


class AnswerText(models.Model):
    """A masked free text, stored in shuffled order without township and apart from the rest of its
    answer."""

    version = ref(QuestionnaireVersion, related_name="texts")
    path = models.CharField(max_length=200, db_collation="C")
    text = MaskedTextField(max_length=5_000)

    class Meta:
        indexes = [index("answer_text_path", "version path id")]

    def __str__(self):
        return f"Text {self.pk}"


class MicrodataQuerySet(Rows):
    def visible_to(self, user):
        """The user's own requests, and those that the user may decide."""
        own = Q(asked_by__in=user.identity_ids)
        reach = organ_reach(user, Permission.DECIDE_RESEARCH, to="questionnaire__organ")
        return self.filter(own | reach)

    def to_decide(self, _on):
        return self.filter(granted=None)


class MicrodataRequest(models.Model):
    """A researcher asks for the rows of a survey: no village, k ≥ 5 over place × sex × age."""

    questionnaire = ref(Questionnaire, related_name="microdata_requests")
    questionnaire_id: int
    asked_by = ref(User, related_name="+")
    asked_at = models.DateTimeField()
    purpose = MaskedCharField(pgettext_lazy("microdata", "purpose"), max_length=300)
    # Paths of the questions on sex and age; empty if the form has none.
    sex = models.CharField(max_length=200, db_collation="C", blank=True, default="")
    age = models.CharField(max_length=200, db_collation="C", blank=True, default="")
    granted = models.BooleanField(null=True)
    decided_by = optional_ref(User, related_name="+")
    decided_at = models.DateTimeField(null=True)
    why = MaskedCharField(
        pgettext_lazy("microdata", "reason"), max_length=300, blank=True, default=""
    )

    objects = MicrodataQuerySet.as_manager()

    class Meta:
        constraints = [
            check("microdata_are_decided", all_or_none("granted decided_by decided_at")),
            check(
                "microdata_are_granted_by_somebody_else",
                Q(decided_by=None) | ~Q(decided_by=models.F("asked_by")),
            ),
            unique(
                "one_open_request_of_a_person",
                "questionnaire asked_by",
                when=Q(granted=None),
                said=_("You have asked already."),
            ),
        ]

    def __str__(self):
        return f"Microdata of {self.questionnaire_id}"

    def get_absolute_url(self):
        return reverse("research:microdata", args=[self.pk])
