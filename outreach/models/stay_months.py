"""月度记实 and 请销假: months of a stay with the host's word, and leave. No attendance check."""

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from outreach.models.stays import OfStayQuerySet, Stay, apart
from portal.models import Cadre, User
from portal.models.constraints import all_or_none, check, index, unique
from portal.models.text import MaskedCharField
from portal.rows import ByName, Rows


class StayMonth(models.Model):
    """A month of a stay; the row exists from its first note, text or word on.

    Whether the norm is met is the host's word alone (`MonthWord`). A leader's stay has no months.
    """

    stay = models.ForeignKey(Stay, models.PROTECT, related_name="months")
    # The first day of the month.
    month = models.DateField(_("month"))
    work = MaskedCharField(_("main work of the month"), max_length=500, blank=True, default="")

    objects = OfStayQuerySet.as_manager()
    by_name = ByName.as_manager()

    class Meta:
        base_manager_name = "by_name"
        constraints = [
            unique("a_stay_has_each_month_once", "stay month"),
            check("a_month_is_named_by_its_first_day", Q(month__day=1)),
        ]
        indexes = [index("stay_month", "month stay")]

    def __str__(self):
        return f"{self.stay_id} {self.month:%Y-%m}"


class MonthWordQuerySet(Rows):
    def newest(self):
        """The newest word of each month, which is the one that counts."""
        later = MonthWord.objects.filter(month=OuterRef("month"), pk__gt=OuterRef("pk"))
        return self.filter(~Exists(later))

    def standing(self):
        """The newest word of each attested month; months whose word was taken back are excluded."""
        return self.newest().filter(is_met__isnull=False)


class MonthWord(models.Model):
    """月度审核: the host's word whether the norm of a month is met. Corrections and taking back are
    further rows; a row with neither answer means taken back, and the month waits for the host
    again.

    A month without a word is not attested, neither met nor unmet. `days` is a number only if the
    host gave one: it is never computed.
    """

    month = models.ForeignKey(StayMonth, models.PROTECT, related_name="words")
    # None takes the earlier word back.
    is_met = models.BooleanField(_("norm met"), null=True)
    days = models.PositiveSmallIntegerField(_("days attested"), null=True, blank=True)
    remark = MaskedCharField(_("opinion of the host"), max_length=200, blank=True, default="")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = MonthWordQuerySet.as_manager()

    class Meta:
        constraints = [
            check("at_most_31_days_are_attested", Q(days=None) | Q(days__lte=31)),
            check(
                "a_word_on_a_month_is_taken_back_with_its_reason",
                Q(is_met__isnull=False) | Q(days=None) & ~Q(remark=""),
            ),
        ]
        indexes = [index("month_word", "month -id")]

    def __str__(self):
        return f"{self.month_id} {'met' if self.is_met else 'not met'}"

    @property
    def state(self):
        """A code for the label and the colour."""
        if self.is_met is None:
            return "unattested"
        return "met" if self.is_met else "unmet"

    @property
    def state_label(self):
        if self.is_met is None:
            return _("Attestation taken back")
        return MONTH_STATES[self.state]


MONTH_STATES = {
    "met": pgettext_lazy("month of a stay", "Norm met"),
    "unmet": pgettext_lazy("month of a stay", "Norm not met"),
    "unattested": pgettext_lazy("month of a stay", "Not attested"),
}


def unattested(stays, month):
    """Restrict `stays` to those that wait for the host's word on the month."""
    said = MonthWord.objects.standing().filter(month__stay=OuterRef("pk"), month__month=month)
    return stays.monthly().filter(~Exists(said))


class DayNote(models.Model):
    """Days noted in a month: away on duty or absent; 三同 days are optional.

    Rows are only added, and nothing is computed from them. A negative number takes days back, with
    its reason; after the host's word only the host adds rows, each with its reason.
    """

    class Kind(models.TextChoices):
        ABSENT = "absent", _("Not there")
        AWAY = "away", _("Away on duty (因公外出)")
        TOGETHER = "together", _("Ate, lived, worked along (三同)")

    month = models.ForeignKey(StayMonth, models.PROTECT, related_name="notes")
    kind = models.CharField(_("what"), max_length=8, choices=Kind)
    days = models.SmallIntegerField(_("days"))
    note = MaskedCharField(_("note"), max_length=200, blank=True, default="")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    # Added after the host's word.
    is_late = models.BooleanField(default=False)

    class Meta:
        constraints = [
            check("a_month_has_at_most_31_days", Q(days__range=(-31, 31))),
            check(
                "days_taken_back_or_noted_late_have_their_reason",
                Q(is_late=False, days__gt=0) | ~Q(note=""),
                _("Days taken back, or noted after the host's word, need their reason."),
            ),
        ]
        indexes = [index("day_note_month", "month at id")]

    def __str__(self):
        return f"{self.month_id} {self.kind} {self.days}"


class LeaveKind(models.TextChoices):
    PERSONAL = "personal", _("Personal leave (事假)")
    SICK = "sick", _("Sick leave (病假)")
    ANNUAL = "annual", _("Annual leave (年休假)")
    OFFICIAL = "official", _("Official leave (公假)")
    FAMILY = "family", _("Marriage, birth or funeral (婚丧产假)")


class LeaveQuerySet(OfStayQuerySet):
    def granted(self):
        return self.filter(approved=True, withdrawn_at=None)

    def waiting(self):
        return self.filter(approved=None, withdrawn_at=None)

    def away_on(self, day):
        return self.granted().filter(starts_on__lte=day, last_day__gte=day)


class Leave(models.Model):
    """请假: kind and days, never a medical reason; a second person decides; 销假 ends it."""

    stay = models.ForeignKey(Stay, models.PROTECT, related_name="leaves")
    kind = models.CharField(_("kind of leave"), max_length=8, choices=LeaveKind)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))
    # Calendar days requested; determines who may grant the leave.
    days = models.PositiveSmallIntegerField()
    # A cadre of an organ, never a villager. Empty if only a text was kept.
    stand_in = models.ForeignKey(
        Cadre,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=pgettext_lazy("leave", "stand-in"),
    )
    # Name and post of the stand-in on the day of asking, printed on the slip.
    stand_by = MaskedCharField(_("who stands by meanwhile"), max_length=100)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    approved = models.BooleanField(null=True, blank=True)
    opinion = MaskedCharField(_("opinion"), max_length=200, blank=True, default="")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    # 销假: the day on which the cadre was back.
    returned_on = models.DateField(_("back on"), null=True, blank=True)
    returned_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    # The last day away: the planned one until the return is noted.
    last_day = models.DateField()
    # The key of the form: resending it makes no second leave.
    client_key = models.UUIDField(null=True, blank=True, editable=False)

    objects = LeaveQuerySet.as_manager()

    class Meta:
        constraints = [
            unique("leave_is_asked_for_once", "stay client_key"),
            check(
                "leave_ends_after_it_begins",
                Q(ends_on__gte=F("starts_on"), last_day__gte=F("starts_on")),
                _("The end lies before the beginning."),
            ),
            check(
                "leave_is_decided_by_a_second_person",
                Q(decided_by=None, decided_at=None, approved=None)
                | Q(decided_by__isnull=False, decided_at__isnull=False, approved__isnull=False)
                & ~Q(decided_by=F("asked_by")),
                _("Leave is decided by a second person."),
            ),
            check(
                "a_return_from_leave_has_its_day_and_who_noted_it",
                all_or_none("returned_on returned_by", approved=True),
            ),
            apart(
                "leave_of_a_stay_does_not_overlap",
                "stay",
                _("Leave for some of these days is asked for already."),
                until=F("last_day"),
                when=(Q(approved=None) | Q(approved=True)) & Q(withdrawn_at=None),
            ),
        ]
        indexes = [index("leave_stay", "stay -starts_on")]

    def __str__(self):
        return f"{self.stay_id} {self.starts_on}"

    @property
    def state(self):
        """A code for the label and the colour."""
        if self.withdrawn_at:
            return "withdrawn"
        if self.approved is None:
            return "asked"
        if not self.approved:
            return "refused"
        return "returned" if self.returned_on else "granted"

    @property
    def state_label(self):
        return LEAVE_STATES[self.state]


LEAVE_STATES = {
    "asked": _("To be decided"),
    "granted": _("Leave granted"),
    "refused": _("Leave refused"),
    "withdrawn": _("Taken back"),
    "returned": _("Back from leave"),
}
