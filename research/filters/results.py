"""Filters and addresses of reports, problems and suggestions; shared by page, sheet and figures.

A report, problem or suggestion is located where its topic had fieldwork, and belongs to the topic's
lead organ.
"""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.pages.filters import Address, LedgerFilter, PickedFilter, between, choice, yes
from portal.pages.web import Sort
from portal.roles import Permission
from portal.sheets.figures import Scope
from portal.sheets.statistics import with_stations
from portal.trust.access import organ_reach
from research.models import (
    Advice,
    BatchUnit,
    FoundProblem,
    ResearchReport,
    ResearchTopic,
)
from research.models.reports import DECIDED_REPORTS, OPEN_REPORTS, AdviceState
from research.models.reports import ResearchReportState as ReportState
from research.models.topics import TopicSource, TopicState

MORE = ("itself", "host", "unit")


class ResultFilter(LedgerFilter):
    MORE = MORE
    # The lookup path from a row to its topic.
    TOPIC = "topic__"
    organ = PickedFilter("organ", label=pgettext_lazy("research", "Lead organ"), method="by_organ")
    unit = PickedFilter("unit", label=_("Studied at"), method="by_unit")

    def by_area(self, queryset, name, value):
        return self._where(queryset, Scope(self.user, division=value).limit())

    def by_host(self, queryset, name, value):
        return self._where(queryset, Scope(self.user, host=value).limit())

    def by_unit(self, queryset, name, value):
        below = {"unit__path__startswith": value.path}
        limit = below if self.form.cleaned_data.get("below") else {"unit": value}
        return queryset.filter(**{f"{self.TOPIC}in": _studied_where(**limit)})

    def _where(self, queryset, limit):
        return queryset.filter(**{f"{self.TOPIC}in": _studied_where(limit)})

    def by_organ(self, queryset, name, value):
        alone = self.form.cleaned_data.get("alone")
        ids = with_stations(value) if alone else Scope(self.user, organ=value).organ_ids
        return queryset.filter(**{f"{self.TOPIC}lead_organ__in": ids})

    def by_itself(self, queryset, name, value):
        return queryset.filter(**{f"{self.TOPIC}lead_organ": value})


def _studied_where(*limits, **limit):
    return BatchUnit.objects.filter(*limits, **limit).order_by().values("batch__topic")


def within(scope):
    """Primary keys of the topics of a scope: with fieldwork there, led by these organs."""
    rows = ResearchTopic.objects.all()
    if scope.division or scope.host:
        rows = rows.filter(pk__in=_studied_where(scope.limit()))
    if scope.organ:
        rows = rows.filter(lead_organ__in=scope.organ_ids)
    return rows.order_by().values("pk")


# --- Reports ------------------------------------------------------------------------------------

REPORT_TABS = {
    "all": _("All reports of research"),
    "open": _("Being written"),
    "review": pgettext_lazy("research", "To be reviewed"),
    "reviewed": pgettext_lazy("research", "Reviewed, to be decided"),
    "decided": pgettext_lazy("research", "Decided"),
}
_REPORT_STATES = {
    "open": OPEN_REPORTS,
    "review": (ReportState.REVIEW,),
    "reviewed": (ReportState.REVIEWED,),
    "decided": DECIDED_REPORTS,
}


def _in_report_tab(rows, tab, *, on):
    return rows.filter(state__in=_REPORT_STATES[tab]) if tab in _REPORT_STATES else rows


REPORTS_AT = Address(ResultFilter, ResearchReport.objects.visible_to, REPORT_TABS, _in_report_tab)
LIBRARY_AT = Address(ResultFilter, ResearchReport.objects.in_library)
NEWEST_REPORT = Sort(pgettext_lazy("research", "newest first"), "created_at")
NEWEST_IN_LIBRARY = Sort(pgettext_lazy("research", "newest first"), "published_at")

# --- Problems -----------------------------------------------------------------------------------

PROBLEM_TABS = {
    "open": pgettext_lazy("research", "On the list"),
    "overdue": _("Overdue, not struck off"),
    "settled": pgettext_lazy("research", "Struck off the list"),
    "all": _("All problems found"),
}


class ProblemFilter(ResultFilter):
    MORE = (*MORE, "found_from", "found_to", "in_ledger")
    responsible = PickedFilter(
        "organ",
        label=pgettext_lazy("research", "Responsible organ"),
        field_name="responsible_organ",
    )
    in_ledger = yes(_("In the ledger"), "by_ledger")
    found_from, found_to = between("found_on", _("Found from"), _("Found to"))

    def by_ledger(self, queryset, name, value):
        return queryset.filter(matter__isnull=False)


def _in_problem_tab(rows, tab, *, on):
    if tab == "settled":
        return rows.settled()
    if tab == "overdue":
        return rows.unsettled().filter(due_on__lt=on)
    return rows.unsettled() if tab == "open" else rows


PROBLEMS_AT = Address(
    ProblemFilter,
    FoundProblem.objects.visible_to,
    PROBLEM_TABS,
    _in_problem_tab,
    sheet_tab="all",
    beyond="what became of the problems that research found",
)
NEWEST_PROBLEM = Sort(pgettext_lazy("research", "newest first"), "found_on")

# --- Suggestions --------------------------------------------------------------------------------

ADVICE_TABS = {
    "sent": _("To be answered"),
    "raised": pgettext_lazy("suggestions", "Raised"),
    "taken_up": _("Adopted, wholly or in part"),
    "look_back": _("To be looked at again"),
    "all": _("All suggestions"),
}


class AdviceFilter(ResultFilter):
    MORE = (*MORE, "raised_from", "raised_to", "late")
    addressed = PickedFilter("organ", label=_("Addressed to"), field_name="addressed_to")
    state = choice(_("State"), AdviceState.choices)
    late = yes(_("Answer overdue"), "by_late")
    raised_from, raised_to = between("raised_on", _("Raised from"), _("Raised to"))

    def by_late(self, queryset, name, value):
        return queryset.to_answer().filter(answer_by__lt=self.user.today)


def _in_advice_tab(rows, tab, *, on):
    if tab == "sent":
        return rows.to_answer()
    if tab == "raised":
        return rows.filter(state=AdviceState.RAISED)
    if tab == "taken_up":
        return rows.taken_up()
    return rows.to_look_back(on) if tab == "look_back" else rows


ADVICE_AT = Address(
    AdviceFilter, Advice.objects.visible_to, ADVICE_TABS, _in_advice_tab, otherwise="all"
)
NEWEST_ADVICE = Sort(pgettext_lazy("research", "newest first"), "raised_on")

# --- The register of topics ----------------------------------------------------------------------


class RegisterFilter(ResultFilter):
    TOPIC = "pk__"
    MORE = (*MORE, "source")
    source = choice(pgettext_lazy("research", "Source"), TopicSource.choices)
    begun_from, begun_to = between("starts_on", _("Begun from"), _("Begun to"))

    def by_organ(self, queryset, name, value):
        ids = Scope(self.user, organ=value).organ_ids
        return queryset.filter(lead_organ__in=ids)

    def by_itself(self, queryset, name, value):
        return queryset.filter(lead_organ=value)


def _decided(user):
    """Decided topics; a mere draft does not count as an activity yet."""
    rows = ResearchTopic.objects.visible_to(user)
    return rows.exclude(state__in=(TopicState.DRAFT, TopicState.SUBMITTED))


REGISTER_AT = Address(RegisterFilter, _decided)
NEWEST_TOPIC = Sort(pgettext_lazy("research", "newest first"), "starts_on")


def register_rows(user, query):
    """Rows of the register that a role grants, excluding those seen only through a relation."""
    rows = REGISTER_AT.seen(user, query)
    return rows.filter(organ_reach(user, Permission.READ_RESEARCH, to="lead_organ"))
