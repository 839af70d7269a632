"""Places of work and who is responsible for them: divisions, organs, grassroots units."""

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.models.constraints import check, in_order, index, optional_ref, ref, unique
from portal.models.text import MaskedCharField
from portal.roles import GRANTS, Permission
from portal.rows import Rows
from portal.tools import pinyin
from portal.tools.addresses import page_of


class TreeQuerySet(Rows):
    """Trees by path: the ids of all ancestors and the row itself, `/1/34/567/`."""

    def under(self, node):
        """The node itself and everything below it."""
        return self.filter(path__startswith=node.path)

    def current(self, on):
        return self.filter(Q(ended_on=None) | Q(ended_on__gt=on))

    def named_like(self, text):
        """Rows whose name, short name, pinyin initials or code begin with what was typed."""
        text = text.strip()
        found = Q(name__startswith=text) | Q(code__startswith=text.upper())
        if text.isascii():
            found |= Q(initials__startswith=text.lower())
        if any(f.name == "short_name" for f in self.model._meta.fields):
            found |= Q(short_name__startswith=text)
        return self.filter(found)

    def named_with(self, text):
        """Rows with the text anywhere in the name or its initials."""
        return self.filter(
            Q(name__contains=text.strip()) | Q(initials__contains=text.strip().lower())
        )

    def called(self, text):
        """Return rows that `named_like` finds or, if there are none, those that `named_with`
        finds."""
        starting = self.named_like(text)
        return starting if starting.exists() else self.named_with(text)


class Tree(models.Model):
    """A place in a tree. `path` is written by the action or loader that knows the parent.

    A succeeded organ keeps its parent, but its path is below its successor's: users of the
    successor reach its records.
    """

    parent = optional_ref("self", related_name="children")
    path = models.CharField(max_length=120, db_collation="C", default="", editable=False)
    name = models.CharField(_("name"), max_length=80)
    initials = models.CharField(max_length=80, db_collation="C", default="", editable=False)
    code = models.CharField(_("code"), max_length=30, db_collation="C", blank=True, default="")

    class Meta:
        abstract = True

    def __str__(self):
        return self.name

    @property
    def ancestor_ids(self):
        """Ids from the root to this row, from the path, without a query."""
        return [int(part) for part in self.path.strip("/").split("/") if part]

    def place_under_parent(self):
        """Set initials and path; the row must have its id already."""
        self.initials = pinyin.initials(self.name)
        self.path = f"{self.parent.path if self.parent else '/'}{self.pk}/"


class DivisionLevel(models.IntegerChoices):
    PROVINCE = 1, _("Province")
    CITY = 2, _("City")
    COUNTY = 3, _("County")
    TOWNSHIP = 4, _("Township or street")
    VILLAGE = 5, _("Village or community")


class DivisionQuerySet(TreeQuerySet):
    def current(self, on):
        return self.filter(Q(valid_to=None) | Q(valid_to__gt=on))


class Division(Tree):
    """An administrative division. The code is no key: four codes are used on two levels."""

    class Source(models.TextChoices):
        NATIONAL = "national", _("National list")
        LOCAL = "local", _("Added here")

    # Levels are never skipped, so the level of each ancestor follows from its place in the path.
    level = models.SmallIntegerField(_("level"), choices=DivisionLevel)
    with_below: list  # set by a reorganisation
    source = models.CharField(max_length=8, choices=Source, default=Source.LOCAL)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    successor = optional_ref("self", related_name="predecessors", editable=False)
    # {level: [ids]} of ended divisions outside this one that it, or a division in it, succeeded.
    # Their records keep the place of their day; readers of this division read them.
    former = models.JSONField(null=True, editable=False)

    objects = DivisionQuerySet.as_manager()

    class Meta:
        constraints = [
            unique(
                "one_current_division_of_a_code_on_a_level",
                "code level",
                when=Q(valid_to=None),
                said=_("This code is already in use on this level."),
            ),
            check(
                "division_ends_after_it_begins", Q(valid_to=None) | Q(valid_to__gte=F("valid_from"))
            ),
        ]
        indexes = [
            # Serves prefix searches under any database collation.
            index("division_name", "name", opclasses=["varchar_pattern_ops"]),
            index("division_initials", "initials"),
            index("division_path", "path"),
        ]

    def get_absolute_url(self):
        return page_of("division", self.pk)

    @property
    def ancestors_by_level(self):
        """{level: id} of this division and those above it."""
        ids = self.ancestor_ids
        return dict(zip(range(self.level - len(ids) + 1, self.level + 1), ids, strict=True))


class OrganKind(models.TextChoices):
    PARTY = "party", _("Party organ")
    GOVERNMENT = "government", _("Government organ")
    CONGRESS = "congress", _("People's congress")
    CPPCC = "cppcc", _("Political consultative conference")
    JUDICIAL = "judicial", _("Court or procuratorate")
    MASS = "mass", _("Mass organisation")
    INSTITUTION = "institution", _("Public institution")
    ENTERPRISE = "enterprise", _("Enterprise")
    TOWNSHIP = "township", pgettext_lazy("organs", "Township or street")
    STATION = "station", _("Station or office of an organ")


class OrganLevel(models.TextChoices):
    """Follows from where an organ stands (`portal.places.levels`); norms may differ by it."""

    PROVINCE = "province", _("Provincial organs")
    CITY = "city", _("Organs of a city")
    COUNTY = "county", _("County organs")
    TOWNSHIP = "township", _("Townships and streets")
    GROUP = "group", _("Headquarters of a group")
    SECOND = "second", _("Subsidiaries (second level)")
    THIRD = "third", _("Units of the third level")


class OrganQuerySet(TreeQuerySet):
    def called_exactly(self, name, *, on):
        """The current organs with this full, short or official name."""
        named = Q(name=name) | Q(short_name=name) | Q(official_name=name)
        return self.current(on).filter(named).order_by("pk")

    def former_of(self, organ):
        """Organs that this one succeeded, directly or through others.

        Their paths are right below its own, so that its readers read their records.
        """
        own_path = Concat(Value(organ.path), Cast("pk", models.CharField()), Value("/"))
        return self.filter(successor__isnull=False, path=own_path)


class Organ(Tree):
    """A Party or government organ, a township, an enterprise headquarters, or a station of one."""

    short_name = models.CharField(_("short name"), max_length=40, blank=True, default="")
    # 公章名称; empty where it is the full name.
    official_name = models.CharField(
        _("name on the seal"), max_length=80, blank=True, default="", db_default=""
    )
    kind = models.CharField(_("kind"), max_length=12, choices=OrganKind)
    division = optional_ref(Division, _("division"))
    division_id: int
    # The official order of organs; lists and sheets follow it, never a figure.
    sort_order = models.PositiveIntegerField(_("official order"), default=9999)
    phone = models.CharField(_("office phone"), max_length=30, blank=True, default="")
    duties = models.CharField(_("duties"), max_length=300, blank=True, default="")
    started_on = models.DateField(_("started on"))
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    successor = optional_ref("self", related_name="predecessors")

    objects = OrganQuerySet.as_manager()

    class Meta:
        constraints = [
            in_order("organ_ends_after_it_begins", "started_on", "ended_on", may_be_open=True)
        ]
        indexes = [index("organ_path", "path")]

    def get_absolute_url(self):
        return page_of("organ", self.pk)

    @property
    def label(self):
        return self.short_name or self.name

    @property
    def signed_as(self):
        """The name for signatures and stamps."""
        return self.official_name or self.name

    def has_accounts(self, *, on):
        """Whether an account in use handles its matters; otherwise slips are printed for it."""
        handling = [role for role, may in GRANTS.items() if Permission.HANDLE_MATTERS in may]
        return Organ.objects.filter(
            Q(rolegrant__ends_on=None) | Q(rolegrant__ends_on__gte=on),
            pk__in=self.ancestor_ids,
            rolegrant__starts_on__lte=on,
            rolegrant__role__in=handling,
            rolegrant__user__is_active=True,
        ).exists()


class UnitKind(models.TextChoices):
    """The five kinds of the guiding opinion, part 三 实行分类指导."""

    RURAL = "rural", _("Village")
    COMMUNITY = "community", _("Urban community")
    STATE_ENTERPRISE = "soe", _("State-owned enterprise")
    NON_PUBLIC = "nonpublic", _("Non-public enterprise")
    SOCIAL_ORG = "social", _("Social organisation")


class GrassrootsUnit(Tree):
    """A village, community, enterprise (with workshops and teams) or social organisation."""

    kind = models.CharField(_("kind"), max_length=10, choices=UnitKind)
    # None for a unit of an enterprise group that runs without divisions.
    division = optional_ref(Division, _("division"))
    host_organ = ref(
        Organ,
        _("host organ"),
        related_name="hosted_units",
        help_text=_("The township, enterprise or Party committee that manages the unit."),
    )
    sort_order = models.PositiveIntegerField(_("official order"), default=9999)
    contact_name = models.CharField(_("contact person"), max_length=40, blank=True, default="")
    office_phone = models.CharField(_("office phone"), max_length=30, blank=True, default="")
    # From the unit's own roster, which stays there; empty if unknown.
    household_count = models.PositiveIntegerField(
        pgettext_lazy("units", "households"), null=True, blank=True
    )
    started_on = models.DateField(_("started on"))
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    successor = optional_ref("self", related_name="predecessors")

    objects = TreeQuerySet.as_manager()

    class Meta:
        constraints = [
            in_order("unit_ends_after_it_begins", "started_on", "ended_on", may_be_open=True)
        ]
        indexes = [
            index("unit_path", "path"),
            index("unit_name", "name"),
            index("unit_initials", "initials"),
        ]

    def get_absolute_url(self):
        return page_of("unit", self.pk)


class PlacedRecord(models.Model):
    """Something that happened at a unit: its place and organs *of that day*.

    Scope is an equality on one of these columns, and the order comes from the same index.
    """

    unit = ref(GrassrootsUnit, _("place"))
    group = MaskedCharField(_("group"), max_length=40, blank=True, default="")
    organ = ref(Organ, related_name="+", db_index=False)
    host_organ = ref(Organ, related_name="+", db_index=False)
    province = ref(Division, null=True, related_name="+", db_index=False)
    city = ref(Division, null=True, related_name="+", db_index=False)
    county = ref(Division, null=True, related_name="+", db_index=False)
    township = ref(Division, null=True, related_name="+", db_index=False)
    division = ref(Division, null=True, related_name="+", db_index=False)

    class Meta:
        abstract = True

    def stand_at(self, unit):
        """Take over the place of a unit as it is today; needs unit.division loaded."""
        self.unit = unit
        self.host_organ_id = unit.host_organ_id
        ancestors = unit.division.ancestors_by_level if unit.division_id else {}
        self.province_id = ancestors.get(DivisionLevel.PROVINCE)
        self.city_id = ancestors.get(DivisionLevel.CITY)
        self.county_id = ancestors.get(DivisionLevel.COUNTY)
        self.township_id = ancestors.get(DivisionLevel.TOWNSHIP)
        self.division_id = ancestors.get(DivisionLevel.VILLAGE)
