"""Lists of pairing and the dashboard's parts about it, relative to the same page from memory.

python -m bench pairing_pages      200,000 pairings, a million support items, 50,000 needs;
                                   gunicorn with two workers
"""

import os

import django

os.environ.setdefault("PORTAL_PG_SHARED_BUFFERS", "1GB")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")
django.setup()

from django.urls import reverse  # noqa: E402 (Django first)

from bench import clone, dashboard  # noqa: E402
from bench.pages import Listed, half_a_year, measure_lists  # noqa: E402
from pairing.models import Pairing, SupportItem  # noqa: E402


def lists(user):
    """Return the lists; items are searched by text, pairings by place."""
    return {
        "pairings": Listed(
            reverse("pairing:pairings"),
            Pairing.objects.visible_to(user).not_cancelled(),
            "starts_on",
            {
                "": {"tab": "all"},
                "by level": {"tab": "all", "level": "member"},
                "half a year": {"tab": "all", **half_a_year("started")},
            },
            {"level": "level"},
            "tab=all",
            {"frequent": "湾村", "rare": "云溪村"},
        ),
        "support_items": Listed(
            reverse("pairing:support_items"),
            SupportItem.objects.visible_to(user),
            "promised_on",
            {
                "": {"state": "all"},
                "by kind": {"state": "all", "kind": "funds"},
                "half a year, done": {"state": "done", **half_a_year("promised")},
            },
            {"kind": "kind", "state": "state"},
            "state=all",
        ),
    }


def run() -> list[tuple[str, float, float, bool]]:
    """Return [(name, measured, limit, ok)]; the p95 as a multiple of the floor's p95, at most its
    limit."""
    with clone.of_the_province():
        parts = {
            "who helps whom, of the dashboard": reverse("pairing:pairing_dashboard"),
            "needed and given, of the dashboard": reverse("pairing:help_dashboard"),
            "pairings without contact, of the dashboard": reverse("pairing:contact_dashboard"),
        }
        return [*measure_lists(lists), *dashboard.measure_parts(parts)]


if __name__ == "__main__":
    for name, measured, limit, ok in run():
        print(f"{'ok' if ok else 'MISSED':7} {name}: {measured} (limit {limit})")
