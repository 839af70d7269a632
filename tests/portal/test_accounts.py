"""Accounts, roles, one-time passwords, lock-outs and sign-in, as pages."""

import re
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal import auth as recovery_codes
from allauth.mfa.signals import authenticator_added, authenticator_removed
from allauth.mfa.totp.internal import auth as totp
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from portal import tasks
from portal.actions import accounts as actions
from portal.actions import people as people_actions
from portal.duties.reminders import tell
from portal.models import (
    AuditEntry,
    BreakGlass,
    Cadre,
    Lockout,
    LoginFailure,
    Organ,
    PasswordSlip,
    Reminder,
    RoleGrant,
    StandIn,
    User,
)
from portal.roles import Permission, Role
from tests.day import in_days, today
from tests.outreach.test_together import at_once
from tests.people import PASSWORD, START, account, fresh
from tests.reading import words


@pytest.fixture
def browse(client, people):
    """browse("system").get(...): a signed-in client of one of the cast."""

    def sign_in(name):
        client.force_login(getattr(people, name))
        return client

    return sign_in


@pytest.fixture
def english():
    with translation.override("en"):
        yield


def one_time_code(response):
    return re.search(r'one-time">([^<]+)<', words(response)).group(1)


def sign_in(client, username, password):
    return client.post(reverse("account_login"), {"login": username, "password": password})


def grant_form(**changes):
    return {"role": Role.CADRE, "starts_on": today().isoformat()} | changes


# --- who makes accounts, and who gives roles -------------------------------------------------


def test_the_system_administrator_makes_an_account_that_opens_nothing(browse, people, client):
    form = {"username": "Qian.Li", "name": "钱丽", "organ": str(people.water.pk)}

    response = browse("system").post(reverse("new_account"), form)

    made = User.objects.get(username="qian.li")
    code = one_time_code(response)
    assert made.organ == people.water
    assert made.must_change_password
    assert not made.grants.exists()
    assert made.check_password(code)
    assert "no-store" in response.headers["Cache-Control"]
    assert AuditEntry.objects.filter(event="account.made", noun_id=made.pk).exists()
    assert code not in words(client.get(made.get_absolute_url()))


def test_an_account_of_a_cadre_takes_name_and_organ_from_there(browse, people):
    cadre = Cadre.objects.create(name="钱丽", organ=people.roads)

    browse("system").post(reverse("new_account"), {"username": "qianli", "cadre": cadre.pk})

    made = User.objects.get(username="qianli")
    assert (made.name, made.organ, made.cadre) == ("钱丽", people.roads, cadre)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"username": ""}, "username"),
        ({"username": "王建国"}, "username"),
        ({"username": "-x"}, "username"),
        ({"username": "AUTHOR"}, "username"),
        ({"name": ""}, "name"),
        ({"organ_text": "没有这个单位"}, "organ"),
    ],
)
def test_an_account_form_says_what_is_wrong_and_keeps_what_was_typed(browse, changes, field):
    form = {"username": "qianli", "name": "钱丽"} | changes

    response = browse("system").post(reverse("new_account"), form)

    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert not User.objects.filter(username="qianli").exists()
    if field != "name":
        assert "钱丽" in words(response)


def test_a_cadre_has_one_account(browse, people):
    response = browse("system").post(
        reverse("new_account"), {"username": "second", "cadre": people.cadre.pk}
    )

    assert response.status_code == 422
    assert "cadre" in response.context["form"].errors
    assert not User.objects.filter(username="second").exists()


def test_the_security_administrator_makes_no_accounts_and_the_system_gives_no_roles(browse, people):
    makes = browse("security").post(reverse("new_account"), {"username": "x1", "name": "某"})
    gives = browse("system").post(
        reverse("give_grant", args=[people.author.pk]), grant_form(organ=people.water.pk)
    )

    assert (makes.status_code, gives.status_code) == (403, 403)
    assert not User.objects.filter(username="x1").exists()
    assert people.author.grants.count() == 1


def test_a_role_is_given_within_an_organ(browse, people):
    response = browse("security").post(
        reverse("give_grant", args=[people.author.pk]),
        grant_form(role=Role.HANDLER, organ=people.water.pk),
    )

    grant = people.author.grants.get(role=Role.HANDLER)
    assert response.status_code == 302
    assert (grant.organ, grant.granted_by) == (people.water, people.security)
    assert fresh(people.author).holds(Permission.HANDLE_MATTERS)
    assert AuditEntry.objects.filter(event="grant.given", noun_id=grant.pk).exists()


def test_nobody_gives_a_role_to_themselves(browse, people):
    url = reverse("give_grant", args=[people.security.pk])

    shown = browse("security").get(people.security.get_absolute_url())
    asked = browse("security").get(url)
    sent = browse("security").post(url, grant_form(role=Role.OFFICE, division=people.county.pk))

    assert "button-refused" in words(shown)
    assert (asked.status_code, sent.status_code) == (403, 403)
    assert people.security.grants.count() == 1


@pytest.mark.parametrize(
    ("who", "role"),
    [
        ("system", Role.SECURITY_ADMIN),
        ("auditor", Role.SYSTEM_ADMIN),
        ("author", Role.AUDIT_ADMIN),
        ("system", Role.CADRE),
    ],
)
def test_an_administrator_holds_no_second_role(browse, people, who, role):
    person = getattr(people, who)
    form = grant_form(role=role, organ=people.water.pk if role == Role.CADRE else "")

    response = browse("security").post(reverse("give_grant", args=[person.pk]), form)

    assert response.status_code == 422
    assert response.context["form"].non_field_errors()
    assert person.grants.count() == 1


def test_an_administrator_may_become_a_cadre_when_the_office_ended(people):
    person = account("former", "前任", None)
    RoleGrant.objects.create(
        user=person,
        role=Role.AUDIT_ADMIN,
        starts_on=in_days(-9),
        ends_on=in_days(-1),
    )

    actions.give_grant(
        user=person,
        role=Role.CADRE,
        organ=people.water,
        division=None,
        starts_on=today(),
        ends_on=None,
        by=people.security,
    )

    assert person.grants.count() == 2


@pytest.mark.parametrize(
    "changes",
    [
        {"role": Role.LIAISON},
        {"role": Role.DESK},
        {"role": Role.SUPERVISOR},
        {"role": Role.AUDIT_ADMIN, "organ": "water"},
        {"starts_on": "2026-05-01", "ends_on": "2026-04-01", "organ": "water"},
        {"role": "emperor", "organ": "water"},
    ],
)
def test_a_grant_that_makes_no_sense_is_not_given(browse, people, changes):
    person = account("fresh", "新人", people.water)
    changes = {
        name: getattr(people, value).pk if name == "organ" else value
        for name, value in changes.items()
    }

    response = browse("security").post(
        reverse("give_grant", args=[person.pk]), grant_form(**changes)
    )

    assert response.status_code == 422
    assert not person.grants.exists()


def test_a_role_is_not_given_twice_for_the_same_days(browse, people):
    response = browse("security").post(
        reverse("give_grant", args=[people.handler.pk]),
        grant_form(role=Role.HANDLER, organ=people.water.pk),
    )

    assert response.status_code == 422
    assert people.handler.grants.count() == 1


def test_a_revoked_role_opens_nothing_from_now_on(browse, people):
    grant = people.handler.grants.get()

    response = browse("security").post(reverse("revoke_grant", args=[grant.pk]))

    grant.refresh_from_db()
    assert response.status_code == 302
    assert grant.revoked_by == people.security
    assert not fresh(people.handler).holds(Permission.HANDLE_MATTERS)


def test_the_last_security_administrator_stays(browse, people):
    grant = people.security.grants.get()

    revoked = browse("security").post(reverse("revoke_grant", args=[grant.pk]))
    ended = browse("system").post(reverse("end_account", args=[people.security.pk]))

    assert (revoked.status_code, ended.status_code) == (403, 403)
    assert User.objects.get(pk=people.security.pk).is_active


def _two(people, role):
    second = account("second", "另一个", None, role)
    first = people.system if role == Role.SYSTEM_ADMIN else people.security
    return fresh(first), fresh(second)


def test_two_administrators_end_each_other_and_one_is_left(committed_people):
    first, second = _two(committed_people, Role.SYSTEM_ADMIN)

    results = at_once(
        lambda: actions.end_account(user=first, by=second),
        lambda: actions.end_account(user=second, by=first),
    )

    assert [type(one) for one in results if isinstance(one, Exception)] == [PermissionDenied]
    assert User.objects.filter(pk__in=[first.pk, second.pk], is_active=True).count() == 1


def test_two_administrators_revoke_each_other_and_one_is_left(committed_people):
    first, second = _two(committed_people, Role.SECURITY_ADMIN)
    (of_first,), (of_second,) = first.grants.all(), second.grants.all()

    results = at_once(
        lambda: actions.revoke_grant(grant=of_first, by=second, on=today()),
        lambda: actions.revoke_grant(grant=of_second, by=first, on=today()),
    )

    assert [type(one) for one in results if isinstance(one, Exception)] == [PermissionDenied]
    assert RoleGrant.objects.running(today()).filter(role=Role.SECURITY_ADMIN).count() == 1


def test_an_ended_account_is_signed_out_and_stays_in_the_list(browse, people, client):
    client.force_login(people.author)
    browse("system").post(reverse("end_account", args=[people.author.pk]))

    client.force_login(people.author)
    outside = client.get(reverse("units"))
    listed = browse("system").get(reverse("accounts"), {"tab": "ended"})

    assert outside.status_code == 302
    assert reverse("account_login") in outside.url
    assert "author" in words(listed)


def test_an_account_taken_into_use_again_opens_nothing_that_it_opened_before(browse, people):
    StandIn.objects.create(
        principal=people.office,
        stand_in=people.author,
        named_by=people.office,
        starts_on=today(),
        ends_on=in_days(9),
    )
    client = browse("system")

    client.post(reverse("end_account", args=[people.author.pk]))
    client.post(reverse("reactivate_account", args=[people.author.pk]))

    again = fresh(people.author)
    assert again.is_active
    assert not again.grants_today()
    assert again.grants.get().revoked_by == people.system
    assert people.office.grants.get().ends_on is None


def test_the_account_of_who_left_ends_in_the_night(people, browse):
    people_actions.cadre_left(cadre=people.cadre, by=people.office, left_on=today())
    later = RoleGrant.objects.create(
        user=people.author,
        role=Role.CADRE,
        starts_on=in_days(30),
        ends_on=in_days(60),
    )
    browse("author")

    tasks.end_accounts()

    gone = fresh(people.author)
    assert not gone.is_active
    assert not gone.grants_today()
    later.refresh_from_db()
    assert later.ends_on == later.starts_on
    (ended,) = AuditEntry.objects.filter(event="account.ended")
    assert (ended.actor_id, ended.actor) == (None, "beat")
    assert fresh(people.office).is_active
    tasks.end_accounts()
    assert AuditEntry.objects.filter(event="account.ended").count() == 1


def test_the_account_of_who_leaves_later_stays_until_then(people):
    day = in_days(10)
    people_actions.cadre_left(cadre=people.cadre, by=people.office, left_on=day)

    assert actions.end_accounts_of_left(on=day - timedelta(days=1)) == 0
    assert fresh(people.author).is_active
    assert actions.end_accounts_of_left(on=day) == 1


def test_the_last_administrator_keeps_the_account_after_leaving(people):
    people_actions.cadre_left(cadre=people.cadre, by=people.office, left_on=today())
    RoleGrant.objects.filter(role=Role.AUDIT_ADMIN).delete()
    RoleGrant.objects.create(user=people.author, role=Role.AUDIT_ADMIN, starts_on=START)

    assert actions.end_accounts_of_left(on=today()) == 0
    account("another", "另一个", None, Role.AUDIT_ADMIN)
    assert actions.end_accounts_of_left(on=today()) == 1


def test_an_account_of_who_left_is_taken_into_use_again_as_nobody_s(people, browse):
    people_actions.cadre_left(cadre=people.cadre, by=people.office, left_on=today())
    actions.end_accounts_of_left(on=today())
    user = fresh(people.author)
    with pytest.raises(PermissionDenied, match="请先修改该账号所属人员"):
        actions.reactivate_account(user=user, by=people.system, at=timezone.now())

    actions.change_account(
        user=user, name=user.name, organ=user.organ, cadre=None, by=people.system
    )
    actions.reactivate_account(user=fresh(user), by=people.system, at=timezone.now())

    actions.end_accounts_of_left(on=today())
    assert fresh(user).is_active


def test_nobody_ends_their_own_account(browse, people):
    account("second", "另一个", None, Role.SYSTEM_ADMIN)

    response = browse("system").post(reverse("end_account", args=[people.system.pk]))

    assert response.status_code == 403


def test_an_account_is_taken_into_use_again_with_a_new_code(browse, people):
    actions.end_account(user=people.author, by=people.system)

    response = browse("system").post(reverse("reactivate_account", args=[people.author.pk]))

    people.author.refresh_from_db()
    assert people.author.is_active
    assert people.author.check_password(one_time_code(response))


def test_an_account_is_corrected_and_linked_to_its_cadre(browse, people):
    cadre = Cadre.objects.create(name="刘洋", organ=people.water)
    person = account("fresh", "刘阳", people.water)

    browse("system").post(
        reverse("edit_account", args=[person.pk]),
        {"name": "刘洋", "organ": people.water.pk, "cadre": cadre.pk},
    )

    assert Cadre.objects.get(pk=cadre.pk).user == person


@pytest.mark.parametrize("first_day", [0, 30])
def test_no_cadre_is_moved_to_or_from_an_account_with_roles(browse, people, first_day):
    RoleGrant.objects.filter(user__in=[people.author, people.colleague]).update(
        starts_on=in_days(first_day)
    )
    edit = reverse("edit_account", args=[people.author.pk])
    form = {"name": "王建国", "organ": people.agriculture.pk}

    taken = browse("system").post(edit, form)
    Cadre.objects.filter(pk=people.cadre.pk).update(user=None)
    given = browse("system").post(
        reverse("edit_account", args=[people.colleague.pk]),
        {"name": "赵敏", "organ": people.agriculture.pk, "cadre": people.cadre.pk},
    )

    for answer in (taken, given):
        assert answer.status_code == 422
        assert "cadre" in answer.context["form"].errors
    assert Cadre.objects.get(pk=people.cadre2.pk).user == people.colleague
    renamed = browse("system").post(
        reverse("edit_account", args=[people.colleague.pk]),
        {"name": "赵明", "organ": people.agriculture.pk, "cadre": people.cadre2.pk},
    )
    assert renamed.status_code == 302


def test_when_the_roles_are_revoked_the_account_gets_its_cadre(browse, people):
    for grant in people.author.grants.all():
        actions.revoke_grant(grant=grant, by=people.security, on=today())

    answer = browse("system").post(
        reverse("edit_account", args=[people.author.pk]),
        {"name": "王建国", "organ": people.agriculture.pk},
    )

    assert answer.status_code == 302
    assert Cadre.objects.get(pk=people.cadre.pk).user is None


def test_an_administrators_account_is_no_cadres(browse, people):
    cadre = Cadre.objects.create(name="王建国", organ=people.agriculture)

    response = browse("system").post(
        reverse("edit_account", args=[people.system.pk]), {"name": "系统管理员", "cadre": cadre.pk}
    )

    assert response.status_code == 422
    assert "cadre" in response.context["form"].errors
    assert Cadre.objects.get(pk=cadre.pk).user is None


# --- the list --------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["author", "王建", "县农业农村局"])
def test_accounts_are_found_by_user_name_name_and_organ(browse, people, text):
    response = browse("security").get(reverse("accounts"), {"q": text})

    assert people.author in list(response.context["page"])
    assert people.handler not in list(response.context["page"])


def test_accounts_are_found_by_pinyin_initials_of_the_cadre(browse, people):
    Cadre.objects.filter(pk=people.cadre.pk).update(initials="wjg")

    response = browse("system").get(reverse("accounts"), {"q": "wjg"})

    assert list(response.context["page"]) == [people.author]


def test_who_has_left_and_who_has_no_role_wait_to_be_looked_at(browse, people):
    Cadre.objects.filter(pk=people.cadre.pk).update(left_on=today())
    without = account("without", "无角色", people.water)

    left = browse("system").get(reverse("accounts"), {"tab": "left"})
    no_role = browse("system").get(reverse("accounts"), {"tab": "no_role"})

    assert list(left.context["page"]) == [people.author]
    assert list(no_role.context["page"]) == [without]


def test_the_list_of_accounts_pages_by_user_name(browse, people):
    for n in range(60):
        account(f"x{n:02d}", "某人", people.water)
    total = User.objects.count()

    first = browse("system").get(reverse("accounts"))
    second = browse("system").get(reverse("accounts") + first.context["page"].next_link)
    back = browse("system").get(reverse("accounts") + second.context["page"].previous_link)

    names = [u.username for u in [*first.context["page"], *second.context["page"]]]
    assert names == sorted(names)
    assert len(names) == len(set(names)) == total
    assert list(back.context["page"]) == list(first.context["page"])
    assert not second.context["page"].next_link


@pytest.mark.parametrize("row_count", [1, 3])
def test_the_list_of_accounts_costs_the_same_for_any_rows(
    browse, people, row_count, django_assert_num_queries
):
    User.objects.exclude(pk=people.security.pk).update(is_active=False)
    for n in range(row_count):
        person = account(f"x{n}", "某人", people.water, Role.CADRE, within=people.water)
        Cadre.objects.create(user=person, name="某人", organ=people.water)
    client = browse("security")
    client.get(reverse("accounts"))

    with django_assert_num_queries(8):
        response = client.get(reverse("accounts"))

    assert len(response.context["page"]) == row_count + 1


@pytest.mark.parametrize("row_count", [1, 3])
def test_an_account_page_costs_the_same_for_any_grants(
    browse, people, row_count, django_assert_num_queries
):
    person = account("many", "多角色", people.water)
    for organ in [people.water, people.roads, people.weather][:row_count]:
        RoleGrant.objects.create(
            user=person, role=Role.HANDLER, organ=organ, granted_by=people.security, starts_on=START
        )
    client = browse("security")

    # One query reads the norms, which are cached for a minute.
    with django_assert_num_queries(15):
        client.get(person.get_absolute_url())


@pytest.mark.parametrize(("who", "is_found"), [("author", False), ("security", True)])
def test_user_names_are_found_by_those_alone_who_see_accounts(browse, people, who, is_found):
    page = words(browse(who).get(reverse("pick", args=["user"]), {"q": "system"}))

    assert (people.system.name in page) == is_found


# --- one-time passwords ----------------------------------------------------------------------


def test_a_liaison_prints_a_slip_for_a_person_of_the_own_organ(browse, people, client):
    response = browse("liaison").post(reverse("make_password_slip", args=[people.author.pk]))

    code = one_time_code(response)
    slip = PasswordSlip.objects.get(user=people.author)
    assert slip.made_by == people.liaison
    assert timedelta(hours=71) < slip.works_until - timezone.now() <= timedelta(hours=72)
    assert (
        code not in str(PasswordSlip.objects.values()) + User.objects.get(pk=slip.user_id).password
    )
    assert not AuditEntry.objects.filter(digest__contains=code).exists()
    client.logout()
    assert sign_in(client, "author", PASSWORD).status_code == 200
    assert sign_in(client, "author", code).status_code == 302


def test_the_first_sign_in_opens_the_change_of_password_alone(browse, people, client):
    code = one_time_code(
        browse("liaison").post(reverse("make_password_slip", args=[people.author.pk]))
    )
    client.logout()
    sign_in(client, "author", code)

    elsewhere = client.get(reverse("units"))
    changed = client.post(
        reverse("account_change_password"),
        {
            "oldpassword": code,
            "password1": "Gai-guo-de-2026",
            "password2": "Gai-guo-de-2026",
            "next": reverse("roles"),
        },
    )

    assert elsewhere.url == reverse("account_change_password")
    assert changed.url == reverse("roles")
    assert client.get(reverse("roles")).status_code == 200
    assert not User.objects.get(pk=people.author.pk).must_change_password


def test_a_slip_signs_in_once_and_its_owner_still_chooses_a_password(people, client, english):
    code = actions.make_password_slip(user=people.author, by=people.liaison, at=timezone.now())
    second = Client()

    first = sign_in(client, "author", code)
    again = sign_in(second, "author", code)
    changed = client.post(
        reverse("account_change_password"),
        {"oldpassword": code, "password1": "Gai-guo-de-2026", "password2": "Gai-guo-de-2026"},
    )

    assert (first.status_code, again.status_code, changed.status_code) == (302, 200, 302)
    assert PasswordSlip.objects.get().used_at
    assert again.context["form"].non_field_errors()
    assert reverse("account_login") in second.get(reverse("roles")).url
    assert sign_in(second, "author", "Gai-guo-de-2026").status_code == 302


def test_the_password_of_a_slip_is_no_new_password(people, client):
    code = actions.make_password_slip(user=people.author, by=people.liaison, at=timezone.now())
    sign_in(client, "author", code)
    url = reverse("account_change_password")

    same = client.post(url, {"oldpassword": code, "password1": code, "password2": code})
    upper = client.post(
        url, {"oldpassword": code, "password1": "Gai-guo-de-2026", "password2": "Gai-guo-de-2026"}
    )

    assert (same.status_code, upper.status_code) == (200, 302)
    assert "password1" in same.context["form"].errors
    assert not User.objects.get(pk=people.author.pk).must_change_password


def test_a_used_slip_says_to_ask_for_a_new_one(people, client):
    code = actions.make_password_slip(user=people.author, by=people.liaison, at=timezone.now())
    PasswordSlip.objects.update(used_at=timezone.now())

    client.cookies["django_language"] = "en"
    refused = sign_in(client, "author", code)
    renewed = actions.make_password_slip(user=people.author, by=people.liaison, at=timezone.now())

    assert "Ask for a new slip" in words(refused)
    assert sign_in(client, "author", renewed).status_code == 302


def test_an_expired_slip_lets_nobody_in(people, client):
    code = actions.make_password_slip(user=people.author, by=people.liaison, at=timezone.now())
    PasswordSlip.objects.update(works_until=timezone.now() - timedelta(minutes=1))

    response = sign_in(client, "author", code)

    assert response.status_code == 200
    assert response.context["form"].non_field_errors()


@pytest.mark.parametrize("who", ["handler", "host", "security"])
def test_a_liaison_prints_nothing_for_other_organs(browse, people, who):
    response = browse("liaison").post(reverse("make_password_slip", args=[getattr(people, who).pk]))

    assert response.status_code == 404
    assert not PasswordSlip.objects.exists()


HIGHER = [
    (Role.OFFICE, "county"),
    (Role.SUPERVISOR, "county"),
    (Role.DESK, "county"),
    (Role.HANDLER, "agriculture"),
    (Role.HOST, "agriculture"),
    (Role.LIAISON, "water"),
]


def _of_the_liaisons_organ(people, role, place):
    person = account("higher", "高一级", people.agriculture)
    at = getattr(people, place)
    where = {"division": at} if at == people.county else {"organ": at}
    RoleGrant.objects.create(user=person, role=role, starts_on=START, **where)
    return person


@pytest.mark.parametrize(("role", "place"), HIGHER)
def test_a_liaison_prints_nothing_for_who_may_do_more(browse, people, role, place):
    person = _of_the_liaisons_organ(people, role, place)

    listed = browse("liaison").get(reverse("password_slips"), {"q": "higher"})
    pressed = browse("liaison").post(reverse("make_password_slip", args=[person.pk]))

    assert pressed.status_code == 403
    assert reverse("make_password_slip", args=[person.pk]) not in words(listed)
    assert not PasswordSlip.objects.exists()
    named = browse("liaison").post(
        reverse("new_stand_in"),
        {
            "principal": person.pk,
            "stand_in": people.colleague.pk,
            "starts_on": today().isoformat(),
            "ends_on": today().isoformat(),
        },
    )
    assert (named.status_code, StandIn.objects.count()) == (422, 0)


def test_a_liaison_prints_nothing_for_who_stands_in_for_somebody_higher(browse, people):
    StandIn.objects.create(
        principal=people.office,
        stand_in=people.author,
        named_by=people.office,
        starts_on=in_days(3),
        ends_on=in_days(9),
    )

    pressed = browse("liaison").post(reverse("make_password_slip", args=[people.author.pk]))
    other = browse("liaison").post(reverse("make_password_slip", args=[people.colleague.pk]))

    assert (pressed.status_code, other.status_code) == (403, 200)


def test_the_office_of_a_county_prints_nothing_for_a_citys(browse, people):
    city = account("city", "市级督查", people.department)
    RoleGrant.objects.create(user=city, role=Role.SUPERVISOR, division=people.city, starts_on=START)
    desk = browse("office").post(reverse("make_password_slip", args=[people.desk.pk]))

    pressed = browse("office").post(reverse("make_password_slip", args=[city.pk]))

    assert (desk.status_code, pressed.status_code) == (200, 403)


def test_a_stand_in_prints_no_slips_and_names_no_stand_ins(browse, people):
    StandIn.objects.create(
        principal=people.liaison,
        stand_in=people.author,
        named_by=people.liaison,
        starts_on=today(),
        ends_on=in_days(1),
    )
    lent = fresh(people.author)
    assert lent.holds(Permission.RECORD_FOR_OTHERS)
    assert not lent.holds(Permission.RESET_PASSWORDS) and not lent.holds(Permission.NAME_STAND_INS)

    slips = browse("author").get(reverse("password_slips"))
    pressed = browse("author").post(reverse("make_password_slip", args=[people.liaison.pk]))
    named = browse("author").post(
        reverse("new_stand_in"),
        {
            "principal": people.liaison.pk,
            "stand_in": people.colleague.pk,
            "starts_on": today().isoformat(),
            "ends_on": in_days(300).isoformat(),
        },
    )

    assert (slips.status_code, pressed.status_code) == (403, 403)
    # The form has no field for the principal: a stand-in is always one's own.
    assert named.status_code == 302
    assert StandIn.objects.get(principal=people.liaison).stand_in == people.author
    assert StandIn.objects.get(principal=people.author).stand_in == people.colleague
    assert not PasswordSlip.objects.exists()


@pytest.mark.parametrize("first_day", [0, 1, 30])
def test_who_is_to_stand_in_becomes_no_administrator(browse, people, first_day):
    person = account("fresh", "新人", people.department)
    StandIn.objects.create(
        principal=people.office,
        stand_in=person,
        named_by=people.office,
        starts_on=in_days(first_day),
        ends_on=in_days(60),
    )

    given = browse("security").post(
        reverse("give_grant", args=[person.pk]), grant_form(role=Role.AUDIT_ADMIN)
    )

    assert given.status_code == 422
    assert not person.grants.exists()


def test_the_office_prints_within_its_area(browse, people):
    inside = browse("office").post(reverse("make_password_slip", args=[people.handler.pk]))
    outside = browse("office").post(reverse("make_password_slip", args=[people.system.pk]))

    assert (inside.status_code, outside.status_code) == (200, 404)


@pytest.mark.parametrize("role", [Role.SECURITY_ADMIN, Role.CONDUCT])
def test_no_page_opens_the_account_of_an_administrator_or_conduct_recipient(browse, people, role):
    sealed = account("sealed", "密件", people.department, role)

    listed = browse("office").get(reverse("password_slips"), {"q": "sealed"})
    pressed = browse("office").post(reverse("make_password_slip", args=[sealed.pk]))

    assert reverse("make_password_slip", args=[sealed.pk]) not in words(listed)
    assert pressed.status_code == 403
    assert sealed.check_password(PASSWORD)


def test_a_new_slip_ends_the_sessions_of_the_account(people, client):
    client.force_login(people.author)

    actions.make_password_slip(user=people.author, by=people.liaison, at=timezone.now())

    assert reverse("account_login") in client.get(reverse("roles")).url


@pytest.mark.parametrize("row_count", [1, 3])
def test_the_list_for_slips_costs_the_same_for_any_rows(
    browse, people, row_count, django_assert_num_queries
):
    User.objects.exclude(pk=people.office.pk).update(is_active=False)
    for n in range(row_count):
        account(f"x{n}", "某人", people.water, Role.CADRE, within=people.water)
    client = browse("office")
    client.get(reverse("password_slips"))

    with django_assert_num_queries(10):
        response = client.get(reverse("password_slips"))

    assert len(response.context["page"]) == row_count


# --- lock-outs -------------------------------------------------------------------------------


def test_too_many_wrong_passwords_lock_and_the_security_administrator_unlocks(
    browse, people, client
):
    for _n in range(5):
        sign_in(client, "author", "wrong")
    locked = sign_in(client, "author", PASSWORD)

    listed = browse("security").get(reverse("lockouts"))
    lockout = Lockout.objects.get(username="author")
    browse("security").post(reverse("unlock", args=[lockout.pk]))
    client.logout()

    assert locked.status_code == 200
    assert "author" in words(listed)
    assert sign_in(client, "author", PASSWORD).status_code == 302
    lockout.refresh_from_db()
    assert lockout.unlocked_by == people.security
    assert AuditEntry.objects.filter(event="account.unlocked").exists()


def fail(username, times, **environ):
    client = Client(**environ)
    for _n in range(times):
        answer = sign_in(client, username, "wrong")
    return answer


def test_wrong_passwords_of_others_never_close_a_known_browser(people):
    known = Client()
    sign_in(known, "security", PASSWORD)
    known.post(reverse("account_logout"))

    fail("security", 15)

    assert sign_in(Client(), "security", PASSWORD).status_code == 200
    assert sign_in(known, "security", PASSWORD).status_code == 302


def test_a_known_browser_guesses_no_more_than_any_other(people):
    known = Client()
    sign_in(known, "author", PASSWORD)
    known.post(reverse("account_logout"))
    for _n in range(5):
        sign_in(known, "author", "wrong")

    assert sign_in(known, "author", PASSWORD).status_code == 200
    # Mistakes in this browser do not count for others.
    assert not Lockout.objects.exists()
    assert sign_in(Client(), "author", PASSWORD).status_code == 302


def test_a_browser_is_known_for_its_own_names_alone(people):
    known = Client()
    sign_in(known, "author", PASSWORD)
    known.post(reverse("account_logout"))
    fail("security", 5)

    assert sign_in(known, "security", PASSWORD).status_code == 200
    mark = known.cookies["known-browser"]
    assert mark["httponly"] and mark["samesite"] == "Lax" and mark["path"] == "/account/"
    assert "author" not in mark.value and "security" not in mark.value


@pytest.mark.parametrize("value", ["x", "e30:x:y", "a" * 4_000])
def test_a_forged_mark_makes_no_browser_known(people, value):
    forged = Client()
    forged.cookies["known-browser"] = value
    fail("author", 5)

    assert sign_in(forged, "author", PASSWORD).status_code == 200


def test_wrong_passwords_for_many_names_close_the_address_and_no_known_browser(people, settings):
    settings.LOGIN_ADDRESS_FAILURES = 8
    known = Client()
    sign_in(known, "author", PASSWORD)
    known.post(reverse("account_logout"))

    for n in range(8):
        fail(f"name{n}", 1)
    tried = LoginFailure.objects.count()

    assert sign_in(Client(), "host", PASSWORD).status_code == 200
    assert LoginFailure.objects.count() == tried
    assert sign_in(Client(REMOTE_ADDR="10.0.0.9"), "host", PASSWORD).status_code == 302
    assert sign_in(known, "author", PASSWORD).status_code == 302
    assert not Lockout.objects.exists()


def test_a_county_behind_one_address_mistypes_and_still_signs_in(people):
    for n in range(25):
        fail(f"name{n}", 2)

    assert sign_in(Client(), "author", PASSWORD).status_code == 302


def test_an_address_that_is_none_is_noted_as_none(people, settings):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

    answer = fail("author", 1, HTTP_X_FORWARDED_FOR="evil")

    assert answer.status_code == 200
    assert LoginFailure.objects.get().address is None


def test_a_refused_sign_in_stands_in_the_audit_beside_those_that_succeed(client, people):
    fail("author", 2, REMOTE_ADDR="198.51.100.9")
    sign_in(Client(), "author", PASSWORD)

    entries = AuditEntry.objects.filter(event__startswith="account.sign").order_by("pk")
    assert [(one.event, one.actor, one.noun) for one in entries] == [
        ("account.sign_in_failed", "sign-in", "loginfailure"),
        ("account.sign_in_failed", "sign-in", "loginfailure"),
        ("account.signed_in", "author", "user"),
    ]
    assert entries[0].address == "198.51.100.9"
    client.force_login(people.auditor)
    page = words(client.get(reverse("audit"), {"event": "account.sign_in_failed"}))
    assert page.count("author") == 2


def test_unlocking_twice_is_refused_with_the_reason(people, english):
    lockout = Lockout.objects.create(
        username="author", locked_at=timezone.now(), until=timezone.now() + timedelta(minutes=9)
    )
    actions.unlock(lockout=lockout, by=people.security, at=timezone.now())

    with pytest.raises(PermissionDenied, match="over"):
        actions.unlock(lockout=lockout, by=people.security, at=timezone.now())


# --- the second factor -----------------------------------------------------------------------


def with_authenticator(user):
    """Give a user an authenticator app and recovery codes; return the secret of the app."""
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(user, secret)
    recovery_codes.RecoveryCodes.activate(user)
    return secret


def code_of(secret):
    return totp.format_hotp_value(
        totp.hotp_value(secret, next(totp.yield_hotp_counters_from_time()))
    )


def test_secrets_of_the_second_factor_are_encrypted(people, client):
    secret = with_authenticator(people.author)

    stored = str(list(Authenticator.objects.order_by("pk").values_list("data", flat=True)))
    sign_in(client, "author", PASSWORD)
    through = client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})

    assert secret not in stored
    assert "k1:" in stored
    assert through.status_code == 302
    assert client.get(reverse("roles")).status_code == 200


def test_a_recovery_code_signs_in_once(people, client):
    with_authenticator(people.author)
    codes = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()

    for expected in (302, 200):
        client.logout()
        sign_in(client, "author", PASSWORD)
        response = client.post(reverse("mfa_authenticate"), {"code": codes[0]})
        assert response.status_code == expected


def test_codes_of_the_second_factor_are_not_guessed_at_will(people, client):
    secret = with_authenticator(people.author)
    sign_in(client, "author", PASSWORD)

    for _n in range(5):
        client.post(reverse("mfa_authenticate"), {"code": "000000"})
    response = client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})

    assert response.status_code == 200
    assert response.context["form"].errors
    assert reverse("account_login") in client.get(reverse("roles")).url


def test_who_is_asked_again_does_not_guess_at_will(people, client):
    with_authenticator(people.author)
    client.force_login(people.author)
    url = reverse("mfa_reauthenticate")

    answers = [client.post(url, {"code": "000000"}).status_code for _n in range(11)]

    assert answers[:10] == [200] * 10
    assert answers[10] == 429


@pytest.mark.parametrize("who", ["system", "security", "auditor"])
def test_an_administrator_sets_up_a_second_factor_first(people, client, settings, who):
    settings.ADMIN_SECOND_FACTOR = True
    person = getattr(people, who)

    sign_in(client, person.username, PASSWORD)
    elsewhere = client.get(reverse("home"))
    asked_again = client.get(elsewhere.url)
    setting_up = client.post(asked_again.url, {"password": PASSWORD}, follow=True)
    client.post(elsewhere.url, {"code": code_of(setting_up.context["form"].secret)})

    assert elsewhere.url == reverse("mfa_activate_totp")
    assert setting_up.context["second_factor_due"]
    assert Authenticator.objects.filter(user=person, type="totp").exists()
    assert client.get(reverse("roles")).status_code == 200


def test_nobody_else_needs_a_second_factor(people, client, settings):
    settings.ADMIN_SECOND_FACTOR = True

    sign_in(client, "author", PASSWORD)

    assert client.get(reverse("roles")).status_code == 200


def test_the_demo_asks_no_administrator_for_a_second_factor(browse):
    assert browse("system").get(reverse("accounts")).status_code == 200


# --- everybody's own -------------------------------------------------------------------------


def test_the_page_of_roles_says_what_i_hold_and_until_when(browse, people):
    people.liaison.grants.update(ends_on=in_days(30))

    response = browse("liaison").get(reverse("roles"))

    assert [g.role for g in response.context["mine"]] == [Role.LIAISON]
    assert "县农业农村局" in words(response)
    assert len(response.context["roles"]) == len(Role)
    assert all(one["permissions"] for one in response.context["roles"])


def test_large_type_is_switched_and_comes_back_to_the_page(browse, people):
    response = browse("author").post(reverse("large_type"), {"next": reverse("units")})

    assert response.url == reverse("units")
    assert User.objects.get(pk=people.author.pk).large_type


@pytest.mark.parametrize("target", ["https://example.com/", "//example.com", "javascript:1", ""])
def test_large_type_goes_nowhere_else(browse, target):
    response = browse("author").post(reverse("large_type"), {"next": target})

    assert response.url == reverse("home")


@pytest.mark.parametrize("target", ["http://[", "https://example.com/", "//example.com"])
def test_the_sign_in_leads_nowhere_else(client, people, target):
    page = client.get(reverse("account_login"), {"next": target})
    known = {"login": "author", "password": PASSWORD, "next": target}

    assert page.status_code == 200
    assert client.post(reverse("account_login"), known).url == reverse("home")


def test_the_language_is_kept_with_the_account(browse, people, client):
    browse("author").post(reverse("set_language"), {"language": "en", "next": "/roles/"})
    unknown = browse("author").post(reverse("set_language"), {"language": "xx"})

    assert User.objects.get(pk=people.author.pk).language == "en"
    assert unknown.status_code == 302
    assert 'lang="en"' in words(client.get(reverse("roles")))


def test_the_language_is_switched_before_the_sign_in(client, db):
    client.post(reverse("set_language"), {"language": "en", "next": reverse("account_login")})

    assert 'lang="en"' in words(client.get(reverse("account_login")))


def test_the_sign_in_page_says_that_it_is_not_for_secrets(client, db):
    response = client.get(reverse("account_login"))

    assert "非涉密" in words(response)
    assert "signup" not in words(response)


# --- the first three -------------------------------------------------------------------------


def test_first_administrators_are_three_with_one_power_each(db, capsys, client):
    call_command("first_administrators", system="xiaowang", stdout=None)

    printed = capsys.readouterr().out
    rows = [line.split("\t") for line in printed.splitlines() if "\t" in line]
    assert [name for _title, name, _code in rows] == ["xiaowang", "security-admin", "audit-admin"]
    for _title, name, code in rows:
        assert len(fresh(User.objects.get(username=name)).roles) == 1
        client.logout()
        assert sign_in(client, name, code).status_code == 302


def test_an_empty_installation_without_divisions_comes_to_its_first_organ(db, capsys, client):
    call_command("first_administrators")
    User.objects.update(must_change_password=False)
    office, _code = actions.make_account(
        at=timezone.now(),
        username="office",
        name="办公室",
        organ=None,
        cadre=None,
        by=fresh(User.objects.get(username="system-admin")),
    )
    client.force_login(User.objects.get(username="security-admin"))

    given = client.post(reverse("give_grant", args=[office.pk]), grant_form(role=Role.OFFICE))
    shown = client.get(office.get_absolute_url())
    User.objects.update(must_change_password=False)
    client.force_login(User.objects.get(username="office"))
    client.post(
        reverse("new_organ"),
        {
            "name": "集团党委",
            "kind": "enterprise",
            "sort_order": "1",
            "started_on": today().isoformat(),
        },
    )

    grant = office.grants.get()
    assert given.status_code == 302
    assert (grant.organ, grant.division, grant.granted_by.username) == (
        None,
        None,
        "security-admin",
    )
    assert AuditEntry.objects.filter(event="grant.given", noun_id=grant.pk).exists()
    assert [g.is_whole for g in shown.context["grants"]] == [True]
    assert Organ.objects.get().name == "集团党委"


def test_first_administrators_are_made_once(people, english):
    with pytest.raises(CommandError, match="already"):
        call_command("first_administrators")


@pytest.mark.parametrize("options", [{"system": "same", "audit": "same"}, {"security": "系统"}])
def test_first_administrators_need_three_good_names(db, options):
    with pytest.raises(CommandError):
        call_command("first_administrators", **options)

    assert not User.objects.exists()


def opened(capsys, name, **more):
    """Run the command; return the printed code."""
    call_command("break_glass", name, reason="手机丢失", by="信息中心 老周", **more)
    return capsys.readouterr().out.splitlines()[0].split("\t")[2]


def test_the_server_opens_what_no_page_renews(people, capsys, english):
    with_authenticator(people.security)
    for _n in range(5):
        sign_in(Client(), "security", "wrong")

    code = opened(capsys, "security")

    assert User.objects.get(username="security").check_password(code)
    assert not Authenticator.objects.exists()
    assert sign_in(Client(), "security", code).status_code == 302
    row = BreakGlass.objects.get()
    assert (row.user, row.reason, row.done_by) == (people.security, "手机丢失", "信息中心 老周")
    assert (row.role, row.ends_on, row.seen_at) == ("", None, None)
    events = set(AuditEntry.objects.values_list("event", flat=True))
    assert events >= {
        "account.second_factor_dropped",
        "account.unlocked",
        "account.slip_made",
        "break_glass.used",
    }
    entry = AuditEntry.objects.get(event="break_glass.used")
    assert (entry.actor, entry.noun_id) == ("break_glass", row.pk)
    with pytest.raises(CommandError, match="nobody"):
        opened(capsys, "nobody")


@pytest.mark.parametrize("who", ["office", "host", "author"])
def test_a_business_account_is_not_opened_on_the_server(people, capsys, english, who):
    with pytest.raises(CommandError, match="no administrator"):
        opened(capsys, who)
    assert not BreakGlass.objects.exists()
    assert not PasswordSlip.objects.exists()


@pytest.mark.parametrize("days", [0, 8])
def test_a_role_is_given_back_for_some_days_only(people, capsys, english, days):
    with pytest.raises(CommandError, match="1 to 7"):
        opened(capsys, "security", days=days)


def test_an_opening_says_why(people, capsys, english):
    with pytest.raises(CommandError):
        call_command("break_glass", "security", reason=" ", by="老周")
    assert not BreakGlass.objects.exists()


def test_who_was_the_last_administrator_gets_the_role_back_for_a_day(people, capsys):
    people.security.grants.update(ends_on=in_days(-1))
    User.objects.filter(pk=people.security.pk).update(is_active=False)

    code = opened(capsys, "security")

    user = fresh(User.objects.get(username="security"))
    assert user.is_active and user.roles == {Role.SECURITY_ADMIN}
    grant = user.grants.order_by("pk").last()
    assert (grant.starts_on, grant.ends_on, grant.granted_by) == (today(), today(), None)
    assert BreakGlass.objects.get().ends_on == today()
    assert sign_in(Client(), "security", code).status_code == 302


def test_a_role_that_somebody_else_holds_is_not_given_back(people, capsys, english):
    former = account("former", "前任", None, Role.SECURITY_ADMIN)
    former.grants.update(ends_on=in_days(-1))
    with pytest.raises(CommandError, match="Somebody else"):
        opened(capsys, "former")
    assert not BreakGlass.objects.exists()
    assert fresh(User.objects.get(pk=former.pk)).roles == set()


def test_the_other_administrators_are_told_until_one_of_them_says_so(browse, people, capsys):
    opened(capsys, "security")
    told = Reminder.objects.filter(kind="break_glass")
    assert set(told.values_list("user__username", flat=True)) == {"system", "auditor"}
    row = BreakGlass.objects.get()
    # As if the printed code had been changed.
    User.objects.update(must_change_password=False)
    people.security.refresh_from_db()

    own = browse("security")
    assert own.post(reverse("say_seen", args=[row.pk])).status_code == 403
    assert "手机丢失" in words(own.get(reverse("openings")))
    assert browse("office").get(reverse("openings")).status_code == 403
    client = browse("auditor")
    assert "手机丢失" in words(client.get(reverse("openings")))
    client.post(reverse("say_seen", args=[row.pk]))

    row.refresh_from_db()
    assert row.seen_by == people.auditor
    assert AuditEntry.objects.filter(event="break_glass.seen", noun_id=row.pk).exists()
    tell(day=in_days(1), at=timezone.now(), by="beat")
    assert not told.filter(day__gt=today()).exists()


def test_setting_up_and_dropping_a_second_factor_are_in_the_audit(people, rf):
    request = rf.get("/")
    request.user = people.host
    authenticator = Authenticator(user=people.host, type="totp", data={})
    for signal in (authenticator_added, authenticator_removed):
        signal.send(
            sender=Authenticator, request=request, user=people.host, authenticator=authenticator
        )

    entries = AuditEntry.objects.filter(event__startswith="account.second_factor_").order_by("pk")
    assert list(entries.values_list("event", "actor_id", "fields")) == [
        ("account.second_factor_set", people.host.pk, ["totp"]),
        ("account.second_factor_removed", people.host.pk, ["totp"]),
    ]


@pytest.mark.parametrize(("ahead", "status"), [(200, 200), (86_400, 302)])
def test_a_session_that_begins_in_the_future_ends(people, client, ahead, status):
    """This happens after a clock was set back; the clocks of two nodes may differ a little."""
    client.force_login(people.author)
    client.get("/roles/")
    session = client.session
    session["began"] += ahead
    session.save()

    assert client.get("/roles/").status_code == status
