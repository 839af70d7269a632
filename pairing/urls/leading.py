from django.urls import path

from pairing.acts.leading import POINTS
from pairing.acts.problems import PROBLEMS
from pairing.listings.leading import CONTACT_POINTS
from pairing.listings.problems import PROBLEM_LIST
from pairing.views import leading, problems

urlpatterns = [
    *POINTS.urls(),
    *PROBLEMS.urls(),
    *CONTACT_POINTS.urls(),
    *PROBLEM_LIST.urls(),
    path("contact-points/new/", leading.new_contact_point, name="new_contact_point"),
    path(
        "contact-points/take-over/",
        leading.take_over_contact_points,
        name="take_over_contact_points",
    ),
    path("contact-points/print/", leading.contact_points_print, name="contact_points_print"),
    path("contact-points/<int:pk>/", leading.contact_point, name="contact_point"),
    path("problems/lift/", problems.lift_problem, name="lift_problem"),
    path("problems/of-matter/<int:pk>/", problems.problems_of_matter, name="problems_of_matter"),
    path("problems/<int:pk>/", problems.problem, name="problem"),
    path("problems/<int:pk>/print/", problems.problem_print, name="problem_print"),
]
