"""The audit: its page, its chain, and the commands that verify it."""

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, connections, transaction
from django.urls import reverse

from portal import events
from portal.models import AuditEntry, AuditSeal, FigureDelta, FigureTotal, LoginFailure
from portal.models.steps import Step
from portal.pages.web import PAGE_SIZE
from portal.records import audit
from portal.sheets import figures
from tests.day import in_days, today
from tests.reading import words

pytestmark = pytest.mark.each_run


def rows(response):
    return list(response.context["page"])


# --- the page --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "status"),
    [("auditor", 200), ("system", 403), ("security", 403), ("office", 403), ("author", 403)],
)
def test_the_audit_is_read_by_the_audit_administrator_alone(browse, who, status):
    assert browse(who).get(reverse("audit")).status_code == status


def test_events_are_shown_without_contents(browse, people):
    summary = "三组灌溉渠道淤堵很久了"
    visit = people.visit(summary=summary)

    page = words(browse("auditor").get(reverse("audit")))

    assert "visit.recorded" in page
    assert str(visit.pk) in page
    assert "summary" in page
    assert summary not in page


def test_events_are_found_by_kind_person_and_day(browse, people):
    audit.record("account.ended", on=people.author, by=people.system)
    audit.record("account.made", on=people.author, by=people.system)
    old = audit.record("account.made", on=people.author, by="seed")
    client = browse("auditor")

    by_event = rows(client.get(reverse("audit"), {"event": "account.ended"}))
    by_person = rows(client.get(reverse("audit"), {"actor": "SYSTEM"}))
    by_process = rows(client.get(reverse("audit"), {"actor": "seed"}))
    made_today = {"day": today().isoformat(), "event": "account.made"}
    by_day = rows(client.get(reverse("audit"), made_today))
    tomorrow = in_days(1).isoformat()

    assert [e.event for e in by_event] == ["account.ended"]
    assert [e.event for e in by_person] == ["account.made", "account.ended"]
    assert by_process == [old]
    assert len(by_day) == 2
    assert rows(client.get(reverse("audit"), {"day": tomorrow})) == []


def test_events_of_one_shape_are_found_together(browse, people):
    for kind in ("ledger", "import"):
        audit.record(f"job.{kind}.asked", by=people.author)
    audit.record("job.ledger.done", by=people.author)

    found = rows(browse("auditor").get(reverse("audit"), {"event": "job.*.asked"}))

    assert {e.event for e in found} == {"job.ledger.asked", "job.import.asked"}


@pytest.mark.parametrize("query", [{"event": "x"}, {"day": "gestern"}, {"actor": "a" * 99}])
def test_a_filter_that_makes_no_sense_is_said(browse, query):
    response = browse("auditor").get(reverse("audit"), query)

    assert response.status_code == 200
    assert response.context["form"].errors
    assert rows(response) == []


def test_events_page_without_loss_when_many_have_one_moment(browse, people):
    for n in range(PAGE_SIZE + 7):
        audit.record("account.made", on=people.author, by=f"p{n}")
    client = browse("auditor")

    seen, address = [], reverse("audit")
    while address:
        page = client.get(address).context["page"]
        seen += [e.pk for e in page]
        address = page.next_link and reverse("audit") + page.next_link

    assert seen == sorted(AuditEntry.objects.values_list("pk", flat=True), reverse=True)


@pytest.mark.parametrize("row_count", [1, 3])
def test_the_audit_page_costs_the_same_for_any_rows(
    browse, people, row_count, django_assert_num_queries
):
    for _n in range(row_count):
        audit.record("account.made", on=people.author, by=people.colleague, principal=people.author)
    client = browse("auditor")

    with django_assert_num_queries(13):
        response = client.get(reverse("audit"), {"event": "account.made"})

    assert len(rows(response)) == row_count
    assert rows(response)[0].principal == people.author


def test_events_about_accounts_say_whose(browse, people):
    grant = people.author.grants.first()
    audit.record("grant.given", on=grant, by=people.security)
    audit.record("account.ended", on=people.colleague, by=people.system)

    page = words(browse("auditor").get(reverse("audit")))

    assert f"{people.author.username} · {grant.get_role_display()}" in page
    assert people.colleague.username in page


def test_every_record_has_a_name_in_words():
    ours = {"portal", "outreach", "neighbours", "works", "research", "pairing", "evaluation"}
    models = [m for m in apps.get_models() if m._meta.app_label in ours]

    assert [
        m.__name__ for m in models if events.noun(m._meta.model_name) == m._meta.model_name
    ] == []


def test_every_event_of_the_frame_has_words():
    assert events.say("account.made") != "account.made"
    assert events.say("job.ledger.done") == events.say("job.import.done") != "job.ledger.done"
    assert events.say("unheard.of") == "unheard.of"


# --- the chain -------------------------------------------------------------------------------


def test_a_whole_chain_is_said_to_be_whole(people, capsys):
    audit.record("account.made", on=people.author, by=people.system)
    audit.seal()
    audit.record("account.ended", on=people.author, by=people.system)

    call_command("verify_audit")

    first = capsys.readouterr().out.splitlines()[0]
    sealed = sum(len(seal.entry_ids) for seal in AuditSeal.objects.all())
    assert str(sealed) in first
    assert "1" in first


TAMPERINGS = (
    "UPDATE portal_auditentry SET actor = 'nobody' WHERE id = {id}",
    "UPDATE portal_auditentry SET event = 'x' WHERE id = {id}",
    "UPDATE portal_auditentry SET at = at + interval '1 second' WHERE id = {id}",
    "DELETE FROM portal_auditentry WHERE id = {id}",
    "DELETE FROM portal_auditseal WHERE number = 1",
    "UPDATE portal_auditseal SET mac = repeat('0', 64) WHERE number = 2",
)


def test_whoever_owns_the_database_cannot_change_the_past_unseen(committed_people, subtests):
    people = committed_people
    for _n in range(2):
        entry = audit.record("account.made", on=people.author, by=people.system)
        audit.seal()
    with connections["owner"].cursor() as cursor:
        for table in ("portal_auditentry", "portal_auditseal"):
            cursor.execute(f"CREATE TEMPORARY TABLE true_{table} AS TABLE {table}")

        for tampering in TAMPERINGS:
            cursor.execute(tampering.format(id=entry.pk))
            with subtests.test(tampering), pytest.raises(CommandError):
                call_command("verify_audit")

            for table in ("portal_auditentry", "portal_auditseal"):
                cursor.execute(f"DELETE FROM {table}")
                cursor.execute(f"INSERT INTO {table} TABLE true_{table}")
            call_command("verify_audit")


@pytest.mark.parametrize("statement", ["UPDATE {} SET actor = 'x'", "DELETE FROM {}"])
def test_the_running_role_cannot_touch_the_audit(people, statement):
    audit.record("account.made", on=people.author, by=people.system)
    name = AuditEntry._meta.db_table

    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        connection.cursor().execute(statement.format(name))


# --- figures ---------------------------------------------------------------------------------


STEPS = [model for model in apps.get_models() if issubclass(model, Step)]


def test_what_is_called_a_step_is_one():
    assert [one for one in apps.get_models() if one.__name__.endswith("Step")] == STEPS


@pytest.mark.parametrize("model", [*STEPS, LoginFailure], ids=lambda model: model.__name__)
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_the_running_role_changes_and_deletes_no_step(db, model, statement):
    with pytest.raises(ProgrammingError), transaction.atomic():
        connection.cursor().execute(statement.format(model._meta.db_table))


def test_of_a_step_only_what_was_said_in_a_referral_is_erased(db):
    """The person, the time and the kind of step stay."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.column_privileges"
            " WHERE privilege_type = 'UPDATE' AND grantee = current_user AND table_name = ANY(%s)",
            [[model._meta.db_table for model in STEPS]],
        )
        found = set(cursor.fetchall())
    assert found == {
        ("outreach_matterstep", "text"),
        ("outreach_matterstep", "facts"),
        ("evaluation_poolstep", "text"),
    }


def test_figures_agree_with_the_records(people, capsys):
    people.visit(matters=[{}])
    figures.roll_up()
    people.visit(matters=[{}, {}])

    call_command("rebuild_figures", check=True)

    printed = capsys.readouterr().out
    assert all(code in printed for code in figures.REGISTRY)
    assert FigureTotal.objects.exists()
    assert FigureDelta.objects.exists()


def test_a_wrong_figure_is_said_and_then_written_anew(people):
    people.visit(matters=[{}])
    figures.roll_up()
    FigureTotal.objects.update(n=99)

    with pytest.raises(CommandError):
        call_command("rebuild_figures", check=True)
    assert set(FigureTotal.objects.values_list("n", flat=True)) == {99}

    call_command("rebuild_figures", stdout=None)
    call_command("rebuild_figures", check=True)
    assert 99 not in FigureTotal.objects.values_list("n", flat=True)
