"""An office chooses what it uses: what is off is shown nowhere, and its records stay."""

import re
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command
from django.urls import NoReverseMatch, Resolver404, resolve, reverse
from django.utils import timezone

from outreach.models import CondolenceCampaign
from outreach.models.visits import Purpose
from portal import imports, parameters, uses
from portal.actions import uses as actions
from portal.days.workdays import add_working_days
from portal.duties import reminders, todo
from portal.duties.duty import DUTIES
from portal.models import AuditEntry, PolicyParameter, Reminder
from portal.pages import side_list
from portal.pages.middleware import UsesOnly
from portal.places import handing_over
from portal.roles import GRANTS, Permission, Role, granted
from portal.sheets import ledgers, statistics
from portal.uses import USES
from portal.views.accounts import PERMISSION_WORDS
from tests.access import leading, pairings, stays
from tests.day import TODAY
from tests.people import account, fresh

EVERYBODY = (
    *("author", "liaison", "host", "desk", "handler", "office", "supervisor", "recipient"),
    *("leader", "burden", "system", "security", "auditor"),
)
ALL = "all of them"
# Pages of the frame, and pages to which apps register something.
PAGES = (
    *("home", "todo", "reminders", "help", "roles", "parameters", "statistics", "headings"),
    *("imports", "jobs", "saved_filters", "scheduled_exports", "editions", "units", "organs"),
    *("cadres", "outreach:today", "outreach:dashboard", "outreach:visits", "outreach:matters"),
    *("outreach:new_visit", "outreach:meetings", "outreach:follow_ups", "outreach:notices"),
    *("oversight:complaints", "oversight:retention_runs"),
)


@pytest.fixture
def cast(people):
    people.leader = account("leader", "高远", people.department, Role.LEADER)
    people.burden = account("burden", "减负专员", people.department, Role.BURDEN)
    return people


def switch(people, *codes):
    """Switch on only these uses."""
    changed = actions.choose_uses(codes=codes, by=fresh(people.office))
    parameters.forget()
    return changed


def without(code):
    """All codes but this, or none."""
    return [] if code == ALL else [one for one in USES if one != code]


def addresses(response):
    """The names of all addresses that a page leads to."""
    found = re.findall(
        r'\b(?:href|action|hx-get|hx-post|data-[a-z-]+)="(/[^"]*)"', response.content.decode()
    )
    names = set()
    for url in found:
        try:
            names.add(resolve(urlsplit(url.replace("&amp;", "&")).path).view_name)
        except Resolver404:
            continue
    return names


def pages_of(client, user):
    """Return [(address, page)] of the frame's pages that this user may open, with areas."""
    client.force_login(user)
    asked = [reverse(page) for page in PAGES]
    asked += [area.url for area in side_list.lists_of(fresh(user))]
    asked += [f"{reverse('search')}?q=驻村", f"{reverse('command')}?q=结对"]
    found = []
    for url in asked:
        page = client.get(url, follow=True)
        assert page.status_code in (200, 403), (user.username, url, page.status_code)
        if page.status_code == 200:
            found.append((url, page))
    assert found
    return found


# --- Nowhere -------------------------------------------------------------------------------------


@pytest.mark.sampled(one_in=20, of="uses, each off alone")
@pytest.mark.parametrize("code", USES)
def test_what_is_off_has_no_link_for_anybody(client, cast, code):
    _records_of(cast, code)
    switch(cast, *without(code))
    for who in ("office", "host", "author"):
        for url, page in pages_of(client, getattr(cast, who)):
            led = {name for name in addresses(page) if uses.of_page(name) == code}
            assert led == set(), (who, url)


def test_with_all_off_visits_and_the_ledger_are_left(client, cast):
    _records_of(cast, "stays")
    _records_of(cast, "pairing")
    switch(cast)
    for who in ("author", "liaison", "host", "desk", "office", "leader", "burden", "auditor"):
        for url, page in pages_of(client, getattr(cast, who)):
            led = {name for name in addresses(page) if uses.of_page(name)}
            assert led == set(), (who, url)
    office = side_list.lists_of(fresh(cast.office))
    assert set(office) == {
        side_list.Area.GOING_DOWN,
        side_list.Area.EVALUATION,
        side_list.Area.ADMINISTRATION,
    }
    kept = [
        entry.url_name for entries in office.values() for one in entries.values() for entry in one
    ]
    assert {"outreach:visits", "outreach:matters", "outreach:contact_areas"} <= set(kept)
    assert "oversight:complaints" in kept


def _records_of(people, code):
    """Make records of this use to which the author is related."""
    made = {"stays": stays, "pairing": pairings, "contact_points": leading}
    if code in made:
        made[code].records(people)


@pytest.mark.parametrize("code", [*USES, ALL])
def test_what_is_registered_follows(cast, code):
    off = set(USES) if code == ALL else {code}
    assert {one.use for one in reminders.KINDS.values()} <= {"", *USES}
    switch(cast, *without(code))

    assert uses.off() == off
    for who in EVERYBODY:
        user = fresh(getattr(cast, who))
        assert [one.code for one in todo.kinds_for(user) if one.use in off] == []
        assert [k.name for k in imports.kinds_for(user) if uses.of_page(k.url_name) in off] == []
        assert [p for p in uses.withheld() if user.holds(p)] == []
    assert [one.code for one in reminders.in_use() if one.use in off] == []
    assert set(ledgers.in_use()) == {
        name for name in ledgers.REGISTRY if uses.of_sheet(name) not in off
    }
    shown = {column.key for column in statistics.columns_of()}
    assert shown and not [key for key in shown if uses.of_column(key) in off]


@pytest.mark.parametrize("code", [*USES, ALL])
def test_norms_sheets_and_permissions_have_no_row(client, cast, code):
    switch(cast, *without(code))
    off = set(USES) if code == ALL else {code}
    client.force_login(cast.office)

    norms = client.get(reverse("parameters")).context["rows"]
    assert {row["code"] for row in norms} == {
        norm for norm in parameters.NORMS if uses.of_norm(norm) not in off
    }
    sheets = client.get(reverse("headings")).context["sheets"]
    assert [row["name"] for row in sheets if uses.of_sheet(row["name"]) in off] == []
    said = {
        words
        for row in client.get(reverse("roles")).context["roles"]
        for words in row["permissions"]
    }
    assert said.isdisjoint(PERMISSION_WORDS[one] for one in uses.withheld())
    assert PERMISSION_WORDS[Permission.READ_VISITS] in said


def test_addresses_are_refused_in_one_sentence(client, cast, rf):
    switch(cast)
    names, shown = uses._pages(), set()
    assert len(names) > 700
    middleware = UsesOnly(lambda request: None)
    client.force_login(cast.office)
    for name, code in names.items():
        request = rf.get("/")
        request.user, request.resolver_match = cast.office, SimpleNamespace(view_name=name)
        with pytest.raises(PermissionDenied, match="暂未启用"):
            middleware.process_view(request, None, (), {})
        if code not in shown and (url := _address(name)):
            shown.add(code)
            page = client.get(url)
            assert page.status_code == 403, name
            assert "暂未启用" in page.content.decode(), (name, code)
    assert shown == set(USES)


def _address(name):
    """The address of this name, or None if it takes arguments."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return None


# --- Relations, forms, what was told before ------------------------------------------------------


def test_ones_own_stay_and_pairing_are_refused_as_well(client, cast):
    stay = stays.records(cast)["stay"]
    pairing = pairings.records(cast)["pairing"]
    client.force_login(cast.author)
    own = [reverse("outreach:stay", args=stay), reverse("pairing:pairing", args=pairing)]
    assert [client.get(url).status_code for url in own] == [200, 200]
    assert client.get(reverse("outreach:today")).context["my_stays"]

    switch(cast, *(one for one in USES if one not in {"stays", "pairing"}))

    assert [client.get(url).status_code for url in own] == [403, 403]
    assert client.get(reverse("outreach:today")).context["my_stays"] == []
    cadre = fresh(cast.office)
    titles = {str(line["title"]) for line in handing_over.lines(cast.cadre, cadre)}
    assert not titles & {"驻点", "在结对期的结对"}
    switch(cast, *USES)
    assert [client.get(url).status_code for url in own] == [200, 200]


def test_a_visit_is_not_ticked_for_what_is_off_and_keeps_what_it_was_ticked_for(client, cast):
    visit = cast.visit(purposes=[Purpose.PAIRING])
    switch(cast, *(one for one in USES if one != "pairing"))
    client.force_login(cast.author)

    fresh_form = client.get(reverse("outreach:new_visit")).context["form"]
    own_form = client.get(reverse("outreach:correct_visit", args=[visit.pk])).context["form"]

    assert "pairing" not in dict(fresh_form.fields["purposes"].choices)
    assert "stationed" in dict(fresh_form.fields["purposes"].choices)
    assert "pairing" in dict(own_form.fields["purposes"].choices)


def test_what_was_told_of_it_before_is_not_shown(client, cast):
    Reminder.objects.create(
        user=cast.author, kind="pairing_ends", noun="pairing", noun_id=1, day=TODAY, link="/"
    )
    assert reminders.unread_count(fresh(cast.author)) == 1

    switch(cast, *(one for one in USES if one != "pairing"))

    assert reminders.unread_count(fresh(cast.author)) == 0
    assert todo.told(fresh(cast.author)) == ([], [])
    switch(cast, *USES)
    assert reminders.unread_count(fresh(cast.author)) == 1


def test_a_permission_of_two_uses_goes_with_the_last(cast):
    both = {"campaigns", "festivals"}
    assert all(Permission.MANAGE_CAMPAIGNS in USES[one].permissions for one in both)

    switch(cast, *(one for one in USES if one != "campaigns"))
    assert fresh(cast.office).holds(Permission.MANAGE_CAMPAIGNS)

    switch(cast, *(one for one in USES if one not in both))
    assert not fresh(cast.office).holds(Permission.MANAGE_CAMPAIGNS)
    assert Permission.MANAGE_CAMPAIGNS not in granted()[Role.OFFICE]
    assert Permission.MANAGE_CAMPAIGNS in GRANTS[Role.OFFICE]


def test_the_morning_round_works_with_all_off(cast):
    stays.records(cast)
    day = add_working_days(TODAY, 1)
    reminders.tell(day=day, at=reminders.morning_of(day), by="test")
    assert "stay_begins" in set(Reminder.objects.filter(day=day).values_list("kind", flat=True))

    switch(cast)
    later = add_working_days(day, 1)
    reminders.tell(day=later, at=reminders.morning_of(later), by="test")
    told = set(Reminder.objects.filter(day=later).values_list("kind", flat=True))
    assert not {kind for kind in told if reminders.KINDS[kind].use}


# --- Switching -----------------------------------------------------------------------------------


def test_switched_on_again_everything_is_as_before(cast):
    stays.records(cast)
    pairings.records(cast)
    models = [m for m in apps.get_models() if m is not PolicyParameter and m is not AuditEntry]

    def picture():
        rows = {model.__name__: model.objects.count() for model in models}
        seen = {who: todo.counts(fresh(getattr(cast, who))) for who in EVERYBODY}
        return rows, seen, [column.key for column in statistics.columns_of()]

    before = picture()
    switch(cast)
    assert picture()[0] == before[0]
    assert picture()[1] != before[1]
    switch(cast, *USES)

    assert picture() == before


def test_a_change_is_confirmed_with_numbers_and_written_down(client, cast):
    stays.records(cast)
    client.force_login(cast.office)
    wanted = [one for one in USES if one != "stays"]

    asked = client.post(reverse("uses"), {"codes": wanted})
    n = apps.get_model("outreach.Stay").objects.count()
    assert f"现有{n}个驻点" in asked.content.decode()
    assert "组织考核" in asked.content.decode() or "考核" in asked.content.decode()
    assert uses.off() == frozenset()

    sent = {"codes": wanted, "confirmed": "yes", "basis": "云民办〔2026〕3号"}
    done = client.post(reverse("uses"), sent)
    parameters.forget()

    assert done.status_code == 302
    assert uses.off() == {"stays"}
    row = PolicyParameter.objects.get(code="use.stays")
    assert (row.value, row.basis, row.set_by) == ("no", "云民办〔2026〕3号", cast.office)
    entry = AuditEntry.objects.get(event="use.switched_off")
    assert entry.fields == ["use.stays"]


def test_the_first_choice_says_so_even_if_nothing_changes(client, cast):
    client.force_login(cast.office)
    assert client.post(reverse("uses"), {"codes": list(USES)}).status_code == 302
    parameters.forget()

    assert uses.chosen_count() == len(USES)
    assert uses.off() == frozenset()
    assert AuditEntry.objects.filter(event="use.left_as_is").count() == 1


@pytest.mark.parametrize("who", ["author", "host", "desk", "supervisor", "system"])
def test_only_who_sets_norms_chooses(client, cast, who):
    client.force_login(getattr(cast, who))
    assert client.get(reverse("uses")).status_code == 403
    assert client.post(reverse("uses"), {"codes": []}).status_code == 403
    with pytest.raises(PermissionDenied):
        actions.choose_uses(codes=[], by=fresh(getattr(cast, who)))


def test_an_unknown_use_is_refused(client, cast):
    client.force_login(cast.office)
    page = client.post(reverse("uses"), {"codes": ["pairing", "²"], "confirmed": "yes"})

    assert page.status_code == 422
    assert uses.off() == frozenset()


def test_a_list_under_public_notice_is_ended_first(client, cast):
    CondolenceCampaign.objects.create(
        festival="spring",
        year=TODAY.year,
        festival_on=TODAY,
        starts_on=TODAY,
        ends_on=TODAY,
        organ=cast.department,
        division=cast.county,
        objection_phone="0000-0000",
        opened_by=cast.office,
        opened_at=timezone.now(),
        state="notice",
        notice_from=TODAY,
        notice_to=TODAY,
    )
    wanted = [one for one in USES if one != "festivals"]
    with pytest.raises(ValidationError, match="公示"):
        actions.choose_uses(codes=wanted, by=fresh(cast.office))
    client.force_login(cast.office)
    page = client.post(reverse("uses"), {"codes": wanted, "confirmed": "yes"})

    assert page.status_code == 422
    assert uses.off() == frozenset()


# --- A fresh installation ------------------------------------------------------------------------


def test_a_fresh_installation_begins_with_visits_and_the_ledger(db):
    call_command("first_administrators")
    parameters.forget()

    assert uses.off() == set(USES)
    assert uses.chosen_count() == 0


def test_an_installation_with_organs_keeps_all_on(people):
    actions.start_with_minimal_uses(by="test", at=timezone.now())
    parameters.forget()

    assert uses.off() == frozenset()
    assert not PolicyParameter.objects.filter(code__startswith="use.").exists()


# --- The table itself ----------------------------------------------------------------------------


def test_each_row_names_what_is_there():
    pages = uses._pages()
    begun = {page for use in USES.values() for page in use.pages}
    routes = {f"{name.partition(':')[0]}:{path}" for name, path in uses._routes_of_all()}
    assert [page for page in begun if not any(one.startswith(page) for one in routes)] == []
    for code, use in USES.items():
        assert code in pages.values()
        assert set(use.sheets) <= set(ledgers.REGISTRY), code
        assert [key for key in use.columns if statistics.column_of(key) is None] == [], code
        assert [one for one in use.norms if not _begins_a_norm(one)] == [], code
        assert set(use.purposes) <= set(Purpose.values), code
        assert set(use.counts) <= set(USES), code
        assert [words % {"n": 2} for _model, words in use.kept], code
        for model, _words in use.kept:
            apps.get_model(model)
        for model, running, _why in use.running:
            apps.get_model(model).objects.filter(**running).exists()


test_each_row_names_what_is_there = pytest.mark.django_db(test_each_row_names_what_is_there)


def _begins_a_norm(beginning):
    return any(code.startswith(beginning) for code in parameters.NORMS)


def test_no_two_uses_claim_the_same():
    for field in ("pages", "sheets", "columns", "norms", "purposes"):
        named = [one for use in USES.values() for one in getattr(use, field)]
        assert len(named) == len(set(named)), field


def test_what_is_registered_belongs_to_the_use_of_its_page():
    """A duty, a reminder or an import of an app names the use it belongs to."""
    for code, duty in DUTIES.items():
        noun = reminders.NOUNS.get(duty.reminded[0]) if duty.reminded else None
        if noun and noun.page:
            assert duty.use == uses.of_page(noun.page), code
    said = {one.use for one in DUTIES.values()} | {one.use for one in reminders.KINDS.values()}
    # Tickets and records of enterprises have no duties, or their own; entries from a phone wait for
    # their author whether the store is on or off.
    assert set(USES) - said <= {"hotline", "members", "offline"}
    whole = {"research", "pairing", "evaluation", "neighbours", "works"}
    for name in uses._pages():
        assert name.partition(":")[0] in {*whole, "outreach", "oversight", "sync", "api"}
    for name, path in uses._routes_of_all():
        if name.partition(":")[0] in whole:
            assert uses.of_page(name), (name, path)
    assert {name for name in ledgers.REGISTRY if not uses.of_sheet(name)} == {
        *("visits", "matters", "cards", "notices", "statistics", "complaints", "destruction"),
        "access",
    }
    for counting in statistics._COUNTINGS:
        if counting.count.__module__.partition(".")[0] != "outreach":
            for column in counting.columns:
                assert uses.of_column(column.key), column.key
