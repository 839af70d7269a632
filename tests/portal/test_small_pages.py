"""Pages are compressed, but not where another site could measure their size (BREACH)."""

import gzip

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import reverse

from portal.pages.middleware import SmallOwnPages, SmallPages

PAGE = "<p>" + "民情日记 " * 200


def answer(middleware, *, content_type="text/html; charset=utf-8", secure=True, **headers):
    request = RequestFactory(headers={"Accept-Encoding": "gzip, br", **headers}).get(
        "/", secure=secure
    )
    return middleware(lambda request: HttpResponse(PAGE, content_type=content_type))(request)


def is_small(response):
    return response.headers.get("Content-Encoding") == "gzip"


def test_a_page_of_somebody_signed_in_is_a_third_of_its_length(client, people):
    client.force_login(people.author)
    plain = client.get(reverse("outreach:new_visit")).content

    response = client.get(reverse("outreach:new_visit"), headers={"Accept-Encoding": "gzip"})

    assert is_small(response)
    assert len(response.content) * 3 < len(plain)
    assert "记民情" in gzip.decompress(response.content).decode()


@pytest.mark.parametrize(
    ("led_by", "small"),
    [
        ("same-origin", True),
        ("none", True),
        ("same-site", False),
        ("cross-site", False),
        ("", False),
    ],
)
def test_what_another_site_led_to_has_its_own_length(led_by, small):
    headers = {"Sec-Fetch-Site": led_by} if led_by else {}

    assert is_small(answer(SmallOwnPages, **headers)) is small
    # Without TLS, whoever can measure the size can also read the page.
    assert is_small(answer(SmallOwnPages, secure=False, **headers))
    # Nobody is signed in at the door, so a page opened by another site has none of the villager's
    # data.
    assert is_small(answer(SmallPages, **headers))


@pytest.mark.parametrize("content_type", ["application/pdf", "image/jpeg", "application/json"])
def test_files_are_left_as_they_are(content_type):
    assert not is_small(answer(SmallPages, content_type=content_type))


def test_the_length_of_a_page_says_little():
    lengths = {len(answer(SmallPages).content) for _again in range(40)}

    assert len(lengths) > 10


def test_the_portal_has_the_careful_one():
    assert "portal.pages.middleware.SmallOwnPages" in settings.MIDDLEWARE
    assert "portal.pages.middleware.SmallPages" in settings.DOOR_MIDDLEWARE
