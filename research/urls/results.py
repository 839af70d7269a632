from django.urls import path

from research.acts.advice import ADVICE
from research.acts.problems import PROBLEMS
from research.acts.reports import REPORTS
from research.acts.results import RESULTS
from research.listings.results import (
    ADVICE_LIST,
    LIBRARY,
    PROBLEM_LIST,
    REGISTER,
    REPORT_LIST,
)
from research.views import figures, results


def _page(address, view):
    return path(f"research/{address}", view, name=view.__name__)


urlpatterns = [
    *RESULTS.urls(),
    *REPORTS.urls(),
    *PROBLEMS.urls(),
    *ADVICE.urls(),
    *REPORT_LIST.urls(),
    *LIBRARY.urls(),
    *PROBLEM_LIST.urls(),
    *ADVICE_LIST.urls(),
    *REGISTER.urls(),
    _page("topics/<int:pk>/results/", results.topic_results),
    _page("reports/<int:pk>/", results.report),
    _page("reports/<int:pk>/print/", results.report_print),
    _page("problems/<int:pk>/", results.found_problem),
    _page("suggestions/<int:pk>/", results.advice),
    path("dashboard/research/", figures.research_dashboard, name="research_dashboard"),
]
