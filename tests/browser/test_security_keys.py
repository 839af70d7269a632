"""A security key (WebAuthn) as the second factor, with Chromium's virtual key over CDP."""

import copy

import pytest
from allauth.mfa.models import Authenticator

from portal.models import User
from portal.roles import Role
from tests.browser.conftest import Person
from tests.people import account

pytestmark = [
    pytest.mark.xdist_group("browser"),
    pytest.mark.sampled(of="journeys", one_in=20),
]


@pytest.fixture
def keyholder(stack, on_the_stack, chromium):
    """A supervisor at http://localhost, since security keys refuse numeric addresses."""
    user = User.objects.filter(username="keyholder").first() or account(
        "keyholder",
        "周密",
        stack.people.department,
        Role.SUPERVISOR,
        place=stack.people.county,
    )
    Authenticator.objects.filter(user=user).delete()
    at_name = copy.copy(stack)
    at_name.address = stack.address.replace("127.0.0.1", "localhost")
    person = Person(at_name, chromium, "keyholder")
    yield person
    person.context.close()
    assert not person.complaints


def plug_in(person):
    """Plug in a virtual key that answers at once, as if touched."""
    session = person.context.new_cdp_session(person.page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "usb",
        "hasResidentKey": False,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def add_key(person, name):
    person.open("/account/second-factor/webauthn/add/")
    if person.page.locator("input[name=password]").count():
        person.page.fill("input[name=password]", "long-enough-2026")
        person.press("确认")
    person.page.fill("input[name=name]", name)


def test_a_security_key_is_added_and_asked_for_at_sign_in(keyholder):
    person = keyholder.sign_in()
    plug_in(person)

    add_key(person, "办公室的钥匙")
    person.follow("[data-key=create]")
    assert "恢复码" in person.text()
    person.open("/account/second-factor/webauthn/")
    assert "办公室的钥匙" in person.text()

    # The same key again: already registered.
    add_key(person, "又一把")
    person.page.click("[data-key=create]")
    person.page.wait_for_selector("[data-key-failed]:not([hidden])")
    person.check()

    person.page.context.clear_cookies()
    person.sign_in()
    assert person.page.url.endswith("/account/second-factor/authenticate/")
    assert person.page.locator("input[name=code]").count() == 1
    # An invalid answer opens nothing and says so.
    person.page.evaluate(
        "() => { const f = document.querySelector('[data-key]').form;"
        ' f.credential.value = \'{"id": "AAAA", "rawId": "AAAA"}\'; f.submit(); }'
    )
    person.page.wait_for_selector("text=未通过验证")
    person.check()
    person.follow("[data-key=get]")
    assert "/account/" not in person.page.url

    # Before a key is removed, the user may have to confirm the password.
    person.open("/account/second-factor/webauthn/").press("移除")
    if person.page.locator("input[name=password]").count():
        person.page.fill("input[name=password]", "long-enough-2026")
        person.press("确认")
    person.press("移除")
    assert "还没有安全密钥" in person.text()
    person.page.context.clear_cookies()
    person.sign_in()
    assert "/account/" not in person.page.url


def test_a_key_needs_a_script_and_the_page_says_what_remains(keyholder, stack, chromium):
    person = Person(keyholder.stack, chromium, "keyholder", script=False).sign_in()

    add_key(person, "钥匙")

    assert person.page.locator("[data-key]").is_hidden()
    assert "请改用身份验证器" in person.text()
    person.open("/account/second-factor/totp/activate/")
    assert person.page.locator("input[name=code]").count() == 1
    person.context.close()


@pytest.mark.parametrize("width", [1440, 390])
def test_where_one_is_signed_in_is_shown_and_ended(keyholder, chromium, width):
    other = Person(keyholder.stack, chromium, "keyholder").sign_in_by_request()
    person = keyholder.sign_in_by_request()
    person.page.set_viewport_size({"width": width, "height": 900})

    person.open("/account/sessions/")
    assert "Chrome" in person.text()
    person.follow("main .small-button")

    other.page.goto(other.stack.address + "/roles/")
    assert "/account/login/" in other.page.url
    other.context.close()
