"""Weak Party organisations: the register and the yearly checks."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy, pgettext_lazy

from pairing.filters.weak import CASES_AT, CHECKS_AT
from pairing.ledgers.weak import WEAK_LEDGER
from pairing.models import RectificationItem, WeakOrganizationCase
from pairing.models.weak_cases import named, stationed
from pairing.rules import weak as rules
from portal.pages import cells
from portal.pages.listings import Button, Col, Empty, Export, Listing, state
from portal.pages.side_list import Area
from portal.pages.web import Sort
from portal.roles import Permission as P
from portal.trust.access import ALLOWED, Decision


def reads(user):
    """Whether the user reads the list: office, host, stationed cadres, and people named for a
    case."""
    if user.holds(P.READ_WEAK_CASES) or stationed(user).exists():
        return ALLOWED
    if WeakOrganizationCase.objects.filter(named(user)).exists():
        return ALLOWED
    return Decision(
        _("Open to the programme office, the host, the stationed team and those who are named.")
    )


def _reads_checks(user):
    if user.holds(P.READ_WEAK_CASES):
        return ALLOWED
    return Decision(_("Yearly checks are open to the programme office and the hosts."))


def _count_items(page, asked):
    """Set the number of open and of overdue items of each row, with one query."""
    found = {}
    items = RectificationItem.objects.open().filter(case__in=[case.pk for case in page])
    for case, due in items.values_list("case", "due_on"):
        found.setdefault(case, []).append(due)
    for case in page:
        dues = found.get(case.pk, [])
        case.open_items, case.late_items = len(dues), sum(due < asked.today for due in dues)


OPEN = ngettext_lazy("%(n)s open", "%(n)s open", "n")
LATE = ngettext_lazy("%(n)s overdue", "%(n)s overdue", "n")
EVERYWHERE = pgettext_lazy("batches", "everywhere")

WEAK_CASES = Listing(
    "pairing:weak_cases",
    "weak/",
    _("Weak organisations"),
    CASES_AT,
    Sort(_("newest first"), "noted_on"),
    area=Area.PAIRING,
    may_see=reads,
    load=_count_items,
    columns=(
        Col(
            _("Party organisation"),
            "party_organization.name",
            "place_label",
            "get_level_display",
            link=True,
        ),
        Col(_("Year"), "year", number=True),
        Col(
            _("Items"),
            cells.said(OPEN, n="open_items"),
            cells.said(LATE, cells.over, n="late_items"),
        ),
        Col(_("To be done by"), "plan_due_on", number=True),
        state(),
    ),
    buttons=(Button(_("Yearly checks"), "pairing:weak_checks", P.READ_WEAK_CASES),),
    begin=Button(_("Note a Party organisation"), "pairing:note_weak_case", rules.may_note),
    # The export with the secretaries' names asks for a reason.
    export=Export(
        WEAK_LEDGER,
        _("Export this register"),
        may=rules.may_export,
        left_out=("secretary", "reason", "numbers"),
    ),
    below=(
        Button(
            _("Export with the secretaries' names"),
            "pairing:export_weak_cases_named",
            rules.may_export,
            keeps_query=True,
        ),
    ),
    empty=(
        Empty(
            _("The archive is empty"),
            _("Cases that were written off after their follow-up, or not confirmed, stand here."),
            tab="archive",
        ),
        Empty(
            _("No Party organisation is under rectification"),
            _(
                "What the yearly check finds is noted here; the county confirms it. Nothing found "
                "is an answer too."
            ),
            begins=True,
        ),
        Empty(
            _("No Party organisation is under rectification"),
            _("What hosts find in the yearly check stands here once they have noted it."),
        ),
    ),
)


WEAK_CHECKS = Listing(
    "pairing:weak_checks",
    "weak/checks/",
    _("Yearly checks"),
    CHECKS_AT,
    Sort(_("newest first"), "year"),
    way=((_("Weak organisations"), "pairing:weak_cases"),),
    may_see=_reads_checks,
    for_list=lambda rows, asked: rows.with_counts().select_related("area"),
    columns=(
        Col(_("Year"), "year", cells.either("area.name", EVERYWHERE), link=True),
        Col(_("Answers until"), "answer_by", number=True),
        Col(
            _("Hosts that have answered"),
            cells.said(_("%(n)s of %(all)s"), n="answered", all="asked"),
            when=lambda asked: asked.user.holds(P.DECIDE_WEAK_CASES),
        ),
    ),
    begin=Button(_("Open the yearly check"), "pairing:open_weak_check", rules.may_open_check),
    empty=(
        Empty(
            _("No yearly check is open"),
            _("Every host of the area is asked; “nothing found” is also an answer."),
            begins=True,
        ),
        Empty(
            _("No yearly check is open"), _("The programme office opens it, as a rule in spring.")
        ),
    ),
)
