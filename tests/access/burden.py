"""Requests for data, complaints about the portal, retention, the burden panel."""

from datetime import timedelta

from django.utils import timezone

from outreach.actions import closings
from oversight.actions import (
    archives,
    complaints,
    data_requests,
    privacy_requests,
    retention,
)
from oversight.models import DataRequest
from portal.roles import Role
from portal.run import jobs
from portal.sheets.statistics import Subject
from tests.access.rows import A, R, V, X, only
from tests.oversight.asking import asked
from tests.people import account, fresh

EVERYBODY = {
    "author",
    "liaison",
    "host",
    "desk",
    "handler",
    "office",
    "supervisor",
    "leader",
    "recipient",
    "system",
    "security",
    "auditor",
    "neighbour_cadre",
    "neighbour_host",
    "neighbour_handler",
    "neighbour_liaison",
    "neighbour_office",
}
BUSINESS = EVERYBODY - {"recipient", "system", "security", "auditor"}
ASKING = {"liaison", "host", "office", "neighbour_liaison", "neighbour_host", "neighbour_office"}
HOSTS = {"host", "neighbour_host"}
LEDGER = {
    "liaison",
    "host",
    "desk",
    "office",
    "supervisor",
    "neighbour_host",
    "neighbour_liaison",
    "neighbour_office",
}
EXPORTING = LEDGER | {"handler", "neighbour_handler"}
LIAISON, OFFICE, AUTHOR = {"liaison"}, {"office"}, {"author"}
# Users outside the office who admit and receive requests are not in the cast: see tests/oversight.
NOBODY = set()
OFFICES = {"office", "neighbour_office"}
LEADER = {"leader"}


PAGES = {
    ("get", "oversight:burden_panel"): (LEDGER, A),
    ("get", "oversight:data_requests"): (BUSINESS, A),
    ("post", "oversight:export_data_requests"): (EXPORTING, R),
    ("get", "oversight:own_requests"): (BUSINESS, A),
    ("get", "oversight:new_data_request"): (ASKING, A),
    ("post", "oversight:new_data_request"): (ASKING, V),
    # Submitted: everybody sees who asks for what.
    ("get", "oversight:data_request"): (BUSINESS, A, X, {}),
    ("get", "oversight:admit_data_request"): only(NOBODY, A, BUSINESS),
    ("post", "oversight:admit_data_request"): only(NOBODY, R, BUSINESS),
    ("get", "oversight:return_data_request"): only(NOBODY, A, BUSINESS),
    ("get", "oversight:provide_data_request"): only(NOBODY, A, BUSINESS),
    ("post", "oversight:take_back_data_request"): only(LIAISON, R, BUSINESS),
    # A draft, visible only to its organ.
    ("get", "oversight:change_data_request"): (LIAISON, A, X, {}),
    ("post", "oversight:submit_data_request"): (LIAISON, R, X, {}),
    ("post", "oversight:drop_data_request"): (LIAISON, R, X, {}),
    # Admitted.
    ("get", "oversight:withdraw_data_request"): only(LIAISON, A, BUSINESS),
    ("post", "oversight:withdraw_data_request"): only(LIAISON, V, BUSINESS),
    ("get", "oversight:tell_unadmitted"): (HOSTS, A),
    ("post", "oversight:tell_unadmitted"): (HOSTS, V),
    ("get", "oversight:unadmitted_requests"): (NOBODY, A),
    ("get", "oversight:unadmitted_request"): (NOBODY, A, X, {}),
    ("get", "oversight:settle_unadmitted"): (NOBODY, A, X, {}),
    ("get", "oversight:complaints"): (EVERYBODY, A),
    ("post", "oversight:export_complaints"): (OFFICES, R),
    ("get", "oversight:new_complaint"): (EVERYBODY, A),
    ("post", "oversight:new_complaint"): (EVERYBODY, V),
    ("get", "oversight:complaint_by_code"): (EVERYBODY, A),
    ("post", "oversight:complaint_by_code"): (EVERYBODY, V),
    ("post", "oversight:rate_by_code"): (EVERYBODY, V),
    ("post", "oversight:consent_by_code"): (EVERYBODY, V),
    ("get", "oversight:complaint"): (AUTHOR | OFFICE, A, X, {}),
    ("post", "oversight:accept_complaint"): only(OFFICE, R, AUTHOR | OFFICE),
    # Accepted.
    ("get", "oversight:answer_complaint"): only(OFFICE, A, AUTHOR | OFFICE),
    ("get", "oversight:extend_complaint"): only(OFFICE, A, AUTHOR | OFFICE),
    ("get", "oversight:ask_consent"): only(OFFICE, A, AUTHOR | OFFICE),
    # Its author was asked for consent, has agreed, or has the answer.
    ("post", "oversight:agree_complaint"): only(AUTHOR, R, AUTHOR | OFFICE),
    ("post", "oversight:decline_complaint"): only(AUTHOR, R, AUTHOR | OFFICE),
    ("get", "oversight:pass_on_complaint"): only(OFFICE, A, AUTHOR | OFFICE),
    ("get", "oversight:rate_complaint"): only(AUTHOR, A, AUTHOR | OFFICE),
    ("post", "oversight:archive_complaint"): only(OFFICE, R, AUTHOR | OFFICE),
    ("get", "oversight:take_back_complaint_step"): only(OFFICE, A, AUTHOR | OFFICE),
    ("post", "oversight:take_back_complaint_step"): only(OFFICE, V, AUTHOR | OFFICE),
    ("get", "oversight:destruction_lists"): (OFFICES | LEADER, A),
    ("get", "oversight:retention_runs"): (OFFICES | LEADER, A),
    ("get", "oversight:archive_packages"): (OFFICES, A),
    ("get", "oversight:make_package"): (OFFICES, A),
    ("post", "oversight:make_package"): (OFFICES, V),
    ("get", "oversight:archive_package"): (OFFICE, A, X, {}),
    # Downloaded by the user who made it.
    ("get", "oversight:archive_file"): (OFFICE, A, X, {}),
    ("get", "oversight:privacy_requests"): (OFFICES | LEADER, A),
    ("get", "oversight:register_privacy_request"): (OFFICES, A),
    ("post", "oversight:register_privacy_request"): (OFFICES, V),
    ("get", "oversight:privacy_request"): (OFFICE | LEADER, A, X, {}),
    ("get", "oversight:look_up_held"): (OFFICE | LEADER, A, X, {}),
    ("get", "oversight:prepare_privacy_answer"): only(OFFICE, A, OFFICE | LEADER),
    ("post", "oversight:prepare_privacy_answer"): only(OFFICE, V, OFFICE | LEADER),
    # Proposed by the office, so somebody else must approve.
    ("post", "oversight:approve_privacy_answer"): only(LEADER, R, OFFICE | LEADER),
    ("get", "oversight:send_back_privacy_answer"): only(LEADER, A, OFFICE | LEADER),
    ("post", "oversight:send_back_privacy_answer"): only(LEADER, V, OFFICE | LEADER),
    # Approved.
    ("get", "oversight:copy_for_person"): only(OFFICE, A, OFFICE | LEADER),
    ("post", "oversight:erase_held"): only(OFFICE, R, OFFICE | LEADER),
    ("get", "oversight:begin_destruction"): (OFFICES, A),
    ("post", "oversight:begin_destruction"): (OFFICES, V),
    ("get", "oversight:destruction_list"): (OFFICE | LEADER, A, X, {}),
    ("post", "oversight:export_destruction"): only(OFFICE, R, OFFICE | LEADER),
    ("get", "oversight:keep_records"): only(OFFICE, A, OFFICE | LEADER),
    ("post", "oversight:submit_destruction"): only(OFFICE, R, OFFICE | LEADER),
    ("post", "oversight:drop_destruction"): only(OFFICE, R, OFFICE | LEADER),
    ("post", "oversight:take_back_destruction"): only(OFFICE, R, OFFICE | LEADER),
    ("get", "oversight:approve_destruction"): only(LEADER, A, OFFICE | LEADER),
    ("get", "oversight:return_destruction"): only(LEADER, A, OFFICE | LEADER),
    ("get", "oversight:destroy_records"): only(OFFICE, A, OFFICE | LEADER),
}


def _requests(people, officer, now, today):
    by = {"by": people.liaison, "at": now}

    def drafted():
        return data_requests.draft_request(**by, **asked())

    def submitted():
        return data_requests.submit_request(request=drafted(), **by)

    draft, handed_in = drafted(), submitted()
    admitted = data_requests.admit_request(request=submitted(), by=officer, at=now)
    of = dict.fromkeys(
        [f"{act}data_request" for act in ("", "admit_", "return_", "provide_", "take_back_")],
        [handed_in.pk],
    )
    of |= {f"{act}_data_request": [draft.pk] for act in ("change", "submit", "drop")}
    told = data_requests.tell_unadmitted(
        by=people.host, organ=people.water, text="要求报数", asked_on=today
    )
    of |= dict.fromkeys(("unadmitted_request", "settle_unadmitted"), [told.pk])
    return of | {"withdraw_data_request": [admitted.pk]}


def _complaints(people, officer, now):
    def sent():
        return complaints.send_complaint(by=people.author, at=now, kind="fault", text="打不开")

    by = {"by": officer, "at": now}

    def accepted():
        return complaints.accept_complaint(complaint=sent(), **by)

    def consulted():
        return complaints.ask_consent(complaint=accepted(), door="matter", **by)

    new, taken_up, asked_for = sent(), accepted(), consulted()
    agreed = complaints.agree(complaint=consulted(), by=people.author, at=now)
    answered = complaints.answer_complaint(complaint=accepted(), answer="已修复", **by)
    archived = complaints.answer_complaint(complaint=accepted(), answer="已修复", **by)
    archived = complaints.archive_complaint(complaint=archived, **by)
    return {
        "take_back_complaint_step": [archived.pk],
        **dict.fromkeys(("complaint", "accept_complaint"), [new.pk]),
        **dict.fromkeys(("answer_complaint", "extend_complaint", "ask_consent"), [taken_up.pk]),
        **dict.fromkeys(("agree_complaint", "decline_complaint"), [asked_for.pk]),
        "pass_on_complaint": [agreed.pk],
        **dict.fromkeys(("rate_complaint", "archive_complaint"), [answered.pk]),
    }


def _lists(people, now, today):
    """Destruction lists for requests that 县委组织部 made eleven years ago."""
    old = data_requests.draft_request(by=people.office, at=now, **asked())
    old = data_requests.submit_request(request=old, by=people.office, at=now)
    ends_on = today - timedelta(days=4100)
    DataRequest.objects.filter(pk=old.pk).update(
        state="withdrawn", starts_on=ends_on, ends_on=ends_on
    )
    by = {"by": people.office, "at": now}

    def begun():
        before = retention.years_before(today, 10)
        return retention.begin_list(title="到期档案", kind="request", before=before, **by)

    def submitted():
        return retention.submit_list(listed=begun(), **by)

    draft, handed_in = begun(), submitted()
    approved = retention.approve_list(listed=submitted(), by=fresh(people.leader), at=now)
    of_draft = ("destruction_list", "export_destruction", "keep_records")
    handed = ("take_back_destruction", "approve_destruction", "return_destruction")
    return {
        **dict.fromkeys((*of_draft, "submit_destruction", "drop_destruction"), [draft.pk]),
        **dict.fromkeys(handed, [handed_in.pk]),
        "destroy_records": [approved.pk],
    }


def _packages(people, now, today):
    """Packages of last year, which 县委组织部 has closed."""
    closing = closings.close_year(
        subject=Subject(people.county), year=today.year - 1, by=people.office, at=now
    )
    package = archives.make_package(closing=closing, term="30", by=people.office, at=now)
    jobs.run(package.job_id, clock=timezone.now)
    return dict.fromkeys(("archive_package", "archive_file"), [package.pk])


def _privacy(people, now, today):
    def request(wish):
        return privacy_requests.register_request(
            by=people.office,
            at=now,
            received_on=today,
            way="person",
            wish=wish,
            name="李大山",
            phone="100-0000-0001",
            identity="出示身份证件",
        )

    def prepared(wish):
        return privacy_requests.prepare_answer(
            request=request(wish), by=people.office, decision="granted", answer="已办理"
        )

    def approved(wish):
        return privacy_requests.approve_answer(
            request=prepared(wish), by=fresh(people.leader), at=now
        )

    new, proposed = request("erase"), prepared("erase")
    return {
        **dict.fromkeys(("privacy_request", "look_up_held", "prepare_privacy_answer"), [new.pk]),
        **dict.fromkeys(("approve_privacy_answer", "send_back_privacy_answer"), [proposed.pk]),
        "copy_for_person": [approved("copy").pk],
        "erase_held": [approved("erase").pk],
    }


def records(people):
    now, today = timezone.now(), timezone.localdate()
    officer = account("officer", "钟减", people.desk_organ, Role.BURDEN, place=people.county)
    officer = fresh(officer)
    retention.anonymise(at=now)
    return {
        **_requests(people, officer, now, today),
        **_complaints(people, officer, now),
        **_lists(people, now, today),
        **_packages(people, now, today),
        **_privacy(people, now, today),
    }
