"""Contents of a package for each kind of record: rows, fields, parts and files.

Fields are listed explicitly, so that nothing is included by accident: no contacts, no names of
raisers, no complaints, no reflections, no ballots. Texts are written as shown, masked.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Model, Q

from outreach.models import AnalysisMeeting, Matter, Notice, Stay, Visit
from outreach.models.notices import NoticeState
from oversight.models import Paper
from oversight.models.papers import PaperState
from portal.models.text import FreeText

PLACE = "county__name township__name unit__name group organ__name host_organ__name"


@dataclass(frozen=True)
class Part:
    """Dependent rows of a record: its steps, its notes."""

    related: str
    fields: str
    order: str = "pk"


@dataclass(frozen=True)
class Kind:
    """A kind of record. `rows` takes (user, subject, year); `title` and `day` are the fields that
    name a record in the catalogue, `maker` the field that names the person responsible."""

    code: str
    name: str
    model: type[Model]
    rows: Callable
    fields: str
    title: str
    day: str
    maker: str
    parts: tuple[Part, ...] = ()
    # Lookups from a record to its attachments.
    files: tuple[str, ...] = ()

    @property
    def names(self):
        return ["pk", *self.fields.split()]


def written(value):
    """Return the JSON form of a value."""
    if isinstance(value, FreeText):
        return str(value)
    return value


def _matters(user, subject, year):
    rows = subject.of(Matter.objects.visible_to(user).of_roles(user))
    return rows.filter(registered_on__year=year)


def _visits(user, subject, year):
    rows = subject.of(Visit.objects.visible_to(user).of_roles(user))
    return rows.filter(visited_on__year=year)


def _stays(user, subject, year):
    rows = subject.of(Stay.objects.visible_to(user).of_roles(user))
    ended = Q(ended_on__gte=f"{year}-01-01") | Q(ended_on=None, ends_on__gte=f"{year}-01-01")
    return rows.filter(ended, starts_on__lte=f"{year}-12-31")


def _of_organs(rows, subject, at="organ"):
    """Records that have an organ and no place."""
    if subject.organ:
        return rows.filter(**{f"{at}__in": subject.organ_ids})
    if subject.division:
        return rows.filter(**{f"{at}__division__path__startswith": subject.division.path})
    return rows


def _meetings(user, subject, year):
    rows = _of_organs(AnalysisMeeting.objects.visible_to(user), subject)
    return rows.filter(month__year=year)


def _notices(user, subject, year):
    rows = _of_organs(Notice.objects.visible_to(user), subject)
    return rows.filter(published_on__year=year).exclude(state=NoticeState.DRAFT)


def _papers(user, subject, year):
    rows = _of_organs(Paper.objects.visible_to(user), subject)
    out = (PaperState.ISSUED, PaperState.ARCHIVED, PaperState.WITHDRAWN)
    return rows.filter(issued_on__year=year, state__in=out)


KINDS = (
    Kind(
        "matters",
        "事项",
        Matter,
        _matters,
        f"number_area number_year number source registered_on registered_by__name {PLACE} "
        "raiser_kind confidentiality nature category urgency title request_text status "
        "lead_organ__name lead_official__name due_on original_due_on resolution result_text word "
        "reopen_count closure closed_on answered_on referred_to referred_number referred_on "
        "merged_into old_number created_at",
        title="title",
        day="registered_on",
        maker="organ__name",
        parts=(
            Part(
                "steps",
                "at move by__name on_behalf_of__name organ__name from_status to_status text",
                "at pk",
            ),
            Part(
                "assignments",
                "organ__name part requirement assigned_at signed_at ended_at returned_reason",
            ),
            Part(
                "orders", "instruction leader__name issued_at due_on answer answered_at settled_at"
            ),
            Part(
                "follow_ups", "kind round starts_on due_on word comment method answered_at reason"
            ),
        ),
        files=("steps__attachments",),
    ),
    Kind(
        "visits",
        "走访记录",
        Visit,
        _visits,
        f"visited_on author__name {PLACE} mode purposes summary heard next_steps meals "
        "confirmation household_count companion_count created_at voided_at void_reason",
        title="summary",
        day="visited_on",
        maker="author__name",
        parts=(
            Part("companion_rows", "cadre__name"),
            Part("notes", "at by__name text", "at pk"),
            Part("steps", "at move by__name reason", "at pk"),
        ),
        files=("photos",),
    ),
    Kind(
        "stays",
        "驻村蹲点",
        Stay,
        _stays,
        f"cadre__name post {PLACE} kind programme is_leader starts_on ends_on lodging document "
        "state ended_on ending created_at",
        title="cadre__name",
        day="starts_on",
        maker="organ__name",
        parts=(Part("steps", "at move by__name document reason", "at pk"),),
    ),
    Kind(
        "meetings",
        "分析会",
        AnalysisMeeting,
        _meetings,
        "month held_on division__name host__name organ__name prepared_by__name prepared_at",
        title="month",
        day="held_on",
        maker="organ__name",
        parts=(
            Part("items", "heading matter why due_on"),
            Part("decisions", "text organ__name due_on recorded_at withdrawn_at reason"),
        ),
    ),
    Kind(
        "notices",
        "通知公告",
        Notice,
        _notices,
        "title text organ__name published_on published_by__name asks question reply_due_on "
        "state withdrawn_on withdraw_reason replaces",
        title="title",
        day="published_on",
        maker="organ__name",
        parts=(Part("addressees", "organ__name answered_at answered_by__name yes text"),),
        files=("attachments",),
    ),
    Kind(
        "papers",
        "公文",
        Paper,
        _papers,
        "kind organ__name title addressed body basis demands copied annexes series issue "
        "issue_year number state signed_by__name signed_on issued_on corrects",
        title="title",
        day="issued_on",
        maker="organ__name",
        parts=(
            Part("countersigns", "organ__name signed_by__name signed_at opinion"),
            Part("steps", "at move by__name text document", "at pk"),
        ),
    ),
)
# Official sheets of the year; each has two date filters.
SHEETS = ("matters", "visits", "stays")
