"""Shapes of requests and answers. Texts are masked as on the pages; none of them has contacts,
names of raisers, reflections or plans."""

import re
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

from outreach.models.matters import (
    Category,
    Closure,
    Nature,
    RaiserKind,
    Resolution,
    Source,
    Stage,
    Status,
    Urgency,
    Word,
)
from outreach.models.visits import Meals, Purpose, VisitMode
from portal.models.places import UnitKind

# Only people decide about other people's work: no confirming, reviewing, instructing or urging, and
# nothing that erases a matter.
MOVES_OFFERED = (
    *("take_up", "pass_up", "assign", "sign", "return", "transfer", "note", "report"),
    *("ask_extension", "ask_explained", "ask_suspended", "ask_withdrawn", "resume"),
)
Id = Annotated[int, Field(strict=True, ge=1, le=2**63 - 1)]


_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _a_day(value):
    """Only YYYY-MM-DD: pydantic would also accept numbers and times."""
    if isinstance(value, str) and _DAY.fullmatch(value):
        return value
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    raise ValueError("a day")


Day = Annotated[date, BeforeValidator(_a_day)]


def Text(most, least=0):  # noqa: N802 (a type)
    limits: Any = {"min_length": least} if least else {}
    return Annotated[str, Field(strict=True, max_length=most, pattern=r"^[^\x00]*$", **limits)]


def codes(choices, *more):
    """The type of one of these codes."""
    return Literal[(*choices.values, *more)]


class Sent(BaseModel):
    model_config = ConfigDict(extra="forbid")


class FieldError(BaseModel):
    field: str
    said: str


class Problem(BaseModel):
    """Why a call was refused, in the language asked."""

    type: str
    title: str
    status: int
    detail: str = ""
    errors: list[FieldError] = []


class Named(BaseModel):
    id: int
    name: str


# --- Units ---------------------------------------------------------------------------------------


class Unit(BaseModel):
    """A village, community, enterprise or social organisation."""

    id: int
    name: str
    kind: codes(UnitKind)
    code: str
    host_organ: Named
    division: Named | None
    ended_on: date | None


class Units(BaseModel):
    rows: list[Unit]
    next: str | None = Field(description="The value of `after` for the next page; null at the end.")


# --- Visits --------------------------------------------------------------------------------------


class Visit(BaseModel):
    """A visit as its page shows it."""

    id: int
    visited_on: date
    unit: Named
    author: Named = Field(description="The cadre.")
    organ: Named
    mode: codes(VisitMode, "")
    meals: codes(Meals, "")
    purposes: list[codes(Purpose)]
    household_count: int | None
    companion_count: int
    summary: str
    created_at: AwareDatetime
    voided: bool


class WholeVisit(Visit):
    heard: str
    next_steps: str
    matters: list[str] = Field(description="Numbers of the matters that came of it.")


class Visits(BaseModel):
    rows: list[Visit]
    next: str | None


class NewMatter(Sent):
    """A matter raised on a visit. Do not send who raised it: contacts can be typed only on the
    page."""

    title: Text(60, 1)
    category: codes(Category)
    request_text: Text(10_000) = ""
    outcome: Literal["", "on_the_spot"] = ""
    result_text: Text(2_000) = ""
    urgency: codes(Urgency) = Urgency.NORMAL.value
    nature: codes(Nature) = Nature.HELP.value
    raiser_kind: codes(RaiserKind) = RaiserKind.VILLAGER.value


class NewVisit(Sent):
    """A visit with its matters, by the form and the rules of the page."""

    unit: Id
    visited_on: Day
    summary: Text(20_000, 1)
    author: Text(80) = Field("", description="Organ and name of the cadre, if not one's own visit.")
    group: Text(40) = ""
    mode: codes(VisitMode, "") = ""
    meals: codes(Meals, "") = ""
    household_count: Annotated[int, Field(strict=True, ge=1, le=999)] | None = None
    heard: Text(20_000) = ""
    next_steps: Text(5_000) = ""
    matters: Annotated[list[NewMatter], Field(max_length=20)] = []


# --- Matters -------------------------------------------------------------------------------------


class Matter(BaseModel):
    """A matter without the person who raised it."""

    id: int
    number: str
    title: str
    category: codes(Category)
    status: codes(Status)
    status_label: str
    stage: codes(Stage)
    urgency: codes(Urgency)
    nature: codes(Nature)
    source: codes(Source)
    unit: Named
    organ: Named
    host_organ: Named
    lead_organ: Named | None
    registered_on: date
    due_on: date | None
    answered_on: date | None
    closed_on: date | None
    closure: codes(Closure, "")
    resolution: codes(Resolution, "")
    word: codes(Word, "")


class Step(BaseModel):
    id: int
    move: str
    label: str
    at: AwareDatetime
    organ: Named | None
    to_status: codes(Status)
    text: str


class WholeMatter(Matter):
    request_text: str
    result_text: str
    steps: list[Step]
    may: list[str] = Field(description="Moves that this token may make now.")


class Moved(BaseModel):
    """The state of a matter after a step."""

    id: int
    number: str
    status: codes(Status)
    status_label: str


class NewStep(Sent):
    """The next step of a matter. A move needs the fields of its form on the page."""

    move: Literal[MOVES_OFFERED]
    text: Text(5_000) = ""
    resolution: codes(Resolution, "") = ""
    method: Literal["", "person", "phone", "writing", "none"] = ""
    officer: Text(40) = ""
    organ: Id | None = Field(None, description="Who handles it: of take_up and transfer.")
    lead: Id | None = Field(None, description="The lead organ: of assign.")
    supports: Annotated[list[Id], Field(max_length=10)] = []
    urgency: codes(Urgency, "") = ""
    new_due_on: Day | None = None


class Matters(BaseModel):
    rows: list[Matter]
    next: str | None


# --- Figures -------------------------------------------------------------------------------------


class FigureName(BaseModel):
    code: str
    title: str


class FigureNames(BaseModel):
    rows: list[FigureName]


class Count(BaseModel):
    part: str = Field(description="The part of the figure; empty if it has none.")
    month: date | None
    n: int


class Figure(BaseModel):
    code: str
    title: str
    total: int
    area: Named | None
    organ: Named | None
    host: Named | None
    rows: list[Count]


# --- Hotline -------------------------------------------------------------------------------------


class Ticket(BaseModel):
    """A hotline ticket as stored: without the caller, one sentence at most."""

    id: int
    number: str
    unit: Named | None
    organ: Named
    host_organ: Named
    received_on: date | None
    noted_on: date
    category_said: str
    category: codes(Category, "")
    location: str
    summary: str
    statutory: bool
    due_on: date | None
    said: str
    given_on: date | None
    sent_to: str
    matter: str | None = Field(description="Number of the matter to which it is tied.")


class Tickets(BaseModel):
    rows: list[Ticket]
    next: str | None


class NewTicket(Sent):
    """A ticket from the hotline. What may not be kept is removed before it is stored: send no
    caller and no phone number."""

    number: Text(30, 1)
    unit: Text(60) = Field("", description="Name of the unit, as the hotline writes it.")
    township: Text(60) = ""
    handled_by: Text(60) = Field("", description="Name of the organ that handles it.")
    received_on: Day | None = None
    category: Text(60) = Field("", description="As the hotline says it.")
    place: Text(60) = ""
    summary: Text(2_000) = ""
    nature: Text(20) = Field("", description="诉求性质; 举报, 信访 and the like are not kept.")
    due_on: Day | None = None
    said: Text(40) = Field("", description="How the hotline judges the answer.")
    given_on: Day | None = None
    destination: Text(60) = ""
    statutory: bool = Field(False, strict=True)


class Answer(BaseModel):
    """The result of a ticket, for the hotline."""

    id: int
    number: str
    matter: str
    resolution: codes(Resolution, "")
    result_text: str
    answered_on: date
    word: codes(Word, "")


class Answers(BaseModel):
    rows: list[Answer]
    next: str | None


# --- Webhooks ------------------------------------------------------------------------------------


class NewSubscription(Sent):
    url: Annotated[str, Field(strict=True, max_length=300, pattern=r"^https?://[!-~]+$")]


class Subscription(BaseModel):
    key: UUID
    url: str
    made_at: AwareDatetime


class MadeSubscription(Subscription):
    secret: str = Field(description="Signs each message; shown here alone.")


class Subscriptions(BaseModel):
    rows: list[Subscription]


def named(record):
    return record and {"id": record.pk, "name": str(record.name)}
