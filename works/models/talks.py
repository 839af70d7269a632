"""谈心谈话: that two people talked, when, and in which class. What was said is never stored.

There is no field for free text: `other_name` is a name, the rest are choices and days.
"""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from outreach.models.placed import OfOrgan
from portal.models import Cadre, User
from portal.models.constraints import all_or_none, check, index, optional_ref, ref, unique
from portal.models.text import MaskedNameField
from portal.roles import Permission
from portal.rows import ByName, Rows
from portal.trust import privacy
from portal.trust.access import IsAnyOf, organ_reach, reach

NAME = 20
# Replaces a name at the end of its retention period.
FORGOTTEN = "××"


class TalkTopic(models.TextChoices):
    DAILY = "daily", pgettext_lazy("talks", "Daily exchange")
    POST = "post", pgettext_lazy("talks", "Change of post")
    MIND = "mind", pgettext_lazy("talks", "What is on the mind")
    WORK = "work", pgettext_lazy("talks", "Difficulties at work")
    FAMILY = "family", pgettext_lazy("talks", "Difficulties at home")
    GROWTH = "growth", pgettext_lazy("talks", "Growth and training")
    LEAVING = "leaving", pgettext_lazy("talks", "Leaving the post or retiring")


class TalkVoid(models.TextChoices):
    """A closed choice, so that no free text is stored here either."""

    MISTYPED = "mistyped", pgettext_lazy("talks", "Entered by mistake")
    TWICE = "twice", pgettext_lazy("talks", "Entered twice")
    NOT_HELD = "not_held", pgettext_lazy("talks", "It did not take place")


def _own(user):
    return Cadre.objects.filter(user__in=user.identity_ids).values("pk")


class TalkQuerySet(Rows):
    """Ways of choosing talks; every page starts from visible_to()."""

    def visible_to(self, user):
        """Visible to the two who talked, to whoever entered it for cadres of an organ, and to the
        hosts of the organ for its register. Nobody above reads them."""
        typed = Q(typed_by__in=user.identity_ids)
        typed &= organ_reach(user, Permission.RECORD_FOR_OTHERS)
        both = Q(IsAnyOf("cadre", _own(user))) | Q(IsAnyOf("other", _own(user)))
        return self.filter(both | typed | organ_reach(user, Permission.HOST_MATTERS))

    def of_roles(self, user):
        return self.filter(organ_reach(user, Permission.HOST_MATTERS))

    def counted_for(self, user):
        """Talks of the organs and units whose visits the user reads: for counting only."""
        return self.standing().filter(reach(user, Permission.READ_VISITS))

    def standing(self):
        return self.filter(voided_at=None)

    def of(self, user):
        """Talks in which the user took part."""
        return self.filter(Q(IsAnyOf("cadre", _own(user))) | Q(IsAnyOf("other", _own(user))))

    def containing(self, text):
        return self.filter(Q(cadre__name__contains=text) | Q(other__name__contains=text))

    def for_list(self):
        return self.select_related("cadre__organ", "other", "unit", "organ")


class Talk(OfOrgan):
    """A talk of a cadre with another cadre, or with a worker who is on no list of the portal.

    `organ` is that of the cadre on that day.
    """

    cadre = ref(Cadre, _("who talked"), related_name="talks")
    other = optional_ref(Cadre, _("with whom"), related_name="talks_with")
    other_name = MaskedNameField(_("name of the worker"), max_length=NAME, blank=True, default="")
    talked_on = models.DateField(_("date"))
    topic = models.CharField(pgettext_lazy("talks", "class"), max_length=7, choices=TalkTopic)
    typed_by = ref(User, related_name="+")
    created_at = models.DateTimeField()
    voided_at = models.DateTimeField(null=True, blank=True)
    voided_by = optional_ref(User, related_name="+")
    void_reason = models.CharField(max_length=8, choices=TalkVoid, blank=True, default="")

    objects = TalkQuerySet.as_manager()
    by_name = ByName.as_manager()

    class Meta:
        base_manager_name = "by_name"
        constraints = [
            check(
                "a_talk_has_another_cadre_or_a_name",
                Q(other=None) & ~Q(other_name="") | Q(other__isnull=False, other_name=""),
                _("Choose the cadre, or write the name of the worker."),
            ),
            check(
                "nobody_talks_with_themselves",
                Q(other=None) | ~Q(other=F("cadre")),
                _("These are the same person."),
            ),
            check("a_void_talk_says_why", all_or_none("voided_at voided_by", "void_reason")),
            unique(
                "a_talk_of_two_on_a_day_stands_once",
                "cadre other other_name talked_on",
                when=Q(voided_at=None) & ~Q(other_name=FORGOTTEN),
                said=_("This talk is entered already."),
                nulls_distinct=False,
            ),
        ]
        indexes = [
            index("talk_organ", "organ -talked_on -id"),
            index("talk_other", "other", when=Q(other__isnull=False)),
            index("talk_day", "-talked_on -id"),
        ]

    def __str__(self):
        return f"{self.talked_on} {self.pk}"

    def get_absolute_url(self):
        return reverse("works:talks")

    @property
    def is_void(self):
        return self.voided_at is not None

    @property
    def with_whom(self):
        """The other person, with the name of a worker abbreviated."""
        return self.other.name if self.other_id else privacy.display_name(self.other_name)
