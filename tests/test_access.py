"""Every address × every role × the neighbour (right role, wrong place).

`make test` asks each address once for each answer that its row expects, as a user drawn by the
run's seed; `make test-long` asks as everybody.

A number is the status of the answer. Lists answer 200 to all who may open them; their contents have
tests of their own. POSTs are sent empty: 422 and 302 mean “let in”, 403 and 404 mean not.
"""

import random
from collections import defaultdict
from datetime import timedelta
from uuid import uuid4

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.files.base import ContentFile
from django.db import transaction
from django.template.backends.django import Template
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone

from outreach.actions import call_back_keys, notices
from outreach.actions import visits as visit_actions
from outreach.actions.meetings import prepare_meeting
from outreach.models import CallBackKey, ConductReport, FollowUp, Household, VisitDraft
from portal import tasks
from portal.actions import reports as report_actions
from portal.models import (
    Attachment,
    AvoidancePair,
    BreakGlass,
    ContactChannel,
    Delivery,
    Experience,
    ImportBatch,
    Job,
    Lockout,
    PartyOrganization,
    Reminder,
    Reorganisation,
    SavedFilter,
    ScheduledExport,
    StandIn,
    User,
)
from portal.roles import Role
from portal.sheets.figures import Scope
from portal.sheets.periods import year_so_far
from portal.sheets.statistics import Subject
from portal.trust import crypto
from tests.access import PARTS, api_calls
from tests.people import STATED, account
from tests.sheets import bring, workbook

pytestmark = pytest.mark.each_run

WHO = (
    "author",
    "liaison",
    "host",
    "desk",
    "handler",
    "office",
    "supervisor",
    # Of 县委组织部; named for a case and as lead official, and sees nothing else.
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
)
NEIGHBOURS = {who for who in WHO if who.startswith("neighbour_")}
A = 200  # the answer to a GET that is let in
R = 302
N = 403
X = 404
V = 422
# All who are not named in a row.
REST = "*"

OUTREACH = {
    ("get", "today"): {A: REST},
    ("get", "first_figures"): {A: "host neighbour_host", N: REST},
    ("get", "figures_of_unit"): {A: "host desk office supervisor", N: REST},
    ("get", "visits"): {A: REST},
    ("get", "new_visit"): {
        A: "author liaison host neighbour_cadre neighbour_host neighbour_liaison supervisor leader",
        N: REST,
    },
    ("post", "keep_draft"): {
        A: "author liaison host neighbour_cadre neighbour_host neighbour_liaison supervisor leader",
        N: REST,
    },
    ("post", "drop_draft"): {R: "author", X: REST},
    ("post", "export_visits"): {
        R: "liaison host desk handler office supervisor"
        " neighbour_host neighbour_handler neighbour_liaison neighbour_office",
        N: REST,
    },
    ("get", "visit"): {A: "author liaison host office supervisor", X: REST},
    ("get", "diary"): {A: "author liaison host office supervisor", X: REST},
    ("get", "correct_visit"): {A: "author", N: "liaison host office supervisor", X: REST},
    ("get", "add_note"): {A: "author", N: "liaison host office supervisor", X: REST},
    ("get", "change_photos"): {A: "author", N: "liaison host office supervisor", X: REST},
    ("post", "change_photos"): {V: "author", N: "liaison host office supervisor", X: REST},
    ("get", "void_visit"): {N: "author liaison host office supervisor", X: REST},
    # Entered for 王建国 by his liaison.
    ("post", "confirm_visit"): {R: "author", N: "liaison host office supervisor", X: REST},
    ("get", "refuse_visit"): {A: "author", N: "liaison host office supervisor", X: REST},
    ("post", "refuse_visit"): {V: "author", N: "liaison host office supervisor", X: REST},
    ("get", "visit_photo"): {A: "author liaison host office supervisor", X: REST},
    ("get", "matters"): {A: REST},
    ("get", "new_matter"): {
        A: "author liaison host desk office leader"
        " neighbour_cadre neighbour_host neighbour_liaison neighbour_office",
        N: REST,
    },
    ("post", "export_matters"): {
        R: "liaison host desk handler office supervisor"
        " neighbour_host neighbour_handler neighbour_liaison neighbour_office",
        N: REST,
    },
    ("post", "bulk"): {A: "author liaison host desk handler office supervisor leader", R: REST},
    ("get", "matter"): {A: "author liaison host desk handler office supervisor leader", X: REST},
    ("get", "act"): {A: "handler", N: "author liaison host desk office supervisor leader", X: REST},
    ("post", "act"): {
        V: "handler",
        N: "author liaison host desk office supervisor leader",
        X: REST,
    },
    ("post", "reveal_contact"): {
        A: "author host handler",
        N: "liaison desk office supervisor leader",
        X: REST,
    },
    ("get", "change_contact"): {
        A: "author host",
        N: "liaison desk handler office supervisor leader",
        X: REST,
    },
    ("post", "change_contact"): {
        V: "author host",
        N: "liaison desk handler office supervisor leader",
        X: REST,
    },
    ("get", "slip"): {A: "author liaison host desk handler office supervisor leader", X: REST},
    ("get", "matter_file"): {A: "author liaison host desk handler office supervisor", X: REST},
    ("get", "notices"): {
        A: "author liaison host desk handler office supervisor leader"
        " neighbour_cadre neighbour_host neighbour_handler neighbour_liaison neighbour_office",
        N: REST,
    },
    ("get", "new_notice"): {
        A: "liaison host office neighbour_host neighbour_liaison neighbour_office",
        N: REST,
    },
    ("post", "new_notice"): {
        V: "liaison host office neighbour_host neighbour_liaison neighbour_office",
        N: REST,
    },
    ("post", "export_notices"): {
        R: "liaison host desk handler office supervisor"
        " neighbour_host neighbour_handler neighbour_liaison neighbour_office",
        N: REST,
    },
    ("get", "notice"): {A: "handler office supervisor leader", X: REST},
    ("get", "edit_notice"): {A: "office", X: REST},
    ("post", "drop_notice"): {R: "office", X: REST},
    ("get", "publish_notice"): {A: "office", X: REST},
    ("post", "publish_notice"): {R: "office", X: REST},
    ("get", "correct_notice"): {A: "office", N: "handler supervisor leader", X: REST},
    ("get", "withdraw_notice"): {A: "office", N: "handler supervisor leader", X: REST},
    ("post", "withdraw_notice"): {V: "office", N: "handler supervisor leader", X: REST},
    ("get", "answer_notice"): {A: "handler", N: "office supervisor leader", X: REST},
    ("post", "answer_notice"): {V: "handler", N: "office supervisor leader", X: REST},
    ("get", "notice_print"): {A: "handler office supervisor leader", X: REST},
    ("get", "notice_file"): {A: "handler office supervisor leader", X: REST},
    ("get", "follow_ups"): {A: REST},
    ("get", "follow_up"): {A: "author host desk office", X: REST},
    ("post", "follow_up"): {V: "author", N: "host desk office", X: REST},
    ("get", "arrange_call"): {A: "host desk office", N: "author", X: REST},
    ("get", "call_sheet"): {A: "author host desk office", X: REST},
    ("get", "call_back_keys"): {
        A: "liaison host desk office supervisor neighbour_host neighbour_liaison neighbour_office",
        N: REST,
    },
    ("get", "call_back_results"): {
        A: "liaison host desk office supervisor neighbour_host neighbour_liaison neighbour_office",
        X: REST,
    },
    ("get", "dashboard"): {
        A: "liaison host desk office supervisor neighbour_host neighbour_liaison neighbour_office",
        N: REST,
    },
    ("get", "going_down"): {
        A: "liaison host desk office supervisor neighbour_host neighbour_liaison neighbour_office",
        N: REST,
    },
    ("get", "festival_visits"): {
        A: "liaison host desk office supervisor neighbour_host neighbour_liaison neighbour_office",
        N: REST,
    },
    ("get", "over_the_year"): {
        A: "liaison host desk office supervisor neighbour_host neighbour_liaison neighbour_office",
        N: REST,
    },
    ("get", "print_dashboard"): {
        A: "liaison host desk office supervisor neighbour_host neighbour_liaison neighbour_office",
        N: REST,
    },
    ("get", "busy_units"): {
        V: "liaison host office supervisor neighbour_host neighbour_liaison neighbour_office",
        N: REST,
    },
    ("get", "units_without_contact"): {
        A: "liaison host office supervisor neighbour_host neighbour_liaison neighbour_office",
        N: REST,
    },
    ("get", "unattended_units"): {
        A: "liaison host desk office supervisor neighbour_host neighbour_liaison neighbour_office",
        N: REST,
    },
    ("get", "words"): {
        A: "liaison host desk office supervisor neighbour_host neighbour_liaison neighbour_office",
        N: REST,
    },
    ("get", "meetings"): {
        A: "liaison host desk office supervisor neighbour_host neighbour_liaison neighbour_office",
        N: REST,
    },
    ("get", "new_meeting"): {A: "host desk office neighbour_host neighbour_office", N: REST},
    ("post", "new_meeting"): {V: "host desk office neighbour_host neighbour_office", N: REST},
    ("get", "meeting"): {A: "host desk office supervisor", X: REST},
    ("get", "print_meeting"): {A: "host desk office supervisor", X: REST},
    ("get", "decide"): {A: "host", N: "desk office supervisor", X: REST},
    ("post", "decide"): {V: "host", N: "desk office supervisor", X: REST},
    ("get", "contact_areas"): {A: REST},
    ("get", "new_contact_area"): {
        A: "liaison host office neighbour_host neighbour_liaison neighbour_office",
        N: REST,
    },
    ("post", "end_contact_area"): {R: "liaison host office", N: "author", X: REST},
    ("get", "households"): {A: "author host", N: REST},
    ("get", "new_household"): {A: "author host", N: REST},
    ("get", "household"): {A: "author host", N: REST},
    ("get", "year_closings"): {
        A: "liaison host office supervisor neighbour_host neighbour_liaison neighbour_office",
        N: REST,
    },
    ("get", "close_year"): {A: "office neighbour_office", N: REST},
    ("get", "conduct_reports"): {A: "recipient", N: REST},
    ("get", "new_conduct_report"): {
        A: "author liaison host desk office supervisor leader"
        " neighbour_cadre neighbour_host neighbour_liaison neighbour_office",
        N: REST,
    },
    ("get", "conduct_report"): {A: "recipient", X: REST},
    ("get", "hand_over_report"): {A: "recipient", X: REST},
    ("get", "close_report"): {A: "recipient", X: REST},
    ("post", "step_aside"): {R: "recipient", X: REST},
}

FRAME = {
    ("get", "home"): {R: REST},
    ("get", "todo"): {A: REST},
    ("get", "todo_next"): {R: REST},
    ("get", "area"): {
        A: "author liaison host desk handler office supervisor recipient leader"
        " neighbour_cadre neighbour_host neighbour_handler neighbour_liaison neighbour_office",
        N: REST,
    },
    ("get", "side_counts"): {A: REST},
    ("get", "search"): {A: REST},
    ("get", "command"): {A: REST},
    ("get", "pick"): {
        A: "author liaison host desk handler office supervisor system security leader"
        " neighbour_cadre neighbour_host neighbour_handler neighbour_liaison neighbour_office",
        N: REST,
    },
    ("get", "readyz"): {A: REST},
    ("get", "healthz"): {503: REST},
    ("get", "jobs"): {A: REST},
    ("get", "job"): {A: "author", X: REST},
    ("get", "job_file"): {X: REST},
}


EVERYBODY = frozenset(WHO)
READERS = EVERYBODY - {"recipient", "system", "security", "auditor"}
OFFICE = frozenset({"office"})
SYSTEM, SECURITY, AUDITOR = frozenset({"system"}), frozenset({"security"}), frozenset({"auditor"})
SLIPS = frozenset({"liaison", "office"})
ARRANGING = OFFICE | SYSTEM | SECURITY | AUDITOR | {"neighbour_office"}
# Users who read both ledgers of a whole area or organ, and all who may export.
COUNTERS = frozenset(
    {
        "liaison",
        "host",
        "office",
        "supervisor",
        "neighbour_host",
        "neighbour_liaison",
        "neighbour_office",
    }
)
EXPORTERS = COUNTERS | {"desk", "handler", "neighbour_handler"}
COUNTY = frozenset({"office", "supervisor"})
# Users who may import places, and all who may import any kind.
PLACE_KEEPERS = OFFICE | {"neighbour_office"}
IMPORTERS = (
    PLACE_KEEPERS
    | SYSTEM
    | SECURITY
    | {"liaison", "host", "desk", "neighbour_host", "neighbour_liaison"}
)

# Sign-in, places, people, norms, administration: who is let in, with which status. All others get
# 403, or the status named last.
STAFF = {
    ("get", "account_login"): (EVERYBODY, 302),
    ("get", "account_logout"): (EVERYBODY, 200),
    ("get", "account_inactive"): (EVERYBODY, 200),
    ("get", "account_change_password"): (EVERYBODY, 200),
    ("get", "account_reauthenticate"): (EVERYBODY, 200),
    ("get", "usersessions_list"): (EVERYBODY, 200),
    ("post", "usersessions_list"): (EVERYBODY, 302),
    ("post", "end_session"): (frozenset({"author"}), 302, 404, {}),
    # Not found while single sign-on is off.
    ("get", "sso_begin"): (EVERYBODY, 404),
    ("get", "sso_back"): (EVERYBODY, 404),
    ("get", "signed_out"): (EVERYBODY, 404),
    ("post", "large_type"): (EVERYBODY, 302),
    ("post", "set_language"): (EVERYBODY, 302),
    ("post", "shortcuts"): (EVERYBODY, 302),
    ("get", "roles"): (EVERYBODY, 200),
    ("get", "help"): (EVERYBODY, 200),
    ("get", "keys"): (EVERYBODY, 200),
    ("get", "first_day"): (ARRANGING, 200),
    ("post", "hide_first_day"): (ARRANGING, 302),
    ("get", "saved_filters"): (EVERYBODY, 200),
    ("get", "rename_filter"): (frozenset({"author"}), 200, 404, {}),
    ("post", "drop_filter"): (frozenset({"author"}), 302, 404, {}),
    ("post", "save_filter"): (EVERYBODY, 422),
    ("post", "choose_columns"): (EVERYBODY, 302),
    ("get", "accounts"): (SYSTEM | SECURITY, 200),
    ("get", "new_account"): (SYSTEM, 200),
    ("get", "account"): (SYSTEM | SECURITY, 200),
    ("get", "edit_account"): (SYSTEM, 200),
    ("post", "end_account"): (SYSTEM, 302),
    ("post", "reactivate_account"): (SYSTEM, 200),
    ("get", "give_grant"): (SECURITY, 200),
    ("post", "drop_second_factor"): (SECURITY, 302),
    ("post", "revoke_grant"): (SECURITY, 302),
    ("get", "password_slips"): (SLIPS | {"neighbour_liaison", "neighbour_office"}, 200),
    ("post", "make_password_slip"): (
        SLIPS,
        200,
        403,
        {"neighbour_liaison": 404, "neighbour_office": 404},
    ),
    ("get", "lockouts"): (SECURITY, 200),
    ("get", "openings"): (SYSTEM | SECURITY | AUDITOR, 200),
    ("post", "say_seen"): (SYSTEM | AUDITOR, 302),
    ("post", "unlock"): (SECURITY, 302),
    ("get", "audit"): (AUDITOR, 200),
    ("get", "condition"): (SYSTEM | OFFICE | {"neighbour_office"}, 200),
    ("get", "divisions"): (READERS, 200),
    ("get", "division"): (READERS, 200),
    ("get", "new_division"): (OFFICE | {"neighbour_office"}, 200),
    ("get", "edit_division"): (OFFICE, 200),
    ("get", "end_division"): (frozenset(), 200),
    ("get", "organs"): (READERS, 200),
    ("get", "organ"): (READERS, 200),
    ("get", "new_organ"): (OFFICE | {"neighbour_office"}, 200),
    ("get", "edit_organ"): (OFFICE, 200),
    ("get", "end_organ"): (OFFICE, 200),
    ("get", "party_organizations"): (READERS, 200),
    ("get", "party_organization"): (READERS, 200),
    ("get", "new_party_organization"): (OFFICE | {"neighbour_office"}, 200),
    ("get", "edit_party_organization"): (OFFICE, 200),
    ("get", "rename_party_organization"): (OFFICE, 200),
    ("get", "end_party_organization"): (OFFICE, 200),
    ("get", "units"): (READERS, 200),
    ("get", "unit"): (READERS, 200),
    ("get", "new_unit"): (OFFICE | {"neighbour_office"}, 200),
    ("get", "units_from_divisions"): (OFFICE | {"neighbour_office"}, 200),
    ("get", "edit_unit"): (OFFICE, 200),
    ("get", "end_unit"): (OFFICE, 200),
    ("get", "cadres"): (READERS, 200),
    ("get", "cadre"): (READERS, 200),
    ("get", "handing_over"): (SLIPS | {"author"}, 200),
    ("get", "new_cadre"): (OFFICE | {"neighbour_office"}, 200),
    ("get", "edit_cadre"): (OFFICE, 200),
    ("get", "cadre_left"): (OFFICE, 200),
    ("get", "add_experience"): (OFFICE, 200),
    ("post", "drop_experience"): (OFFICE, 302),
    ("get", "edit_placing"): (OFFICE, 200),
    ("get", "add_avoidance"): (OFFICE, 200),
    ("post", "end_avoidance"): (OFFICE, 302),
    ("get", "stand_ins"): (READERS | {"recipient"}, 200),
    ("get", "new_stand_in"): (READERS | {"recipient"}, 200),
    ("post", "end_stand_in"): (SLIPS | {"author"}, 302, 404, {}),
    ("get", "reorganisations"): (READERS, 200),
    ("get", "reorganisation"): (READERS, 200),
    ("get", "begin_reorganisation"): (OFFICE | {"neighbour_office"}, 200),
    ("get", "new_reorganisation"): (OFFICE | {"neighbour_office"}, 200),
    ("post", "new_reorganisation"): (OFFICE | {"neighbour_office"}, 422),
    ("get", "parameters"): (READERS, 200),
    ("get", "set_parameter"): (OFFICE | {"neighbour_office"}, 200),
    ("get", "workdays"): (READERS, 200),
    ("get", "upload_workdays"): (OFFICE | {"neighbour_office"}, 200),
    ("get", "uses"): (OFFICE | {"neighbour_office"}, 200),
    # Answers with another question before anything is switched off.
    ("post", "uses"): (OFFICE | {"neighbour_office"}, 200),
    ("get", "reminders"): (EVERYBODY, 302),
    ("post", "mark_all_read"): (EVERYBODY, 302),
    ("post", "mark_read"): (frozenset({"author"}), 302, 404, {}),
    ("get", "reminder_settings"): (EVERYBODY, 200),
    ("get", "set_channel"): (EVERYBODY, 200),
    ("get", "confirm_channel"): (frozenset({"author"}), 200, 404, {}),
    ("post", "test_channel"): (frozenset({"author"}), 302, 404, {}),
    ("post", "remove_channel"): (frozenset({"author"}), 302, 404, {}),
    ("get", "sendings"): (SYSTEM | OFFICE | {"neighbour_office"}, 200),
    ("post", "send_again"): (SYSTEM | OFFICE, 302, 403, {"neighbour_office": 404}),
    ("get", "statistics"): (COUNTERS, 200),
    ("post", "export_statistics"): (COUNTERS, 302),
    ("get", "editions"): (COUNTERS, 200),
    ("get", "new_edition"): (COUNTERS, 200),
    ("post", "state_nothing"): (COUNTERS, 302),
    ("get", "take_in_edition"): (COUNTERS, 200),
    ("get", "edition"): (COUNTY, 200, 404, {}),
    ("get", "edition_changes"): (COUNTY, 200, 404, {}),
    ("get", "edition_file"): (COUNTY, 200, 404, {}),
    ("get", "correct_edition"): (COUNTY, 200, 404, {}),
    ("get", "headings"): (COUNTERS, 200),
    ("get", "set_heading"): (OFFICE | {"neighbour_office"}, 200),
    ("get", "set_paper"): (OFFICE | {"neighbour_office"}, 200),
    ("get", "scheduled_exports"): (EXPORTERS, 200),
    ("get", "new_scheduled_export"): (EXPORTERS, 200),
    ("post", "end_scheduled_export"): (OFFICE, 302, 404, {}),
    ("get", "imports"): (IMPORTERS, 200),
    ("get", "new_import"): (PLACE_KEEPERS, 200),
    ("get", "import_template"): (PLACE_KEEPERS, 200),
    ("get", "import_batch"): (OFFICE, 200, 404, {}),
    ("get", "match_headings"): (OFFICE, 200, 404, {}),
    ("get", "import_report"): (OFFICE, 200, 404, {}),
    ("post", "accept_import"): (OFFICE, 302, 404, {}),
    ("post", "discard_import"): (OFFICE, 302, 404, {}),
    ("post", "undo_import"): (OFFICE, 302, 404, {}),
    ("get", "mfa_index"): (EVERYBODY, 200),
    ("get", "mfa_activate_totp"): (EVERYBODY, 302),
    ("get", "mfa_deactivate_totp"): (EVERYBODY, 404),
    ("get", "mfa_reauthenticate"): (EVERYBODY, 302),
    ("get", "mfa_authenticate"): (EVERYBODY, 302),
    ("get", "mfa_view_recovery_codes"): (EVERYBODY, 404),
    ("get", "mfa_generate_recovery_codes"): (EVERYBODY, 302),
    ("get", "mfa_download_recovery_codes"): (EVERYBODY, 404),
    ("get", "mfa_list_webauthn"): (EVERYBODY, 200),
    ("get", "mfa_add_webauthn"): (EVERYBODY, 302),
    ("get", "mfa_remove_webauthn"): (EVERYBODY, 302),
    ("get", "mfa_edit_webauthn"): (EVERYBODY, 302),
    ("get", "mfa_reauthenticate_webauthn"): (EVERYBODY, 302),
}


# Nouns with their own file in tests/access/.
NOUN_TABLES = {page: row for part in PARTS for page, row in part.PAGES.items()}
# Each table is a separate test, so that all processes share the work.
TABLES = {"outreach": OUTREACH, "frame": FRAME, "staff": STAFF} | {
    part.__name__.rpartition(".")[2]: part.PAGES for part in PARTS
}

# Pages on which a recipient reads a complaint; nobody else is let in.
OF_RECIPIENTS = {page for _m, page in OUTREACH if "report" in page or page == "step_aside"}

# Pages that answer only if something is sent.
SENT = {"keep_draft", "bulk", "pick"}


def with_leader(people):
    people.leader = account(
        "named", "罗明", people.department, Role.LEADER, within=people.department
    )
    people.leader_cadre = people._cadre(people.leader, "县委常委", 4)
    return people


@pytest.fixture
def people(people):
    return with_leader(people)


@pytest.fixture
def records(people):
    return own_records(people)


def own_records(people):
    """One record of each noun at 柳湾村, and the records that belong to 王建国 alone."""
    matter = people.reported()
    attachment = Attachment.objects.create(
        file="attachments/none",
        name="a.pdf",
        content_type="application/pdf",
        size=1,
        sha256="0",
        added_by=people.author,
    )
    attachment.file.save("content", ContentFile(b"%PDF-"))
    matter.steps.first().attachments.add(attachment)
    matter.visit.photos.add(attachment)
    people.move(matter, "pass_review", people.desk)
    handled = people.in_progress()
    handled.lead_official = people.leader_cadre
    handled.save()
    entered, _new = visit_actions.record_visit(
        client_key=uuid4(),
        author=people.cadre,
        by=people.liaison,
        unit=people.village,
        visited_on=timezone.localdate(),
        at=timezone.now(),
        **STATED | {"purposes": ["contact_point"]},
    )
    draft = visit_actions.keep_draft(
        key="00000000-0000-4000-8000-000000000001", by=people.author, content={}, at=timezone.now()
    )
    report = complaint()
    household = Household.objects.create(unit=people.village, serial="12", display_name="李××户")
    job = Job.objects.create(kind="ledger", title="民情台账", owner=people.author)
    call = FollowUp.objects.get(matter=matter)
    call_back_keys.publish_keys(on=timezone.localdate() - timedelta(days=200), at=timezone.now())
    key = CallBackKey.objects.earliest("month")
    notice, notice_draft = notices_of(people, attachment)
    assert VisitDraft.objects.count() == 1
    meeting = prepare_meeting(
        scope=Scope(people.host, host=people.town_organ),
        by=people.host,
        at=timezone.now(),
        month=timezone.localdate().replace(day=1),
        held_on=timezone.localdate(),
    )
    return {
        "drop_draft": [draft.key],
        "visit": [matter.visit_id],
        "diary": [matter.visit_id],
        "correct_visit": [matter.visit_id],
        "add_note": [matter.visit_id],
        "void_visit": [matter.visit_id],
        "change_photos": [matter.visit_id],
        "visit_photo": [matter.visit_id, attachment.pk],
        "confirm_visit": [entered.pk],
        "refuse_visit": [entered.pk],
        "bulk": ["sign"],
        "matter": [handled.pk],
        "act": [handled.pk, "report"],
        "reveal_contact": [handled.pk],
        "change_contact": [handled.pk],
        "slip": [handled.pk, "matter"],
        "matter_file": [matter.pk, attachment.pk],
        "notice": [notice.pk],
        "notice_print": [notice.pk],
        "answer_notice": [notice.pk],
        "correct_notice": [notice.pk],
        "withdraw_notice": [notice.pk],
        "notice_file": [notice.pk, attachment.pk],
        "edit_notice": [notice_draft.pk],
        "drop_notice": [notice_draft.pk],
        "publish_notice": [notice_draft.pk],
        "follow_up": [call.pk],
        "arrange_call": [call.pk],
        "call_sheet": [call.pk],
        "call_back_results": [key.pk],
        "end_contact_area": [people.area.pk],
        "households": [people.village.pk],
        "figures_of_unit": [people.village.pk],
        "new_household": [people.village.pk],
        "household": [people.village.pk, household.pk],
        "conduct_report": [report.pk],
        "hand_over_report": [report.pk],
        "close_report": [report.pk],
        "step_aside": [report.pk],
        "meeting": [meeting.pk],
        "print_meeting": [meeting.pk],
        "decide": [meeting.pk],
        "pick": ["unit"],
        "area": ["visits"],
        "job": [job.pk],
        "job_file": [job.pk],
        "save_filter": ["outreach:matters"],
        "choose_columns": ["outreach:matters"],
        **staff_records(people),
        **report_records(people),
        "_posted": {
            "keep_draft": {"key": "00000000-0000-4000-8000-000000000002"},
            "bulk": {"chosen": [handled.pk]},
        },
    }


# Part of every text of a complaint; only the recipients' pages may show it.
SEALED = "两条烟"


def complaint():
    return ConductReport.objects.create(
        received_on=timezone.localdate(),
        **{
            f"{part}_cipher": crypto.encrypt(SEALED, f"conduct.{part}")
            for part in ("subject", "text", "reporter")
        },
    )


def notices_of(people, attachment):
    """A notice of the office to the water bureau that asks for an answer, and a draft."""
    made = [
        notices.draft_notice(
            by=people.office,
            at=timezone.now(),
            title="汛期走访",
            text="请组织走访。",
            roles=[],
            organs=[people.water],
            asks="text",
            question="几户？",
            reply_due_on=timezone.localdate(),
            attachments=[attachment],
        )
        for _n in range(2)
    ]
    return notices.publish_notice(notice=made[0], by=people.office, at=timezone.now()), made[1]


def staff_records(people):
    """One of each noun of the staff pages, all of them in the county of the cast."""
    today = timezone.localdate()
    lock = Lockout.objects.create(
        username="x", locked_at=timezone.now(), until=timezone.now() + timedelta(hours=1)
    )
    opening = BreakGlass.objects.create(
        user=people.security, reason="手机丢失", done_by="信息中心", at=timezone.now()
    )
    avoidance = AvoidancePair.objects.create(
        cadre=people.cadre, unit=people.other_village, made_by=people.office, made_at=timezone.now()
    )
    experience = Experience.objects.create(
        cadre=people.cadre, started_on=today, organ_kind="county", place="县农业农村局"
    )
    stand_in = StandIn.objects.create(
        principal=people.author,
        stand_in=people.colleague,
        named_by=people.author,
        starts_on=today,
        ends_on=today,
    )
    reminder = Reminder.objects.create(
        user=people.author, kind="draft", noun="visitdraft", noun_id=1, day=today, link="/"
    )
    ContactChannel.objects.create(
        user=people.author,
        channel="mail",
        shown="a…@example.cn",
        address_cipher="x",
        verified_at=timezone.now(),
    )
    delivery = Delivery.objects.create(
        user=people.author, day=today, channel="mail", state="failed", trouble="unreachable"
    )
    ended = User.objects.create_user(
        "ended", "x", name="已停用", organ=people.agriculture, is_active=False
    )
    lost = account("lost", "手机丢失", people.agriculture)
    Authenticator.objects.create(user=lost, type="totp", data={})
    session = UserSession.objects.create(
        user=people.author, ip="10.0.0.1", session_key="another", user_agent=""
    )
    Session.objects.create(
        session_key="another", session_data="", expire_date=timezone.now() + timedelta(hours=1)
    )
    kept = SavedFilter.objects.create(
        user=people.author, page="outreach:matters", name="超期", query="due=overdue"
    )
    reorganised = Reorganisation.objects.create(
        kind="rename",
        noun="organ",
        on=today,
        document="云编〔2026〕3号",
        title="县气象站",
        by=people.office,
        at=timezone.now(),
    )
    branch = PartyOrganization.objects.create(
        name="县水利局机关党支部", kind="branch", organ=people.water, started_on=today
    )
    author, cadre = [people.author.pk], [people.cadre.pk]
    organ, unit, place = [people.water.pk], [people.village.pk], [people.village_place.pk]
    batch = bring(
        "organs",
        workbook(
            ["单位名称", "单位类型", "所在区划"],
            ["县林业局", "政府机关", "云岭县"],
            ["县粮食局", "错的", ""],
        ),
        people.office,
    )
    done = ImportBatch.objects.create(
        kind="organs",
        owner=people.office,
        file_name="a.xlsx",
        size=1,
        sha256="0",
        reason="建册",
        state=ImportBatch.State.ACCEPTED,
        accepted_at=timezone.now(),
    )
    batches = dict.fromkeys(
        ["import_batch", "match_headings", "import_report", "accept_import", "discard_import"],
        [batch.pk],
    )
    return {
        "new_import": ["organs"],
        "import_template": ["organs"],
        "undo_import": [done.pk],
        **batches,
        "account": author,
        "edit_account": author,
        "give_grant": author,
        "end_account": author,
        "drop_second_factor": [lost.pk],
        "end_session": [session.pk],
        "mfa_remove_webauthn": [1],
        "mfa_edit_webauthn": [1],
        "make_password_slip": author,
        "reactivate_account": [ended.pk],
        "revoke_grant": [people.author.grants.get().pk],
        "unlock": [lock.pk],
        "say_seen": [opening.pk],
        "division": place,
        "edit_division": place,
        "end_division": place,
        "organ": organ,
        "edit_organ": organ,
        "end_organ": organ,
        "unit": unit,
        "edit_unit": unit,
        "end_unit": unit,
        **dict.fromkeys(
            [f"{act}party_organization" for act in ("", "edit_", "rename_", "end_")], [branch.pk]
        ),
        "cadre": cadre,
        "handing_over": cadre,
        "edit_cadre": cadre,
        "cadre_left": cadre,
        "add_experience": cadre,
        "edit_placing": cadre,
        "add_avoidance": cadre,
        "end_avoidance": [people.cadre.pk, avoidance.pk],
        "drop_experience": [people.cadre.pk, experience.pk],
        "end_stand_in": [stand_in.pk],
        "set_parameter": ["matter.sla.normal"],
        "rename_filter": [kept.pk],
        "drop_filter": [kept.pk],
        "mark_read": [reminder.pk],
        "send_again": [delivery.pk],
        **{f"{act}_channel": ["mail"] for act in ("set", "confirm", "test", "remove")},
        "reorganisation": [reorganised.pk],
        "new_reorganisation": ["merge", "organ"],
    }


def report_records(people):
    """A county's edition and a monthly sheet of the office."""
    today = timezone.localdate()
    edition = report_actions.lock_edition(
        subject=Subject(people.county),
        breakdown="organ",
        period=year_so_far(today - timedelta(days=1)),
        document_number="云组通〔2026〕5号",
        by=people.office,
        at=timezone.now(),
    )
    scheduled = ScheduledExport.objects.create(
        ledger="matters", day_of_month=1, owner=people.office
    )
    pages = ("edition", "edition_changes", "edition_file", "correct_edition")
    return {page: [edition.pk] for page in pages} | {
        "set_heading": ["visits", 0],
        "set_paper": ["visits"],
        "new_scheduled_export": ["matters"],
        "end_scheduled_export": [scheduled.pk],
    }


def expected_of(method, page):
    """Return {user: expected status} for an address."""
    if (method, page) in STAFF | NOUN_TABLES:
        let_in, status, *others = (STAFF | NOUN_TABLES)[method, page]
        refused, others = others or (403, {})
        return {who: status if who in let_in else refused for who in WHO} | others
    row = (OUTREACH | FRAME)[method, page]
    rest = next(status for status, names in row.items() if names == REST)
    named = {who: status for status, names in row.items() if names != REST for who in names.split()}
    assert set(named) <= set(WHO), page
    return dict.fromkeys(WHO, rest) | named


def address(page, records):
    namespace, _colon, name = page.rpartition(":")
    if not namespace and page in {p for _m, p in OUTREACH | NOUN_TABLES}:
        namespace = "outreach"
    of_app = f"{namespace}:{name}".removeprefix("portal:").lstrip(":")
    return reverse(of_app, args=records.get(name, []))


PART_RECORDS = {part.__name__.rpartition(".")[2]: part.records for part in PARTS}


def asked(method, page):
    """Draw one user for each expected status, at least one of them a neighbour: {user: status}."""
    groups = defaultdict(list)
    for who, status in expected_of(method, page).items():
        groups[status].append(who)
    drawn = {status: random.choice(names) for status, names in groups.items()}
    if not NEIGHBOURS & set(drawn.values()):
        status = max(groups, key=lambda one: len(NEIGHBOURS & set(groups[one])))
        drawn[status] = random.choice([who for who in groups[status] if who in NEIGHBOURS])
    return {who: status for status, who in drawn.items()}


OPEN = {"readyz", "healthz", "account_login", "account_inactive", "set_language"}
# Single sign-on, which starts before the user is known.
OPEN |= {"sso_begin", "sso_back", "signed_out"}
# Calls of phones: authenticated by their own credential, refused without a redirect to the sign-in.
OPEN |= {"sync:take_entries", "sync:take_chunk", "sync:give_receipts", "sync:working_set"}
# The shell that a phone stores; it contains no data of anybody.
OPEN |= {
    f"sync:{name}" for name in ("worker", "shell", "script", "style", "words", "page", "manifest")
}
# Calls of other systems, authenticated by their token; a calendar by its address.
OPEN |= {f"api:{name}" for name in api_calls.CALLS}
# Sign-in pages that redirect to where a sign-in has to start.
BEGIN = {"account_logout", "mfa_authenticate"}


def let_in_without_signing_in(pages, records):
    """Yield the pages that answer a visitor without a session with anything but a redirect to the
    sign-in."""
    nobody = Client()
    for page in pages - OPEN - BEGIN:
        response = nobody.get(address(page, records))
        if response.status_code != 302 or not response.url.startswith("/account/login/"):
            yield page, "nobody", response.status_code


@pytest.mark.slow
@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize(
    "by_each", [False, pytest.param(True, marks=pytest.mark.long)], ids=["drawn", "by_each_role"]
)
@pytest.mark.usefixtures("bare_refusals")
def test_access(people, request, monkeypatch, table, by_each):
    """Check a table with one cast and collect all differences in one list."""
    if table in PART_RECORDS:
        records = PART_RECORDS[table](people) | {"_posted": {}}
        complaint()
    else:
        records = request.getfixturevalue("records")
    # GETs first: after an action the next page must recompute the counts of waiting items.
    rows = {
        (method, page): expected_of(method, page) if by_each else asked(method, page)
        for method, page in sorted(TABLES[table], key=lambda one: one[0])
    }
    different = list(let_in_without_signing_in({page for _m, page in rows}, records))
    clients = {who: Client() for row in rows.values() for who in row}
    for who, client in clients.items():
        client.force_login(getattr(people, who))
    # Undo each request with a single savepoint: hundreds of nested ones slow the database down.
    before = transaction.savepoint()
    for (method, page), people_asked in rows.items():
        url = address(page, records)
        sent = records["_posted"].get(page, {}) if method == "post" else {"q": "lwc"}
        # Render the page for every user who may open it, or for one of them when sampling; for the
        # others only the status matters, so leave it empty.
        shown = [who for who, status in people_asked.items() if status in (A, V)]
        whole = shown if by_each else shown[:1]
        for who, expected in people_asked.items():
            with monkeypatch.context() as stub:
                if who not in whole:
                    stub.setattr(Template, "render", lambda *args, **kwargs: "")
                response = getattr(clients[who], method)(url, sent if page in SENT else {})
            if response.status_code != expected:
                different.append((method, page, who, response.status_code, expected))
            if response.streaming:
                b"".join(response)
                for close in response._resource_closers:
                    close()
            elif "‹undefined" in response.content.decode() or b"{{" in response.content:
                different.append((url, who, "something undefined in the page"))
            elif SEALED in response.content.decode() and page not in OF_RECIPIENTS:
                different.append((url, who, "a complaint about conduct"))
            transaction.savepoint_rollback(before)

    assert different == []


def names(namespace):
    """Names of all addresses of a namespace, or of those without one."""

    def walk(patterns, inside):
        for one in patterns:
            if hasattr(one, "url_patterns"):
                yield from walk(one.url_patterns, one.namespace or inside)
            elif inside == namespace:
                yield one.name

    return set(walk(get_resolver().url_patterns, None))


def test_every_page_is_in_the_access_table():
    of_nouns = {page for _m, page in NOUN_TABLES}
    above = {page for page in of_nouns if ":" in page}
    assert names("outreach") == {page for _m, page in OUTREACH} | of_nouns - above
    upper = {
        f"{app}:{name}"
        for app in (
            "neighbours",
            "works",
            "research",
            "sync",
            "api",
            "pairing",
            "evaluation",
            "oversight",
        )
        for name in names(app)
    }
    of_portal = {page for page in above if page.startswith("portal:")}
    assert upper == above - of_portal
    whole = {page.removeprefix("portal:") for page in of_portal}
    assert names(None) == {page for _m, page in [*FRAME, *STAFF]} | whole


def test_healthz_is_well_once_a_worker_beats(client, db):
    tasks.beat_heart()

    assert client.get("/healthz/").json()["worker"] == "ok"
