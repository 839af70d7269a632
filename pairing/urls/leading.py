from pairing.acts.leading import POINTS
from pairing.acts.problems import PROBLEMS
from pairing.listings.leading import CONTACT_POINTS
from pairing.listings.problems import PROBLEM_LIST
from pairing.urls.pages import page
from pairing.views import leading, problems

urlpatterns = [
    *POINTS.urls(),
    *PROBLEMS.urls(),
    *CONTACT_POINTS.urls(),
    *PROBLEM_LIST.urls(),
    page("contact-points/take-over/", leading.take_over_contact_points),
    page("contact-points/print/", leading.contact_points_print),
    page("contact-points/<int:pk>/", leading.contact_point),
    page("problems/lift/", problems.lift_problem),
    page("problems/of-matter/<int:pk>/", problems.problems_of_matter),
    page("problems/<int:pk>/", problems.problem),
    page("problems/<int:pk>/print/", problems.problem_print),
]
