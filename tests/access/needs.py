"""Needs, offers and rounds: a unit's need noted by its host, an offer of a county organ, a round
that only begins and one with its proposal."""

from datetime import timedelta

from django.utils import timezone

from pairing.actions import needs as actions
from pairing.actions import rounds
from pairing.fitting import Pool
from pairing.models import MatchingProposal
from pairing.proposals import keep, solve
from portal.models import Job

OFFICE = frozenset({"office"})
OFFICES = OFFICE | {"neighbour_office"}
READERS = OFFICES | {
    "leader",
    "author",
    "liaison",
    "host",
    "supervisor",
    "neighbour_cadre",
    "neighbour_host",
    "neighbour_liaison",
}
NOTERS = OFFICES | {"host", "neighbour_host"}
OFFERERS = OFFICES | {"liaison", "neighbour_liaison"}
EXPORTERS = READERS - {"author", "leader", "neighbour_cadre"} | {
    "desk",
    "handler",
    "neighbour_handler",
}
# Sees the need but did not note it.
SEEN = {"supervisor": 403}

PAGES = {
    ("get", "pairing:help_needs"): (READERS, 200),
    ("get", "pairing:new_help_need"): (NOTERS, 200),
    ("post", "pairing:new_help_need"): (NOTERS, 422),
    ("post", "pairing:export_help_needs"): (EXPORTERS, 302),
    ("get", "pairing:help_need"): (OFFICE | {"host", "supervisor"}, 200, 404, {}),
    ("get", "pairing:renew_help_need"): (OFFICE | {"host"}, 200, 404, SEEN),
    ("post", "pairing:renew_help_need"): (OFFICE | {"host"}, 422, 404, SEEN),
    ("post", "pairing:meet_help_need"): (OFFICE | {"host"}, 302, 404, SEEN),
    ("post", "pairing:withdraw_help_need"): (OFFICE | {"host"}, 302, 404, SEEN),
    ("get", "pairing:help_resources"): (OFFERERS, 200),
    ("get", "pairing:new_help_resource"): (OFFERERS, 200),
    ("post", "pairing:new_help_resource"): (OFFERERS, 422),
    ("get", "pairing:help_resource"): (OFFICE | {"liaison"}, 200, 404, {}),
    ("get", "pairing:edit_help_resource"): (OFFICE | {"liaison"}, 200, 404, {}),
    ("post", "pairing:edit_help_resource"): (OFFICE | {"liaison"}, 422, 404, {}),
    ("post", "pairing:withdraw_help_resource"): (OFFICE | {"liaison"}, 302, 404, {}),
    ("get", "pairing:matching_rounds"): (OFFICES, 200),
    ("get", "pairing:new_matching_round"): (OFFICES, 200),
    ("post", "pairing:new_matching_round"): (OFFICES, 422),
    ("get", "pairing:matching_round"): (OFFICE, 200, 404, {}),
    ("get", "pairing:edit_matching_round"): (OFFICE, 200, 404, {}),
    ("post", "pairing:edit_matching_round"): (OFFICE, 422, 404, {}),
    ("get", "pairing:give_up_matching_round"): (OFFICE, 200, 404, {}),
    ("post", "pairing:give_up_matching_round"): (OFFICE, 422, 404, {}),
    ("post", "pairing:ask_matching"): (OFFICE, 302, 404, {}),
    ("get", "pairing:matching_proposal"): (OFFICE, 200, 404, {}),
    ("get", "pairing:change_match"): (OFFICE, 200, 404, {}),
    ("post", "pairing:change_match"): (OFFICE, 422, 404, {}),
    ("get", "pairing:check_match"): (OFFICE, 200, 404, {}),
    ("get", "pairing:confirm_matching"): (OFFICE, 200, 404, {}),
    ("post", "pairing:confirm_matching"): (OFFICE, 422, 404, {}),
    ("get", "pairing:matching_print"): (OFFICE, 200, 404, {}),
}


def records(people):
    today, now = timezone.localdate(), timezone.now()
    need = actions.note_need(
        by=people.host,
        at=now,
        unit=people.village,
        kind="technology",
        what="灌溉技术指导",
        urgency=2,
        amount=None,
        expertise=[],
        until=today + timedelta(days=200),
    )
    offer = actions.offer_help(
        by=people.liaison,
        at=now,
        organ=people.agriculture,
        kind="technology",
        what="农技服务",
        capacity=2,
        amount=None,
        expertise=[],
        until=today + timedelta(days=200),
    )

    def begun(title):
        return rounds.begin_round(
            by=people.office,
            at=now,
            title=title,
            level="unit",
            area=None,
            starts_on=today + timedelta(days=10),
            ends_on=today + timedelta(days=370),
        )

    first, second = begun("第一轮"), begun("第二轮")
    proposal = rounds.ask_matching(round_=second, by=people.office, at=now)
    Job.objects.filter(pk=proposal.job_id).update(state=Job.State.FAILED)
    second.refresh_from_db()
    proposal = MatchingProposal.objects.select_related("round__area").get(pk=proposal.pk)
    pool = Pool(proposal.round, on=today)
    keep(proposal, pool, solve(pool), at=now)
    line = proposal.lines.get()
    of_proposal = [second.pk, proposal.pk]
    return {
        **dict.fromkeys(
            ("help_need", "renew_help_need", "meet_help_need", "withdraw_help_need"), [need.pk]
        ),
        **dict.fromkeys(
            ("help_resource", "edit_help_resource", "withdraw_help_resource"), [offer.pk]
        ),
        **dict.fromkeys(
            ("matching_round", "edit_matching_round", "give_up_matching_round", "ask_matching"),
            [first.pk],
        ),
        **dict.fromkeys(("matching_proposal", "confirm_matching", "matching_print"), of_proposal),
        **dict.fromkeys(("change_match", "check_match"), [*of_proposal, line.pk]),
    }
