"""Rules of passwords, sessions, second factors and addresses at sign-in."""

import os
import subprocess
import sys
import time
from datetime import timedelta
from ipaddress import ip_network

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import decrypt
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from portal import tasks
from portal.actions import accounts as actions
from portal.models import AuditEntry, Reminder, RoleGrant, User
from portal.pages import second_factor
from portal.roles import Role
from portal.sign_in.devices import device
from tests import telling
from tests.day import TODAY
from tests.people import PASSWORD, START, account
from tests.portal.soft_key import SoftKey
from tests.portal.test_accounts import code_of, opened, sign_in, with_authenticator, words

NEW = "Gai-guo-de-2026"


def change(client, old, new):
    return client.post(
        reverse("account_change_password"),
        {"oldpassword": old, "password1": new, "password2": new},
    )


@pytest.fixture
def author(client, people):
    """Signed in by the password, in English."""
    client.cookies["django_language"] = "en"
    sign_in(client, "author", PASSWORD)
    return client


# --- Passwords --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("Kurz-1234", "at least 12 characters"),
        ("nur-kleine-buchstaben", "at least 3 of these four kinds"),
        ("NURGROSSE1234567", "at least 3 of these four kinds"),
        ("密码密码密码密码密码密码密码", "at least 3 of these four kinds"),
    ],
)
def test_a_password_that_is_too_simple_is_refused_with_what_it_lacks(author, password, why):
    page = words(change(author, PASSWORD, password))

    assert why in page
    assert User.objects.get(username="author").check_password(PASSWORD)


@pytest.mark.parametrize("password", [NEW, "abcdefg1234!x", "ABCDEFG1234!X"])
def test_three_of_four_classes_are_enough(author, password):
    assert change(author, PASSWORD, password).status_code == 302


def test_how_many_classes_is_a_setting(author, settings):
    settings.PASSWORD_CLASSES = 0

    assert change(author, PASSWORD, "nur-kleine-buchstaben").status_code == 302


def test_none_of_the_last_five_passwords_is_chosen_again(author, settings):
    settings.ACCOUNT_RATE_LIMITS = False
    chosen = [PASSWORD, *(f"Gai-guo-de-{n}x" for n in range(2001, 2006))]
    for old, new in zip(chosen, chosen[1:], strict=False):
        assert change(author, old, new).status_code == 302

    # This is the sixth password, so the last five are itself and the four before.
    for past in chosen[2:5]:
        assert "not among the last 5" in words(change(author, chosen[5], past))
    assert "that you have now" in words(change(author, chosen[5], chosen[5]))
    assert change(author, chosen[5], chosen[0]).status_code == 302
    assert User.objects.get(username="author").past_passwords.count() == 5


def test_a_password_before_a_slip_is_not_chosen_again(client, people):
    code = actions.make_password_slip(user=people.author, by=people.liaison, at=timezone.now())
    client.cookies["django_language"] = "en"
    sign_in(client, "author", code)

    assert "not among the last 5" in words(change(client, code, PASSWORD))
    assert change(client, code, NEW).status_code == 302


def test_how_many_passwords_are_remembered_is_a_setting(author, settings):
    settings.PASSWORD_HISTORY = 1
    change(author, PASSWORD, NEW)

    assert change(author, NEW, PASSWORD).status_code == 302


def test_a_password_that_is_too_old_opens_its_change_alone(author, settings, people):
    settings.PASSWORD_DAYS = 90
    User.objects.filter(pk=people.author.pk).update(
        password_set_at=timezone.now() - timedelta(days=91)
    )

    elsewhere = author.get(reverse("units"))
    page = words(author.get(elsewhere.url))
    changed = change(author, PASSWORD, NEW)

    assert elsewhere.url == reverse("account_change_password")
    assert "has reached the age" in page
    assert changed.status_code == 302
    assert author.get(reverse("units")).status_code == 200


@pytest.mark.parametrize(("limit", "days"), [(0, 4_000), (90, 90)])
def test_a_password_within_its_days_opens_everything(author, settings, people, limit, days):
    settings.PASSWORD_DAYS = limit
    User.objects.filter(pk=people.author.pk).update(
        password_set_at=timezone.now() - timedelta(days=days)
    )

    assert author.get(reverse("units")).status_code == 200


def test_a_password_of_which_nothing_is_known_is_as_old_as_the_account(author, settings, people):
    settings.PASSWORD_DAYS = 90
    User.objects.filter(pk=people.author.pk).update(
        created_at=timezone.now() - timedelta(days=91), password_set_at=None
    )

    assert author.get(reverse("units")).url == reverse("account_change_password")


def test_whose_password_was_changed_is_told_on_that_day_and_the_morning_after(author, people):
    at = timezone.now()
    change(author, PASSWORD, NEW)

    telling.tell("password_changed", day=TODAY, at=at + timedelta(hours=1))
    told = Reminder.objects.get(kind="password_changed")
    page = words(author.get(reverse("todo"), {"tab": "told"}))
    author.post(reverse("mark_read", args=[told.pk]))
    telling.tell("password_changed", day=TODAY + timedelta(days=1), at=at + timedelta(hours=22))
    telling.tell("password_changed", day=TODAY + timedelta(days=2), at=at + timedelta(hours=46))

    rows = Reminder.objects.filter(kind="password_changed").order_by("day")
    assert [(one.user, one.day) for one in rows] == [
        (people.author, TODAY),
        (people.author, TODAY + timedelta(days=1)),
    ]
    assert "The password of your account was changed" in page


# --- Sessions ---------------------------------------------------------------------------------

CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/120.0.0.0 Safari/537.36"
)
PHONE = "Mozilla/5.0 (Linux; Android 12; HarmonyOS; NOH-AN00) Chrome/99.0 MicroMessenger/8.0"


@pytest.mark.parametrize(
    ("said", "called"),
    [
        (CHROME, "Chrome, Windows"),
        (CHROME + " Edg/120.0", "Edge, Windows"),
        (PHONE, "WeChat, HarmonyOS"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:115.0) Firefox/115.0", "Firefox, Linux"),
        ("Mozilla/5.0 (X11; UOS; Linux) Chrome/102.0", "Chrome, UOS"),
        ("curl/8.5", "Unknown device"),
        ("", "Unknown device"),
    ],
)
def test_a_browser_is_called_by_words_that_its_owner_knows(english, said, called):
    assert device(said) == called


@pytest.fixture
def english():
    with translation.override("en"):
        yield


def elsewhere(username="author", **environ):
    client = Client(**environ)
    client.cookies["django_language"] = "en"
    assert sign_in(client, username, PASSWORD).status_code == 302
    return client


def test_ones_own_sessions_are_shown_with_device_address_and_last_seen(author, people):
    elsewhere(HTTP_USER_AGENT=CHROME, REMOTE_ADDR="10.7.0.9")
    elsewhere("host", HTTP_USER_AGENT=PHONE)

    page = words(author.get(reverse("usersessions_list")))

    assert "Chrome, Windows" in page and "10.7.0.9" in page
    assert "WeChat" not in page
    assert page.count("small-button") == 1


def test_the_address_of_a_session_is_the_persons_and_not_the_proxys(people, settings):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

    elsewhere(HTTP_X_FORWARDED_FOR="10.7.0.8", REMOTE_ADDR="127.0.0.1")

    assert UserSession.objects.get().ip == "10.7.0.8"


def test_one_session_is_ended_and_the_others_go_on(author, people):
    phone, office = elsewhere(), elsewhere()
    session = UserSession.objects.get(session_key=phone.session.session_key)

    author.post(reverse("end_session", args=[session.pk]))

    assert phone.get(reverse("roles")).status_code == 302
    assert office.get(reverse("roles")).status_code == 200
    assert author.get(reverse("roles")).status_code == 200
    assert AuditEntry.objects.filter(event="account.sessions_ended").count() == 1


def test_all_others_are_ended_at_once(author, people):
    others = [elsewhere(), elsewhere()]
    stranger = elsewhere("host")

    author.post(reverse("usersessions_list"))

    assert [one.get(reverse("roles")).status_code for one in others] == [302, 302]
    assert author.get(reverse("roles")).status_code == 200
    assert stranger.get(reverse("roles")).status_code == 200


def test_nobody_ends_somebody_elses_session(author, people):
    stranger = elsewhere("host")
    session = UserSession.objects.get(session_key=stranger.session.session_key)

    assert author.post(reverse("end_session", args=[session.pk])).status_code == 404
    assert stranger.get(reverse("roles")).status_code == 200


@pytest.mark.parametrize("row_count", [1, 3])
def test_the_list_of_sessions_costs_the_same_for_any_rows(
    author, row_count, django_assert_num_queries
):
    for _n in range(row_count - 1):
        elsewhere()
    author.get(reverse("usersessions_list"))

    with django_assert_num_queries(7):
        response = author.get(reverse("usersessions_list"))

    assert len(response.context["sessions"]) == row_count


def test_a_change_of_password_ends_the_other_sessions_and_their_rows(author, people):
    phone = elsewhere()

    change(author, PASSWORD, NEW)

    assert phone.get(reverse("roles")).status_code == 302
    assert len(author.get(reverse("usersessions_list")).context["sessions"]) == 1


def test_when_somebody_was_last_seen_is_noted_by_the_minute(author, people):
    row = UserSession.objects.get()
    UserSession.objects.update(last_seen_at=timezone.now() - timedelta(hours=1))
    session = author.session
    session["seen"] -= 120
    session.save()

    author.get(reverse("roles"))

    row.refresh_from_db()
    assert timezone.now() - row.last_seen_at < timedelta(minutes=1)


def test_only_so_many_sessions_of_an_account_go_on(people, settings):
    settings.SESSIONS_AT_ONCE = 2
    first, second, third = elsewhere(), elsewhere(), elsewhere()
    stranger = elsewhere("host")

    assert first.get(reverse("roles")).status_code == 302
    for one in (second, third, stranger):
        assert one.get(reverse("roles")).status_code == 200


def test_a_single_session_is_the_newest(people, settings):
    settings.SESSIONS_AT_ONCE = 1
    first, second = elsewhere(), elsewhere()

    assert first.get(reverse("roles")).status_code == 302
    assert second.get(reverse("roles")).status_code == 200


def test_sessions_that_have_ended_are_forgotten_at_night(people):
    over, going_on = elsewhere(), elsewhere("host")
    key = over.session.session_key
    Session.objects.filter(session_key=key).update(expire_date=timezone.now())

    tasks.forget_sessions()

    assert not Session.objects.filter(session_key=key).exists()
    assert [one.user for one in UserSession.objects.all()] == [people.host]
    assert going_on.get(reverse("roles")).status_code == 200


def aged(client, **seconds):
    """Age the session by so many seconds."""
    session = client.session
    for name, n in seconds.items():
        session[name] = int(time.time()) - n
    session.save()
    return client.get(reverse("roles")).status_code


@pytest.mark.parametrize(
    ("who", "idle", "status"),
    [
        ("author", 29 * 60, 200),
        ("author", 31 * 60, 302),
        ("system", 14 * 60, 200),
        ("system", 16 * 60, 302),
    ],
)
def test_a_session_ends_when_idle_and_an_administrators_sooner(people, who, idle, status):
    client = elsewhere(who)

    assert aged(client, seen=idle, began=idle) == status


@pytest.mark.parametrize(("hours", "status"), [(7.9, 200), (8.1, 302)])
def test_a_session_ends_after_eight_hours_in_any_case(people, hours, status):
    client = elsewhere()

    assert aged(client, seen=30, began=int(hours * 3600)) == status


def test_both_limits_are_settings(people, settings):
    settings.SESSION_ADMIN_IDLE_SECONDS, settings.SESSION_ABSOLUTE_SECONDS = 60, 7_200
    system = elsewhere("system")
    cadre = elsewhere()

    assert aged(system, seen=70) == 302
    assert aged(cadre, seen=70, began=7_300) == 302


# --- The second factor ------------------------------------------------------------------------


@pytest.fixture
def asked(settings):
    settings.SECOND_FACTOR_ROLES = frozenset({"office", "supervisor"})
    settings.SECOND_FACTOR_GRACE_DAYS = 7
    return settings


@pytest.mark.parametrize("who", ["office", "supervisor"])
def test_office_and_supervisor_are_told_and_have_days_of_grace(people, asked, who):
    client = elsewhere(who)

    page = words(client.get(reverse("home"), follow=True))

    assert "your account opens only with a second factor" in page
    assert client.get(reverse("units")).status_code == 200
    assert User.objects.get(username=who).second_factor_asked_on == TODAY


@pytest.mark.parametrize("who", ["office", "supervisor"])
def test_after_the_days_of_grace_nothing_opens_without_it(people, asked, who):
    user = User.objects.filter(username=who)
    user.update(second_factor_asked_on=TODAY - timedelta(days=7))
    client = elsewhere(who)

    refused = client.get(reverse("units"))
    with_authenticator(user.get())

    assert refused.url == reverse("mfa_activate_totp")
    assert client.get(reverse("units")).status_code == 200


def test_the_days_of_grace_begin_once(people, asked):
    people.office.second_factor_asked_on = TODAY - timedelta(days=6)
    people.office.save()

    client = elsewhere("office")

    assert client.get(reverse("units")).status_code == 200
    assert User.objects.get(username="office").second_factor_asked_on == TODAY - timedelta(days=6)


@pytest.mark.parametrize(("days", "is_told"), [(1, False), (0, True), (-30, True)])
def test_the_rule_holds_from_its_day_on(people, asked, days, is_told):
    asked.SECOND_FACTOR_FROM = TODAY + timedelta(days=days)

    page = words(elsewhere("office").get(reverse("home"), follow=True))

    assert ("opens only with a second factor" in page) == is_told


def test_others_are_not_asked(people, asked):
    page = words(elsewhere("author").get(reverse("home"), follow=True))

    assert "opens only with a second factor" not in page
    assert User.objects.get(username="author").second_factor_asked_on is None


def test_whoever_has_one_is_told_nothing(people, asked):
    secret = with_authenticator(people.office)
    client = Client()
    client.cookies["django_language"] = "en"
    sign_in(client, "office", PASSWORD)
    client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})

    assert "opens only with a second factor" not in words(client.get(reverse("home"), follow=True))
    assert User.objects.get(username="office").second_factor_asked_on is None


def test_a_role_that_there_is_none_of_stops_the_start():
    with pytest.raises(ImproperlyConfigured, match="emperor"):
        second_factor.check_roles({"office", "emperor"})


def test_the_security_administrator_takes_a_lost_second_factor_away(people):
    with_authenticator(people.office)
    phone = elsewhere_signed_in(people.office)
    security = elsewhere("security")

    page = words(security.get(people.office.get_absolute_url()))
    without = words(security.get(people.host.get_absolute_url()))
    security.post(reverse("drop_second_factor", args=[people.office.pk]))

    assert reverse("drop_second_factor", args=[people.office.pk]) in page
    assert "Remove the second factor" in page
    assert "Remove the second factor" not in without and "undefined" not in without
    assert not Authenticator.objects.exists()
    assert phone.get(reverse("roles")).status_code == 302
    assert sign_in(Client(), "office", PASSWORD).url == reverse("home")
    entry = AuditEntry.objects.get(event="account.second_factor_reset")
    assert (entry.actor_id, entry.noun_id) == (people.security.pk, people.office.pk)
    telling.tell("second_factor", day=TODAY, at=timezone.now())
    assert Reminder.objects.get(kind="second_factor").user == people.office


def elsewhere_signed_in(user):
    """Sign in with a code of the app."""
    client = Client()
    sign_in(client, user.username, PASSWORD)
    secret = Authenticator.objects.get(user=user, type="totp").data["secret"]
    client.post(reverse("mfa_authenticate"), {"code": code_of(decrypt(secret))})
    assert client.get(reverse("roles")).status_code == 200
    return client


@pytest.mark.parametrize(
    ("who", "whose", "status"),
    [
        ("liaison", "author", 403),
        ("office", "author", 403),
        ("system", "author", 403),
        ("security", "author", 302),
        # Not one's own, not that of a sealed role (dropped only on the server), not that of a user
        # without one.
        ("security", "security", 403),
        ("security", "system", 403),
        ("security", "auditor", 403),
        ("security", "host", 403),
    ],
)
def test_who_takes_whose_second_factor_away(people, who, whose, status):
    for name in ("author", "system", "auditor", "security"):
        with_authenticator(getattr(people, name))
    client = Client()
    client.force_login(getattr(people, who))

    answer = client.post(reverse("drop_second_factor", args=[getattr(people, whose).pk]))

    assert answer.status_code == status
    left = Authenticator.objects.filter(user=getattr(people, whose)).exists()
    assert left == (status == 403 and whose != "host")


def test_nobody_alone_comes_into_an_account_with_a_second_factor(people):
    """Whoever prints passwords cannot remove the second factor, and vice versa."""
    person = account("deputy", "副职", people.agriculture)
    RoleGrant.objects.create(
        user=person, role=Role.CADRE, organ=people.agriculture, starts_on=START
    )
    with_authenticator(person)

    code = actions.make_password_slip(user=person, by=people.liaison, at=timezone.now())

    assert sign_in(Client(), "deputy", code).url == reverse("mfa_authenticate")


def with_key(client, name="钥匙", **key):
    """Add a key for a signed-in user, through the pages."""
    url, key = reverse("mfa_add_webauthn"), SoftKey(**key)
    asked_who = client.get(url)
    if asked_who.status_code == 302:
        client.post(asked_who.url, {"password": PASSWORD})
    asked = client.get(url).context["js_data"]["creation_options"]
    return key, client.post(url, {"name": name, "credential": key.create(asked)})


def use_key(client, key):
    url = reverse("mfa_authenticate")
    asked = client.get(url).context["js_data"]["request_options"]
    return client.post(url, {"credential": key.get(asked)})


def at_the_second_factor(username):
    client = Client()
    client.cookies["django_language"] = "en"
    assert sign_in(client, username, PASSWORD).url == reverse("mfa_authenticate")
    return client


def test_a_key_is_set_up_and_asked_for_and_the_owner_is_told(author, people):
    key, added = with_key(author)
    client = at_the_second_factor("author")

    page = words(client.get(reverse("mfa_authenticate")))
    through = use_key(client, key)

    assert added.url == reverse("mfa_view_recovery_codes")
    assert "Use the security key" in page and 'name="code"' in page
    assert through.url == reverse("home")
    assert client.get(reverse("roles")).status_code == 200
    assert AuditEntry.objects.get(event="account.second_factor_set").fields == ["webauthn"]
    people.author.refresh_from_db()
    assert people.author.second_factor_changed_at is not None


def test_a_key_answers_for_this_address_alone(author):
    """An answer given to a phishing page is not valid here."""
    key, _added = with_key(author)
    key.origin = "https://testserver.evil.cn"
    client = at_the_second_factor("author")

    refused = use_key(client, key)

    assert refused.status_code == 200
    assert "The code was not accepted" in words(refused)
    assert client.get(reverse("roles")).status_code == 302


def test_no_key_is_added_by_an_answer_to_another_address(author):
    _key, added = with_key(author, origin="https://testserver.evil.cn")

    assert added.status_code == 200
    assert not Authenticator.objects.exists()


def test_an_answer_of_a_key_is_taken_once(author):
    key, _added = with_key(author)
    client, again = at_the_second_factor("author"), at_the_second_factor("author")
    url = reverse("mfa_authenticate")
    answer = key.get(client.get(url).context["js_data"]["request_options"])
    again.get(url)

    client.post(url, {"credential": answer})
    again.post(url, {"credential": answer})

    assert client.get(reverse("roles")).status_code == 200
    assert again.get(reverse("roles")).status_code == 302


def test_the_key_of_one_person_opens_nobody_elses_account(author):
    key, _added = with_key(author)
    with_key(elsewhere("host"))
    client = at_the_second_factor("host")

    refused = use_key(client, key)

    assert refused.status_code == 200
    assert client.get(reverse("roles")).status_code == 302


def test_answers_of_keys_are_limited_like_codes(author):
    key, _added = with_key(author)
    client = at_the_second_factor("author")
    right, key.origin = key.origin, "https://testserver.evil.cn"
    for _n in range(5):
        use_key(client, key)
    key.origin = right

    assert use_key(client, key).status_code == 200
    assert client.get(reverse("roles")).status_code == 302


def test_whoever_must_have_a_second_factor_may_set_up_a_key(people, settings):
    settings.ADMIN_SECOND_FACTOR = True
    client = elsewhere("security")
    assert client.get(reverse("accounts")).url == reverse("mfa_activate_totp")
    client.post(client.get(reverse("mfa_activate_totp")).url, {"password": PASSWORD})
    offered = words(client.get(reverse("mfa_activate_totp")))

    with_key(client)

    assert reverse("mfa_add_webauthn") in offered
    assert client.get(reverse("accounts")).status_code == 200


def test_a_key_is_renamed_and_taken_away_after_it_was_asked_for(author):
    key, _added = with_key(author)
    pk = Authenticator.objects.get(type="webauthn").pk
    asking = reverse("mfa_reauthenticate_webauthn")
    options = author.get(asking).context["js_data"]["request_options"]
    author.post(asking, {"credential": key.get(options)})

    author.post(reverse("mfa_edit_webauthn", args=[pk]), {"name": "抽屉里的"})
    listed = words(author.get(reverse("mfa_list_webauthn")))
    author.post(reverse("mfa_remove_webauthn", args=[pk]))

    assert "抽屉里的" in listed
    # With the last second factor the recovery codes end.
    assert not Authenticator.objects.exists()


def test_nobody_renames_or_takes_away_somebody_elses_key(author):
    with_key(elsewhere("host"))
    pk = Authenticator.objects.get(type="webauthn").pk
    author.post(author.get(reverse("mfa_add_webauthn")).url, {"password": PASSWORD})

    renamed = author.post(reverse("mfa_edit_webauthn", args=[pk]), {"name": "x"})
    removed = author.post(reverse("mfa_remove_webauthn", args=[pk]))

    assert (renamed.status_code, removed.status_code) == (404, 404)
    assert Authenticator.objects.filter(pk=pk).exists()


ODD = [
    *("", "x", "{}", "[]", "null", "1", '"x"', '{"id": 1}', '{"id": "AAAA", "rawId": "AAAA"}'),
    '{"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": {}}',
    (
        '{"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": {"clientDataJSON":'
        ' "AAAA", "authenticatorData": "AAAA", "signature": "AAAA", "attestationObject": "AAAA"}}'
    ),
]


@pytest.mark.parametrize("credential", ODD)
def test_an_odd_answer_of_a_key_opens_nothing(people, credential):
    with_authenticator(people.author)
    client = Client()
    sign_in(client, "author", PASSWORD)
    client.get(reverse("mfa_authenticate"))

    answer = client.post(reverse("mfa_authenticate"), {"credential": credential})

    assert answer.status_code == 200
    assert client.get(reverse("roles")).status_code == 302


@pytest.mark.parametrize("credential", ODD)
def test_an_odd_answer_of_a_key_adds_none(author, credential):
    url = reverse("mfa_add_webauthn")
    author.post(author.get(url).url, {"password": PASSWORD})
    assert author.get(url).status_code == 200

    answer = author.post(url, {"name": "x", "credential": credential})

    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert not Authenticator.objects.exists()


@pytest.mark.parametrize("credential", ODD)
def test_an_odd_answer_of_a_key_confirms_nobody(author, credential):
    with_key(author)
    url = reverse("mfa_reauthenticate_webauthn")
    assert author.get(url).status_code == 200

    answer = author.post(url, {"credential": credential}, follow=True)

    assert answer.status_code == 200


# --- Addresses --------------------------------------------------------------------------------


@pytest.fixture
def inside(settings):
    settings.ADMIN_NETWORKS = [ip_network("10.1.0.0/16"), ip_network("fd00::/8")]
    return settings


@pytest.mark.parametrize("who", ["system", "security", "auditor"])
def test_an_administrator_signs_in_from_named_networks_only(people, inside, who):
    outside = Client(REMOTE_ADDR="10.2.0.7")
    outside.cookies["django_language"] = "en"

    refused = sign_in(outside, who, PASSWORD)
    page = words(outside.get(refused.url))

    assert refused.url == reverse("account_login")
    assert "named networks only, and 10.2.0.7 is in none of them" in page
    assert outside.get(reverse("roles")).status_code == 302
    for address in ("10.1.200.3", "fd12::3"):
        assert elsewhere(who, REMOTE_ADDR=address).get(reverse("roles")).status_code == 200


def test_a_session_that_moves_outside_is_refused(people, inside):
    client = elsewhere("system", REMOTE_ADDR="10.1.0.9")

    moved = client.get(reverse("accounts"), REMOTE_ADDR="10.2.0.9")

    assert moved.status_code == 403
    assert "named networks only" in words(moved)
    assert client.get(reverse("accounts"), REMOTE_ADDR="10.1.0.9").status_code == 200
    assert client.post(reverse("account_logout"), REMOTE_ADDR="10.2.0.9").status_code == 302


def test_everybody_else_signs_in_from_anywhere(people, inside):
    assert elsewhere("office", REMOTE_ADDR="10.2.0.7").get(reverse("units")).status_code == 200


def test_without_a_list_administrators_come_from_anywhere(people):
    assert elsewhere("system", REMOTE_ADDR="10.2.0.7").get(reverse("accounts")).status_code == 200


def test_a_wrong_list_shuts_nobody_out(people, settings, capsys):
    """A user opened on the server may sign in from anywhere for a day."""
    settings.ADMIN_NETWORKS = [ip_network("192.0.2.0/24")]
    assert sign_in(Client(), "security", PASSWORD).url == reverse("account_login")

    code = opened(capsys, "security")

    client = Client()
    assert sign_in(client, "security", code).status_code == 302
    assert change(client, code, NEW).status_code == 302
    assert client.get(reverse("accounts")).status_code == 200
    # Another administrator is still refused.
    assert sign_in(Client(), "system", PASSWORD).url == reverse("account_login")


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("ADMIN_NETWORKS", "10.1.0.0/16,x", "ADMIN_NETWORKS must name networks"),
        ("SECOND_FACTOR_FROM", "2027", "SECOND_FACTOR_FROM must be a day"),
        ("OIDC_ISSUER", "https://sso.example.cn", "needs OIDC_CLIENT_ID"),
        ("SECOND_FACTOR_ROLES", "emperor", "SECOND_FACTOR_ROLES names emperor"),
    ],
)
def test_a_wrong_setting_says_what_is_wrong(name, value, why):
    done = subprocess.run(
        [sys.executable, "manage.py", "check"],
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings", name: value},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode != 0
    assert why in done.stderr
