"""走访慰问: festival campaigns with their recipients, objections, visits and published lists.

A recipient is identified by the household number of the village's roster; the name is P3, encrypted
in its own table under row-level security. ID numbers, bank numbers and illnesses are not stored at
all.
"""

import secrets
from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from outreach.models.areas import Household
from outreach.models.visits import Visit
from portal.days import festivals
from portal.days.festivals import Festival
from portal.models import Cadre, Division, GrassrootsUnit, ImportBatch, Organ, User
from portal.models.constraints import all_or_none, check, in_order, index, unique
from portal.models.people import Gender
from portal.models.places import PlacedRecord
from portal.models.steps import Step
from portal.models.text import MaskedCharField, MaskedNameField
from portal.places.headquarters import works_for
from portal.roles import Permission
from portal.rows import ByName, Rows
from portal.trust.access import EVERYTHING, IsAnyOf, reach

P = Permission


class CampaignState(models.TextChoices):
    LISTING = "listing", _("Recipients are put forward")
    NOTICE = "notice", _("Public notice runs")
    HEARD = "heard", _("Objections over")
    APPROVED = "approved", _("List approved")
    VISITING = "visiting", _("Visits under way")
    CLOSED = "closed", _("Campaign closed")


# The list is approved: it no longer changes, and the recipients are visited.
DELIVERING = (CampaignState.APPROVED, CampaignState.VISITING)


class RecipientCategory(models.TextChoices):
    """慰问类别, in the order of the summary sheet."""

    OLD_MEMBER = "oldmember", _("Old Party member (老党员)")
    OLD_CADRE = "oldcadre", _("Retired cadre (老干部)")
    MEMBER = "member", _("Party member in hardship (困难党员)")
    MASSES = "masses", _("Household in hardship (困难群众)")
    WORKER = "worker", _("Worker in hardship (困难职工)")
    MODEL = "model", _("Model worker (劳模)")
    SERVICE = "service", _("Military family or veteran (军属、退役军人)")
    OTHER = "other", _("Other recipient")


# The official headings of the summary, also shown on the public page.
CATEGORY_WORDS = {
    RecipientCategory.OLD_MEMBER: "老党员",
    RecipientCategory.OLD_CADRE: "老干部",
    RecipientCategory.MEMBER: "困难党员",
    RecipientCategory.MASSES: "困难群众",
    RecipientCategory.WORKER: "困难职工",
    RecipientCategory.MODEL: "劳模",
    RecipientCategory.SERVICE: "军属、退役军人",
    RecipientCategory.OTHER: "其他",
}


class HardshipKind(models.TextChoices):
    """困难原因类别 of sheet (9): coarse, never an illness, and on no public page."""

    DISASTER = "disaster", _("Disaster (受灾)")
    SCHOOLING = "schooling", _("Cost of schooling (就学负担)")
    LABOUR = "labour", _("Lacks working hands (缺劳力)")
    INCOME = "income", _("Low income (收入低)")
    EXPENSE = "expense", _("Large necessary expense (刚性支出大)")
    SUDDEN = "sudden", _("Sudden change (突发变故)")
    HOUSING = "housing", _("Housing (住房困难)")
    WORK = "work", _("No work (就业困难)")
    ALONE = "alone", _("Old people alone (空巢独居)")
    OTHER = "other", _("Other hardship")


class AgeBand(models.TextChoices):
    """年龄段: all that the sheet asks for; no date of birth is kept."""

    UNDER_60 = "u60", _("under 60")
    SIXTIES = "60", _("60–69")
    SEVENTIES = "70", _("70–79")
    EIGHTY = "80", _("80 and over")


class Source(models.TextChoices):
    """资金来源."""

    PARTY_DUES = "dues", _("Party dues kept in trust (代管党费)")
    FINANCE = "finance", _("Public finance (财政)")
    UNIT = "unit", _("Organ's own funds (单位)")
    DONATED = "donated", _("Donations (社会捐助)")
    UNION = "union", _("Funds of the trade union (工会经费)")


# Sources available in every county.
OLD_SOURCES = tuple(Source)[:4]


SOURCE_WORDS = {
    Source.PARTY_DUES: "代管党费",
    Source.FINANCE: "财政",
    Source.UNIT: "单位",
    Source.DONATED: "社会捐助",
    Source.UNION: "工会经费",
}


def money(**options):
    return models.DecimalField(
        max_digits=9, decimal_places=2, validators=[MinValueValidator(0)], **options
    )


# --- The campaign -------------------------------------------------------------------------------


class CondolenceCampaignQuerySet(Rows):
    def visible_to(self, user):
        """Campaigns in an area where the user reads visits, campaigns of the user's organs, and
        those in which the user made a visit."""
        made = CondolenceVisit.objects.made_by(user).values("recipient__campaign")
        opened = Q(IsAnyOf("pk", made))
        for grant in user.grants_with(P.READ_VISITS):
            organ = grant.organ
            place = grant.division or (organ.division if organ else None)
            if place is None and organ is None:
                return self.filter(EVERYTHING)
            if place is not None:
                opened |= Q(division__in=place.ancestor_ids)
                opened |= Q(division__path__startswith=place.path)
            if organ is not None:
                opened |= Q(organ__in=organ.ancestor_ids) | Q(organ__path__startswith=organ.path)
            if place is None:
                opened |= _of_departments(organ.ancestor_ids)
        return self.filter(opened)

    def for_list(self):
        return self.select_related("organ", "division")


def _of_departments(organ_ids):
    """Campaigns of departments of these organs that host no unit. Without divisions, such
    departments organise for everything below the organ."""
    hosting = GrassrootsUnit.objects.filter(host_organ=OuterRef("organ"))
    return Q(division=None, organ__parent__in=organ_ids) & ~Q(Exists(hosting))


class CondolenceCampaign(models.Model):
    """The visits of an organ before a festival."""

    festival = models.CharField(_("festival"), max_length=8, choices=Festival)
    year = models.PositiveSmallIntegerField(_("year of the festival"))
    # The date of the festival, computed when the campaign is opened; lists are sorted by it.
    festival_on = models.DateField(editable=False)
    starts_on = models.DateField(_("visits from"))
    ends_on = models.DateField(_("visits to"))
    organ = models.ForeignKey(Organ, models.PROTECT, related_name="+", verbose_name=_("organiser"))
    # Where its recipients live; empty in an enterprise group without divisions.
    division = models.ForeignKey(Division, models.PROTECT, null=True, blank=True, related_name="+")
    # Printed on the notice board and on the public page.
    objection_phone = models.CharField(_("objection phone"), max_length=30)
    state = models.CharField(max_length=8, choices=CampaignState, default=CampaignState.LISTING)
    opened_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    # The days of the last public notice, both included.
    notice_from = models.DateField(null=True, blank=True)
    notice_to = models.DateField(null=True, blank=True)
    document = MaskedCharField(
        _("number of the approval document"), max_length=60, blank=True, default=""
    )
    approved_on = models.DateField(null=True, blank=True)

    objects = CondolenceCampaignQuerySet.as_manager()
    by_name = ByName.as_manager()

    class Meta:
        base_manager_name = "by_name"
        constraints = [
            unique(
                "one_campaign_of_an_organ_and_festival",
                "organ festival year",
                said=_("This organ has a campaign for this festival already."),
            ),
            check(
                "a_notice_of_recipients_has_both_days",
                Q(notice_from=None, notice_to=None)
                | Q(notice_from__isnull=False, notice_to__gte=F("notice_from")),
            ),
            check(
                "a_list_approved_has_its_day",
                Q(state__in=["listing", "notice", "heard"], approved_on=None)
                | Q(state__in=["approved", "visiting", "closed"], approved_on__isnull=False),
            ),
            in_order("visits_end_after_they_begin"),
        ]
        indexes = [index("condolence_campaign_day", "-festival_on -id")]

    def __str__(self):
        return f"{self.pk} {self.label}"

    def get_absolute_url(self):
        return reverse("outreach:condolence_campaign", args=[self.pk])

    @property
    def label(self):
        """2027年元旦: campaigns are named after their festival, in every language."""
        return f"{self.year}年{festivals.CHINESE[Festival(self.festival)]}"

    def notice_runs(self, on):
        return (
            self.state == CampaignState.NOTICE
            and self.notice_from is not None
            and self.notice_from <= on <= self.notice_to
        )

    def takes_in(self, unit):
        """Whether a unit lies in the area of the campaign; needs unit.division loaded."""
        if self.division_id is not None:
            return bool(unit.division and self.division_id in unit.division.ancestor_ids)
        return works_for(self.organ).pk in unit.host_organ.ancestor_ids


class CondolenceStep(Step):
    """A change of state of a campaign: by whom, when and why."""

    MOVE_FIELD, TEXT_FIELD = "to_state", "note"

    campaign = models.ForeignKey(CondolenceCampaign, models.PROTECT, related_name="steps")
    from_state = models.CharField(max_length=8, choices=CampaignState, blank=True, default="")
    to_state = models.CharField(max_length=8, choices=CampaignState)
    on_behalf_of = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    note = MaskedCharField(max_length=200, blank=True, default="")

    @property
    def principal(self):
        return self.on_behalf_of


class CondolenceBudget(models.Model):
    """Money of a source for a campaign; the part already used is counted, never typed."""

    campaign = models.ForeignKey(CondolenceCampaign, models.PROTECT, related_name="budgets")
    source = models.CharField(_("source of funds"), max_length=8, choices=Source)
    amount = models.DecimalField(_("yuan"), max_digits=11, decimal_places=2)

    class Meta:
        constraints = [
            unique("one_budget_of_a_source_in_a_campaign", "campaign source"),
            check("a_budget_is_not_negative", Q(amount__gte=0), _("An amount is not negative.")),
        ]

    def __str__(self):
        return f"{self.campaign_id} {self.source}"


class CondolenceStandard(models.Model):
    """慰问标准: the amount for each recipient of a category, if one is set."""

    campaign = models.ForeignKey(CondolenceCampaign, models.PROTECT, related_name="standards")
    category = models.CharField(_("category"), max_length=9, choices=RecipientCategory)
    amount = money(verbose_name=_("yuan"))

    class Meta:
        constraints = [
            unique("one_standard_of_a_category_in_a_campaign", "campaign category"),
            check("a_standard_is_positive", Q(amount__gt=0), _("An amount is more than nothing.")),
        ]

    def __str__(self):
        return f"{self.campaign_id} {self.category}"


# --- Recipients ---------------------------------------------------------------------------------


class CondolenceRecipientQuerySet(Rows):
    def visible_to(self, user):
        """Recipients (masked in lists) at units whose visits the user reads, and those the user
        visited."""
        made = CondolenceVisit.objects.made_by(user).values("recipient")
        return self.filter(reach(user, P.READ_VISITS) | Q(IsAnyOf("pk", made)))

    def of_roles(self, user):
        return self.filter(reach(user, P.READ_VISITS))

    def standing(self):
        return self.filter(removed_at=None)

    def waiting_for_visit(self):
        # NOT EXISTS, because NOT IN would scan a list of some years of visits for each recipient.
        visited = CondolenceVisit.objects.filter(voided_at=None, recipient=OuterRef("pk"))
        return self.standing().filter(~Exists(visited))

    def for_list(self):
        visits = CondolenceVisit.objects.filter(voided_at=None)
        visits = visits.select_related("first_cadre", "second_cadre")
        rows = self.select_related("campaign", "unit", "township", "host_organ", "put_forward_by")
        return rows.prefetch_related(models.Prefetch("visits", visits, to_attr="made"))


class CondolenceRecipient(PlacedRecord):
    """A recipient on the list of a campaign, put forward by `organ`."""

    campaign = models.ForeignKey(
        CondolenceCampaign, models.PROTECT, related_name="recipients", db_index=False
    )
    serial = models.CharField(
        _("number on the village's roster"), max_length=12, blank=True, default=""
    )
    household = models.ForeignKey(
        Household, models.PROTECT, null=True, blank=True, related_name="+"
    )
    masked_name = models.CharField(_("shown as"), max_length=8)
    # HMAC of the name within the unit: finds duplicates without decrypting any name.
    name_index = models.CharField(max_length=64, db_collation="C", editable=False)
    gender = models.CharField(
        _("gender"), max_length=1, choices=Gender, default=Gender.UNKNOWN, blank=True
    )
    age_band = models.CharField(
        _("age band"), max_length=3, choices=AgeBand, blank=True, default=""
    )
    joined_party = models.CharField(
        _("joined the Party in"), max_length=7, blank=True, default="", help_text="1968-07"
    )
    category = models.CharField(_("category"), max_length=9, choices=RecipientCategory)
    reason = models.CharField(
        _("kind of hardship"), max_length=9, choices=HardshipKind, blank=True, default=""
    )
    amount = money(verbose_name=_("money, yuan"), default=Decimal(0))
    goods = MaskedCharField(_("goods"), max_length=60, blank=True, default="")
    goods_value = money(verbose_name=_("value of the goods, yuan"), default=Decimal(0))
    source = models.CharField(_("source of funds"), max_length=8, choices=Source)
    put_forward_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    put_forward_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    removed_reason = MaskedCharField(max_length=200, blank=True, default="")
    batch = models.ForeignKey(
        ImportBatch, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )

    objects = CondolenceRecipientQuerySet.as_manager()
    by_name = ByName.as_manager()

    class Meta:
        base_manager_name = "by_name"
        constraints = [
            unique(
                "a_recipient_stands_once_in_a_campaign",
                "campaign unit name_index serial",
                when=Q(removed_at=None),
                said=_("This person stands on the list of this festival."),
            ),
            check(
                "a_recipient_is_given_something",
                Q(amount__gte=0, goods_value__gte=0) & (Q(amount__gt=0) | Q(goods_value__gt=0)),
                _("Write an amount, or goods with their value."),
            ),
            check(
                "goods_have_their_value",
                Q(goods="", goods_value=0) | ~Q(goods="") & Q(goods_value__gt=0),
                _("Goods need their name and their value."),
            ),
            check(
                "hardship_is_asked_where_there_is_some",
                Q(reason="") | Q(category__in=["member", "masses", "worker"]),
                _("A kind of hardship is asked of those in hardship only."),
            ),
            check(
                "joined_party_is_a_month",
                Q(joined_party="") | Q(joined_party__regex=r"^\d{4}-(0[1-9]|1[0-2])$"),
                _("Write the month as 1968-07."),
            ),
            check(
                "a_recipient_is_removed_by_somebody_with_a_reason",
                all_or_none("removed_at removed_by", "removed_reason"),
            ),
        ]
        indexes = [
            index("recipient_campaign", "campaign unit id"),
            index("recipient_day", "-put_forward_at -id"),
            index("recipient_county", "county -put_forward_at -id"),
            index("recipient_host", "host_organ -put_forward_at -id"),
            index("recipient_organ", "organ -put_forward_at -id"),
        ]

    def __str__(self):
        return f"{self.pk} {self.label}"

    def get_absolute_url(self):
        return reverse("outreach:condolence_recipient", args=[self.pk])

    @property
    def label(self):
        serial = f"（{self.serial}）" if self.serial else ""
        return f"{self.masked_name}{serial}"

    @property
    def value(self):
        return self.amount + self.goods_value

    @property
    def is_standing(self):
        return self.removed_at is None


class CondolenceName(models.Model):
    """P3: the name that the signed register needs, encrypted.

    Row-level security shows a row only inside `privacy.opened()`; each reveal is audited.
    """

    campaign = models.ForeignKey(CondolenceCampaign, models.PROTECT, related_name="+")
    recipient = models.OneToOneField(CondolenceRecipient, models.PROTECT, related_name="+")
    name_cipher = models.TextField()

    ENCRYPTED = {"name_cipher": "condolence.name"}

    def __str__(self):
        return f"name of {self.recipient_id}"


class CondolenceObjectionQuerySet(Rows):
    def open(self):
        return self.filter(decided_at=None)

    def visible_to(self, user):
        """Those about units for which the user lists or approves recipients."""
        return self.filter(reach(user, P.LIST_RECIPIENTS) | reach(user, P.APPROVE_RECIPIENTS))


class CondolenceObjection(PlacedRecord):
    """An objection to the list during its public notice, and the decision on it."""

    organ_id: int

    class Way(models.TextChoices):
        PHONE = "phone", _("By phone")
        VISIT = "visit", _("In person")
        PAPER = "paper", _("In writing")

    class Decision(models.TextChoices):
        KEPT = "kept", _("The recipient stays")
        REMOVED = "removed", _("The recipient is removed")
        NOTED = "noted", _("Explained, the list stays")

    campaign = models.ForeignKey(CondolenceCampaign, models.PROTECT, related_name="objections")
    # Empty if the objection is about the whole list or about a person missing from it.
    recipient = models.ForeignKey(
        CondolenceRecipient, models.PROTECT, null=True, blank=True, related_name="objections"
    )
    received_on = models.DateField(_("received on"))
    way = models.CharField(_("how it came"), max_length=5, choices=Way)
    text = MaskedCharField(_("what was said"), max_length=500)
    entered_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()
    decision = models.CharField(_("decision"), max_length=7, choices=Decision, blank=True)
    decided_reason = MaskedCharField(_("reason"), max_length=300, blank=True, default="")
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = CondolenceObjectionQuerySet.as_manager()

    class Meta:
        constraints = [
            check(
                "an_objection_is_decided_by_somebody_with_a_reason",
                all_or_none("decided_at decided_by", "decision decided_reason"),
            )
        ]
        indexes = [index("objection_open", "received_on id", when=Q(decided_at=None))]

    def __str__(self):
        return f"objection {self.pk}"


# --- Visits -------------------------------------------------------------------------------------


class CondolenceVisitQuerySet(Rows):
    def made_by(self, user):
        """Visits made by the user and not voided; they stay visible to the user."""
        own = Cadre.objects.filter(user__in=user.identity_ids).values("pk")
        return self.filter(
            Q(IsAnyOf("first_cadre", own)) | Q(IsAnyOf("second_cadre", own)), voided_at=None
        )

    def standing(self):
        return self.filter(voided_at=None)


class CondolenceVisit(models.Model):
    """A visit of two cadres who deliver what the list says; the recipient signs on paper."""

    class Way(models.TextChoices):
        # Money normally goes from the unit's account; no account number is kept here.
        TRANSFER = "transfer", _("Transferred from the unit's account")
        HANDED = "handed", _("Handed over by the two visitors")

    recipient = models.ForeignKey(CondolenceRecipient, models.PROTECT, related_name="visits")
    visited_on = models.DateField(_("date"))
    first_cadre = models.ForeignKey(
        Cadre, models.PROTECT, related_name="+", verbose_name=_("first visitor")
    )
    second_cadre = models.ForeignKey(
        Cadre, models.PROTECT, related_name="+", verbose_name=_("second visitor")
    )
    amount = money(verbose_name=_("money delivered, yuan"))
    goods = MaskedCharField(_("goods delivered"), max_length=60, blank=True, default="")
    goods_value = money(verbose_name=_("value of the goods, yuan"), default=Decimal(0))
    way = models.CharField(_("how the money went"), max_length=8, choices=Way)
    handed_by = MaskedNameField(_("handed over by"), max_length=40)
    # The same visit in the diary, linked rather than entered twice.
    diary = models.ForeignKey(Visit, models.PROTECT, null=True, blank=True, related_name="+")
    entered_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()
    voided_at = models.DateTimeField(null=True, blank=True)
    voided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    void_reason = MaskedCharField(max_length=200, blank=True, default="")

    objects = CondolenceVisitQuerySet.as_manager()
    by_name = ByName.as_manager()

    class Meta:
        base_manager_name = "by_name"
        constraints = [
            unique(
                "a_recipient_is_visited_once_in_a_campaign",
                "recipient",
                when=Q(voided_at=None),
                said=_("This recipient has been visited."),
            ),
            check(
                "two_people_visit",
                ~Q(first_cadre=F("second_cadre")),
                _("Two different cadres visit; name the second one."),
            ),
            check(
                "what_is_delivered_is_not_negative",
                Q(amount__gte=0, goods_value__gte=0),
                _("An amount is not negative."),
            ),
            check(
                "a_condolence_visit_is_voided_with_a_reason",
                all_or_none("voided_at voided_by", "void_reason"),
            ),
        ]
        indexes = [index("condolence_visit_day", "visited_on id")]

    def __str__(self):
        return f"condolence visit {self.pk}"


# --- What is published --------------------------------------------------------------------------


class PublishedList(models.Model):
    """A unit's list during its public notice, with exactly what the public page shows.

    The door's database role can read these two tables only. A list is a copy, not a record: it is
    deleted after its last day.
    """

    token = models.CharField(max_length=43, unique=True, db_collation="C")
    campaign = models.ForeignKey(
        CondolenceCampaign, models.PROTECT, related_name="published", db_index=False
    )
    unit = models.ForeignKey(GrassrootsUnit, models.PROTECT, related_name="+", db_index=False)
    unit_id: int
    title = models.CharField(max_length=80)
    unit_name = models.CharField(max_length=120)
    organ_name = models.CharField(max_length=120)
    phone = models.CharField(max_length=30)
    first_on = models.DateField()
    last_on = models.DateField(db_index=True)

    def draw(self):
        self.token = secrets.token_urlsafe(24)

    class Meta:
        constraints = [
            unique("a_unit_has_one_published_list_of_a_campaign", "campaign unit"),
            check("a_published_list_ends_after_it_begins", Q(last_on__gte=F("first_on"))),
        ]

    def __str__(self):
        return f"published {self.pk}"


class PublishedRow(models.Model):
    """A line of a published list: masked name, category, and the standard if one is set."""

    published = models.ForeignKey(PublishedList, models.CASCADE, related_name="rows")
    # The recipient, so that a removal deletes the line at once. Not a foreign key: the role that
    # reads this table can read no other.
    recipient_id = models.BigIntegerField(db_index=True)
    masked_name = models.CharField(max_length=8)
    category = models.CharField(max_length=20)
    standard = money(null=True)

    def __str__(self):
        return f"row {self.pk}"
