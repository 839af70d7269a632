"""Steps are taken back by the user who made them, or by the office above."""

from datetime import timedelta

from django.utils import timezone

from outreach.actions import closings, follow_ups, meetings
from portal.sheets.figures import Scope
from portal.sheets.statistics import Subject
from tests.access.rows import A, N, V, X, only

READERS = {"author", "liaison", "host", "desk", "handler", "office", "supervisor"}


# 刘洋 has signed for the matter, so it is too late for 周正, who assigned it.
SIGNED = {"handler", "office"}

PAGES = {
    ("get", "take_back"): only(SIGNED, A, READERS),
    ("post", "take_back"): only(SIGNED, V, READERS),
    # 李明 wrote the word down, and nobody says for him that it was a mistake.
    ("get", "ask_again"): only({"office"}, A, {"host", "desk", "office"}),
    ("post", "ask_again"): only({"office"}, V, {"host", "desk", "office"}),
    # Whoever holds the host's meeting; desk, office and supervisor only read it.
    ("get", "withdraw_decision"): only({"host"}, A, {"host", "desk", "office", "supervisor"}),
    ("post", "withdraw_decision"): only({"host"}, V, {"host", "desk", "office", "supervisor"}),
    ("get", "undo_closing"): ({"office"}, A, X, {"supervisor": N}),
    ("post", "undo_closing"): ({"office"}, V, X, {"supervisor": N}),
}


def records(people):
    signed, asked = people.in_progress(), people.awaiting_word()
    call = asked.follow_ups.get()
    who = {"by": people.office, "at": timezone.now()}
    follow_ups.arrange_call(follow_up=call, caller=people.office, **who)
    follow_ups.record_word(follow_up=call, word="satisfied", **who)
    closing = closings.close_year(
        subject=Subject(people.county), year=timezone.localdate().year - 1, **who
    )
    # Last month's meeting: test_access has this month's.
    first = (timezone.localdate().replace(day=1) - timedelta(days=1)).replace(day=1)
    host = {"by": people.host, "at": timezone.now()}
    meeting = meetings.prepare_meeting(
        scope=Scope(people.host, host=people.town_organ),
        month=first,
        held_on=timezone.localdate(),
        **host,
    )
    decided = {"text": "月底前清淤", "organ": people.water, "due_on": timezone.localdate()}
    decision = meetings.record_decision(meeting=meeting, matters=[signed], **decided, **host)
    return {
        "take_back": [signed.pk],
        "ask_again": [call.pk],
        "undo_closing": [closing.pk],
        "withdraw_decision": [decision.pk],
    }
