from pairing.acts.households import HOUSEHOLDS
from pairing.acts.pairings import PAIRINGS
from pairing.listings.mentoring import MENTORING_LIST
from pairing.listings.pairings import PAIRING_LIST
from pairing.urls.pages import page
from pairing.views import households, pairings

urlpatterns = [
    *PAIRINGS.urls(),
    *HOUSEHOLDS.urls(),
    *PAIRING_LIST.urls(),
    *MENTORING_LIST.urls(),
    page("pairings/new/<slug:level>/", pairings.new_pairing),
    page("pairings/mine/", pairings.my_pairings),
    page("pairings/route/", pairings.contact_route),
    page("pairings/route/print/", pairings.print_contact_route),
    page("pairings/<int:pk>/", pairings.pairing),
    page("pairings/<int:pk>/agreements/<int:agreement_pk>/print/", pairings.agreement_print),
    page("pairings/<int:pk>/plans/<int:year>/", pairings.year_plan),
    page("pairings/<int:pk>/plans/<int:year>/print/", pairings.year_plan_print),
    page("pairings/households/<int:pk>/", households.helped_household),
    page("pairings/households/<int:pk>/difficulties/", households.reveal_difficulties),
    page(
        "pairings/households/<int:pk>/difficulties/<slug:category>/drop/",
        households.drop_difficulty,
    ),
]
