"""Writing without a signal, in browsers whose network is really off."""

import base64
import hashlib
import io
import json
import os
import signal
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.utils import timezone
from PIL import Image

from outreach.models import ContactArea, Visit
from portal.trust import phone_letters
from sync import doorstep
from sync.actions import devices
from sync.models import Entry
from tests.browser.conftest import CHROMIUM, FLAGS

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

PIN = "739154"
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}


SET_UP = """async ([device, pin]) => {
    await navigator.serviceWorker.ready;
    await offline.enrol(device);
    await offline.setPin(pin);
    const became = await offline.pull();
    offline.lock();
    if (became !== "fresh") throw new Error(became);
}"""


def enrolled(username):
    """Return the answer to enrolling a new phone of this user. Only one of the earlier tests'
    phones stays valid, since a user may have only so many."""
    user = get_user_model().objects.get(username=username).acting(on=timezone.localdate())
    for one in list(user.devices.in_use().order_by("pk"))[:-1]:
        devices.revoke(device=one, by=user, at=timezone.now())
    device, secret, pull = devices.enrol(name="手机", by=user, at=timezone.now())
    key_id, public = settings.KEYS.phone_key
    return {
        "device": str(device.key),
        "secret": secret,
        "pull": pull,
        "key": {"id": key_id, "public": base64.b64encode(public).decode()},
        "receipts": base64.b64encode(doorstep.key_of(device.key)).decode(),
        "account": str(user.pk),
        "limits": {"contact_days": 14},
        "language": "zh-hans",
    }


def set_up(page, address, username):
    """Do in the shell what the page /phone/ does."""
    page.goto(address + "/offline/")
    page.wait_for_selector("main .card")
    page.evaluate(SET_UP, [enrolled(username), PIN])


def open_shell(page, address, path="/offline/"):
    page.goto(address + path)
    page.wait_for_selector("#pin")
    page.fill("#pin", PIN)
    page.click("main .button-primary")
    page.wait_for_selector("#pin", state="detached")


def photo(color):
    out = io.BytesIO()
    image = Image.new("RGB", (2000, 1500), color)
    exif = Image.Exif()
    exif[0x010F] = "Camera"
    image.save(out, "JPEG", exif=exif)
    return {"name": f"{color}.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def open_page(page, address):
    """Open an ordinary page; on a busy machine it may take longer than the service worker waits."""
    page.evaluate(
        "() => navigator.serviceWorker.ready.then((one) => one.active.postMessage('patience'))"
    )
    page.goto(address)


def write_visit(page, words, *photos):
    page.evaluate("() => { location.hash = 'visit'; }")
    page.wait_for_selector("form .form-actions")
    if not page.input_value("[data-field=unit] input"):
        page.fill("[data-field=unit] input", "柳湾")
        page.locator(".picker-list button").first.click()
    page.fill("[data-field=summary] textarea", words)
    page.set_input_files("#photos", list(photos))
    page.wait_for_selector(f".shell-photos figure:nth-child({len(photos)})")
    page.click("form .form-actions .button-primary")
    page.wait_for_selector("[data-stored]")
    page.evaluate("() => { location.hash = 'today'; }")
    page.wait_for_selector(".shell-of")


def arrive(page):
    """Go online again and wait until nothing is left on the phone."""
    page.evaluate("() => { offline.send(true); }")
    for _second in range(60):
        if page.evaluate("() => offline.unsent()")["count"] == 0:
            return
        page.wait_for_timeout(1_000)
    raise AssertionError(page.evaluate("() => offline.entries()"))


def kill(folder):
    """Kill the browser with all its processes, as a phone short of memory does."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if str(folder) in (process / "cmdline").read_text():
                os.kill(int(process.name), signal.SIGKILL)
        except (OSError, ProcessLookupError):
            continue


@pytest.fixture
def shell(stack, chromium):
    context = chromium.new_context(**PHONE)
    page = context.new_page()
    page.set_default_timeout(15_000)
    page.complaints = []
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.goto(stack.address + "/offline/")
    page.wait_for_selector("main .card")
    yield page
    assert page.complaints == []
    context.close()


def test_the_phone_seals_what_the_portal_opens(shell, on_the_stack):
    key_id, public = settings.KEYS.phone_key
    entry = {"id": "x", "fields": {"b": ["民情 😀"], "a": ["1"]}, "v": 1}
    letter, part, digest, written, slip = shell.evaluate(
        """async ([entry, id, key]) => {
            const whole = offline.canonical(entry), named = {id, public: new Uint8Array(key)};
            const part = await offline.part(whole, named, "x", "ff");
            const receipts = offline.base64(Uint8Array.from({length: 32}, (none, at) => at));
            return [await offline.letter(whole, named, "x"), offline.base64(part),
                    await offline.sha256(whole), new TextDecoder().decode(whole),
                    await offline.slip(receipts, "6f1c0a52-3b7e-4d19-8c55-0e2f9a417b60", 0)];
        }""",
        [entry, key_id, list(public)],
    )
    canonical = json.dumps(entry, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert written == canonical
    assert digest == hashlib.sha256(canonical.encode()).hexdigest()
    privates = settings.KEYS.phone_privates
    assert phone_letters.unseal(letter, privates, "sync.entry/x") == canonical.encode()
    opened = phone_letters.unseal_bytes(base64.b64decode(part), privates, "sync.part/x/ff")
    assert opened == canonical.encode()
    # The vector of docs/sync.md.
    assert slip == ["211322599", "402192"]


DEVICE = """async () => {
    const curve = {name: "ECDH", namedCurve: "P-256"};
    const pair = await crypto.subtle.generateKey(curve, true, ["deriveBits"]);
    const key = offline.base64(await crypto.subtle.exportKey("raw", pair.publicKey));
    await offline.enrol({device: "d", secret: "s", account: "1", key: {id: "k", public: key}});
    await offline.setPin("739154");
    const photos = [{name: "1.jpg", bytes: new Uint8Array(40000), small: ""}];
    const entry = {kind: "visit", fields: {summary: ["一句"]}, photos, title: "t"};
    window.write = () => offline.write(entry);
    window.answer = (status, said) => {
        const text = typeof said === "string" ? said : JSON.stringify(said);
        window.fetch = async () => new Response(text, {status});
    };
    window.states = async () => (await offline.entries()).map((one) => one.state);
    window.stopped = async () => (await offline.get("device")).stopped || "";
}"""


def test_a_full_phone_stores_nothing_by_halves(shell):
    shell.evaluate(DEVICE)
    problem = shell.evaluate(
        """async () => {
            const add = IDBObjectStore.prototype.add;
            IDBObjectStore.prototype.add = function (value) {
                if (this.name === "parts") throw new DOMException("full", "QuotaExceededError");
                return add.apply(this, arguments);
            };
            const found = await write().catch((problem) => problem.name);
            IDBObjectStore.prototype.add = add;
            return found;
        }"""
    )
    assert problem == "QuotaExceededError"
    assert shell.evaluate("() => offline.unsent()")["count"] == 0
    shell.evaluate("() => write()")
    assert shell.evaluate("() => offline.unsent()")["count"] == 1


def test_ten_wrong_pins_empty_the_phone_and_keep_what_is_unsent(shell):
    shell.evaluate(DEVICE)
    shell.evaluate("async () => { await write(); await offline.putSet({rows: [], at: 1}); }")
    said = shell.evaluate(
        """async () => {
            const said = [];
            for (let n = 0; n < 10; n++) {
                await offline.patch("pin", {until: 0});
                said.push(await offline.unlock("000000"));
            }
            return said;
        }"""
    )
    assert [one["wrong"] for one in said[:9]] == list(range(1, 10))
    assert said[3]["until"] > 0, "from the fourth on one waits"
    assert said[9] == "gone"
    left = shell.evaluate(
        "async () => [await offline.get('set'), await offline.get('pin'),"
        " (await offline.entries()).map((one) => [Boolean(one.letter), 'copy' in one])]"
    )
    assert left == [None, None, [[True, False]]]


def test_only_the_portal_itself_decides_about_an_entry(shell):
    """Hotels and gateways answer too, but nothing leaves the phone without a receipt that names
    every part."""
    shell.evaluate(DEVICE)
    shell.evaluate("() => write()")
    version = {"least": 1, "most": 1}

    def said(status, content):
        shell.evaluate("([status, said]) => answer(status, said)", [status, content])
        shell.evaluate("() => offline.send(true)")
        return shell.evaluate("async () => [...await states(), await stopped()]")

    for stranger in (200, 400, 401, 413, 500):
        assert said(stranger, "<html>welcome</html>") == ["waiting", ""]
        assert said(stranger, {"entries": []}) == ["waiting", ""]
    assert said(401, {"error": "credential", "version": version}) == ["waiting", "401"]
    assert said(200, {"entries": [], "version": {"least": 2, "most": 3}}) == ["waiting", "old"]
    assert said(200, {"entries": [], "version": {"least": 0, "most": 0}}) == ["waiting", "new"]
    row = shell.evaluate("async () => (await offline.entries())[0]")
    receipt = {"id": row["id"], "hash": row["hash"], "state": "accepted", "said": [], "parts": []}
    # Accepted, but without naming its photo; or with another content under the same id.
    said(200, {"entries": [receipt], "version": version})
    assert shell.evaluate("() => states()") != []
    named = [{"sha256": row["parts"][0]["sha256"], "state": "stored", "received": 1}]
    other = receipt | {"hash": "0" * 64, "parts": named}
    said(200, {"entries": [other], "version": version})
    assert shell.evaluate("() => states()") != []
    shell.evaluate("(id) => offline.mark(id, {state: 'waiting'})", row["id"])
    assert said(400, {"error": "entry", "version": version}) == ["help", ""]
    shell.evaluate("(id) => offline.mark(id, {state: 'waiting'})", row["id"])
    said(200, {"entries": [receipt | {"parts": named}], "version": version})
    assert shell.evaluate("() => states()") == []


def test_three_visits_survive_a_killed_browser_and_arrive_once(
    stack, on_the_stack, chromium, tmp_path
):
    kind, folder = chromium.browser_type, tmp_path / "phone"
    given = {"executable_path": CHROMIUM, "args": FLAGS, **PHONE}
    phone = kind.launch_persistent_context(str(folder), **given)
    page = phone.pages[0]
    page.set_default_timeout(20_000)
    set_up(page, stack.address, "author")
    before = Visit.objects.count()
    # A page of the portal was looked at; nothing of it is stored.
    page.goto(stack.address + "/account/login/")
    kept = page.evaluate(
        """async () => {
            const found = [];
            for (const name of await caches.keys()) {
                found.push(...await (await caches.open(name)).keys());
            }
            return found.map((one) => new URL(one.url).pathname.split("/")[1]);
        }"""
    )
    assert set(kept) == {"offline", "static"}

    stack.kill("web")
    phone.set_offline(True)
    try:
        open_shell(page, stack.address, "/")
        for n, colors in enumerate((("green", "lime"), ("navy", "blue"), ("maroon", "red")), 1):
            write_visit(page, f"没有信号时记的第{n}次走访", *map(photo, colors))
        assert "3条待发送" in page.inner_text("[data-state]")
        page.goto(stack.address + "/dashboard/")
        page.wait_for_selector("#pin")
        kill(folder)

        phone = kind.launch_persistent_context(str(folder), **given)
        phone.set_offline(True)
        page = phone.pages[0]
        page.set_default_timeout(20_000)
        open_shell(page, stack.address, "/visits/new/")
        page.wait_for_selector("form .form-actions")
        page.evaluate("() => { location.hash = 'unsent'; }")
        page.wait_for_selector("main a.item:nth-of-type(3)")
        assert page.locator("main a.item").count() == 3
    finally:
        stack.start_web()
        stack.wait_until("/readyz/")
    phone.set_offline(False)
    arrive(page)

    visits = list(Visit.objects.filter(summary__startswith="没有信号时记的第"))
    assert len(visits) == 3 == Visit.objects.count() - before
    assert set(Entry.objects.values_list("state", flat=True)) == {"accepted"}
    for visit in visits:
        assert visit.photos.count() == 2
    page.evaluate("() => { location.hash = 'unsent'; }")
    page.wait_for_selector(".dot-good")
    assert "已送达" in page.inner_text("main")
    phone.close()


@pytest.mark.sampled(one_in=6, of="offline")
def test_an_ordinary_page_tells_what_is_unsent_and_a_sign_out_empties_the_phone(
    person, stack, on_the_stack
):
    cadre = person("author", width=390)
    page = cadre.page
    set_up(page, stack.address, "author")
    page.evaluate(
        """async (pin) => {
            localStorage.setItem("portal-phone", "yes");
            await offline.unlock(pin);
            // The portal does not know it any more: nothing leaves.
            await offline.patch("device", {secret: "wrong"});
            await offline.write({kind: "visit", fields: {summary: ["一句"]}, title: "一句"});
        }""",
        PIN,
    )
    open_page(page, stack.address + "/visits/new/")
    page.wait_for_selector("[data-unsent]:not([hidden])")
    assert "1条待发送" in page.inner_text("[data-unsent]")

    # The signal is lost while a visit is written: the phone takes over.
    page.fill("textarea[name=summary]", "写到一半没有信号了")
    page.context.set_offline(True)
    page.click("form[data-draft] .button-primary")
    page.click("[data-hand-over] button")
    page.wait_for_selector("#pin")
    page.fill("#pin", PIN)
    page.click("main .button-primary")
    page.wait_for_selector("form .form-actions")
    assert page.input_value("[data-field=summary] textarea") == "写到一半没有信号了"

    page.context.set_offline(False)
    open_page(page, stack.address + "/today/")
    page.wait_for_selector("[data-unsent]:not([hidden])")
    page.evaluate(
        "() => document.querySelector('form[action=\"/account/logout/\"]').requestSubmit()"
    )
    page.wait_for_url("**/account/login/**")
    page.goto(stack.address + "/offline/")
    page.wait_for_selector("main .card")
    left = page.evaluate(
        "async () => [await offline.get('set'), await offline.get('pin'),"
        " (await offline.entries()).map((one) => 'copy' in one)]"
    )
    assert left == [None, None, [False]]


@pytest.mark.sampled(one_in=6, of="offline")
def test_chromium_86_stores_and_sends_as_well(stack, on_the_stack, old_chromium):
    """Playwright's own clicks need a newer browser; the page does not."""
    context = old_chromium.new_context(viewport=PHONE["viewport"])
    page = context.new_page()
    complaints = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(stack.address + "/offline/")
    page.wait_for_timeout(1_000)
    page.evaluate(SET_UP, [enrolled("author"), PIN])
    context.set_offline(True)
    page.goto(stack.address + "/today/")
    page.wait_for_timeout(1_000)
    page.evaluate(
        """(pin) => {
            document.querySelector("#pin").value = pin;
            document.querySelector("main .button-primary").click();
        }""",
        PIN,
    )
    page.wait_for_timeout(3_000)
    page.evaluate("() => { location.hash = 'visit'; }")
    page.wait_for_timeout(1_000)
    words = "旧手机上没有信号时记的"
    said = page.evaluate(
        """async ([words, photo]) => {
            const files = new DataTransfer(), input = document.querySelector("#photos");
            files.items.add(new File([offline.unbase64(photo)], "a.jpg", {type: "image/jpeg"}));
            input.files = files.files;
            input.dispatchEvent(new Event("change"));
            document.querySelector("[data-field=summary] textarea").value = words;
            const place = document.querySelector("[data-field=unit] input");
            place.value = "柳湾";
            place.dispatchEvent(new Event("input"));
            const first = document.querySelector(".picker-list button");
            if (first) first.click();
            await new Promise((done) => setTimeout(done, 2000));
            document.querySelector("form .form-actions .button-primary").click();
            await new Promise((done) => setTimeout(done, 3000));
            return document.querySelector("main").innerText;
        }""",
        [words, base64.b64encode(photo("green")["buffer"]).decode()],
    )
    assert "已存在本机" in said
    context.set_offline(False)
    arrive(page)
    visit = Visit.objects.get(summary=words)
    assert visit.photos.count() == 1
    assert complaints == []
    context.close()


@pytest.mark.sampled(one_in=6, of="offline")
def test_a_phone_is_set_up_on_its_page(person, on_the_stack):
    # The other tests already use as many phones as one user may have.
    cadre = person("colleague", width=390)
    page = cadre.page
    cadre.open("/phone/")
    page.wait_for_selector("#pin-1")
    page.check("#own-phone")
    page.fill("#phone-name", "下乡用的手机")
    page.fill("#pin-1", PIN)
    page.fill("#pin-2", PIN)
    page.click("#enrol .button-primary")
    page.wait_for_selector("main table")
    page.wait_for_selector("[data-enrolled]")

    assert "下乡用的手机" in page.inner_text("main table")
    cadre.look("/phone/")
    page.goto(cadre.stack.address + "/offline/")
    page.fill("#pin", PIN)
    page.click("main .button-primary")
    page.wait_for_selector("#pin", state="detached")
    assert "记民情" in page.inner_text("main")


# --- What happens to phones -----------------------------------------------------------------------

WRITE = """async ([pin, fields, about]) => {
    if (!offline.isOpen()) await offline.unlock(pin);
    return offline.write({...about, kind: about.kind || "visit", fields, title: "一句"});
}"""


@pytest.fixture
def phone(stack, on_the_stack, chromium):
    """A set-up phone of 王建国 and its page. Phones of other tests are revoked first, since their
    number is limited."""
    user = get_user_model().objects.get(username="author").acting(on=timezone.localdate())
    for one in user.devices.in_use():
        devices.revoke(device=one, by=user, at=timezone.now())
    context = chromium.new_context(**PHONE)
    page = context.new_page()
    page.set_default_timeout(20_000)
    page.complaints = []
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    set_up(page, stack.address, "author")
    yield page
    assert page.complaints == []
    context.close()


def a_visit(words):
    village = village_of_the_author()
    return {
        "unit": [str(village.pk)],
        "visited_on": [timezone.localdate().isoformat()],
        "summary": [words],
        "mode": ["home"],
    }


def village_of_the_author():
    user = get_user_model().objects.get(username="author")
    return ContactArea.objects.filter(cadre__user=user).first().unit


def states(key):
    return list(Entry.objects.filter(key=key).values_list("state", flat=True))


def wait_for(page, found, seconds=30):
    for _half in range(seconds * 2):
        if found():
            return
        page.wait_for_timeout(500)
    raise AssertionError("it did not come")


@pytest.mark.sampled(one_in=6, of="offline")
def test_the_worker_sends_by_itself_when_the_browser_wakes_it(stack, phone):
    """Background Sync: no page of the portal is open any more."""
    phone.context.set_offline(True)
    key = phone.evaluate(WRITE, [PIN, a_visit("由后台送出的走访"), {}])
    assert phone.evaluate("() => offline.unsent()")["count"] == 1
    phone.goto("about:blank")
    browser = phone.context.new_cdp_session(phone)
    known = []
    browser.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda said: known.extend(said["registrations"]),
    )
    browser.send("ServiceWorker.enable")
    wait_for(phone, lambda: any(one["scopeURL"].startswith(stack.address) for one in known))
    ours = next(one for one in known if one["scopeURL"].startswith(stack.address))
    phone.context.set_offline(False)
    phone.wait_for_timeout(1_000)
    assert states(key) == []

    browser.send(
        "ServiceWorker.dispatchSyncEvent",
        {
            "origin": stack.address,
            "registrationId": ours["registrationId"],
            "tag": "send",
            "lastChance": True,
        },
    )

    wait_for(phone, lambda: states(key) == ["accepted"])
    phone.goto(stack.address + "/offline/")
    phone.wait_for_selector("#pin")
    assert phone.evaluate("() => offline.unsent()")["count"] == 0


@pytest.mark.sampled(one_in=6, of="offline")
def test_a_full_disk_is_said_before_typing_and_stores_nothing_by_halves(stack, phone):
    phone.context.set_offline(True)
    open_shell(phone, stack.address)
    disk = phone.context.new_cdp_session(phone)

    def room(size=None):
        """The browser re-reads the free space only after a while."""
        given = {"origin": stack.address} | ({"quotaSize": size} if size else {})
        disk.send("Storage.overrideQuotaForOrigin", given)
        wait_for(phone, lambda: phone.evaluate("() => offline.fits(1e6)") == (size is None))

    room(100_000)
    phone.evaluate("() => { location.hash = 'visit'; }")
    phone.wait_for_selector("main .notice-error")
    assert "空间" in phone.inner_text("main .notice-error")
    assert phone.locator("main form").count() == 0

    # There is room when the form opens, but not any more while it is filled in.
    room()
    phone.evaluate("() => { location.hash = 'today'; }")
    phone.wait_for_selector(".shell-of")
    phone.evaluate("() => { location.hash = 'visit'; }")
    phone.wait_for_selector("form .form-actions")
    phone.fill("[data-field=unit] input", "柳湾")
    phone.locator(".picker-list button").first.click()
    phone.fill("[data-field=summary] textarea", "没有空间时写的")
    phone.set_input_files("#photos", [photo("teal")])
    phone.wait_for_selector(".shell-photos figure")
    phone.wait_for_timeout(1_500)
    room(1)
    phone.click("form .form-actions .button-primary")
    phone.wait_for_selector("main .notice-error")
    left = phone.evaluate(
        "async () => [(await offline.entries()).length, await (await idb.openDB('portal-phone'))"
        ".count('parts')]"
    )
    assert left == [0, 0]
    assert phone.input_value("[data-field=summary] textarea") == "没有空间时写的"
    assert phone.locator("[data-stored]").count() == 0

    room()
    phone.click("form .form-actions .button-primary")
    phone.wait_for_selector("[data-stored]")
    phone.context.set_offline(False)
    arrive(phone)
    assert Visit.objects.get(summary="没有空间时写的").photos.count() == 1


@pytest.mark.sampled(one_in=6, of="offline")
def test_two_tabs_show_the_same_and_send_it_once(stack, phone):
    phone.context.set_offline(True)
    open_shell(phone, stack.address)
    other = phone.context.new_page()
    open_shell(other, stack.address)
    sent = []
    phone.context.on(
        "request",
        lambda request: sent.append(request.url) if request.url.endswith("/entries/") else None,
    )

    key = phone.evaluate(WRITE, [PIN, a_visit("两个窗口看到的走访"), {}])
    for page in (phone, other):
        page.wait_for_selector("main a.item[href^='#entry/']")
        assert "1条待发送" in page.inner_text("[data-state]")
    sent.clear()
    phone.context.set_offline(False)
    for page in (phone, other):
        page.evaluate("() => { offline.send(true); offline.send(true); }")
    wait_for(phone, lambda: states(key) == ["accepted"])
    arrive(other)

    assert len(sent) == 1, sent
    assert Visit.objects.filter(summary="两个窗口看到的走访").count() == 1
    for page in (phone, other):
        page.evaluate("() => { location.hash = 'unsent'; }")
        page.wait_for_selector(".dot-good")
        assert page.locator("[data-state]").is_hidden()
    other.close()


@pytest.mark.sampled(one_in=6, of="offline")
@pytest.mark.parametrize("days", [365, -365], ids=["ahead", "behind"])
def test_a_clock_that_is_a_year_wrong_changes_no_day(stack, phone, days):
    """Forms start with the portal's day; a phone whose clock is wrong gets a warning, nothing
    else."""
    phone.context.clock.set_system_time(timezone.now() + timedelta(days=days))
    phone.goto(stack.address + "/offline/")
    phone.wait_for_selector("main .card")
    phone.evaluate(SET_UP, [enrolled("author"), PIN])
    phone.context.set_offline(True)
    open_shell(phone, stack.address)
    phone.wait_for_selector(".shell-of")
    assert f"差了{abs(days)}天" in phone.inner_text("main").replace(" ", "")
    words = f"时钟错了{days}天的走访"
    write_visit(phone, words, photo("olive"))
    phone.context.set_offline(False)
    arrive(phone)

    visit = Visit.objects.get(summary=words)
    assert visit.visited_on == timezone.localdate()
    assert visit.photos.count() == 1


@pytest.mark.sampled(one_in=6, of="offline")
def test_ten_megabytes_of_text_stay_with_their_author_and_hold_up_nobody(stack, phone):
    phone.context.set_offline(True)
    open_shell(phone, stack.address, "/visits/new/")
    phone.wait_for_selector("form .form-actions")
    phone.evaluate(
        """() => {
            const field = document.querySelector("[data-field=summary] textarea");
            field.value = "长".repeat(3500000);
            field.dispatchEvent(new Event("input"));
        }"""
    )
    phone.click("form .form-actions .button-primary")
    phone.wait_for_selector(".error-summary:not([hidden])")
    assert "超出3480000字" in phone.inner_text(".error-summary").replace(",", "")
    assert phone.evaluate("() => offline.unsent()")["count"] == 0

    # An older version of the page may have let it through.
    long = a_visit("") | {"summary": ["长" * 3_500_000]}
    first = phone.evaluate(WRITE, [PIN, long, {}])
    second = phone.evaluate(WRITE, [PIN, a_visit("在长文之后的走访"), {}])
    phone.context.set_offline(False)
    phone.evaluate("() => { offline.send(true); }")
    wait_for(phone, lambda: states(second) == ["accepted"])
    wait_for(phone, lambda: phone.evaluate("() => offline.unsent()")["help"] == 1)

    left = phone.evaluate("async () => (await offline.entries()).map((one) => [one.id, one.why])")
    assert left == [[first, 413]]
    assert states(first) == []
    phone.evaluate("(id) => { location.hash = 'entry/' + id; }", first)
    phone.wait_for_selector("main .notice-warning:not([data-state])")
    assert "备份" in phone.inner_text("main")
