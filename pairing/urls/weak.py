from django.urls import path

from pairing.acts.weak import CASES, ITEMS, SUPPORTS
from pairing.acts.weak_checks import CHECKS, REPORTS
from pairing.listings.weak import WEAK_CASES, WEAK_CHECKS
from pairing.urls.pages import page
from pairing.views import weak_cases, weak_checks, weak_plans

urlpatterns = [
    *CASES.urls(),
    *ITEMS.urls(),
    *SUPPORTS.urls(),
    *CHECKS.urls(),
    *REPORTS.urls(),
    *WEAK_CASES.urls(),
    *WEAK_CHECKS.urls(),
    path("weak/export/named/", weak_cases.export_named, name="export_weak_cases_named"),
    page("weak/<int:pk>/", weak_cases.weak_case),
    page("weak/<int:pk>/print/", weak_plans.weak_plan),
    page("weak/<int:pk>/print/named/", weak_plans.weak_plan_named),
    page("weak/checks/<int:pk>/", weak_checks.weak_check),
]
