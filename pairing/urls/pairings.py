from django.urls import path

from pairing.views import households, pairings

urlpatterns = [
    path("pairings/", pairings.pairings, name="pairings"),
    path("pairings/new/<slug:level>/", pairings.new_pairing, name="new_pairing"),
    path("pairings/mine/", pairings.my_pairings, name="my_pairings"),
    path("pairings/route/", pairings.contact_route, name="contact_route"),
    path("pairings/route/print/", pairings.print_contact_route, name="print_contact_route"),
    path("pairings/export/", pairings.export_pairings, name="export_pairings"),
    path("pairings/<int:pk>/", pairings.pairing, name="pairing"),
    path("pairings/<int:pk>/agreement/", pairings.sign_agreement, name="sign_agreement"),
    path("pairings/<int:pk>/renew/", pairings.renew_pairing, name="renew_pairing"),
    path("pairings/<int:pk>/change-end/", pairings.change_pairing_end, name="change_pairing_end"),
    path(
        "pairings/<int:pk>/change-cadre/",
        pairings.change_pairing_cadre,
        name="change_pairing_cadre",
    ),
    path("pairings/<int:pk>/end/", pairings.end_pairing, name="end_pairing"),
    path("pairings/<int:pk>/cancel/", pairings.cancel_pairing, name="cancel_pairing"),
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
        "pairings/households/<int:pk>/difficulties/note/",
        households.note_difficulty,
        name="note_difficulty",
    ),
    path(
        "pairings/households/<int:pk>/difficulties/<slug:category>/drop/",
        households.drop_difficulty,
        name="drop_difficulty",
    ),
]
