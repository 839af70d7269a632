"""What this portal itself asks of the grassroots: notices with a reply slip, questionnaires,
imports.

They are derived rows in the register of admitted requests; nobody enters them.
"""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Max, Min, OuterRef, Q, Subquery

from outreach.models import Notice
from oversight.models import DataRequest
from oversight.models.data_requests import RequestState
from oversight.models.fields import county_of
from portal import imports, parameters
from portal.models import ImportBatch
from portal.roles import Permission
from research.models import Questionnaire, QuestionnaireVersion
from research.models.questionnaires import HAS_RESULTS, TAKES_ANSWERS

NOTICE, QUESTIONNAIRE, IMPORT = "notice", "questionnaire", "import"


@dataclass(frozen=True)
class OwnRequest:
    """A line of the register."""

    kind: str
    title: str
    organ: str
    # How many it asks, if known.
    asked_count: int | None
    columns: int
    # Columns that nobody has to type, because the portal holds them.
    held: int
    minutes: int | None
    starts_on: date | None
    ends_on: date | None
    # Number of admission; empty without admission.
    number: str
    url: str


def own_requests(user, first, last):
    """Return all requests of a period that the user sees, by first day."""
    rows = [
        *_notices(user, first, last),
        *_questionnaires(user, first, last),
        *_imports(user, first, last),
    ]
    return sorted(rows, key=lambda one: (one.starts_on, one.kind, one.title))


def _number_of(field):
    """Subquery of the admission number of the notice or questionnaire."""
    admitted = DataRequest.objects.filter(
        **{field: OuterRef("pk")}, state=RequestState.APPROVED
    ).order_by("-pk")
    return Subquery(admitted.values("number")[:1])


def _notices(user, first, last):
    if not user.holds(Permission.SEE_PEOPLE):
        return
    rows = Notice.objects.visible_to(user).filter(published_on__range=(first, last))
    rows = rows.exclude(asks="none").select_related("organ").with_answer_counts()
    for one in rows.annotate(admitted=_number_of("notice")).defer("text", "search"):
        yield OwnRequest(
            kind=NOTICE,
            title=str(one.title),
            organ=one.organ.name,
            asked_count=one.asked_count,
            columns=1,
            held=0,
            minutes=None,
            starts_on=one.published_on,
            ends_on=one.reply_due_on,
            number=one.admitted or "",
            url=one.get_absolute_url(),
        )


def _questionnaires(user, first, last):
    # The version in force is the last one reviewed.
    versions = QuestionnaireVersion.objects.filter(
        questionnaire=OuterRef("pk"), reviewed_at__isnull=False
    )
    newest = versions.order_by("-number")
    rows = Questionnaire.objects.visible_to(user).filter(
        Q(state__in=(*TAKES_ANSWERS, *HAS_RESULTS)), opens_on__range=(first, last)
    )
    rows = rows.select_related("organ").annotate(
        admitted=_number_of("questionnaire"),
        asked=Subquery(newest.values("questions")[:1]),
        takes=Subquery(newest.values("minutes")[:1]),
    )
    for one in rows:
        yield OwnRequest(
            kind=QUESTIONNAIRE,
            title=str(one.title),
            organ=one.organ.name,
            asked_count=None,
            columns=one.asked or 0,
            held=0,
            minutes=one.takes,
            starts_on=one.opens_on,
            ends_on=one.closes_on,
            number=one.admitted or "",
            # A questionnaire admitted outside the portal has that number only in its head.
            url="",
        )


def _of_the_county(user):
    """Q of batches brought by people of the user's county or, without divisions, of the user's top
    organ."""
    found = county_of(user)
    if area := found.get("area_id"):
        return Q(owner__organ__division__path__contains=f"/{area}/")
    if organ := found.get("organ_id"):
        return Q(owner__organ__path__contains=f"/{organ}/")
    return Q()


def _imports(user, first, last):
    """Accepted workbooks by kind, without the names of those who brought them."""
    if not user.holds(Permission.SEE_PEOPLE):
        return
    taken = ImportBatch.objects.filter(
        _of_the_county(user),
        state=ImportBatch.State.ACCEPTED,
        accepted_at__date__range=(first, last),
    )
    counted = (
        taken.order_by()
        .values_list("kind")
        .annotate(n=Count("pk"), first=Min("accepted_at__date"), last=Max("accepted_at__date"))
    )
    office = parameters.text("programme.office_name", on=user.today)
    for code, n, earliest, latest in counted:
        if not (kind := imports.REGISTRY.get(code)):
            continue
        columns = kind.columns
        yield OwnRequest(
            kind=IMPORT,
            title=str(kind.title),
            organ=office,
            asked_count=n,
            columns=len(columns),
            held=sum(column.is_left_out for column in columns),
            minutes=None,
            starts_on=earliest,
            ends_on=latest,
            number="",
            url="",
        )
