"""评先树优 and 考核等次: pools with a computed quota, nominations, grades of the year.

A quota is never typed: it is a percentage of the pool's members, rounded down. A meeting decides
ties with a document; decimals never do (ADR 0039).
"""

from decimal import Decimal
from math import floor

from django.db import models
from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils.translation import gettext, gettext_noop, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from evaluation.models.cycles import Appraised, Cycle
from evaluation.models.schemes import Scheme, Subject
from portal.models import Cadre, Organ, User
from portal.models.constraints import check, index, only_when, unique
from portal.models.steps import Step
from portal.models.text import MaskedCharField
from portal.roles import Permission
from portal.rows import Rows
from portal.trust.access import IsAnyOf, organ_reach, reach


class HonourPurpose(models.TextChoices):
    GRADE = "grade", _("Grade “excellent” of the year")
    HONOUR = "honour", _("Honour")


class QuotaBasis(models.TextChoices):
    """公务员考核规定: 20 %, and 25 % where a document of the superior says so."""

    USUAL = "usual", _("Usual share")
    SPECIAL = "special", _("Larger share by a document")
    OTHER = "other", _("Another share by a document")


class PoolState(models.TextChoices):
    OPEN = "open", pgettext_lazy("state of a pool", "Nominations")
    DECIDED = "decided", _("Decided by the meeting")
    PUBLICITY = "publicity", _("Public notice")
    FINAL = "final", _("Final")
    JOINED = "joined", _("Joined to another pool")
    GIVEN_UP = "given_up", _("Given up")


# States in which a pool counts for “belongs to a pool already”.
STANDING = (PoolState.OPEN, PoolState.DECIDED, PoolState.PUBLICITY, PoolState.FINAL)


class HonourPoolQuerySet(Rows):
    def visible_to(self, user):
        """Visible to those who manage the organ's evaluation or speak for an appraised."""
        spoken_for = Appraised.objects.filter(reach(user, Permission.GIVE_ORGANISATION_WORD))
        kept = organ_reach(user, Permission.MANAGE_EVALUATION, to="cycle__organ")
        return self.filter(kept | Q(IsAnyOf("cycle", spoken_for.values("cycle").distinct())))

    def standing(self):
        return self.filter(state__in=STANDING)

    def undecided(self):
        return self.filter(state=PoolState.OPEN)

    def for_list(self):
        return self.select_related("cycle__organ").prefetch_related(
            models.Prefetch("parts", PoolPart.objects.select_related("scheme", "organ"))
        )


class HonourPool(models.Model):
    """A group within which an honour, or the grade “excellent”, is awarded."""

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="pools")
    title = MaskedCharField(_("title of the pool"), max_length=60)
    purpose = models.CharField(_("for"), max_length=6, choices=HonourPurpose)
    basis = models.CharField(_("share"), max_length=7, choices=QuotaBasis)
    percent = models.DecimalField(_("per cent"), max_digits=5, decimal_places=2)
    # Allows a share other than the usual one.
    basis_document = MaskedCharField(
        _("document that allows this share"), max_length=60, blank=True, default=""
    )
    state = models.CharField(max_length=9, choices=PoolState, default=PoolState.OPEN)
    joined_to = models.ForeignKey("self", models.PROTECT, null=True, related_name="joined")
    # Fixed when the meeting decides; computed on demand until then.
    eligible = models.PositiveIntegerField(null=True)
    quota = models.PositiveIntegerField(null=True)
    document = MaskedCharField(_("document number"), max_length=60, blank=True, default="")
    decided_on = models.DateField(null=True)
    notice_from = models.DateField(null=True)
    notice_until = models.DateField(null=True)
    final_on = models.DateField(null=True)
    written_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_on = models.DateField()

    objects = HonourPoolQuerySet.as_manager()

    class Meta:
        constraints = [
            unique(
                "a_pool_has_its_own_title_in_a_cycle",
                "cycle title",
                when=~Q(state__in=["joined", "given_up"]),
                said=_("There is a pool of this title already."),
            ),
            check(
                "a_share_lies_between_nothing_and_half",
                Q(percent__gt=0, percent__lte=50),
                _("The share lies above 0 and up to 50 per cent."),
            ),
            check(
                "another_share_rests_on_a_document",
                Q(basis="usual") | ~Q(basis_document=""),
                _("Write the number of the document that allows it."),
            ),
            check(
                "a_decided_pool_has_day_document_and_quota",
                Q(
                    state__in=["open", "joined", "given_up"],
                    document="",
                    decided_on=None,
                    quota=None,
                    eligible=None,
                )
                | Q(
                    state__in=["decided", "publicity", "final"],
                    decided_on__isnull=False,
                    quota__isnull=False,
                    eligible__isnull=False,
                )
                & ~Q(document=""),
                _("Write the number of the document that decides it."),
            ),
            check(
                "a_quota_is_no_more_than_its_share",
                Q(quota=None) | Q(quota__lte=F("eligible") * F("percent") / 100),
            ),
            check(
                "a_public_notice_has_its_days",
                Q(notice_from=None, notice_until=None) & ~Q(state="publicity")
                | Q(notice_until__gte=F("notice_from"), state__in=["publicity", "final"]),
            ),
            check("a_final_pool_has_its_day", only_when("final_on", state="final")),
            check("a_joined_pool_says_to_which", only_when("joined_to", state="joined")),
        ]

    def __str__(self):
        return f"Pool {self.pk} of cycle {self.cycle_id}"

    def get_absolute_url(self):
        return reverse("evaluation:honour_pool", args=[self.pk])

    @property
    def is_open(self):
        return self.state == PoolState.OPEN

    @property
    def percent_words(self):
        return f"{self.percent.normalize():f}"

    def quota_of(self, eligible):
        """floor(share × eligible): 20 % of three is zero."""
        return floor(Decimal(eligible) * self.percent / 100)

    def belongs(self):
        """A condition on the cycle's appraised that selects the pool's members."""
        anybody = Q(pk__in=())
        for part in self.parts.all():
            anybody |= part.condition()
        return anybody

    def members(self):
        return self.cycle.appraised.standing().filter(self.belongs())

    @property
    def eligible_now(self):
        """Fixed by the meeting; counted until then."""
        return self.members().count() if self.eligible is None else self.eligible

    @property
    def quota_now(self):
        return self.quota_of(self.eligible_now) if self.quota is None else self.quota


class PoolPart(models.Model):
    """Members by subject, scheme, and organ with all below it; an empty field matches everybody.

    A pool has several parts after joining pools that were too small.
    """

    pool = models.ForeignKey(HonourPool, models.CASCADE, related_name="parts")
    subject = models.CharField(max_length=8, choices=Subject, blank=True, default="")
    scheme = models.ForeignKey(Scheme, models.PROTECT, null=True, related_name="+")
    organ = models.ForeignKey(Organ, models.PROTECT, null=True, related_name="+")

    def __str__(self):
        return f"part of {self.pool_id}"

    def condition(self):
        said = Q(pk__isnull=False)
        if self.subject:
            said &= Q(subject=self.subject)
        if self.scheme_id:
            said &= Q(scheme=self.scheme_id)
        if self.organ_id:
            said &= Q(organ__path__startswith=self.organ.path)
        return said

    @property
    def text(self):
        """Language-neutral: the subject as its code."""
        named = [
            self.organ.name if self.organ_id else "",
            self.subject,
            self.scheme.title if self.scheme_id else "",
        ]
        return BETWEEN.join(word for word in named if word)

    @property
    def words(self):
        return said_of_part(self.text)


BETWEEN = " · "


def said_of_part(text):
    """The text of a part in the reader's language."""
    labels = dict(Subject.choices)
    words = BETWEEN.join(str(labels.get(word, word)) for word in text.split(BETWEEN))
    return words or gettext("Everybody appraised")


def eligible_of(pools):
    """{pool id: number of members}, in one statement."""
    theirs = "pool__cycle__appraised"
    rows = PoolPart.objects.filter(
        Q(subject="") | Q(subject=F(f"{theirs}__subject")),
        Q(scheme=None) | Q(scheme=F(f"{theirs}__scheme")),
        Q(organ=None) | Q(**{f"{theirs}__organ__path__startswith": F("organ__path")}),
        **{f"{theirs}__left_out_reason": ""},
        pool__in=[one.pk for one in pools],
    )
    counted = rows.order_by().values_list("pool").annotate(n=Count(theirs, distinct=True))
    return {one.pk: 0 for one in pools} | dict(counted)


def with_quotas(pools):
    """The pools with `belong` (members) and `places` (quota); one statement for all."""
    pools = list(pools)
    counted = eligible_of([pool for pool in pools if pool.eligible is None])
    for pool in pools:
        pool.belong = counted.get(pool.pk, 0) if pool.eligible is None else pool.eligible
        pool.places = pool.quota_of(pool.belong) if pool.quota is None else pool.quota
    return pools


class HonourState(models.TextChoices):
    PROPOSED = "proposed", _("Nominated")
    CHOSEN = "chosen", _("Chosen by the meeting")
    NOT_CHOSEN = "not_chosen", _("Not chosen")
    NOTICE = "notice", _("Under public notice")
    FINAL = "final", _("Final")
    WITHDRAWN = "withdrawn", _("Nomination withdrawn")
    OBJECTED = "objected", _("Taken off after an objection")


PUBLIC = (HonourState.NOTICE, HonourState.FINAL)


class HonourQuerySet(Rows):
    def visible_to(self, user):
        """Everybody who sees people sees honours that are or were under public notice; readers of
        scores and those who speak for the organ see the rest."""
        if not user.holds(Permission.SEE_PEOPLE):
            return self.none()
        return self.filter(
            reach(user, Permission.READ_SCORES, via="appraised__")
            | reach(user, Permission.GIVE_ORGANISATION_WORD, via="appraised__")
            | Q(state__in=PUBLIC)
        )

    def public(self):
        return self.filter(state__in=PUBLIC)

    def in_official_order(self):
        return self.order_by("appraised__sort_key", "pk")

    def containing(self, text):
        text = text.strip()
        return self.filter(
            Q(appraised__name__contains=text)
            | Q(appraised__organ_name__contains=text)
            | Q(pool__title__contains=text)
        )

    def for_list(self):
        return self.select_related("pool__cycle", "appraised__unit", "appraised__cadre")


class Honour(models.Model):
    """One nomination and its outcome."""

    pool = models.ForeignKey(HonourPool, models.PROTECT, related_name="honours")
    appraised = models.ForeignKey(Appraised, models.PROTECT, related_name="honours")
    # The cycle's year; the register is kept by year.
    year = models.PositiveSmallIntegerField()
    reason = MaskedCharField(_("reason"), max_length=300)
    state = models.CharField(max_length=10, choices=HonourState, default=HonourState.PROPOSED)
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    # Why it was withdrawn or removed.
    outcome = MaskedCharField(max_length=300, blank=True, default="")
    # Outcome set by the portal when pools are joined; translated on display.
    TWICE = gettext_noop("Nominated twice")

    objects = HonourQuerySet.as_manager()

    class Meta:
        constraints = [
            unique(
                "somebody_is_nominated_once_in_a_pool",
                "pool appraised",
                when=~Q(state="withdrawn"),
                said=_("They are nominated in this pool already."),
            ),
            check("a_nomination_has_a_reason", ~Q(reason=""), _("Write why they are nominated.")),
            check(
                "what_is_taken_off_has_a_reason",
                ~Q(state__in=["withdrawn", "objected"]) | ~Q(outcome=""),
            ),
        ]
        indexes = [index("honour_year", "-year -id")]

    def __str__(self):
        return f"Honour {self.pk} in {self.pool_id}"

    @property
    def outcome_words(self):
        return gettext(self.TWICE) if self.outcome == self.TWICE else self.outcome


class PoolStep(Step):
    """What happened to a pool or to a nomination in it. Rows are only added."""

    STRONG = frozenset({"decided", "finished"})

    class Move(models.TextChoices):
        MADE = "made", _("Pool made")
        JOINED = "joined", _("Pool joined")
        GIVEN_UP = "given_up", _("Pool given up")
        NOMINATED = "nominated", _("Nominated")
        WITHDRAWN = "withdrawn", _("Nomination withdrawn")
        DECIDED = "decided", _("Decided by the meeting")
        PUBLICISED = "publicised", _("Put under public notice")
        OBJECTED = "objected", _("Taken off after an objection")
        FINISHED = "finished", _("Final")

    pool = models.ForeignKey(HonourPool, models.CASCADE, related_name="steps")
    honour = models.ForeignKey(Honour, models.CASCADE, null=True, related_name="steps")
    move = models.CharField(max_length=10, choices=Move)
    # Typed by a person, or a language-neutral note of the portal.
    text = MaskedCharField(max_length=300, blank=True, default="")

    @property
    def words(self):
        """The text in the reader's language."""
        if self.move == self.Move.MADE:
            return said_of_part(self.text)
        if self.move == self.Move.DECIDED and self.text.count("/") == 2:
            chosen, quota, eligible = self.text.split("/")
            return gettext("%(n)s chosen, quota %(quota)s of %(eligible)s") % {
                "n": chosen,
                "quota": quota,
                "eligible": eligible,
            }
        return self.text


class GradeValue(models.TextChoices):
    """公务员年度考核等次 (DOMAIN 1.12)."""

    EXCELLENT = "excellent", _("Excellent")
    COMPETENT = "competent", _("Competent")
    BASICALLY = "basically", _("Basically competent")
    INCOMPETENT = "incompetent", _("Incompetent")


class GradeQuerySet(Rows):
    def visible_to(self, user):
        """Visible to readers of scores there, and to the person once it is decided."""
        own = Cadre.objects.filter(user__in=user.identity_ids).values("pk")
        mine = Appraised.objects.filter(IsAnyOf("cadre", own)).values("pk")
        return self.filter(
            reach(user, Permission.READ_SCORES, via="appraised__")
            | Q(IsAnyOf("appraised", mine), decided_on__isnull=False)
        )

    def current(self):
        return self.filter(replaced_at=None)

    def decided(self):
        return self.current().filter(decided_on__isnull=False)


class Grade(models.Model):
    """A cadre's grade in a cycle, proposed or decided. A correction is a new row."""

    appraised = models.ForeignKey(Appraised, models.PROTECT, related_name="grades")
    value = models.CharField(_("grade"), max_length=11, choices=GradeValue)
    reason = MaskedCharField(_("reason"), max_length=300, blank=True, default="")
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    document = MaskedCharField(_("document number"), max_length=60, blank=True, default="")
    decided_on = models.DateField(null=True)
    replaced_at = models.DateTimeField(null=True)

    objects = GradeQuerySet.as_manager()

    class Meta:
        constraints = [
            unique("somebody_has_one_grade_in_a_cycle", "appraised", when=Q(replaced_at=None)),
            check(
                "a_decided_grade_has_a_document",
                Q(decided_on=None, document="") | Q(decided_on__isnull=False) & ~Q(document=""),
                _("Write the number of the document that decides it."),
            ),
            check(
                "a_lower_grade_has_a_reason",
                Q(value__in=["excellent", "competent"]) | ~Q(reason=""),
                _("Write why."),
            ),
        ]

    def __str__(self):
        return f"Grade of {self.appraised_id}"
