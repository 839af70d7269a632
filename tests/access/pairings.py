"""Pairings, the households that they open, and their records."""

from datetime import timedelta

from django.utils import timezone

from outreach.models import Household
from pairing.actions import households, pairings
from tests.access.rows import A, N, R, V, X, only, others

OFFICES = {"office", "neighbour_office"}
CADRES = {"author", "leader", "neighbour_cadre"}
HOSTS = {"host", "neighbour_host"}
READING = {
    "liaison",
    "host",
    "office",
    "supervisor",
    "neighbour_host",
    "neighbour_liaison",
    "neighbour_office",
}
# The bureau of agriculture helps 柳湾村; 王建国 helps household 12 there.
CONCERNED = {"author", "liaison", "host", "office", "supervisor"}
GOING = CADRES | HOSTS | {"supervisor"}


PAGES = {
    ("get", "pairing:pairings"): (READING | CADRES, A),
    ("get", "pairing:new_pairing"): (OFFICES, A),
    ("post", "pairing:new_pairing"): (OFFICES, V),
    ("get", "pairing:my_pairings"): (GOING, A),
    ("get", "pairing:contact_route"): (GOING, A),
    ("get", "pairing:print_contact_route"): (GOING, A),
    ("post", "pairing:export_pairings"): (READING, R),
    ("get", "pairing:pairing"): (CONCERNED, A, X, {}),
    ("get", "pairing:sign_agreement"): only({"office"}, A, CONCERNED),
    ("post", "pairing:sign_agreement"): only({"office"}, V, CONCERNED),
    ("get", "pairing:renew_pairing"): only({"office"}, A, CONCERNED),
    ("post", "pairing:renew_pairing"): only({"office"}, V, CONCERNED),
    ("get", "pairing:change_pairing_end"): only({"office"}, A, CONCERNED),
    ("get", "pairing:change_pairing_cadre"): only({"office"}, A, CONCERNED),
    ("get", "pairing:end_pairing"): only({"office"}, A, CONCERNED),
    ("post", "pairing:end_pairing"): only({"office"}, V, CONCERNED),
    # It has already begun, so refused to everybody who sees it.
    ("get", "pairing:cancel_pairing"): (set(), A, X, others(CONCERNED)),
    ("get", "pairing:agreement_print"): (CONCERNED, A, X, {}),
    ("get", "pairing:year_plan"): (
        {"author", "liaison", "office"},
        A,
        X,
        others({"host", "supervisor"}),
    ),
    ("get", "pairing:year_plan_print"): (CONCERNED, A, X, {}),
    ("get", "pairing:helped_household"): ({"author", "host"}, A, X, {}),
    ("post", "pairing:reveal_difficulties"): ({"author", "host"}, A, X, {}),
    ("get", "pairing:note_difficulty"): ({"host"}, A, X, {"author": N}),
    ("post", "pairing:note_difficulty"): ({"host"}, V, X, {"author": N}),
    ("post", "pairing:drop_difficulty"): ({"host"}, R, X, {"author": N}),
}


def records(people):
    now, today = timezone.now(), timezone.localdate()
    days = {"starts_on": today - timedelta(days=100), "ends_on": today + timedelta(days=100)}
    pairing = pairings.agree_pairing(
        level="unit",
        organ=people.agriculture,
        unit=people.village,
        cadre=people.cadre,
        by=people.office,
        at=now,
        **days,
    )
    agreement = pairings.sign_agreement(
        pairing=pairing,
        number="1号",
        signed_on=today,
        aims="增收",
        content="技术",
        by=people.office,
        at=now,
        starts_on=days["starts_on"],
        ends_on=today,
    )
    pairings.keep_plan(pairing=pairing, year=today.year, aims="两件事", by=people.office, at=now)
    household = Household.objects.create(unit=people.village, serial="14", display_name="李××户")
    pairings.agree_pairing(
        level="household",
        organ=people.agriculture,
        unit=people.village,
        cadre=people.cadre,
        household=household,
        by=people.office,
        at=now,
        **days,
    )
    households.note_difficulty(
        household=household, category="work", expires_on=None, by=people.host, at=now
    )
    of_pairing = (
        "pairing",
        "sign_agreement",
        "renew_pairing",
        "change_pairing_end",
        "change_pairing_cadre",
        "end_pairing",
        "cancel_pairing",
    )
    of_household = ("helped_household", "reveal_difficulties", "note_difficulty")
    return {
        "new_pairing": ["unit"],
        **dict.fromkeys(of_pairing, [pairing.pk]),
        "agreement_print": [pairing.pk, agreement.pk],
        **dict.fromkeys(("year_plan", "year_plan_print"), [pairing.pk, today.year]),
        **dict.fromkeys(of_household, [household.pk]),
        "drop_difficulty": [household.pk, "work"],
    }
