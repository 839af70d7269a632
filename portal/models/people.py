"""Who works here and what they may do: accounts, dated grants, cadres."""

import re
from datetime import date

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, OuterRef, Q, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext_lazy as _

from portal.models.clock import DatabaseClock
from portal.models.constraints import (
    all_or_none,
    check,
    in_order,
    index,
    optional_ref,
    ref,
    unique,
)
from portal.models.places import Division, GrassrootsUnit, Organ
from portal.models.text import MaskedCharField
from portal.roles import (
    GRANTS,
    NEVER_LENT,
    NEVER_LENT_PERMISSIONS,
    Permission,
    role_choices,
    withheld,
)
from portal.rows import Rows
from portal.tools.addresses import page_of
from portal.tools.prepared import Prepared
from portal.trust.access import IsAnyOf, covers, organ_reach

# Administrators, who review the roles of everybody.
REVIEWERS = (Permission.MANAGE_ACCOUNTS, Permission.GIVE_GRANTS, Permission.READ_AUDIT)
# Two to forty lower-case letters, digits, dots, hyphens or underscores.
USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")


class UserManager(BaseUserManager):
    def create_user(self, username, password=None, **fields):
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save()
        return user

    def get_by_natural_key(self, username):
        return self.get(username__iexact=username)


class NoDay(Exception):
    """Raised if a user's rights are read before `acting(on=day)` sets the day."""


class User(AbstractBaseUser):
    """An account. What it may do comes from its grants alone; there is no superuser."""

    _today = None

    username = models.CharField(
        _("user name"),
        max_length=40,
        unique=True,
        error_messages={"unique": _("This user name is taken.")},
    )
    name = models.CharField(_("name"), max_length=40)
    organ = optional_ref(Organ, _("organ"))
    organ_id: int | None
    is_active = models.BooleanField(_("in use"), default=True)
    # True after an account is made or reset: the slip's password opens one page, the change.
    must_change_password = models.BooleanField(default=True)
    # When the owner last chose a password, and when a second factor was last set up or removed;
    # empty for changes before version 0.3.
    password_set_at = models.DateTimeField(null=True, editable=False)
    second_factor_changed_at = models.DateTimeField(null=True, editable=False)
    # The day on which its owner was first told that a second factor is needed.
    second_factor_asked_on = models.DateField(null=True, editable=False)
    large_type = models.BooleanField(default=False)
    language = models.CharField(max_length=10, blank=True, default="")
    # Single-key shortcuts can be switched off (WCAG 2.1.4).
    shortcuts = models.BooleanField(default=True, db_default=True)
    # {url name of a list: [columns shown]}; here, since every page loads its user anyway.
    columns = models.JSONField(default=dict, db_default={}, blank=True)
    hides_first_day = models.BooleanField(default=False, db_default=False)
    created_at = models.DateTimeField(db_default=DatabaseClock(), editable=False)

    objects = UserManager()

    USERNAME_FIELD = "username"

    class Meta:
        indexes = [
            # Pages of users who arrange call-backs look for call-backs whose caller's account has
            # ended.
            index("account_ended", "id", when=Q(is_active=False))
        ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._grants = {}  # by day
        self._withheld = None

    def __str__(self):
        return f"{self.name} ({self.username})"

    def get_absolute_url(self):
        return page_of("account", self.pk)

    def get_full_name(self):
        return self.name

    def acting(self, *, on):
        """Set the day that decides which grants run, and `today` for rules and lists.

        Called where the clock is read: in a request, a task, a command. Returns the user, so that
        `User.objects.get(…).acting(on=day)` is one expression.
        """
        self._today = on
        return self

    @property
    def today(self) -> date:
        """The day on which this user acts. Raises NoDay if it is not set."""
        if self._today is None:
            raise NoDay(f"{self} acts on no day yet; say it at the edge: user.acting(on=day).")
        return self._today

    def grants_today(self):
        """Own grants, and those of the people whom this person stands in for today.

        Read once per user object and day.
        """
        if self.today not in self._grants:
            self._grants[self.today] = GRANTS_OF.rows(user=self.pk, day=self.today)
        return self._grants[self.today]

    def take_grants(self, grants):
        """Use these grants, which were read already."""
        self._grants[self.today] = list(grants)

    def bare(self):
        """Return a copy with only the id, the day, the grants and, if it is loaded already, the
        organ.

        The grants keep their places and the division of their organ.
        """
        bare = type(self).from_db(self._state.db, ["id"], [self.pk]).acting(on=self.today)
        if organ := self.loaded_organ:
            bare.organ = without_relations(organ)
        bare.take_grants(grant.bare() for grant in self.grants_today())
        return bare

    def read_organ(self):
        """The organ of the account, None without one; read for the frame of each page."""
        if self.organ_id and self.loaded_organ is None:
            self.organ = _ORGAN.first(pk=self.organ_id)
        return self.loaded_organ

    @property
    def loaded_organ(self):
        """The organ of the account if it was read already, else None."""
        return self._state.fields_cache.get("organ")

    def grants_key(self):
        """A comparable value of everything that `bare` keeps."""
        return repr(
            [
                (
                    columns_of(g),
                    columns_of(g.division),
                    columns_of(g.organ),
                    g.organ_id and g.organ_ids,
                )
                for g in self.grants_today()
            ]
        )

    def with_grants(self, grants):
        """This user on the same day, with these grants only."""
        other = type(self).objects.get(pk=self.pk).acting(on=self.today)
        other.take_grants(grants)
        return other

    def withheld(self):
        """Permissions that nobody holds now; read once per user object, like the grants."""
        if self._withheld is None:
            self._withheld = withheld()
        return self._withheld

    def grants_with(self, permission):
        if permission in self.withheld():
            return []
        grants = [g for g in self.grants_today() if permission in GRANTS[g.role]]
        if permission in NEVER_LENT_PERMISSIONS:
            return [g for g in grants if g.user_id == self.pk]
        return grants

    def holds(self, permission, *, on=None):
        """Whether a grant opens this permission, for this record when one is named."""
        return any(on is None or covers(g, on) for g in self.grants_with(permission))

    def principal_for(self, permission, *, on=None):
        """The person whom this user stands in for, if only a lent grant gives the permission."""
        reaching = [g for g in self.grants_with(permission) if on is None or covers(g, on)]
        if not reaching or any(g.user_id == self.pk for g in reaching):
            return None
        return reaching[0].user

    @property
    def roles(self):
        return {g.role for g in self.grants_today()}

    @property
    def identity_ids(self):
        """Ids of this user and of those they stand in for, whose own records they may work on.

        Empty without a business role today: a reactivated account, or an administrator's, does not
        open what it once wrote.
        """
        lent = {g.user_id for g in self.grants_today() if g.role not in NEVER_LENT}
        return lent | {self.pk} if lent else lent


def columns_of(record):
    """The values of all columns; None without a record."""
    return record and tuple(getattr(record, f.attname) for f in record._meta.concrete_fields)


def _division_of(organ):
    """The division of an organ if it was read with it, else None."""
    return organ and organ._state.fields_cache.get("division")


def without_relations(record):
    """Return a copy of a record without loaded relations."""
    return type(record)(**{f.attname: getattr(record, f.attname) for f in record._meta.fields})


class DatedQuerySet(Rows):
    """Relations with a first and a last day, inclusive; no last day means still running."""

    def running(self, on):
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=on), starts_on__lte=on)


class Dated(models.Model):
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"), null=True, blank=True)

    class Meta:
        abstract = True

    def runs_on(self, day: date):
        return self.starts_on <= day and (self.ends_on is None or self.ends_on >= day)


class RoleGrantQuerySet(DatedQuerySet):
    def visible_to(self, user):
        """All grants for the three administrators; for the office those of the people in its
        area."""
        if any(user.holds(one) for one in REVIEWERS):
            return self
        return self.filter(organ_reach(user, Permission.MANAGE_PEOPLE, to="user__organ"))

    def of_roles(self, user):
        return self.visible_to(user)


class RoleGrant(Dated):
    """A role that a person holds in an organ and/or a division, from a day to a day."""

    user = ref(User, related_name="grants")
    user_id: int
    role = models.CharField(_("role"), max_length=10, choices=role_choices)
    organ = optional_ref(Organ, _("within the organ"))
    organ_id: int
    division = optional_ref("portal.Division", _("within the area"))
    division_id: int
    # None for the first administrators, who are granted by the installation itself.
    granted_by = ref(User, null=True, related_name="+")
    granted_at = models.DateTimeField(db_default=DatabaseClock())
    revoked_by = ref(User, null=True, related_name="+")

    objects = RoleGrantQuerySet.as_manager()

    class Meta:
        constraints = [
            check(
                "grant_ends_after_it_begins",
                Q(ends_on=None) | Q(ends_on__gte=F("starts_on")) | Q(revoked_by__isnull=False),
                _("The end lies before the beginning."),
            ),
            check(
                "nobody_grants_to_themselves",
                Q(granted_by=None) | ~Q(granted_by=F("user")),
                _("Nobody gives a role to themselves."),
            ),
        ]
        indexes = [index("grant_user", "user ends_on")]

    def __str__(self):
        return f"{self.user_id} {self.role} #{self.pk}"

    def bare(self):
        """Return a copy that keeps its places and, if loaded, the division of its organ."""
        copied = without_relations(self)
        if self.division is not None:
            copied.division = without_relations(self.division)
        if self.organ is not None:
            copied.organ = without_relations(self.organ)
            if division := _division_of(self.organ):
                copied.organ.division = without_relations(division)
        if self.organ_id:
            copied._organ_ids = self.organ_ids
        return copied

    @property
    def organ_ids(self):
        """The organ of the grant and all below it; read with the grants of a user or once here."""
        if not hasattr(self, "_organ_ids"):
            self._organ_ids = list(
                Organ.objects.under(self.organ).order_by("pk").values_list("pk", flat=True)
            )
        return self._organ_ids


class StandIn(Dated):
    """代办: a person who acts for another during a period; every step names both."""

    principal = ref(User, _("person"), related_name="stand_ins")
    principal_id: int
    stand_in = ref(User, _("stand-in"), related_name="stands_in_for")
    stand_in_id: int
    reason = MaskedCharField(_("reason"), max_length=120, blank=True, default="")
    named_by = ref(User, related_name="+")

    objects = DatedQuerySet.as_manager()

    class Meta:
        constraints = [
            check(
                "nobody_stands_in_for_themselves",
                ~Q(principal=F("stand_in")),
                _("Nobody stands in for themselves."),
            ),
            check(
                "stand_in_has_an_end_after_its_beginning",
                Q(ends_on__gte=F("starts_on")),
                _("A stand-in needs an end that is not before its start."),
            ),
        ]

    def __str__(self):
        return f"{self.stand_in_id} for {self.principal_id} #{self.pk}"


def _grants_of(user, day):
    """A user's running grants, and the lendable ones of the people they stand in for."""
    principals = StandIn.objects.running(day).filter(stand_in=user).values("principal")
    lent = Q(IsAnyOf("user", principals)) & ~Q(role__in=NEVER_LENT)
    # As `Organ.objects.under`, with the path taken from each grant; digits and / come before ~.
    path = OuterRef("organ__path")
    under = Organ.objects.filter(path__gte=path, path__lt=Concat(path, Value("~")))
    return (
        RoleGrant.objects.running(day)
        .filter(Q(user=user) | lent)
        .select_related("division", "organ__division", "user")
        .annotate(_organ_ids=ArraySubquery(under.order_by("pk").values("pk")))
        .order_by("pk")
    )


# Queried on every request.
_ORGAN = Prepared(lambda pk: Organ.objects.filter(pk=pk), pk=-1)
GRANTS_OF = Prepared(_grants_of, user=-1, day=date.min)


class LoginFailure(models.Model):
    """A wrong password. Rows, so that a lock-out can be explained and disputed."""

    username = models.CharField(max_length=150, db_collation="C")
    address = models.GenericIPAddressField(null=True)
    # Which of the browsers that have signed in with this name; empty for any other.
    browser = models.CharField(max_length=16, blank=True, default="", db_default="")
    at = models.DateTimeField()

    class Meta:
        indexes = [
            index("login_failure_recent", "username -at"),
            index("login_failure_by_address", "address -at"),
        ]

    def __str__(self):
        return f"{self.username} {self.at:%F %T}"


class Lockout(models.Model):
    """An account locked after too many wrong passwords, until a moment or an unlock."""

    username = models.CharField(max_length=150, db_collation="C", db_index=True)
    locked_at = models.DateTimeField()
    until = models.DateTimeField()
    unlocked_at = models.DateTimeField(null=True)
    unlocked_by = ref(User, null=True, related_name="+")

    class Meta:
        constraints = [
            check("unlocked_at_with_unlocked_by", all_or_none("unlocked_at unlocked_by"))
        ]

    def __str__(self):
        return f"{self.username} until {self.until:%F %T}"


class PasswordSlip(models.Model):
    """A one-time password handed over on paper: who made it for whom, and until when it works."""

    user = ref(User, related_name="slips")
    user_id: int
    made_by = ref(User, null=True, related_name="+")
    made_at = models.DateTimeField()
    works_until = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self):
        return f"{self.user_id} {self.made_at:%F %T}"


class PastPassword(models.Model):
    """The hash of an earlier password, which cannot be chosen again soon."""

    user = ref(User, related_name="past_passwords")
    user_id: int
    password = models.CharField(max_length=128)
    ended_at = models.DateTimeField()

    def __str__(self):
        return f"{self.user_id} until {self.ended_at:%F %T}"


class BreakGlass(models.Model):
    """An administrator's account opened on the server, where no page could do it."""

    user = ref(User, related_name="+")
    user_id: int
    # The role given back until a day; empty if the account held one.
    role = models.CharField(max_length=10, choices=role_choices, blank=True, default="")
    ends_on = models.DateField(null=True)
    reason = MaskedCharField(_("reason"), max_length=200)
    # Who was at the server, as typed there: no account is signed in.
    done_by = models.CharField(_("who was at the server"), max_length=40)
    at = models.DateTimeField()
    seen_by = ref(User, null=True, related_name="+")
    seen_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            check("an_opening_is_seen_by_somebody_else", ~Q(seen_by=F("user"))),
            check("an_opening_is_seen_at_a_moment", all_or_none("seen_by seen_at")),
            check("an_opening_has_a_reason", ~Q(reason="") & ~Q(done_by="")),
        ]

    def __str__(self):
        return f"{self.user_id} {self.at:%F %T}"


class Gender(models.TextChoices):
    """GB/T 2261.1-2003."""

    UNKNOWN = "0", _("Unknown")
    MALE = "1", _("Male")
    FEMALE = "2", _("Female")


class StaffKind(models.TextChoices):
    """The register that keeps the person; norms may differ by it. Empty if unknown."""

    CIVIL = "civil", _("Civil servant")
    LIKE_CIVIL = "like", _("Managed like a civil servant")
    INSTITUTION = "public", _("Staff of a public institution")
    ENTERPRISE = "soe", _("Staff of a state-owned enterprise")
    SELECTED = "selected", _("Selected graduate")
    WORKER = "worker", _("Worker in an organ")
    SKILLED = "skilled", _("Skilled worker")


class PoliticalStatus(models.TextChoices):
    """GB/T 4762-1984, the values that organ staff commonly have."""

    MEMBER = "01", _("CPC member")
    PROBATIONARY = "02", _("Probationary CPC member")
    YOUTH_LEAGUE = "03", _("Youth League member")
    DEMOCRATIC_PARTY = "04", _("Democratic party member")
    NO_PARTY = "12", _("Without party affiliation")
    MASSES = "13", _("Masses")


class Skill(models.TextChoices):
    """Coarse fields of knowledge that a place may need; never about health."""

    AGRICULTURE = "agriculture", _("Agriculture and forestry")
    WATER = "water", _("Water and engineering")
    FINANCE = "finance", _("Finance and accounting")
    LAW = "law", _("Law and mediation")
    PLANNING = "planning", _("Planning and building")
    TEACHING = "teaching", _("Teaching")
    MEDICINE = "medicine", _("Medical administration")
    COMMERCE = "commerce", _("Commerce and e-commerce")
    TECHNOLOGY = "technology", _("Information technology")
    PARTY_WORK = "party", _("Party building")


class CadreQuerySet(Rows):
    def serving(self, on):
        return self.filter(Q(left_on=None) | Q(left_on__gt=on))

    def twins_of(self, name, organ, birth_month):
        """Cadres who may be the same person: same name and organ, no other month of birth."""
        known = self.filter(name=name, organ=organ, left_on=None)
        return known.filter(birth_month__in=["", birth_month]) if birth_month else known

    def visible_to(self, user):
        """All cadres for users who see people; for others their own record."""
        if user.holds(Permission.SEE_PEOPLE):
            return self
        return self.filter(user__in=user.identity_ids)

    def named_like(self, text):
        text = text.strip()
        found = Q(name__startswith=text)
        if text.isascii():
            found |= Q(initials__startswith=text.lower())
        return self.filter(found)

    def named_with(self, text):
        return self.filter(name__contains=text.strip())

    def called(self, text):
        """Return rows that `named_like` finds or, if there are none, those that `named_with`
        finds."""
        starting = self.named_like(text)
        return starting if starting.exists() else self.named_with(text)


class Cadre(models.Model):
    """A cadre: the subset of the HR record that the programme needs, no ID number."""

    user = models.OneToOneField(User, models.PROTECT, null=True, blank=True, related_name="cadre")
    name = models.CharField(_("name"), max_length=40)
    initials = models.CharField(max_length=40, db_collation="C", default="", editable=False)
    organ = ref(Organ, _("organ"), related_name="cadres")
    department = models.CharField(_("department"), max_length=60, blank=True, default="")
    post = models.CharField(_("post"), max_length=60, blank=True, default="")
    rank = models.CharField(_("rank"), max_length=30, blank=True, default="")
    staff_kind = models.CharField(
        _("kind of staff"),
        max_length=8,
        choices=StaffKind,
        blank=True,
        default="",
        db_default="",
    )
    gender = models.CharField(_("gender"), max_length=1, choices=Gender, default=Gender.UNKNOWN)
    birth_month = models.CharField(
        _("year and month of birth"), max_length=7, blank=True, default="", help_text="1988-06"
    )
    political_status = models.CharField(
        _("political status"), max_length=2, choices=PoliticalStatus, blank=True, default=""
    )
    work_started = models.CharField(
        _("started work in"), max_length=7, blank=True, default="", help_text="2010-07"
    )
    # The phone printed on contact cards; a private number is never stored.
    public_phone = models.CharField(_("public phone"), max_length=30, blank=True, default="")
    # The official order of posts within the organ.
    sort_order = models.PositiveIntegerField(_("official order"), default=9999)
    left_on = models.DateField(_("left on"), null=True, blank=True)
    # For placings. The spouse is set only between cadres, and on both rows.
    spouse = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("spouse")
    )
    # The home county, or a place in it.
    home_division = optional_ref(Division, _("home"), related_name="+")
    skills = ArrayField(
        models.CharField(max_length=12, choices=Skill),
        default=list,
        db_default=[],
        blank=True,
        verbose_name=_("knows about"),
    )

    objects = CadreQuerySet.as_manager()

    class Meta:
        constraints = [
            check(
                "nobody_is_their_own_spouse",
                Q(spouse=None) | ~Q(spouse=F("pk")),
                _("Nobody is their own spouse."),
            ),
            check(
                "birth_month_is_a_month",
                Q(birth_month="") | Q(birth_month__regex=r"^\d{4}-(0[1-9]|1[0-2])$"),
                _("Write the month of birth as 1988-06."),
            ),
            check(
                "work_started_is_a_month",
                Q(work_started="") | Q(work_started__regex=r"^\d{4}-(0[1-9]|1[0-2])$"),
                _("Write the month as 2010-07."),
            ),
        ]
        indexes = [
            index("cadre_name", "name"),
            index("cadre_initials", "initials"),
            # The to-do list looks for open work of the few who have left.
            index("cadre_left", "id", when=Q(left_on__isnull=False)),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return page_of("cadre", self.pk)

    @property
    def skill_labels(self):
        return [Skill(code).label for code in self.skills]

    def age_on(self, day):
        """Return full years by the month of birth; None if it is unknown."""
        if not self.birth_month:
            return None
        year, month = map(int, self.birth_month.split("-"))
        return day.year - year - (day.month < month)


class AvoidancePair(models.Model):
    """回避: two cadres, or a cadre and a unit, that must not be brought together.

    Only the office sees and edits it; no reason is stored.
    """

    cadre = ref(Cadre, related_name="avoids")
    cadre_id: int
    other = optional_ref(Cadre, related_name="avoided_by")
    other_id: int
    unit = optional_ref(GrassrootsUnit)
    unit_id: int
    made_by = ref(User, related_name="+")
    made_at = models.DateTimeField()
    ended_by = optional_ref(User, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            check(
                "an_avoidance_names_a_cadre_or_a_unit",
                Q(other=None, unit__isnull=False) | Q(other__isnull=False, unit=None),
                _("Name another cadre or a unit, one of the two."),
            ),
            check("nobody_avoids_themselves", Q(other=None) | ~Q(other=F("cadre"))),
            check("avoidance_ended_at_with_ended_by", all_or_none("ended_at ended_by")),
            unique(
                "one_standing_avoidance_of_a_pair",
                "cadre other unit",
                when=Q(ended_at=None),
                said=_("They are kept apart already."),
                nulls_distinct=False,
            ),
        ]

    def __str__(self):
        return f"{self.cadre_id} avoids {self.other_id or self.unit_id}"


class Experience(models.Model):
    """One stretch of a cadre's working life; the source of any hint about grassroots experience."""

    class OrganKind(models.TextChoices):
        VILLAGE = "village", _("Village or community")
        TOWNSHIP = "township", _("Township or street")
        COUNTY = "county", _("County organ")
        CITY = "city", _("City organ")
        PROVINCE = "province", _("Provincial or central organ")
        ENTERPRISE = "enterprise", _("Enterprise")
        SOCIAL_ORG = "social", _("Social organisation")
        ARMY = "army", _("Army, regiment or below")
        STUDY = "study", _("Full-time study")

    LONGEST_PLACE = 120

    cadre = models.ForeignKey(Cadre, models.CASCADE, related_name="experiences")
    cadre_id: int
    started_on = models.DateField(_("from"))
    ended_on = models.DateField(_("to"), null=True, blank=True)
    organ_kind = models.CharField(_("kind of organ"), max_length=10, choices=OrganKind)
    place = models.CharField(_("organ and post"), max_length=LONGEST_PLACE)

    class Meta:
        constraints = [
            in_order("experience_ends_after_it_begins", "started_on", "ended_on", may_be_open=True)
        ]

    def __str__(self):
        return f"{self.cadre_id} {self.started_on:%Y-%m} {self.place}"
