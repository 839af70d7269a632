"""Stays, their months, leave and reports, as seen by the cadre, the sending organ, the host, the
office and other readers."""

from datetime import date, timedelta

from django.utils import timezone

from outreach.actions import stay_months, stay_reports, stays

READERS = ("author", "liaison", "host", "office", "supervisor")
EVERYBODY = (
    "leader",
    "author",
    "liaison",
    "host",
    "desk",
    "handler",
    "office",
    "supervisor",
    "recipient",
    "system",
    "security",
    "auditor",
    "neighbour_cadre",
    "neighbour_host",
    "neighbour_handler",
    "neighbour_liaison",
    "neighbour_office",
)
READ_STAYS = (
    "liaison",
    "host",
    "office",
    "supervisor",
    "neighbour_host",
    "neighbour_liaison",
    "neighbour_office",
)


def seen_by(*who):
    """Refuse other readers with 403; to everybody else the record does not exist."""
    return (404, {one: 403 for one in READERS if one not in who})


def act(*who, status=200):
    return (who, status, *seen_by(*who))


PAGES = {
    ("get", "stays"): (EVERYBODY, 200),
    ("get", "new_stay"): (("office", "neighbour_office"), 200),
    ("post", "new_stay"): (("office", "neighbour_office"), 422),
    ("post", "export_stays"): (READ_STAYS, 302),
    ("get", "stay_timeline"): (EVERYBODY, 200),
    ("get", "stay_coverage"): (READ_STAYS, 200),
    ("get", "covered_units"): (READ_STAYS, 200),
    ("get", "stay_months"): (EVERYBODY, 200),
    ("post", "stay_months"): (("host", "neighbour_host"), 422),
    ("post", "export_stay_months"): (READ_STAYS, 302),
    ("get", "leaves"): (EVERYBODY, 200),
    ("get", "decide_leave"): act("host"),
    ("post", "decide_leave"): act("host", status=422),
    ("get", "note_return"): act(),
    ("post", "withdraw_leave"): act("author", "liaison", "host", status=302),
    ("get", "leave_sheet"): (READERS, 200, 404, {}),
    ("get", "handover_sheet"): (READERS, 200, 404, {}),
    ("get", "stay"): (READERS, 200, 404, {}),
    ("get", "change_stay_end"): act("office"),
    ("post", "change_stay_end"): act("office", status=422),
    ("get", "end_stay"): act("office"),
    ("post", "end_stay"): act("office", status=422),
    ("get", "complete_stay"): act(),
    ("get", "cancel_stay"): act("office"),
    ("post", "cancel_stay"): act("office", status=422),
    ("get", "replace_stay"): act("office"),
    ("post", "replace_stay"): act("office", status=422),
    ("get", "hand_over_stay"): act("office", "host", "liaison"),
    ("post", "hand_over_stay"): act("office", "host", "liaison", status=422),
    ("get", "stay_opinion"): act("author", "office", "host", "liaison"),
    ("post", "stay_opinion"): act("author", "office", "host", "liaison", status=422),
    ("get", "stay_appraisal"): (READERS, 200, 404, {}),
    ("get", "ask_leave"): act("author", "liaison", "host"),
    ("post", "ask_leave"): act("author", "liaison", "host", status=422),
    ("get", "stay_month"): (READERS, 200, 404, {}),
    ("get", "note_days"): act("author", "liaison", "host"),
    ("post", "note_days"): act("author", "liaison", "host", status=422),
    ("get", "write_stay_work"): act("author", "liaison", "host"),
    ("get", "correct_stay_month"): act("host"),
    ("post", "correct_stay_month"): act("host", status=422),
    ("get", "take_back_month"): act("host", "office"),
    ("post", "take_back_month"): act("host", "office", status=422),
    ("get", "write_stay_plan"): (
        ("author", "liaison"),
        200,
        404,
        {"office": 403, "supervisor": 403},
    ),
    ("post", "write_stay_plan"): (
        ("author", "liaison"),
        302,
        404,
        {"office": 403, "supervisor": 403},
    ),
    ("get", "new_stay_report"): act("author"),
    ("post", "new_stay_report"): act("author", status=422),
    ("get", "stay_reports"): (EVERYBODY, 200),
    ("post", "export_stay_reports"): (READ_STAYS, 302),
    ("get", "stay_report"): (READERS, 200, 404, {}),
    ("get", "edit_stay_report"): act(),
    ("post", "hand_in_report"): act(),
    ("get", "review_report"): act("office", "liaison"),
    ("post", "review_report"): act("office", "liaison", status=422),
    ("get", "stay_report_sheet"): (READERS, 200, 404, {}),
    ("get", "decide_suggestion"): act("office", "host"),
    ("post", "decide_suggestion"): act("office", "host", status=422),
}


def records(people):
    """A stay that ends soon, with an attested earlier month, leave, a report and a handover; a
    future stay; and one with an accepted report."""
    today, at = timezone.localdate(), timezone.now()
    first = today.replace(day=1)
    before = (first - timedelta(days=1)).replace(day=1)

    def stay_of(starts_on, ends_on, kind="residential"):
        return stays.publish_stay(
            cadre=people.cadre,
            unit=people.village,
            kind=kind,
            starts_on=starts_on,
            ends_on=ends_on,
            document="云组通〔2026〕5号",
            by=people.office,
            at=at,
        )

    def report_of(stay):
        report = stay_reports.draft_report(
            stay=stay,
            by=people.author,
            at=at,
            suggestions=["整修东支渠"],
            title="蹲点调研",
            starts_on=stay.starts_on,
            ends_on=today,
            members="",
            method="",
            situation="三百余户。",
            problems="",
            causes="",
            solved="",
        )
        return stay_reports.hand_in(report=report, by=people.author, at=at)

    running = stay_of(before, today + timedelta(days=20))
    later = stay_of(today + timedelta(days=21), today + timedelta(days=90))
    led = stay_of(today + timedelta(days=5), today + timedelta(days=8), kind="leader")
    stay_months.attest_months(said=[stay_months.Said(running, before, True)], by=people.host, at=at)
    leave = stay_months.ask_leave(
        stay=running,
        kind="annual",
        starts_on=today + timedelta(days=2),
        ends_on=today + timedelta(days=3),
        stand_in=people.cadre2,
        by=people.author,
        at=at,
    )
    waiting, accepted = report_of(running), report_of(running)
    stay_reports.review_report(report=accepted, accepted=True, text="", by=people.office, at=at)
    handover = _handed_over(people, at)
    acts = (
        "stay",
        "change_stay_end",
        "end_stay",
        "complete_stay",
        "replace_stay",
        "hand_over_stay",
        "stay_opinion",
        "stay_appraisal",
        "ask_leave",
        "new_stay_report",
    )
    return {
        **{name: [running.pk] for name in acts},
        "cancel_stay": [later.pk],
        "write_stay_plan": [led.pk],
        **{
            name: [running.pk, today.year, today.month]
            for name in ("stay_month", "note_days", "write_stay_work")
        },
        **dict.fromkeys(
            ["correct_stay_month", "take_back_month"], [running.pk, before.year, before.month]
        ),
        **{
            name: [leave.pk]
            for name in ("decide_leave", "note_return", "withdraw_leave", "leave_sheet")
        },
        "handover_sheet": [handover.pk],
        **{
            name: [waiting.pk]
            for name in (
                "stay_report",
                "edit_stay_report",
                "hand_in_report",
                "review_report",
                "stay_report_sheet",
            )
        },
        "decide_suggestion": [accepted.suggestions.get().pk],
    }


def _handed_over(people, at):
    """A handover of a stay long ago to somebody without areas there, so that nothing else of the
    cast changes."""
    old = stays.publish_stay(
        cadre=people.cadre,
        unit=people.village,
        kind="residential",
        starts_on=date(2019, 1, 1),
        ends_on=date(2019, 12, 31),
        document="云组通〔2019〕5号",
        by=people.office,
        at=at,
    )
    return old.handovers.create(successor=people.cadre2, on=old.ends_on, by=people.office, at=at)
