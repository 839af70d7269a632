"""A visit, which is also a diary entry for all who took part."""

import json
import uuid

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from outreach.models.areas import Household
from portal.models import Attachment, Cadre, ImportBatch
from portal.models.constraints import all_or_none, check, index, unique
from portal.models.places import PlacedRecord
from portal.models.steps import Step
from portal.models.text import MaskedCharField, MaskedTextField
from portal.pages.search import SearchedQuerySet
from portal.roles import Permission
from portal.rows import ByName
from portal.tools.addresses import page_of
from portal.trust import crypto, privacy
from portal.trust.access import IsAnyOf, reach

CORRECTION_DAYS = 7


class _Monday(models.Func):
    """The Monday of the week of a day since 2000. Django's TruncWeek converts to a timestamp with
    time zone, which takes 50 % longer for a province."""

    # The third of January 2000 was a Monday.
    template = "(%(expressions)s - MOD(%(expressions)s - DATE '2000-01-03', 7))"
    output_field = models.DateField()


class VisitMode(models.TextChoices):
    HOME = "home", _("At home")
    MEETING = "meeting", _("Meeting")
    FIELD = "field", _("In the field or workshop")
    PHONE = "phone", _("By phone")
    RECEPTION = "reception", _("Reception")
    SHIFT = "shift", _("Work on the shift (跟班劳动)")
    TEAM = "team", _("Talk with a work team (班组座谈)")


# Modes for units with workshops and teams.
MODES_OF_WORKS = (VisitMode.SHIFT, VisitMode.TEAM)


class Purpose(models.TextChoices):
    """What else a visit counts for: ticked rather than entered twice (DESIGN 6.1)."""

    STATIONED = "stationed", _("Stay in the village")
    PAIRING = "pairing", _("Pairing visit")
    CONDOLENCE = "condolence", _("Festival visit")
    RESEARCH = "research", _("Research")
    CAMPAIGN = "campaign", _("Campaign")
    CONTACT_POINT = "contact_point", _("Contact point")


class Meals(models.TextChoices):
    """轻车简从: declared voluntarily, never required."""

    NONE = "none", _("No meal there")
    PAID = "paid", _("Paid by ourselves")
    TREATED = "treated", _("Treated to it")


class Confirmation(models.TextChoices):
    """The leader's word on a contact point visit that somebody else entered (代录)."""

    WAITING = "waiting", _("Entered by another, not confirmed yet")
    CONFIRMED = "confirmed", _("Entered by another, confirmed")
    REFUSED = "refused", _("Entered by another, refused by the leader")


# Only these count as a visit by the leader.
COUNTED = ("", Confirmation.CONFIRMED)
UNCONFIRMED = (Confirmation.WAITING, Confirmation.REFUSED)
# Not `__in`: PostgreSQL prints an index condition with a list differently once the index has been
# recreated.
_UNCONFIRMED = Q(confirmation=Confirmation.WAITING) | Q(confirmation=Confirmation.REFUSED)


class VisitQuerySet(SearchedQuerySet):
    def visible_to(self, user):
        """Visits of which the user is author, companion or typist, and those with organ or place in
        reach of the user's roles."""
        ids = user.identity_ids
        own = Cadre.objects.filter(user__in=ids).values("pk")
        companion_in = VisitCompanion.objects.filter(cadre__user__in=ids).values("visit")
        return self.filter(
            reach(user, Permission.READ_VISITS)
            | Q(typed_by__in=ids)
            | Q(IsAnyOf("author", own))
            | Q(IsAnyOf("pk", companion_in))
        )

    def of_roles(self, user):
        return self.filter(reach(user, Permission.READ_VISITS))

    def standing(self):
        return self.filter(voided_at=None)

    def door_count(self):
        """走访户次: the number stated, else the households chosen from the unit's list."""
        chosen = self.filter(household_count=None, households__isnull=False).order_by()
        written = self.order_by().aggregate(n=models.Sum("household_count"))["n"] or 0
        return written + chosen.aggregate(n=models.Count("households"))["n"]

    def unconfirmed(self, *states):
        """Standing visits that do not count for the leader for whom they were entered."""
        return self.standing().filter(confirmation__in=states or UNCONFIRMED)

    def busy_weeks(self, first, last, limit):
        """(unit, Monday, n) for weeks with more visits to a unit than the limit."""
        weeks = self.standing().filter(visited_on__range=(first, last)).order_by()
        weeks = weeks.annotate(monday=_Monday("visited_on")).values("unit", "monday")
        return weeks.annotate(n=models.Count("pk")).filter(n__gt=limit)

    def for_list(self):
        """With everything that a row shows, in a fixed number of queries."""
        rows = self.select_related("unit", "township", "host_organ", "author", "organ")
        return rows.defer("heard", "next_steps", "search")


class Visit(PlacedRecord):
    """A visit, entered and counted once, which appears in each companion's diary."""

    client_key = models.UUIDField(default=uuid.uuid4, unique=True)
    # Digest of the content first sent under this key: repeated posts change nothing (DESIGN 6.11).
    content_digest = models.CharField(max_length=64, default="")
    registered_matters: list  # set where a visit is recorded
    author = models.ForeignKey(
        Cadre, models.PROTECT, related_name="visits", db_index=False, verbose_name=_("cadre")
    )
    # Who typed it, perhaps for the author (代录).
    typed_by = models.ForeignKey("portal.User", models.PROTECT, related_name="+")
    companions = models.ManyToManyField(
        Cadre, through="VisitCompanion", related_name="visits_along", blank=True
    )
    # The number of companions, stored for figures and filters over a million rows.
    companion_count = models.PositiveSmallIntegerField(default=0, db_default=0, editable=False)
    visited_on = models.DateField(_("date"))
    mode = models.CharField(_("mode"), max_length=10, choices=VisitMode, blank=True, default="")
    summary = MaskedTextField(_("what was seen and heard"), max_length=20_000)
    heard = MaskedTextField(_("what people said"), max_length=20_000, blank=True, default="")
    next_steps = MaskedTextField(_("next steps"), max_length=5_000, blank=True, default="")
    meals = models.CharField(
        _("meals"), max_length=7, choices=Meals, blank=True, default="", db_default=""
    )
    purposes = ArrayField(
        models.CharField(max_length=16, choices=Purpose), default=list, blank=True
    )
    # Follows from its steps; empty if no leader has to confirm it.
    confirmation = models.CharField(
        max_length=9, choices=Confirmation, blank=True, default="", db_default="", editable=False
    )
    # Campaigns it was ticked for; it counts once in each.
    campaigns = models.ManyToManyField("outreach.Campaign", related_name="visits", blank=True)
    households = models.ManyToManyField(Household, related_name="visits", blank=True)
    # Households visited, for units without a roster in the portal.
    household_count = models.PositiveSmallIntegerField(_("households"), null=True, blank=True)
    photos = models.ManyToManyField(Attachment, related_name="+", blank=True)
    search = SearchVectorField(null=True, editable=False)
    created_at = models.DateTimeField()
    voided_at = models.DateTimeField(null=True)
    voided_by = models.ForeignKey("portal.User", models.PROTECT, null=True, related_name="+")
    void_reason = MaskedCharField(max_length=200, blank=True, default="")
    # 补录: the imported workbook, which gives the reason for the late entry.
    batch = models.ForeignKey(
        ImportBatch, models.PROTECT, null=True, related_name="+", db_index=False
    )

    objects = VisitQuerySet.as_manager()
    by_name = ByName.as_manager()

    # Facts other than place, day and texts, in page order. A field listed here is shown, can be
    # corrected, and is required unless it may be blank.
    FACTS = ("mode", "meals", "household_count")
    SEARCHED_FIELDS = ("summary", "heard", "next_steps")

    class Meta:
        base_manager_name = "by_name"
        constraints = [
            check(
                "voided_at_with_voided_by_and_reason",
                all_or_none("voided_at voided_by", "void_reason"),
            ),
            check("a_visit_says_something", ~Q(summary=""), _("Write what was seen and heard.")),
        ]
        indexes = [
            index("visit_province", "province -visited_on -id"),
            index("visit_city", "city -visited_on -id"),
            index("visit_county", "county -visited_on -id"),
            index("visit_township", "township -visited_on -id"),
            index("visit_unit_day", "unit -visited_on -id"),
            index("visit_organ", "organ -visited_on -id"),
            index("visit_host", "host_organ -visited_on -id"),
            index("visit_author", "author -visited_on -id"),
            # Includes all columns of scope and filters: readers with a wide reach count rows with
            # an index-only scan.
            index(
                "visit_day",
                "-visited_on -id",
                include=(
                    "province city county township unit organ host_organ author typed_by mode "
                    "voided_at companion_count"
                ),
            ),
            GinIndex(fields=["search"], name="visit_search", fastupdate=True),
            index("visit_batch", "batch", when=Q(batch__isnull=False)),
            # Every page counts its reader's unconfirmed visits.
            index("visit_unconfirmed", "author typed_by", when=_UNCONFIRMED),
        ]

    def __str__(self):
        return f"Visit {self.pk} {self.visited_on}"

    def get_absolute_url(self):
        return page_of("outreach:visit", self.pk)

    @property
    def is_entered_for_leader(self):
        """A contact point visit that somebody else typed; needs author loaded."""
        is_contact = Purpose.CONTACT_POINT in self.purposes
        return is_contact and self.typed_by_id != self.author.user_id

    @property
    def purpose_labels(self):
        return [Purpose(code).label for code in self.purposes]

    @property
    def facts(self):
        """Yield (label, value) of each stated fact, for the page of the visit."""
        for name in self.FACTS:
            if value := getattr(self, name):
                label = capfirst(self._meta.get_field(name).verbose_name)
                yield label, getattr(self, f"get_{name}_display", lambda said=value: said)()

    def check_facts(self, names=FACTS):
        """Refuse invalid facts and missing required ones."""
        self.clean_fields(exclude={field.name for field in self._meta.fields} - {*names})


class VisitCompanion(models.Model):
    visit = models.ForeignKey(Visit, models.CASCADE, related_name="companion_rows")
    cadre = models.ForeignKey(Cadre, models.PROTECT, related_name="companion_rows")

    class Meta:
        constraints = [unique("a_companion_stands_once_in_a_visit", "visit cadre")]

    def __str__(self):
        return f"{self.cadre_id} along {self.visit_id}"


class Reflection(models.Model):
    """所思所感: private to its author. Row-level security hides it from everybody else, and it is
    encrypted like its draft."""

    visit = models.ForeignKey(Visit, models.CASCADE, related_name="+")
    owner = models.ForeignKey("portal.User", models.PROTECT, related_name="+")
    # The plain text from before encryption was introduced; `manage.py rotate_keys` empties it.
    text = models.TextField(max_length=20_000, blank=True, default="", db_default="")
    cipher = models.TextField(default="", db_default="")

    ENCRYPTED = {"cipher": "visit.reflection"}
    PLAIN_BEFORE = {"text": "cipher"}

    class Meta:
        constraints = [unique("one_reflection_of_a_person_on_a_visit", "visit owner")]

    def __str__(self):
        return f"on {self.visit_id}"

    @staticmethod
    def sealed(text):
        """A text as stored: ID numbers masked, encrypted."""
        return crypto.encrypt(privacy.mask_ids(text), Reflection.ENCRYPTED["cipher"])

    @property
    def written(self):
        return crypto.decrypt(self.cipher, self.ENCRYPTED["cipher"]) if self.cipher else self.text


class VisitNote(models.Model):
    """A later addition: after seven days a visit can only be added to."""

    visit = models.ForeignKey(Visit, models.CASCADE, related_name="notes")
    text = MaskedTextField(_("addition"), max_length=5_000)
    by = models.ForeignKey("portal.User", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    # The key of the form: resending it makes no second note.
    client_key = models.UUIDField(null=True, editable=False)

    class Meta:
        constraints = [unique("a_note_is_added_once", "visit client_key")]

    def __str__(self):
        return f"on {self.visit_id} {self.at:%F}"


class VisitStep(Step):
    """A leader's answer to a visit entered for them. Rows are only added."""

    TEXT_FIELD = "reason"
    STRONG = frozenset({"refused"})

    class Move(models.TextChoices):
        CONFIRMED = "confirmed", _("Confirmed by the leader")
        REFUSED = "refused", _("Refused by the leader")
        CHANGED = "changed", _("Corrected, to be confirmed anew")

    visit = models.ForeignKey(Visit, models.CASCADE, related_name="steps")
    move = models.CharField(max_length=9, choices=Move)
    reason = MaskedCharField(max_length=200, blank=True, default="")

    class Meta:
        constraints = [
            check(
                "a_visit_is_refused_for_a_reason", ~Q(move="refused") | ~Q(reason=""), _("Say why.")
            )
        ]
        indexes = [index("visit_step", "visit -at -id")]


class VisitDraft(models.Model):
    """An unfinished form, kept on the server until it is saved, discarded or outdated."""

    key = models.UUIDField(unique=True)
    owner = models.ForeignKey("portal.User", models.CASCADE, related_name="visit_drafts")
    # Sealed: it may hold a name and a phone. Read it by `typed`.
    content = models.TextField()
    updated_at = models.DateTimeField()

    ENCRYPTED = {"content": "visit.draft"}

    class Meta:
        indexes = [index("draft_owner", "owner -updated_at")]

    def __str__(self):
        return f"draft {self.key}"

    @staticmethod
    def sealed(typed):
        """Typed values {name: [values]} as stored: ID numbers masked, encrypted."""
        text = json.dumps(typed, ensure_ascii=False)
        return crypto.encrypt(privacy.mask_ids(text), "visit.draft")

    @cached_property
    def typed(self):
        return json.loads(crypto.decrypt(self.content, "visit.draft"))

    def get_absolute_url(self):
        return f"{reverse('outreach:new_visit')}?draft={self.key}"
