"""Forms for statistics, editions, headings and monthly sheets. They save nothing."""

from dataclasses import replace

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal import rules
from portal.forms.fields import text, upload
from portal.models import LedgerHeading, LedgerPaper, ScheduledExport
from portal.models.reports import is_hosting, reporting_grants
from portal.pages.forms import ReaderForm, choice_field, day_field, number_field, picker_field
from portal.sheets import ledgers, periods, statistics
from portal.sheets.periods import Period
from portal.sheets.statistics import Subject


def _periods(today):
    """[(code, words)] of the usual periods, newest first."""
    year = today.year
    choices = [(f"{year}", _("%(year)s, whole year") % {"year": year})]
    for one in (year, year - 1):
        for half, words in ((2, _("%(year)s, second half")), (1, _("%(year)s, first half"))):
            if (one, half) <= (year, 1 if today.month < 7 else 2):
                choices.append((f"{one}H{half}", words % {"year": one}))
    choices.append((f"{year - 1}", _("%(year)s, whole year") % {"year": year - 1}))
    month = today.replace(day=1)
    for _number in range(12):
        choices.append((f"{month:%Y-%m}", f"{month:%Y-%m}"))
        month = periods.last_month(month).first
    return choices


_NOT_BROKEN_DOWN = {
    "organ": _("Rows by organ are for a county or below; choose a smaller area."),
    "area": _("There are no areas below it; choose rows by organ."),
    "host": _("No organ below it manages units; choose rows by unit."),
    "unit": _("Rows by unit are for what happened there, not for what an organ's people did."),
}


class StatisticsForm(ReaderForm):
    """Subject, rows and period of a sheet. Also reads the address of an export."""

    period = text(_("Period"), 7, required=False, widget=forms.Select())
    first = day_field(_("or from"), required=False)
    last = day_field(_("up to"), required=False)
    rows = choice_field(
        _("One row for"), [("", _("as usual")), *statistics.BREAKDOWNS.items()], required=False
    )
    division = picker_field("division", _("Area"), required=False)
    organ = picker_field("organ", _("Organ"), required=False)
    side = choice_field(
        _("Counted is"),
        [
            ("", _("as usual")),
            ("sent", _("what the organ's people did")),
            ("hosted", _("what happened at the units that it manages")),
        ],
        required=False,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.user and len({is_hosting(g) for g in reporting_grants(self.user)}) < 2:
            self.fields["side"].widget = forms.HiddenInput()
        rows = [(one, statistics.BREAKDOWNS[one]) for one in statistics.offered()]
        self.fields["rows"].choices = [("", _("as usual")), *rows]  # pyright: ignore[reportAttributeAccessIssue]  # a ChoiceField
        choices = [("", _("from – to")), *_periods(self.user.today)]
        asked = str(self.data.get("period", "")) if self.is_bound else ""
        if Period.named(asked) and asked not in dict(choices):
            choices.append((asked, asked))
        self.fields["period"].widget.choices = choices

    @property
    def unknown(self):
        """Unknown parameters of the address, to be reported and not ignored."""
        known = set(self.fields) | {f"{name}_text" for name in self.fields}
        return sorted(set(self.data) - known)

    def clean(self):
        cleaned = super().clean()
        if self.errors:
            return cleaned
        cleaned["period"] = self._period(cleaned)
        subject = subject_for(
            self.user, division=cleaned["division"], organ=cleaned["organ"], side=cleaned["side"]
        )
        by = cleaned["rows"] or subject.breakdowns[0]
        if by not in subject.breakdowns:
            raise ValidationError({"rows": _NOT_BROKEN_DOWN[by]})
        return cleaned | {"subject": subject, "by": by}

    def _period(self, cleaned):
        code, first, last = cleaned["period"], cleaned.get("first"), cleaned.get("last")
        today = self.user.today
        if code:
            period = Period.named(code)
            if period is None:
                raise ValidationError({"period": _("Write a period as 2026, 2026H1 or 2026-05.")})
            return replace(period, today=today)
        last = last or today
        first = first or last.replace(month=1, day=1)
        if last < first:
            raise ValidationError({"last": _("The end lies before the beginning.")})
        return Period(first, last, today)


def subject_for(user, *, division=None, organ=None, side=""):
    """Return the requested subject, else everything of the first role that reads statistics. Raise
    ValidationError if it lies outside all such roles."""
    for grant in reporting_grants(user):
        if side and is_hosting(grant) != (side == "hosted"):
            continue
        subject = Subject(division or grant.division, organ or grant.organ, is_hosting(grant))
        if rules.may_count(user, subject):
            return subject
    raise ValidationError(str(rules.may_count(user, Subject(division, organ)).refusal))


class EditionForm(ReaderForm):
    document_number = text(
        _("Document number"),
        60,
        _("The number under which the report is sent, as 云组通〔2026〕5号."),
    )
    reason = text(_("Why the edition is corrected"), 200)

    def __init__(self, *args, replaces=None, **kwargs):
        super().__init__(*args, **kwargs)
        if replaces is None:
            del self.fields["reason"]


class TakeInForm(ReaderForm):
    workbook = upload(
        _("Edition workbook"),
        ".xlsx",
        _(
            "The .xlsx that “Download the sheet” of an edition wrote on the unit's own portal, "
            "unchanged."
        ),
    )
    division = picker_field(
        "division", _("Area of the unit"), _("Type the name, the pinyin initials or the code.")
    )
    document_number = text(
        _("Document number of its report"),
        60,
        _("As the workbook says, where nothing is written here."),
        required=False,
    )
    reason = text(_("Why it replaces what was taken in before"), 200, required=False)


class HeadingForm(ReaderForm):
    heading = text(_("Heading"), 40, required=False)
    place = number_field(
        _("Place among the columns"),
        1,
        9_999,
        _("Columns stand by this number; in the code they go by tens."),
        required=False,
    )
    is_hidden = forms.BooleanField(label=_("Leave the column out"), required=False)

    @staticmethod
    def initial_of(row, column, place):
        is_left_out = ledgers.is_left_out(column, row)
        row = row or LedgerHeading()
        return {
            "heading": row.heading or column.heading,
            "place": place if row.place is None else row.place,
            "is_hidden": is_left_out,
        }


class PaperForm(ReaderForm):
    paper = choice_field(
        _("Paper"),
        [("", _("by the width of the columns")), *LedgerPaper.Paper.choices],
        required=False,
    )


class ScheduleForm(ReaderForm):
    day_of_month = number_field(_("Day of the month"), 1, 28, initial=1)
    span = choice_field(_("Which rows"), ScheduledExport.Span.choices)
