"""Research topics, batches, records of fieldwork, home notes."""

import uuid
from datetime import timedelta

from django.utils import timezone

from outreach.models.matters import Source
from portal.tools.saving import change
from research.actions import activities, batches, home_notes, topics
from tests.access.rows import A, R, V, X, only
from tests.people import matter_fields

BUSINESS = {
    "leader",
    "author",
    "liaison",
    "host",
    "desk",
    "handler",
    "office",
    "supervisor",
    "neighbour_cadre",
    "neighbour_host",
    "neighbour_handler",
    "neighbour_liaison",
    "neighbour_office",
}
DRAFTING = {"liaison", "office", "neighbour_liaison", "neighbour_office"}
# A topic of the bureau of agriculture, led by 王建国.
READING = {"author", "liaison", "office", "supervisor"}
TOLD = READING | {"host"}
CADRES = {"author", "leader", "neighbour_cadre"}


LIAISON, OFFICE, GOING, AUTHOR = {"liaison"}, {"office"}, {"author", "liaison"}, {"author"}

PAGES = {
    ("get", "research:topics"): (BUSINESS, A),
    ("get", "research:new_topic"): (DRAFTING, A),
    ("post", "research:new_topic"): (DRAFTING, V),
    ("get", "research:topic"): (READING, A, X, {}),
    ("get", "research:change_topic"): only(LIAISON, A, READING),
    ("post", "research:submit_topic"): only(LIAISON, R, READING),
    ("post", "research:drop_topic"): only(LIAISON, R, READING),
    ("post", "research:take_back_topic"): only(LIAISON, R, READING),
    ("get", "research:send_back_topic"): only(OFFICE, A, READING),
    ("post", "research:send_back_topic"): only(OFFICE, V, READING),
    ("get", "research:record_decision"): only(LIAISON, A, READING),
    ("post", "research:record_decision"): only(LIAISON, V, READING),
    # A topic of 县委组织部; its leader decides.
    ("get", "research:approve_topic"): only({"leader"}, A, {"leader", "office", "supervisor"}),
    ("post", "research:approve_topic"): only({"leader"}, R, {"leader", "office", "supervisor"}),
    ("get", "research:change_plan"): only(LIAISON, A, READING),
    ("get", "research:plan_batch"): only(LIAISON, A, READING),
    ("post", "research:plan_batch"): only(LIAISON, V, READING),
    ("get", "research:stop_topic"): only(LIAISON, A, READING),
    ("post", "research:archive_topic"): only(LIAISON, R, READING),
    ("post", "research:restore_topic"): only(LIAISON, R, READING),
    ("get", "research:batches"): (BUSINESS, A),
    # Its host has been told.
    ("get", "research:batch"): (TOLD, A, X, {}),
    ("get", "research:change_batch"): only(LIAISON, A, TOLD),
    ("get", "research:cancel_batch"): only(LIAISON | OFFICE, A, TOLD),
    ("get", "research:plan_days"): only(LIAISON, A, READING),
    ("post", "research:submit_batch"): only(LIAISON, R, READING),
    ("post", "research:drop_batch"): only(LIAISON, R, READING),
    ("post", "research:take_back_batch"): only(LIAISON, R, READING),
    ("get", "research:arrange_batch"): only(OFFICE, A, READING),
    ("get", "research:send_back_batch"): only(OFFICE, A, READING),
    # Under way, with a random spot check that the host does not know of.
    ("get", "research:record_symposium"): only(GOING, A, READING),
    ("post", "research:record_symposium"): only(GOING, V, READING),
    ("get", "research:record_interview"): only(GOING, A, READING),
    ("get", "research:record_spot_check"): only(GOING, A, READING),
    ("get", "research:record_on_site"): only(GOING, A, READING),
    ("post", "research:end_batch"): only(GOING, R, READING),
    ("post", "research:resume_batch"): only(GOING, R, READING),
    ("get", "research:activity"): (READING, A, X, {}),
    ("get", "research:correct_activity"): only(AUTHOR, A, READING),
    ("get", "research:activity_matter"): only(GOING, A, READING),
    ("post", "research:activity_matter"): only(GOING, V, READING),
    ("get", "research:activities_of_matter"): (TOLD | {"desk"}, A, X, {}),
    ("get", "research:home_notes"): (BUSINESS, A),
    ("get", "research:new_home_note"): (CADRES, A),
    ("post", "research:new_home_note"): (CADRES, V),
    # Given to the office.
    ("get", "research:home_note"): (AUTHOR | OFFICE, A, X, {}),
    ("post", "research:take_home_note_back"): only(AUTHOR, R, AUTHOR | OFFICE),
    # Visible only to the author.
    ("get", "research:change_home_note"): (AUTHOR, A, X, {}),
    ("post", "research:give_home_note"): (AUTHOR, R, X, {}),
    ("post", "research:drop_home_note"): (AUTHOR, R, X, {}),
}


def _topics(people, now, today):
    """{state: a topic of the bureau of agriculture}; and one of 县委组织部 to be decided."""
    plan = {
        "title": "小型水利设施管护",
        "source": "plan",
        "outline": "管护主体、经费。",
        "leader": people.cadre,
        "methods": ["symposium", "interview", "spot_check", "on_site"],
        "starts_on": today,
        "ends_on": today + timedelta(days=90),
    }
    own, by = {"lead_organ": people.agriculture}, {"by": people.liaison, "at": now}
    made = {"draft": topics.draft_topic(**by, **own, **plan)}
    for state in ("submitted", "approved", "ready", "concluded", "archived"):
        topic = topics.draft_topic(**by, **own, **plan)
        made[state] = topics.submit_topic(topic=topic, **by)
        if state == "submitted":
            continue
        made[state] = topics.record_decision(topic=topic, **by, decided_on=today)
        if state in ("concluded", "archived"):
            change(made[state], state="concluded")
    made["archived"] = topics.archive_topic(topic=made["archived"], **by)
    office = {"by": people.office, "at": now}
    theirs = plan | {"lead_organ": people.department, "leader": people.cadre2}
    made["to_approve"] = topics.submit_topic(topic=topics.draft_topic(**office, **theirs), **office)
    return made


def _batches(people, topic, now, today):
    """Return {state: a batch}; the one under way has only spot checks, so that it starts at
    once."""
    by, ahead = {"by": people.liaison, "at": now}, today + timedelta(days=30)

    def plan(methods, day):
        return batches.plan_batch(
            topic=topic,
            **by,
            units=[people.village],
            people=[people.cadre],
            methods=methods,
            starts_on=day,
            ends_on=day + timedelta(days=9),
        )

    def arrange(batch):
        checked = batches.submit_batch(batch=batch, **by)
        return batches.arrange_batch(batch=checked, by=people.office, at=now)

    made = {"draft": plan(["symposium"], ahead), "arranged": arrange(plan(["symposium"], ahead))}
    made["checked"] = batches.submit_batch(batch=plan(["symposium"], ahead), **by)
    for name in ("under_way", "over"):
        made[name] = arrange(plan(["spot_check"], today))
        made[name].methods = topic.methods
        made[name].save()
    made["over"] = batches.end_batch(batch=made["over"], by=people.author, at=now)
    return made


def records(people):
    now, today = timezone.now(), timezone.localdate()
    topic = _topics(people, now, today)
    batch = _batches(people, topic["approved"], now, today)
    activity = activities.record_activity(
        batch=batch["under_way"],
        method="symposium",
        by=people.author,
        at=now,
        unit=people.village,
        held_on=today,
        conducted_by=people.cadre,
        content="东支渠没人管护。",
    )
    fields = matter_fields(client_key=uuid.uuid4(), source=Source.RESEARCH)
    matter = activities.register_matter(
        activity=activity, by=people.author, at=now, unit=people.village, **fields
    )
    note = {"seen_on": today, "place": "清溪村", "situation": "路通了。"}
    notes = [home_notes.write_home_note(by=people.author, at=now, **note) for _n in range(2)]
    given = home_notes.give_home_note(note=notes[0], by=people.author, at=now)
    of_topics = {
        "topic": "approved",
        "change_topic": "draft",
        "submit_topic": "draft",
        "drop_topic": "draft",
        "take_back_topic": "submitted",
        "send_back_topic": "submitted",
        "record_decision": "submitted",
        "approve_topic": "to_approve",
        "change_plan": "approved",
        "plan_batch": "approved",
        "stop_topic": "ready",
        "archive_topic": "concluded",
        "restore_topic": "archived",
    }
    of_batches = {
        "batch": "arranged",
        "change_batch": "arranged",
        "cancel_batch": "arranged",
        "plan_days": "draft",
        "submit_batch": "draft",
        "drop_batch": "draft",
        "take_back_batch": "checked",
        "arrange_batch": "checked",
        "send_back_batch": "checked",
        "record_symposium": "under_way",
        "record_interview": "under_way",
        "record_spot_check": "under_way",
        "record_on_site": "under_way",
        "end_batch": "under_way",
        "resume_batch": "over",
    }
    return {
        **{name: [topic[state].pk] for name, state in of_topics.items()},
        **{name: [batch[state].pk] for name, state in of_batches.items()},
        **dict.fromkeys(["activity", "correct_activity", "activity_matter"], [activity.pk]),
        "activities_of_matter": [matter.pk],
        **dict.fromkeys(["home_note", "take_home_note_back"], [given.pk]),
        **dict.fromkeys(["change_home_note", "give_home_note", "drop_home_note"], [notes[1].pk]),
    }
