from django.urls import path

from pairing.acts.leading import POINTS
from pairing.acts.problems import PROBLEMS
from pairing.views import leading, problems

urlpatterns = [
    *POINTS.urls(),
    *PROBLEMS.urls(),
    path("contact-points/", leading.contact_points, name="contact_points"),
    path("contact-points/new/", leading.new_contact_point, name="new_contact_point"),
    path(
        "contact-points/take-over/",
        leading.take_over_contact_points,
        name="take_over_contact_points",
    ),
    path("contact-points/print/", leading.contact_points_print, name="contact_points_print"),
    path("contact-points/export/", leading.export_contact_points, name="export_contact_points"),
    path("contact-points/<int:pk>/", leading.contact_point, name="contact_point"),
    path("problems/", problems.problems, name="problems"),
    path("problems/lift/", problems.lift_problem, name="lift_problem"),
    path("problems/export/", problems.export_problems, name="export_problems"),
    path("problems/of-matter/<int:pk>/", problems.problems_of_matter, name="problems_of_matter"),
    path("problems/<int:pk>/", problems.problem, name="problem"),
    path("problems/<int:pk>/print/", problems.problem_print, name="problem_print"),
]
