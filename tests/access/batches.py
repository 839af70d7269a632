"""Batches of stays: one open for nominations, one being placed, one decided, and one just begun."""

from datetime import timedelta

from django.utils import timezone

from outreach.actions import batches as actions
from outreach.models import Placement, Proposal
from outreach.models.batches import NominationState
from portal.models import Job

OFFICE = frozenset({"office"})
# The organs of the county, each for its own cadres.
ORGANS = OFFICE | {"liaison", "neighbour_liaison"}
OPENERS = ORGANS | {"neighbour_office"}
OWN = OFFICE | {"liaison"}
# The organs see the batch, so the office's own pages are refused to them with the reason.
SEEN = {"liaison": 403, "neighbour_liaison": 403}
OWN_SEEN = {"liaison": 403}

PAGES = {
    ("get", "batches"): (OPENERS, 200),
    ("get", "new_batch"): (OFFICE | {"neighbour_office"}, 200),
    ("post", "new_batch"): (OFFICE | {"neighbour_office"}, 422),
    ("get", "batch"): (ORGANS, 200, 404, {}),
    ("get", "edit_batch"): (OFFICE, 200, 404, SEEN),
    ("get", "move_batch"): (OFFICE, 200, 404, SEEN),
    ("post", "move_batch"): (OFFICE, 302, 404, SEEN),
    ("get", "batch_places"): (ORGANS, 200, 404, {}),
    ("get", "add_places"): (OFFICE, 200, 404, SEEN),
    ("post", "add_places"): (OFFICE, 422, 404, SEEN),
    ("get", "edit_place"): (OFFICE, 200, 404, SEEN),
    ("get", "take_out_place"): (OFFICE, 200, 404, SEEN),
    ("get", "nominations"): (ORGANS, 200, 404, {}),
    ("get", "nominate"): (ORGANS, 200, 404, {}),
    ("post", "nominate"): (ORGANS, 422, 404, {}),
    ("post", "qualify_many"): (OFFICE, 302, 404, SEEN),
    ("get", "nomination"): (OWN, 200, 404, {}),
    ("get", "judge_nomination"): (OFFICE, 200, 404, OWN_SEEN),
    ("post", "judge_nomination"): (OFFICE, 422, 404, OWN_SEEN),
    ("get", "withdraw_nomination"): (OWN, 200, 404, {}),
    ("post", "withdraw_nomination"): (OWN, 422, 404, {}),
    ("post", "ask_proposal"): (OFFICE, 302, 404, SEEN),
    ("get", "proposal"): (OFFICE, 200, 404, SEEN),
    ("get", "take_over"): (OFFICE, 200, 404, SEEN),
    ("post", "take_over"): (OFFICE, 422, 404, SEEN),
    ("get", "placements"): (OFFICE, 200, 404, SEEN),
    ("get", "place_cadre"): (OFFICE, 302, 404, SEEN),
    ("get", "check_placement"): (OFFICE, 200, 404, SEEN),
    # A placement is visible to the office and to the organ that nominated the cadre.
    ("get", "take_out_placement"): (OFFICE, 200, 404, OWN_SEEN),
    ("post", "take_out_placement"): (OFFICE, 422, 404, OWN_SEEN),
    ("get", "decide_batch"): (OFFICE, 200, 404, SEEN),
    ("post", "decide_batch"): (OFFICE, 422, 404, SEEN),
    ("get", "batch_notice"): (OFFICE, 200, 404, SEEN),
    ("get", "publish_batch"): (OFFICE, 200, 404, SEEN),
    ("post", "publish_batch"): (OFFICE, 302, 404, SEEN),
}


def records(people):
    today, now = timezone.localdate(), timezone.now()

    def begun(title):
        batch = actions.make_batch(
            by=people.office,
            at=now,
            title=title,
            programme="",
            kind="member",
            area=None,
            starts_on=today + timedelta(days=30),
            ends_on=today + timedelta(days=400),
            nominate_by=today + timedelta(days=9),
            team_min=1,
            team_max=1,
        )
        (place,) = actions.add_places(
            batch=batch,
            by=people.office,
            at=now,
            units=[people.village],
            kind="member",
            wanted=1,
            hardship=1,
            hardship_reason="",
            reasons="缺人手",
            expertise=[],
            continuity=None,
        )
        return batch, place

    def moved(batch, code):
        return actions.move_batch(batch=batch, code=code, by=people.office, at=now)

    def named(batch, cadre):
        (one,) = actions.nominate(batch=batch, by=people.office, at=now, cadres=[cadre])
        return one

    def chosen(title):
        batch, place = begun(title)
        batch = moved(batch, "open")
        one = named(batch, people.cadre)
        actions.judge_nomination(
            nomination=one, by=people.office, at=now, state=NominationState.QUALIFIED
        )
        batch = moved(batch, "close")
        actions.place_by_hand(nomination=one, place=place, by=people.office, at=now, why="会议意见")
        return batch

    open_batch, open_place = begun("第一批")
    open_batch = moved(open_batch, "open")
    waiting = named(open_batch, people.cadre)
    placing = chosen("第二批")
    job = Job.objects.create(kind="proposal", title="测算", owner=people.office)
    proposal = Proposal.objects.create(
        batch=placing,
        job=job,
        finished_at=now,
        outcome={"value": 1, "bound": 1, "optimal": True, "seats": 1, "placed": 1, "candidates": 1},
    )
    Job.objects.filter(pk=job.pk).update(state=Job.State.FAILED)
    placement = Placement.objects.get(batch=placing)
    decided = actions.decide(
        batch=chosen("第三批"),
        by=people.office,
        at=now,
        document="云组通〔2026〕5号",
        decided_on=today,
    )
    return {
        "batch": [open_batch.pk],
        "edit_batch": [open_batch.pk],
        "move_batch": [open_batch.pk, "close"],
        "batch_places": [open_batch.pk],
        "add_places": [open_batch.pk],
        "edit_place": [open_batch.pk, open_place.pk],
        "take_out_place": [open_batch.pk, open_place.pk],
        "nominations": [open_batch.pk],
        "nominate": [open_batch.pk],
        "qualify_many": [open_batch.pk],
        "nomination": [waiting.pk],
        "judge_nomination": [waiting.pk],
        "withdraw_nomination": [waiting.pk],
        "ask_proposal": [placing.pk],
        "proposal": [placing.pk, proposal.pk],
        "take_over": [placing.pk, proposal.pk],
        "placements": [placing.pk],
        "place_cadre": [placing.pk],
        "check_placement": [placing.pk],
        "take_out_placement": [placing.pk, placement.pk],
        "decide_batch": [placing.pk],
        "batch_notice": [decided.pk],
        "publish_batch": [decided.pk],
    }
