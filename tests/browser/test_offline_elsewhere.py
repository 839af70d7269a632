"""Smoke test of writing without a signal in Firefox ESR and WebKitGTK, if Debian has them."""

import base64
import shutil

import pytest

from outreach.models import Visit
from tests.browser.other_browsers import FIREFOX, WEBKIT, Firefox, WebKit
from tests.browser.test_offline import PIN, SET_UP, enrolled, photo

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    pytest.mark.sampled(one_in=6, of="offline"),
]
BROWSERS = [
    pytest.param(
        Firefox,
        marks=pytest.mark.skipif(not FIREFOX, reason="firefox-esr is not installed"),
        id="firefox",
    ),
    pytest.param(
        WebKit,
        marks=pytest.mark.skipif(
            not (WEBKIT and shutil.which("Xvfb")),
            reason="webkitgtk-webdriver and xvfb are not installed",
        ),
        id="webkit",
    ),
]

WRITE = """async (pin, words, picture) => {
    const seen = async (place) => {
        for (let n = 0; n < 400; n++) {
            const found = document.querySelector(place);
            if (found) return found;
            await new Promise((done) => setTimeout(done, 100));
        }
        throw new Error(`no ${place}: ${document.body.innerText}`);
    };
    (await seen("#pin")).value = pin;
    (await seen("main .button-primary")).click();
    (await seen("[data-field=summary] textarea")).value = words;
    const files = new DataTransfer(), input = await seen("#photos");
    files.items.add(new File([offline.unbase64(picture)], "a.jpg", {type: "image/jpeg"}));
    input.files = files.files;
    input.dispatchEvent(new Event("change"));
    await seen(".shell-photos figure");
    const place = await seen("[data-field=unit] input");
    place.value = "柳湾";
    place.dispatchEvent(new Event("input"));
    (await seen(".picker-list button")).click();
    (await seen("form .form-actions .button-primary")).click();
    await seen("[data-stored]");
    return document.querySelector("main").innerText;
}"""
ARRIVE = """async () => {
    for (let n = 0; n < 60; n++) {
        await offline.send(true);
        if ((await offline.unsent()).count === 0) return "all";
        await new Promise((done) => setTimeout(done, 500));
    }
    return JSON.stringify(await offline.entries());
}"""


@pytest.mark.parametrize("kind", BROWSERS)
def test_a_visit_is_written_without_a_signal_and_arrives(stack, on_the_stack, tmp_path, kind):
    words = f"在{kind.__name__}里没有信号时记的"
    browser = kind(tmp_path / "browser")
    try:
        browser.open(stack.address + "/offline/")
        browser.run(SET_UP.replace("async ([device, pin])", "async (device, pin)"), *phone())
        stack.kill("web")
        try:
            browser.set_offline(True)
            browser.open(stack.address + "/visits/new/")
            picture = base64.b64encode(photo("green")["buffer"]).decode()
            said = browser.run(WRITE, PIN, words, picture)
        finally:
            stack.start_web()
            stack.wait_until("/readyz/")
        assert "已存在本机" in said
        browser.set_offline(False)
        assert browser.run(ARRIVE) == "all"
    finally:
        browser.close()
    assert Visit.objects.get(summary=words).photos.count() == 1


def phone():
    return enrolled("author"), PIN
