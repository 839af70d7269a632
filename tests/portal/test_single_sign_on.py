"""Sign-in by the organ's own account: the code flow with a real provider process (npm's
oidc-provider) over real HTTP, and its failures."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit, urlunsplit

import pytest
import requests
from allauth.mfa.models import Authenticator
from django.conf import settings as installed
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.actions import accounts as actions
from portal.models import AuditEntry, PasswordSlip, RoleGrant, User
from portal.roles import Role
from portal.sign_in import provider as ours
from tests.day import SHIFT
from tests.people import PASSWORD, START, account
from tests.portal.test_accounts import code_of, sign_in, with_authenticator

SCRIPT = Path(__file__).with_name("provider.mjs")
NODE = shutil.which("node") or str(installed.BASE_DIR / ".venv" / "bin" / "node")


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Provider:
    """The provider process, with a browser that signs in there."""

    client = {"clientId": "portal", "clientSecret": "only-between-the-two-0123456789"}

    def __init__(self, hosts):
        self.port = free_port()
        self.issuer = f"http://localhost:{self.port}"
        asked = self.client | {
            "port": self.port,
            "shift": SHIFT,
            "back": [f"{one}/account/sso/back/" for one in hosts],
            "after": [f"{one}/account/login/" for one in hosts],
        }
        self.process = subprocess.Popen(
            [NODE, str(SCRIPT)],
            env=os.environ | {"ASKED": json.dumps(asked)},
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        for line in self.process.stdout:
            if line.startswith("ready"):
                break
        self.browser = requests.Session()

    def switch_on(self, settings, **more):
        settings.OIDC_ISSUER = self.issuer
        settings.OIDC_CLIENT_ID = self.client["clientId"]
        settings.OIDC_CLIENT_SECRET = self.client["clientSecret"]
        for name, value in more.items():
            setattr(settings, name, value)

    def answer(self, address, **typed):
        """Sign in at the provider; return the address to which it redirects."""
        page = self.browser.get(address)
        assert page.status_code == 200, page.text
        answered = self.browser.post(page.url, typed, allow_redirects=False)
        while (leads_to := answered.headers["Location"]) and f":{self.port}/" in urljoin(
            answered.url, leads_to
        ):
            answered = self.browser.get(urljoin(answered.url, leads_to), allow_redirects=False)
        return leads_to

    def stop(self):
        os.killpg(self.process.pid, signal.SIGTERM)
        self.process.wait(10)
        self.process.stdout.close()


@pytest.fixture(scope="module")
def node():
    provider = Provider(["http://testserver"])
    yield provider
    provider.stop()


@pytest.fixture
def provider(node, settings, client):
    node.switch_on(settings)
    node.browser = requests.Session()
    client.cookies["django_language"] = "en"
    return node


def come(client, provider, begin=None, **typed):
    """The complete flow: to the provider, signed in there, and back."""
    begun = client.get(begin or reverse("sso_begin"))
    assert begun.status_code == 302, begun.content
    return client.get(provider.answer(begun.url, **typed))


def said(client, answer):
    """Return the message of the sign-in page after a failed flow."""
    assert answer.status_code == 302
    assert answer.url == reverse("account_login")
    page = client.get(answer.url).content.decode()
    return re.search(r'role="status">([^<]+)<', page).group(1)


def is_in(client):
    return client.get(reverse("roles")).status_code == 200


def with_parameter(address, **changes):
    parts = urlsplit(address)
    asked = {name: one[0] for name, one in parse_qs(parts.query).items()} | changes
    return urlunsplit(parts._replace(query=urlencode(asked)))


# --- Who comes in -----------------------------------------------------------------------------


def test_an_account_is_found_by_the_claim_and_nothing_is_made(client, people, provider):
    before = User.objects.count()

    shown = client.get(reverse("account_login"), {"next": "/units/"}).content.decode()
    answer = come(client, provider, f"{reverse('sso_begin')}?next=/units/", login="Author")

    assert f"{reverse('sso_begin')}?next=/units/" in shown
    assert answer.url == "/units/"
    assert client.get("/units/").wsgi_request.user == people.author
    assert User.objects.count() == before
    entry = AuditEntry.objects.get(event="account.signed_in")
    assert (entry.actor_id, entry.fields) == (people.author.pk, ["single_sign_on"])


def test_the_way_there_has_state_nonce_and_a_code_challenge(client, people, provider):
    asked = parse_qs(urlsplit(client.get(reverse("sso_begin")).url).query)

    assert asked["response_type"] == ["code"]
    assert asked["code_challenge_method"] == ["S256"]
    assert len(asked["state"][0]) > 20 and len(asked["nonce"][0]) >= 20
    assert asked["redirect_uri"] == ["http://testserver/account/sso/back/"]


def test_nobody_is_led_outside_after_signing_in(client, people, provider):
    answer = come(client, provider, f"{reverse('sso_begin')}?next=//evil.cn/", login="author")

    assert answer.url == reverse("home")


def test_whom_no_account_belongs_to_is_told_so(client, people, provider):
    answer = come(client, provider, login="stranger")

    assert "knows you as “stranger”" in said(client, answer)
    assert not is_in(client)
    assert not User.objects.filter(username="stranger").exists()


def test_an_ended_account_stays_closed(client, people, provider):
    actions.end_account(user=people.author, by=people.system)

    answer = come(client, provider, login="author")

    assert "The account “author” was ended" in said(client, answer)
    assert not is_in(client)


def test_a_claim_that_is_not_given_is_told(client, people, provider, settings):
    settings.OIDC_CLAIM = "employee_number"

    answer = come(client, provider, login="author")

    assert "did not say which account is yours" in said(client, answer)


def test_a_locked_name_and_an_unused_slip_are_no_matter(client, people, provider):
    for _n in range(5):
        sign_in(Client(), "author", "wrong")
    actions.make_password_slip(user=people.author, by=people.liaison, at=timezone.now())

    come(client, provider, login="author")

    # No password change is required, and the slip is not used up.
    page = client.get(reverse("roles"))
    assert page.status_code == 200 and 'class="bell"' in page.content.decode()
    assert PasswordSlip.objects.get().used_at is None


def test_who_is_signed_in_as_somebody_else_becomes_who_the_provider_says(client, people, provider):
    client.force_login(people.host)

    come(client, provider, login="author")

    assert client.get("/units/").wsgi_request.user == people.author


def test_the_password_of_the_portal_still_works(client, people, provider):
    assert sign_in(client, "security", PASSWORD).status_code == 302
    assert is_in(client)


def test_switched_off_its_addresses_are_not_there(client, people):
    page = client.get(reverse("account_login")).content.decode()

    assert reverse("sso_begin") not in page
    for name in ("sso_begin", "sso_back", "signed_out"):
        assert client.get(reverse(name)).status_code == 404


# --- The second factor ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "is_asked"),
    [
        ({"amr": "pwd otp"}, False),
        ({"acr": "two"}, False),
        ({"amr": "pwd"}, True),
        ({"acr": "one"}, True),
        ({}, True),
    ],
)
def test_the_providers_second_factor_counts_where_it_says_so(
    client, people, provider, settings, given, is_asked
):
    settings.OIDC_ACR, settings.OIDC_AMR = ["two"], ["otp", "hwk"]
    secret = with_authenticator(people.author)

    answer = come(client, provider, login="author", **given)

    assert (answer.url == reverse("mfa_authenticate")) == is_asked
    if is_asked:
        assert not is_in(client)
        client.post(answer.url, {"code": code_of(secret)})
    assert is_in(client)


def test_what_the_provider_says_of_a_second_factor_counts_only_if_configured(
    client, people, provider
):
    with_authenticator(people.author)

    answer = come(client, provider, login="author", amr="pwd otp", acr="two")

    assert answer.url == reverse("mfa_authenticate")


def test_an_administrator_with_the_providers_factor_sets_up_none(
    client, people, provider, settings
):
    settings.ADMIN_SECOND_FACTOR, settings.OIDC_AMR = True, ["otp"]
    come(client, provider, login="system", amr="pwd otp")
    through = client.get(reverse("accounts"))
    client.post(reverse("account_logout"))
    provider.browser = requests.Session()

    come(client, provider, login="system", amr="pwd")

    assert through.status_code == 200
    assert client.get(reverse("accounts")).url == reverse("mfa_activate_totp")
    # After a sign-in through the provider, nobody is asked for a password that they may not know.
    assert client.get(reverse("mfa_activate_totp")).status_code == 200
    assert not Authenticator.objects.exists()


def test_a_factor_of_one_person_is_no_factor_of_the_next(client, people, provider, settings):
    """A session that came back from the provider must not serve the next person."""
    settings.ADMIN_SECOND_FACTOR, settings.OIDC_AMR = True, ["otp"]
    come(client, provider, login="system", amr="otp")
    client.post(reverse("account_logout"))

    sign_in(client, "security", PASSWORD)

    assert client.get(reverse("accounts")).url == reverse("mfa_activate_totp")


# --- What goes wrong --------------------------------------------------------------------------


def test_an_answer_that_this_browser_did_not_ask_for_is_refused(client, people, provider):
    begun = client.get(reverse("sso_begin"))
    back = provider.answer(begun.url, login="author")
    other = Client()
    other.cookies["django_language"] = "en"

    elsewhere = other.get(back)
    wrong_state = client.get(with_parameter(back, state="invented"))

    assert "started in another browser" in said(other, elsewhere)
    assert "started in another browser" in said(client, wrong_state)
    assert not is_in(client) and not is_in(other)


def test_an_answer_is_taken_once(client, people, provider):
    back = provider.answer(client.get(reverse("sso_begin")).url, login="author")

    client.get(back)
    client.post(reverse("account_logout"))

    assert "started in another browser" in said(client, client.get(back))


def test_an_id_token_with_another_nonce_is_refused(client, people, provider):
    begun = client.get(reverse("sso_begin"))

    answer = client.get(
        provider.answer(with_parameter(begun.url, nonce="of-somebody-else"), login="author")
    )

    assert "could not be confirmed" in said(client, answer)
    assert not is_in(client)


def test_a_code_of_another_sign_in_is_refused(client, people, provider):
    first, second = Client(), client
    codes = provider.answer(first.get(reverse("sso_begin")).url, login="author")
    stolen = parse_qs(urlsplit(codes).query)["code"][0]
    provider.browser = requests.Session()
    back = provider.answer(second.get(reverse("sso_begin")).url, login="host")

    answer = second.get(with_parameter(back, code=stolen))

    assert "refused the sign-in" in said(second, answer)
    assert not is_in(second)


@pytest.mark.parametrize(
    ("late", "why"), [(-86_400, "could not be confirmed"), (86_400, "refused the sign-in")]
)
def test_a_token_of_yesterday_and_a_code_that_is_over_are_refused(
    client, people, provider, late, why
):
    back = provider.answer(client.get(reverse("sso_begin")).url, login="author")
    requests.get(f"{provider.issuer}/late/{late}", timeout=5)
    try:
        answer = client.get(back)
    finally:
        requests.get(f"{provider.issuer}/late/0", timeout=5)

    assert why in said(client, answer)
    assert not is_in(client)


def test_whoever_breaks_off_at_the_provider_is_told_so(client, people, provider):
    assert "You cancelled the sign-in" in said(client, come(client, provider))


def test_a_wrong_secret_is_refused(client, people, provider, settings):
    settings.OIDC_CLIENT_SECRET = "another"

    assert "refused the sign-in" in said(client, come(client, provider, login="author"))


def test_an_issuer_that_calls_itself_something_else_is_refused(client, people, provider, settings):
    settings.OIDC_ISSUER = provider.issuer.replace("localhost", "127.0.0.1")

    answer = come(client, provider, login="author")

    assert "could not be confirmed" in said(client, answer)


def test_a_provider_that_is_down_is_told_and_the_password_remains(client, people, settings):
    stopped = Provider(["http://testserver"])
    stopped.switch_on(settings)
    client.cookies["django_language"] = "en"
    back = stopped.answer(client.get(reverse("sso_begin")).url, login="author")
    stopped.stop()
    ours._client_of.cache_clear()

    for address in (reverse("sso_begin"), back):
        assert "does not answer at present" in said(client, client.get(address))
    assert sign_in(client, "author", PASSWORD).status_code == 302


# --- Administrators, sessions, and the way out ------------------------------------------------


def test_an_administrator_from_outside_the_named_networks_is_refused(
    client, people, provider, settings
):
    settings.ADMIN_NETWORKS = [ip_network("10.9.0.0/16")]

    answer = come(client, provider, login="security")

    assert "named networks only" in said(client, answer)
    assert not is_in(client)


def test_office_and_supervisor_have_days_of_grace_here_too(client, people, provider, settings):
    settings.SECOND_FACTOR_ROLES = frozenset({"office"})
    person = account("deputy", "副职", people.department)
    RoleGrant.objects.create(user=person, role=Role.OFFICE, division=people.county, starts_on=START)

    come(client, provider, login="deputy")

    assert is_in(client)
    person.refresh_from_db()
    assert person.second_factor_asked_on is not None


def test_signing_out_leads_on_to_the_provider(client, people, provider):
    come(client, provider, login="author")

    out = client.post(reverse("account_logout"))
    page = client.get(out.url).content.decode()

    assert out.url == reverse("signed_out")
    assert not is_in(client)
    address = re.search(r'href="(http://localhost[^"]+)"', page).group(1).replace("&amp;", "&")
    asked = parse_qs(urlsplit(address).query)
    assert asked["post_logout_redirect_uri"] == ["http://testserver/account/login/"]
    form = provider.browser.get(address)
    xsrf = re.search(r'name="xsrf" value="([^"]+)"', form.text).group(1)
    action = re.search(r'action="([^"]+)"', form.text).group(1)
    ended = provider.browser.post(action, {"xsrf": xsrf, "logout": "yes"}, allow_redirects=False)
    assert ended.headers["Location"].startswith("http://testserver/account/login/")
    # The provider asks for credentials again.
    again = provider.browser.get(client.get(reverse("sso_begin")).url)
    assert "<form" in again.text


def test_whoever_came_with_a_password_is_not_led_to_the_provider(client, people, provider):
    sign_in(client, "author", PASSWORD)

    assert client.post(reverse("account_logout")).url == reverse("account_login")


def test_an_address_that_calls_too_often_waits(client, people, provider, settings):
    """Each start makes a session, so repeated starts would fill the database."""
    settings.ACCOUNT_RATE_LIMITS = {"sso": "3/m/ip"}
    begin, back = reverse("sso_begin"), reverse("sso_back")
    near, far = {"REMOTE_ADDR": "198.51.100.31"}, {"REMOTE_ADDR": "198.51.100.32"}

    answers = [client.get(one, **near).status_code for one in (begin, begin, back)]

    assert answers == [302, 302, 302]
    before = Session.objects.count()
    for one in (begin, back):
        refused = Client().get(one, **near)
        assert refused.status_code == 429
        assert installed.SESSION_COOKIE_NAME not in refused.cookies
    assert Session.objects.count() == before
    assert client.get(begin, **far).status_code == 302
    # The portal's own password works as well.
    assert sign_in(client, "author", PASSWORD).url == reverse("home")
