"""The optional uses of an office, beyond visits and the ledger, which are always on.

Each use is one row of `USES`. While it is off it appears nowhere: its permissions allow nothing,
its addresses are refused, and anything registered with an address, a sheet, a column or the code of
a use asks here. Its records stay as they are, so that switching it on again brings everything back.

Switched by dated rows of norms (`use.stays`), always from the day of the decision; without a row a
use is on.
"""

from dataclasses import dataclass
from functools import cache

from django.apps import apps
from django.urls import URLResolver, get_resolver
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy, pgettext_lazy

from portal import parameters, roles
from portal.models import PolicyParameter
from portal.roles import Permission
from portal.text import Text
from portal.tools import held
from portal.trust import wall

CODES = "use."
ON, OFF = "yes", "no"


@dataclass(frozen=True)
class Use:
    title: Text
    # What the use offers, in one sentence.
    brings: Text
    # Its addresses: a namespace and a path prefix, “outreach:stays/”; the longest match counts.
    pages: tuple[str, ...]
    # Held by nobody while all uses that name them are off.
    permissions: frozenset[Permission]
    # Records of it that are kept: (model, words for their number).
    kept: tuple[tuple[str, Text], ...]
    # Names of its sheets, keys of its columns in the statistics.
    sheets: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    # Prefixes of the codes of its norms.
    norms: tuple[str, ...] = ()
    # Purposes of visits that belong to it.
    purposes: tuple[str, ...] = ()
    # Uses whose records it counts: while they are off, no new ones come.
    counts: tuple[str, ...] = ()
    # What must be ended before it is switched off, since people outside the portal take part:
    # (model, filter, why).
    running: tuple[tuple[str, dict, Text], ...] = ()


def _may(names):
    return frozenset(Permission[name] for name in names.split())


def _named(names):
    return tuple(names.split())


USES = {
    "stays": Use(
        _("Stays"),
        _("Batches with nominations, stays with leave, months, reports and handing over."),
        _named("outreach:stays/ outreach:stay-reports/ outreach:batches/ outreach:nominations/"),
        _may("READ_STAYS NOMINATE ATTEST_STAYS MANAGE_STAYS"),
        (
            ("outreach.Stay", ngettext_lazy("%(n)s stay", "%(n)s stays", "n")),
            (
                "outreach.StayBatch",
                ngettext_lazy("%(n)s batch of stays", "%(n)s batches of stays", "n"),
            ),
        ),
        sheets=_named("stays stay_months stay_reports"),
        columns=_named(
            "stay_people stay_months_met stay_months_missed stay_months_open stay_days_attested"
            " stay_days_months"
        ),
        norms=_named("posting. proposal."),
        purposes=("stationed",),
    ),
    "campaigns": Use(
        _("Campaigns"),
        _("Visits of several organs on common days, planned by unit; what is done is counted."),
        ("outreach:campaigns/",),
        _may("MANAGE_CAMPAIGNS"),
        (("outreach.Campaign", ngettext_lazy("%(n)s campaign", "%(n)s campaigns", "n")),),
        sheets=("campaigns",),
        purposes=("campaign",),
    ),
    "receptions": Use(
        _("Reception days"),
        _("Days on which leaders receive people: plan, notice, what was brought."),
        ("outreach:receptions/",),
        _may("HOLD_RECEPTIONS"),
        (
            (
                "outreach.ReceptionDay",
                ngettext_lazy("%(n)s reception day", "%(n)s reception days", "n"),
            ),
        ),
        sheets=("receptions",),
        norms=("reception.",),
    ),
    "festivals": Use(
        _("Festival visits"),
        _("Lists of recipients with budget, notice, approval and register of handing over."),
        _named("outreach:condolence/ outreach:dashboard/festival-visits/"),
        _may("LIST_RECIPIENTS APPROVE_RECIPIENTS MANAGE_CAMPAIGNS"),
        (
            (
                "outreach.CondolenceRecipient",
                ngettext_lazy("%(n)s recipient", "%(n)s recipients", "n"),
            ),
        ),
        sheets=_named("condolence condolence_summary"),
        columns=_named("condolence_people condolence_yuan"),
        norms=_named("festival. condolence. notice.days"),
        purposes=("condolence",),
        running=(
            (
                "outreach.CondolenceCampaign",
                {"state": "notice"},
                _("A list of recipients stands under public notice. End the notice first."),
            ),
        ),
    ),
    "needs": Use(
        _("Community needs"),
        _("Needs that units publish and cadres take up; branches that report there."),
        _named("outreach:needs/ outreach:activities/ neighbours:branch-reports/"),
        _may("PUBLISH_NEEDS OFFER_HELP"),
        (
            ("outreach.CommunityNeed", ngettext_lazy("%(n)s need", "%(n)s needs", "n")),
            (
                "neighbours.BranchReport",
                ngettext_lazy("%(n)s report of a branch", "%(n)s reports of branches", "n"),
            ),
        ),
        sheets=_named("needs branch_reports quarter_lines"),
    ),
    "hotline": Use(
        _("Hotline tickets"),
        _("Tickets beside the ledger, and what the hotline calls our categories."),
        (
            "neighbours:neighbours/tickets/",
            "neighbours:neighbours/units/",
            "neighbours:neighbours/matters/",
            "neighbours:neighbours/categories/",
        ),
        frozenset(),
        (("neighbours.HotlineTicket", ngettext_lazy("%(n)s ticket", "%(n)s tickets", "n")),),
        sheets=_named("hotline_tickets hotline_results hotline_codes"),
        norms=("hotline.",),
    ),
    "summons": Use(
        _("Summons"),
        _("A host calls organs together for what none of them settles alone."),
        ("neighbours:summons/",),
        frozenset(),
        (("neighbours.Summons", ngettext_lazy("%(n)s summons", "%(n)s summons", "n")),),
        sheets=("summons",),
        norms=("summons.",),
    ),
    "works": Use(
        _("Workers and their congress"),
        _("Of enterprises: proposals of the congress, talks by class, what is made public."),
        ("works:",),
        frozenset(),
        (
            ("works.CongressProposal", ngettext_lazy("%(n)s proposal", "%(n)s proposals", "n")),
            ("works.Talk", ngettext_lazy("%(n)s talk", "%(n)s talks", "n")),
            (
                "works.Disclosure",
                ngettext_lazy("%(n)s entry of openness", "%(n)s entries of openness", "n"),
            ),
        ),
        sheets=_named("disclosures congress_proposals talks"),
        columns=("talks",),
    ),
    "research": Use(
        _("Research and questionnaires"),
        _("Topics, batches, questionnaires with samples, reports and what became of them."),
        ("research:",),
        _may("READ_RESEARCH LEAD_RESEARCH CHECK_RESEARCH DECIDE_RESEARCH"),
        (
            ("research.ResearchTopic", ngettext_lazy("%(n)s topic", "%(n)s topics", "n")),
            (
                "research.Questionnaire",
                ngettext_lazy("%(n)s questionnaire", "%(n)s questionnaires", "n"),
            ),
        ),
        sheets=_named("found_problems research_register responses"),
        columns=_named(
            "research_topics research_records research_people research_problems"
            " research_to_ledger research_advice research_adopted"
        ),
        norms=_named("research. questionnaire."),
        purposes=("research",),
        running=(
            (
                "research.Questionnaire",
                {"state": "running"},
                _("Answers to a questionnaire are being taken. End that first."),
            ),
        ),
    ),
    "pairing": Use(
        _("Pairings and help"),
        _("Pairings of every level, needs and offers, items of help, co-building."),
        ("pairing:",),
        _may(
            "READ_PAIRINGS MANAGE_PAIRINGS NOTE_HELP_NEEDS OFFER_HELP RECORD_SUPPORT"
            " RECORD_JOINT_ACTIVITIES"
        ),
        (
            ("pairing.Pairing", ngettext_lazy("%(n)s pairing", "%(n)s pairings", "n")),
            (
                "pairing.SupportItem",
                ngettext_lazy("%(n)s item of help", "%(n)s items of help", "n"),
            ),
        ),
        sheets=_named(
            "joint_activities mentoring unmet_needs pairings pairings_with_reasons partnerships"
            " support_items"
        ),
        columns=_named(
            "paired_households paired_members paired_organizations mentoring support_yuan"
        ),
        norms=_named("pairing. matching."),
        purposes=("pairing",),
    ),
    "contact_points": Use(
        _("Contact points of leaders and prominent problems"),
        _("Which leader keeps contact with which unit, and who leads a prominent problem."),
        _named("pairing:contact-points/ pairing:problems/"),
        _may("READ_CONTACT_POINTS MANAGE_CONTACT_POINTS LIFT_PROBLEMS"),
        (
            (
                "pairing.ContactPoint",
                ngettext_lazy("%(n)s contact point", "%(n)s contact points", "n"),
            ),
            (
                "pairing.ProminentProblem",
                ngettext_lazy("%(n)s prominent problem", "%(n)s prominent problems", "n"),
            ),
        ),
        sheets=_named("contact_points problems"),
        norms=_named("contact_point. problem."),
        purposes=("contact_point",),
    ),
    "weak": Use(
        _("Weak organisations"),
        _("Yearly check, plan, monthly review, acceptance and a year of follow-up."),
        ("pairing:weak/",),
        _may("READ_WEAK_CASES CHECK_WEAK_CASES DECIDE_WEAK_CASES"),
        (("pairing.WeakOrganizationCase", ngettext_lazy("%(n)s case", "%(n)s cases", "n")),),
        sheets=("weak_organizations",),
        columns=_named("weak_organizations weak_written_off party_organizations"),
        norms=("weakorg.",),
    ),
    "evaluation": Use(
        _("Appraisal, ballots and honours"),
        _("Schemes, cycles, the masses' ballots, words, scores, objections and honours."),
        ("evaluation:",),
        _may(
            "READ_EVALUATION MANAGE_EVALUATION READ_SCORES GIVE_ORGANISATION_WORD COUNT_BALLOTS"
            " RECORD_FINDINGS"
        ),
        (
            ("evaluation.Cycle", ngettext_lazy("%(n)s cycle", "%(n)s cycles", "n")),
            ("evaluation.Honour", ngettext_lazy("%(n)s honour", "%(n)s honours", "n")),
        ),
        sheets=_named(
            "burden honours score_evidence ballot_summary score_summary personnel_reference"
        ),
        norms=_named("eval. appraisal.civil"),
        counts=_named("stays pairing"),
        running=(
            (
                "evaluation.Cycle",
                {"state": "collecting"},
                _("Ballots of a cycle are being collected. Close them first."),
            ),
        ),
    ),
    "members": Use(
        _("Appraisal of Party members"),
        _("The yearly appraisal of members by their branch, entered as sums."),
        ("evaluation:member-appraisals/",),
        _may("HOLD_MEMBER_APPRAISALS"),
        (
            (
                "evaluation.MemberAppraisal",
                ngettext_lazy("%(n)s appraisal of a branch", "%(n)s appraisals of branches", "n"),
            ),
        ),
        sheets=("member_appraisal",),
        norms=("appraisal.member",),
    ),
    "inspection": Use(
        _("Inspections"),
        _("Inspections of organs and of closures by sample, findings and putting them right."),
        _named("oversight:inspections/ oversight:dashboard/closures/"),
        _may("READ_INSPECTIONS LEAD_INSPECTIONS REVIEW_INSPECTIONS ANSWER_INSPECTIONS"),
        (
            ("oversight.Inspection", ngettext_lazy("%(n)s inspection", "%(n)s inspections", "n")),
            ("oversight.Finding", ngettext_lazy("%(n)s finding", "%(n)s findings", "n")),
        ),
        sheets=("findings",),
        columns=_named(
            "closures_drawn closures_solved closures_possible closures_low closures_high"
        ),
        norms=("inspection.",),
    ),
    "plans": Use(
        _("Plans"),
        _("The main points of a year with their tasks, counted or told once a quarter."),
        (
            "oversight:oversight/plans/",
            "oversight:oversight/items/",
            "oversight:oversight/notes/",
            "oversight:dashboard/plans/",
        ),
        _may("READ_PLANS MANAGE_PLANS REPORT_PROGRESS"),
        (
            ("oversight.WorkPlan", ngettext_lazy("%(n)s plan", "%(n)s plans", "n")),
            ("oversight.PlanItem", ngettext_lazy("%(n)s task", "%(n)s tasks", "n")),
        ),
        sheets=("plan_items",),
        norms=("plan.",),
        counts=_named("stays research pairing"),
    ),
    "supervision": Use(
        pgettext_lazy("supervision", "Supervision"),
        _("What a leader has entered for supervision, with its own days and reports."),
        ("oversight:oversight/supervision/",),
        _may("READ_SUPERVISION KEEP_SUPERVISION DECIDE_SUPERVISION REPORT_PROGRESS"),
        (
            (
                "oversight.SupervisionEntry",
                ngettext_lazy("%(n)s matter supervised", "%(n)s matters supervised", "n"),
            ),
        ),
        sheets=("supervision",),
        norms=("supervision.",),
    ),
    "practices": Use(
        _("Practices"),
        _("What works well: tried elsewhere, decided, spread, made a rule."),
        ("oversight:oversight/practices/",),
        _may("CHECK_PRACTICES"),
        (("oversight.Practice", ngettext_lazy("%(n)s practice", "%(n)s practices", "n")),),
        sheets=("practices",),
        columns=("practices",),
        norms=("practice.",),
    ),
    "papers": Use(
        _("Official papers"),
        _("Circulars and notices drafted from what is counted, checked, signed, issued."),
        ("oversight:papers/",),
        _may("DRAFT_PAPERS CHECK_PAPERS SIGN_PAPERS"),
        (("oversight.Paper", ngettext_lazy("%(n)s paper", "%(n)s papers", "n")),),
    ),
    "requests": Use(
        _("Burden and requests for data"),
        _("What organs may ask of the grassroots, admitted beforehand, and what weighs on them."),
        _named("oversight:burden-panel/ oversight:data-requests/ oversight:unadmitted/"),
        _may("REQUEST_DATA ADMIT_REQUESTS"),
        (
            (
                "oversight.DataRequest",
                ngettext_lazy("%(n)s request for data", "%(n)s requests for data", "n"),
            ),
        ),
        sheets=("data_requests",),
        norms=("requests.",),
    ),
    # Entries already handed in, and those waiting for somebody, do not belong to it: nothing is
    # lost.
    "offline": Use(
        _("Writing without a signal"),
        _("A cadre's own phone keeps what is written where there is no signal, and hands it in."),
        ("sync:phone/",),
        frozenset(),
        (
            ("sync.Device", ngettext_lazy("%(n)s enrolled phone", "%(n)s enrolled phones", "n")),
            (
                "sync.Entry",
                ngettext_lazy("%(n)s entry of a phone", "%(n)s entries of phones", "n"),
            ),
        ),
        norms=("sync.",),
    ),
    # Pages of tokens stay open, so that one can be revoked.
    "api": Use(
        _("Interfaces"),
        _("Other systems read and write by tokens, above all hotline tickets; calendars."),
        ("api:interfaces/docs/", "api:my-calendar/"),
        frozenset(),
        (
            ("api.ServiceAccount", ngettext_lazy("%(n)s other system", "%(n)s other systems", "n")),
            ("api.CalendarFeed", ngettext_lazy("%(n)s calendar", "%(n)s calendars", "n")),
        ),
    ),
}


# --- What is off ---------------------------------------------------------------------------------


def off() -> frozenset[str]:
    """The codes of the uses that are off."""
    return held.held(CODES, _off)


def _off():
    newest = {row.code: row.value for row in parameters.rows_under(CODES)}
    return frozenset(code for code in USES if newest.get(f"{CODES}{code}") == OFF)


def is_on(code):
    """Return whether this use is on; an empty code, for anything without a use, always is."""
    return not code or code not in off()


def withheld() -> frozenset[Permission]:
    """Return permissions that nobody holds now: those of uses that are off, unless a use that is on
    has them too."""
    are_off = off()
    if not are_off:
        return frozenset()
    of_off = [use.permissions for code, use in USES.items() if code in are_off]
    of_on = [use.permissions for code, use in USES.items() if code not in are_off]
    return frozenset().union(*of_off) - frozenset().union(*of_on)


roles.WITHHELD.append(withheld)


# --- What belongs to which -----------------------------------------------------------------------


def of_page(url_name) -> str:
    """Return the code of the use that an address name belongs to; empty for none."""
    return _pages().get(url_name, "")


def is_open(url_name):
    return is_on(of_page(url_name))


def of_sheet(name) -> str:
    return _of("sheets").get(name, "")


def of_column(key) -> str:
    return _of("columns").get(key, "")


def of_purpose(code) -> str:
    return _of("purposes").get(code, "")


def of_norm(code) -> str:
    begins = {one: use for use, row in USES.items() for one in row.norms}
    return next((use for one, use in begins.items() if code.startswith(one)), "")


@cache
def _of(field):
    return {one: code for code, use in USES.items() for one in getattr(use, field)}


@cache
def _pages():
    """{name of an address: code of the use}."""
    begins = sorted(
        ((page, code) for code, use in USES.items() for page in use.pages),
        key=lambda one: -len(one[0]),
    )
    found = {}
    for name, path in _routes_of_all():
        at = f"{name.partition(':')[0]}:{path}"
        code = next((code for page, code in begins if at.startswith(page)), "")
        if code and ":" in name:
            found[name] = code
    return found


def _routes_of_all():
    return _routes(get_resolver(), "", "")


def _routes(resolver, namespace, path):
    for one in resolver.url_patterns:
        route = path + str(one.pattern)
        if isinstance(one, URLResolver):
            inner = f"{namespace}{one.namespace}:" if one.namespace else namespace
            yield from _routes(one, inner, route)
        elif one.name:
            yield namespace + one.name, route


# --- The first choice ----------------------------------------------------------------------------


def chosen_count():
    """Return for how many uses the office has chosen; 0 until it has."""
    rows = PolicyParameter.objects.filter(code__startswith=CODES).exclude(set_by=None)
    return rows.values("code").distinct().count()


def settled_count():
    """Like `chosen_count`, but all of them if a fresh installation has switched none off."""
    if not parameters.rows_under(CODES):
        return len(USES)
    return chosen_count()


# --- What is said of one -------------------------------------------------------------------------


@wall.as_system("how much is kept of a use")
def kept(code):
    """Return the kept records of a use, in words with numbers; kinds without records are
    omitted."""
    found = []
    for model, words in USES[code].kept:
        if n := apps.get_model(model).objects.count():
            found.append(words % {"n": n})
    return found


@wall.as_system("whether a use can be switched off")
def in_the_way(code):
    """Why a use cannot be switched off now; empty if it can."""
    for model, running, why in USES[code].running:
        if apps.get_model(model).objects.filter(**running).exists():
            return why
    return ""


def counted_by(code):
    """The uses that count the records of this one."""
    return [one for one, use in USES.items() if code in use.counts]
