"""A person sets an address, and is reminded there by a real worker."""

import re
import time

import pytest
from django.conf import settings
from django.utils import timezone

from portal.days import workdays

pytestmark = [
    pytest.mark.xdist_group("browser"),
    pytest.mark.sampled(of="journeys", one_in=20),
]

ADDRESS = "journey@example.cn"


def mails():
    return set((settings.VAR_DIR / "mail").glob("*.log"))


def mail_with(words, older, seconds=40):
    """Return the body of a message that the worker wrote as a file, other than the older ones."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for file in mails() - older:
            text = file.read_text()
            if ADDRESS in text and re.search(words, text, re.M):
                return text
        time.sleep(0.3)
    raise AssertionError(f"no message with {words}")


def test_a_draft_that_was_left_is_told_by_e_mail_and_bell(person, stack):
    older = mails()
    cadre = person("colleague", width=390, height=844)
    page = cadre.open("/reminders/settings/mail/").page
    page.fill("input[name=address]", ADDRESS)
    page.locator("main .button-primary").click()
    page.wait_for_url(re.compile("/confirm/$"))
    code = re.search(r"\b\d{6}$", mail_with(r"\b\d{6}$", older), re.M).group()
    page.fill("input[name=code]", code)
    page.locator("main .button-primary").click()
    page.wait_for_url(re.compile("/reminders/settings/$"))
    cadre.check()
    assert page.locator(".dot-good").count() == 1

    cadre.open("/visits/new/")
    page.fill("textarea[name=summary]", "走了四户，还没有写完。")
    page.wait_for_selector("[data-is=saved]")
    day = workdays.add_working_days(timezone.localdate(), 1)
    for _twice in range(2):
        stack.ask("portal.tasks.remind", on=day.isoformat())

    message = mail_with(r"\?draft=", older)
    assert "还没有写完" not in message
    cadre.open("/reminders/")
    # Other journeys may have left something for this person too.
    rows = page.locator("main tbody tr")
    assert page.locator(".bell-count").inner_text() == str(rows.count())
    draft = re.search(r"\?draft=[\w-]+", message).group()
    assert rows.filter(has=page.locator(f"a[href*='{draft}']")).count() == 1
