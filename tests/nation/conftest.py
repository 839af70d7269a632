"""A nation (the same code with MODE=nation) and its readers."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.urls import clear_url_caches, set_urlconf
from django.utils import timezone

from nation import actions, wire
from nation.models import CellState, CellTotal, Way
from portal.roles import Role
from tests.people import account, division, organ

THIS_YEAR = 2026
KEY = "A" * 43 + "="


@pytest.fixture
def nation(db, settings):
    """Two provinces that deliver files, and users who may read parts of them."""
    settings.MODE, settings.ROOT_URLCONF = "nation", "nation.root"
    settings.CLOSED_APPS = frozenset(
        [
            "outreach",
            "neighbours",
            "works",
            "research",
            "sync",
            "pairing",
            "evaluation",
            "oversight",
        ]
    )
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "nation.middleware.NationOnly"]
    clear_url_caches()
    set_urlconf(None)
    yunnan = division("云南省", 1, None, "530000000000")
    kunming = division("昆明市", 2, yunnan, "530100000000")
    division("五华区", 3, kunming, "530102000000")
    shaanxi = division("陕西省", 1, None, "610000000000")
    home = organ("国办")
    for cell in ("53", "61"):
        actions.join(cell, Way.FILE, key=KEY, by="test", at=timezone.now())
        CellState.objects.create(
            cell=cell, version=wire.VERSION, as_of=timezone.now() - timedelta(days=1)
        )
    yield SimpleNamespace(
        yunnan=yunnan,
        kunming=kunming,
        office=account("n-office", "张三", home, Role.OFFICE),
        supervisor=account("n-super", "李四", home, Role.SUPERVISOR, within=home),
        of_yunnan=account("n-yunnan", "王五", home, Role.SUPERVISOR, place=yunnan),
        of_kunming=account("n-kunming", "王六", home, Role.SUPERVISOR, place=kunming),
        neighbour=account("n-shaanxi", "赵七", home, Role.SUPERVISOR, place=shaanxi),
        system=account("n-system", "系统", home, Role.SYSTEM_ADMIN),
    )
    clear_url_caches()


def total(cell, code, n, *, figure="matters", month=3, part="", year=THIS_YEAR):
    return CellTotal.objects.create(
        cell=cell,
        figure=figure,
        division_code=code,
        organ_code="",
        day=date(year, month, 1),
        part=part,
        n=n,
    )
