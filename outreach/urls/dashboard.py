"""URLs of the dashboard and the lists behind its numbers."""

from django.urls import path

from outreach.views import dashboard, first_page

urlpatterns = [
    path("today/figures/", first_page.first_figures, name="first_figures"),
    path("units/<int:pk>/figures/", first_page.figures_of_unit, name="figures_of_unit"),
    path("dashboard/", dashboard.dashboard, name="dashboard"),
    path("dashboard/going-down/", dashboard.going_down, name="going_down"),
    path("dashboard/festival-visits/", dashboard.festival_visits, name="festival_visits"),
    path("dashboard/over-the-year/", dashboard.over_the_year, name="over_the_year"),
    path("dashboard/print/", dashboard.print_dashboard, name="print_dashboard"),
    path("dashboard/busy-units/", dashboard.busy_units, name="busy_units"),
    path(
        "dashboard/units-without-contact/",
        dashboard.units_without_contact,
        name="units_without_contact",
    ),
    path("dashboard/unattended-units/", dashboard.unattended_units, name="unattended_units"),
]
