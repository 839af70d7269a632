from django.urls import path

from pairing.acts.households import HOUSEHOLDS
from pairing.acts.pairings import PAIRINGS
from pairing.listings.pairings import PAIRING_LIST
from pairing.views import households, pairings

urlpatterns = [
    *PAIRINGS.urls(),
    *HOUSEHOLDS.urls(),
    *PAIRING_LIST.urls(),
    path("pairings/new/<slug:level>/", pairings.new_pairing, name="new_pairing"),
    path("pairings/mine/", pairings.my_pairings, name="my_pairings"),
    path("pairings/route/", pairings.contact_route, name="contact_route"),
    path("pairings/route/print/", pairings.print_contact_route, name="print_contact_route"),
    path("pairings/<int:pk>/", pairings.pairing, name="pairing"),
    path(
        "pairings/<int:pk>/agreements/<int:agreement_pk>/print/",
        pairings.agreement_print,
        name="agreement_print",
    ),
    path("pairings/<int:pk>/plans/<int:year>/", pairings.year_plan, name="year_plan"),
    path(
        "pairings/<int:pk>/plans/<int:year>/print/",
        pairings.year_plan_print,
        name="year_plan_print",
    ),
    path("pairings/households/<int:pk>/", households.helped_household, name="helped_household"),
    path(
        "pairings/households/<int:pk>/difficulties/",
        households.reveal_difficulties,
        name="reveal_difficulties",
    ),
    path(
        "pairings/households/<int:pk>/difficulties/<slug:category>/drop/",
        households.drop_difficulty,
        name="drop_difficulty",
    ),
]
