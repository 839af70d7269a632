"""双报到: community needs and the cadres who offer help. Voluntary: no hours, no rankings."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.models import Cadre, User
from portal.models.constraints import all_or_none, check, index, unique
from portal.models.places import PlacedRecord
from portal.models.text import MaskedCharField, MaskedTextField
from portal.roles import Permission
from portal.rows import ByName, Rows
from portal.trust.access import IsAnyOf, organ_reach, reach


class Job(models.TextChoices):
    """The eight kinds of posts of 双报到 (DOMAIN 1.4)."""

    ORGANISATION = "party", _("Party building")
    LAW = "law", _("Legal advice and aid")
    HELP = "help", _("Help for the disabled, the poor and job seekers")
    GOVERNANCE = "governance", _("Community affairs")
    HEALTH = "health", _("Health and medicine")
    CULTURE = "culture", _("Culture and sports")
    SAFETY = "safety", _("Safety and watch")
    OTHER = "other", _("Other")


def near(user):
    """Records in the county of the user's organ; without divisions, under the same top organ."""
    if user.organ_id is None:
        return Q(pk__in=())
    place = user.organ.division
    county = place.ancestors_by_level.get(3) if place else None
    if county:
        return Q(county_id=county)
    return Q(host_organ__path__startswith=f"/{user.organ.ancestor_ids[0]}/")


class _Taken(models.Func):
    """Runs with the owner's rights: the same count for all readers, whichever pledges they may
    see."""

    function = "outreach_need_taken"
    output_field = models.IntegerField()  # pyright: ignore[reportAssignmentType]  # as Django does


class NeedQuerySet(Rows):
    """Ways of choosing needs; every page starts from visible_to()."""

    def visible_to(self, user):
        """Needs published to people who work nearby; those at the user's places; those the user
        took up."""
        if not user.holds(Permission.SEE_PEOPLE):
            return self.none()
        taken = NeedPledge.objects.filter(cadre__user__in=user.identity_ids).values("need")
        return self.filter(
            near(user)
            | reach(user, Permission.READ_VISITS)
            | reach(user, Permission.PUBLISH_NEEDS)
            | Q(IsAnyOf("pk", taken))
        )

    def open(self, on):
        return self.filter(closed_on=None, until__gte=on)

    def with_taken(self):
        """Annotate `taken`, the number of pledges not given back."""
        return self.annotate(taken=_Taken("pk"))

    def for_list(self):
        return self.select_related("unit", "township", "host_organ").with_taken()


class CommunityNeed(PlacedRecord):
    """A request by a residents' committee, published by its host; `organ` is the publishing
    organ."""

    job = models.CharField(_("kind of work"), max_length=10, choices=Job)
    title = MaskedCharField(_("what is needed"), max_length=60)
    details = MaskedTextField(_("details of it"), max_length=1_000, blank=True, default="")
    when = MaskedCharField(_("when"), max_length=60)
    wanted = models.PositiveSmallIntegerField(_("how many are wanted"), default=1)
    until = models.DateField(_("until"))
    published_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    closed_on = models.DateField(null=True)

    objects = NeedQuerySet.as_manager()
    by_name = ByName.as_manager()

    class Meta:
        base_manager_name = "by_name"
        constraints = [
            check("a_need_wants_somebody", Q(wanted__gte=1), _("At least one person is wanted.")),
            check("a_need_is_closed_by_somebody", all_or_none("closed_on closed_by")),
        ]
        indexes = [
            index("need_until", "until id"),
            index("need_county", "county until id"),
            index("need_host", "host_organ until id"),
        ]

    def __str__(self):
        return f"{self.pk} {self.title}"

    def get_absolute_url(self):
        return reverse("outreach:need", args=[self.pk])

    def is_open(self, on):
        return self.closed_on is None and on <= self.until


def _of_roles(user):
    organs = organ_reach(user, Permission.OFFER_HELP)
    return organs | reach(user, Permission.PUBLISH_NEEDS, via="need__")


class NeedPledgeQuerySet(Rows):
    def visible_to(self, user):
        """The user's own; those of needs they publish; those of the organs they look after."""
        return self.filter(Q(cadre__user__in=user.identity_ids) | _of_roles(user))

    def of_roles(self, user):
        return self.filter(_of_roles(user))

    def not_given_back(self):
        """Not given back."""
        return self.filter(ended_on=None)

    def to_confirm(self, on):
        """Pledges of needs that have reached their last day; the publisher then records what was
        done."""
        return self.not_given_back().filter(confirmed_on=None, need__until__lte=on)

    def to_confirm_by(self, user, on):
        return self.to_confirm(on).filter(reach(user, Permission.PUBLISH_NEEDS, via="need__"))


class NeedPledge(models.Model):
    """A cadre's offer to help with a need; it may be given back without a reason."""

    need = models.ForeignKey(CommunityNeed, models.PROTECT, related_name="pledges")
    cadre = models.ForeignKey(Cadre, models.PROTECT, related_name="pledges")
    # The cadre's organ on that day.
    organ = models.ForeignKey("portal.Organ", models.PROTECT, related_name="+")
    pledged_at = models.DateTimeField()
    ended_on = models.DateField(null=True)
    served_on = models.DateField(_("done on"), null=True)
    feedback = MaskedCharField(_("a word of the community"), max_length=200, blank=True, default="")
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    confirmed_on = models.DateField(null=True)

    objects = NeedPledgeQuerySet.as_manager()

    class Meta:
        constraints = [
            unique(
                "a_cadre_takes_a_need_up_once",
                "need cadre",
                when=Q(ended_on=None),
                said=_("You have taken this up already."),
            ),
            check(
                "the_community_confirms_with_day_and_word",
                all_or_none("confirmed_on confirmed_by served_on", "feedback", ended_on=None),
            ),
            check(
                "a_service_is_confirmed_after_it_was_done",
                Q(served_on=None) | Q(served_on__lte=F("confirmed_on")),
                _("This day lies in the future."),
            ),
        ]

    def __str__(self):
        return f"{self.cadre_id} for {self.need_id}"


class ActivityQuerySet(Rows):
    def visible_to(self, user):
        if not user.holds(Permission.SEE_PEOPLE):
            return self.none()
        return self.filter(
            near(user) | reach(user, Permission.READ_VISITS) | reach(user, Permission.PUBLISH_NEEDS)
        )


class CommunityActivity(PlacedRecord):
    """A dated public-benefit activity in a community, with the number of participants but no
    names."""

    title = MaskedCharField(_("activity"), max_length=60)
    job = models.CharField(_("kind of work"), max_length=10, choices=Job)
    held_on = models.DateField(_("date"))
    head_count = models.PositiveSmallIntegerField(_("how many came"))
    noted_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    objects = ActivityQuerySet.as_manager()

    class Meta:
        constraints = [
            check(
                "somebody_came_to_an_activity", Q(head_count__gte=1), _("At least one person came.")
            )
        ]
        indexes = [index("activity_day", "-held_on -id")]

    def __str__(self):
        return f"{self.pk} {self.title}"
