"""Reports about a person's conduct: who reads them, who submitted them, what remains."""

import uuid

import pytest
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from outreach.actions import conduct
from outreach.forms.matters import without_conduct
from outreach.models import ConductReport, Visit, VisitDraft
from outreach.rules import conduct as rules
from outreach.views.visits import FORM_OWNER
from portal.actions import accounts
from portal.models import AuditEntry
from portal.pages.web import PAGE_SIZE
from portal.records import audit
from portal.roles import Role
from portal.trust import crypto
from tests.day import TODAY
from tests.outreach.test_succession import merge
from tests.people import STATED, account, fresh, organ


def reported(people, subject_organ=None):
    return conduct.register_report(
        by=people.author,
        client_key=uuid.uuid4(),
        on=TODAY,
        subject="某干部",
        text="接受吃请的情况",
        subject_organ=subject_organ,
    )


def recipient(people, at_organ, *, within=None):
    return account(f"r-{uuid.uuid4().hex[:8]}", "专办", at_organ, Role.CONDUCT, within=within)


def reads(user, report):
    return ConductReport.objects.visible_to(user).filter(pk=report.pk).exists()


# --- who reads a report ----------------------------------------------------------------------


def test_nobody_of_the_organ_or_below_it_reads_about_it(people):
    report = reported(people, people.town_organ)

    assert not reads(recipient(people, people.town_organ), report)
    assert not reads(recipient(people, people.station), report)
    assert reads(people.recipient, report)
    assert reads(recipient(people, people.other_town_organ), report)


def test_a_station_is_its_organ(people):
    report = reported(people, people.station)
    sister = organ("石桥镇农技站", "station", people.town_organ)

    assert not reads(recipient(people, people.town_organ), report)
    assert not reads(recipient(people, sister), report)
    assert reads(people.recipient, report)


def test_the_organ_above_reads_about_an_organ_below_it(people):
    bureau = organ("县委老干部局", "party", people.department)

    report = reported(people, bureau)

    assert reads(people.recipient, report)
    assert not reads(recipient(people, bureau), report)


def test_a_report_without_organ_is_closed_to_grants_limited_to_an_organ(people):
    report = reported(people)

    assert not reads(recipient(people, people.department, within=people.town_organ), report)
    assert reads(people.recipient, report)


def test_a_grant_limited_to_an_organ_opens_what_lies_within_it(people):
    of_town = recipient(people, people.department, within=people.town_organ)

    assert reads(of_town, reported(people, people.station))
    assert not reads(of_town, reported(people, people.water))


def moved(people, user, to_organ):
    accounts.change_account(user=user, name=user.name, organ=to_organ, cadre=None, by=people.system)
    return fresh(user)


@pytest.mark.parametrize("at", ["department", "below"])
def test_a_transfer_opens_no_report_about_the_organ_of_that_day(people, at):
    concerned = organ("县委老干部局", "party", people.department)
    colleague = recipient(people, people.department if at == "department" else concerned)
    report = reported(people, people.department)

    assert not reads(moved(people, colleague, people.weather), report)
    assert not reads(moved(people, colleague, None), report)


def test_a_transfer_opens_no_report_about_a_station_of_the_organ(people):
    colleague = recipient(people, people.town_organ)
    report = reported(people, people.station)

    assert not reads(moved(people, colleague, people.weather), report)


def test_a_merger_opens_no_report_to_the_people_of_either_organ(people):
    colleague, other = recipient(people, people.water), recipient(people, people.roads)
    report = reported(people, people.water)
    merge(people, people.water, into=people.agriculture)
    people.agriculture.refresh_from_db()
    merge(people, people.agriculture, into=people.roads)

    assert not reads(fresh(colleague), report)
    assert not reads(fresh(other), report)
    assert reads(people.recipient, report)


def test_a_recipient_without_organ_reads(people):
    assert reads(recipient(people, None), reported(people, people.water))


# --- who handed it in ------------------------------------------------------------------------


def test_who_handed_it_in_is_encrypted(people):
    report = reported(people)

    row = ConductReport.objects.filter(pk=report.pk).values().get()
    assert str(people.author.pk) not in {str(v) for k, v in row.items() if k != "id"}
    assert crypto.decrypt(row["registrar_cipher"], "conduct.registrar") == str(people.author.pk)
    with pytest.raises(crypto.Undecryptable):
        crypto.decrypt(row["registrar_cipher"], "conduct.reporter")


def test_a_report_holds_no_id_number(people):
    report = conduct.register_report(
        by=people.author,
        client_key=uuid.uuid4(),
        on=TODAY,
        subject="某干部",
        text="他的11010519491231002X号",
        reporter="李 11010519491231002X",
    )

    texts = conduct.open_report(report=report, by=people.recipient)

    assert (texts["text"], texts["reporter"]) == (f"他的{'*' * 18}号", f"李 {'*' * 18}")


def test_the_audit_says_neither_who_nor_from_where(people):
    with audit.from_address("10.1.2.3"):
        report = reported(people)
        conduct.open_report(report=report, by=people.recipient)

    received = AuditEntry.objects.get(event="conduct.received")
    assert (received.actor, received.actor_id, received.address) == ("sealed", None, None)
    assert AuditEntry.objects.get(event="conduct.opened").address == "10.1.2.3"


@pytest.mark.parametrize("name", ["handler", "recipient", "auditor"])
def test_who_registers_nothing_hands_nothing_in(people, name):
    user = getattr(people, name)

    assert not rules.may_hand_in_report(user)
    with pytest.raises(PermissionDenied):
        conduct.register_report(
            by=user, client_key=uuid.uuid4(), on=TODAY, subject="某人", text="某事"
        )


# --- inside the visit form -------------------------------------------------------------------


@pytest.fixture
def author_client(client, people):
    client.force_login(people.author)
    return client


def visit_form(people, **part):
    part = {
        "title": "某站工作人员",
        "request_text": "接受吃请的情况",
        "outcome": "conduct",
        "urgency": "normal",
        "nature": "help",
        "raiser_kind": "villager",
        "confidentiality": "named",
    } | part
    return STATED | {
        "key": uuid.uuid4(),
        "visited_on": timezone.localdate().isoformat(),
        "unit": people.village.pk,
        "matters-TOTAL_FORMS": "1",
        "matters-INITIAL_FORMS": "0",
        **{f"matters-0-{name}": value for name, value in part.items()},
    }


def test_a_report_within_a_visit_names_the_organ(author_client, people):
    at_the_bureau = recipient(people, people.water)
    form = visit_form(people, subject_organ_text="县水利局")

    author_client.post(reverse("outreach:new_visit"), form)

    report = ConductReport.objects.get()
    assert report.subject_organ == people.water
    assert not reads(at_the_bureau, report)
    assert not Visit.objects.get().matters.exists()


def test_a_report_within_a_visit_may_name_no_organ(author_client, people):
    author_client.post(reverse("outreach:new_visit"), visit_form(people))

    assert ConductReport.objects.get().subject_organ is None


def test_an_unknown_organ_is_asked_about_again(author_client, people):
    form = visit_form(people, subject_organ_text="某某局")

    response = author_client.post(reverse("outreach:new_visit"), form)

    assert response.status_code == 422
    assert not ConductReport.objects.exists()


def test_the_organ_is_asked_in_a_visit_and_not_for_a_single_matter(author_client, people):
    on_a_visit = author_client.get(reverse("outreach:new_visit")).content.decode()
    alone = author_client.get(reverse("outreach:new_matter")).content.decode()

    assert "matters-__prefix__-subject_organ" in on_a_visit
    assert "subject_organ" not in alone


def half_written(people):
    """A draft visit with a conduct report and another matter."""
    other = {"title": "路灯不亮", "outcome": "", "request_text": "三组路口"}
    return visit_form(people, subject_organ_text="县水利局", raiser_name="知情人甲") | {
        "summary": "走了四户。",
        "matters-TOTAL_FORMS": "2",
        **{f"matters-1-{name}": value for name, value in other.items()},
    }


def kept():
    """Everything stored in drafts."""
    return str([draft.typed for draft in VisitDraft.objects.all()])


def kept_while_typing(client, people, form):
    return client.post(reverse("outreach:keep_draft"), form)


def kept_by_its_button(client, people, form):
    return client.post(reverse("outreach:new_visit"), form | {"keep_draft": "1"})


def kept_at_the_end_of_the_session(client, people, form):
    owner = signing.dumps(people.author.pk, salt=FORM_OWNER)
    client.logout()
    return client.post(reverse("outreach:new_visit"), form | {"owner": owner})


@pytest.mark.parametrize(
    "keep", [kept_while_typing, kept_by_its_button, kept_at_the_end_of_the_session]
)
def test_no_draft_holds_a_report(author_client, people, keep):
    keep(author_client, people, half_written(people))

    assert "走了四户" in kept() and "路灯不亮" in kept() and "三组路口" in kept()
    for said in ("工作人员", "接受吃请", "县水利局", "知情人", "conduct"):
        assert said not in kept()
    draft = VisitDraft.objects.get()
    people.author = fresh(people.author)
    author_client.force_login(people.author)
    again = author_client.get(draft.get_absolute_url()).content.decode()
    assert "路灯不亮" in again and "接受吃请" not in again


def test_what_was_kept_before_it_became_a_report_goes_with_the_next_draft(author_client, people):
    form = half_written(people)
    kept_while_typing(author_client, people, form | {"matters-0-outcome": ""})
    assert "接受吃请" in kept()

    kept_while_typing(author_client, people, form)

    assert "接受吃请" not in kept() and VisitDraft.objects.count() == 1


def test_who_keeps_a_draft_still_has_the_report_on_the_page(author_client, people):
    page = kept_by_its_button(author_client, people, half_written(people))

    assert page.status_code == 200
    assert "接受吃请" in page.content.decode()
    assert "不含反映人员作风的内容" in page.content.decode()


def test_the_form_says_that_no_draft_holds_it(author_client):
    assert "不存入草稿" in author_client.get(reverse("outreach:new_visit")).content.decode()


@pytest.mark.parametrize("name", ["title", "request_text", "raiser_name", "subject_organ_text"])
def test_of_a_form_for_one_matter_nothing_is_kept(name):
    content = {"outcome": ["conduct"], name: ["接受吃请"], "key": ["1"], "other": ["x"]}

    assert name not in without_conduct(content) and "outcome" not in without_conduct(content)
    assert without_conduct(content | {"outcome": [""]})[name] == ["接受吃请"]


# --- the list --------------------------------------------------------------------------------


def test_the_list_shows_every_report_page_by_page(client, people):
    for _n in range(PAGE_SIZE + 1):
        reported(people)
    client.force_login(people.recipient)

    first = client.get(reverse("outreach:conduct_reports"))
    rest = client.get(reverse("outreach:conduct_reports") + first.context["page"].next_link)

    assert [len(first.context["page"]), len(rest.context["page"])] == [PAGE_SIZE, 1]


# --- dealing with it -------------------------------------------------------------------------


def test_a_report_is_handed_over_by_its_page_and_erased(client, people):
    report = reported(people)
    client.force_login(people.recipient)

    client.post(
        reverse("outreach:hand_over_report", args=[report.pk]),
        {"handed_to": "县纪委监委信访室", "receipt": "2026-17"},
    )

    report.refresh_from_db()
    assert (report.state, report.receipt) == (ConductReport.State.HANDED_OVER, "2026-17")
    assert report.text_cipher == report.subject_cipher == report.reporter_cipher == ""


def test_what_was_done_is_sealed_by_its_page(client, people):
    report = reported(people)
    client.force_login(people.recipient)

    client.post(reverse("outreach:close_report", args=[report.pk]), {"outcome": "已谈话提醒"})

    report.refresh_from_db()
    assert report.state == ConductReport.State.ANSWERED
    assert crypto.decrypt(report.outcome_cipher, "conduct.outcome") == "已谈话提醒"
