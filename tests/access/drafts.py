"""Drafts of forms, visible only to the user who types them."""

from django.urls import reverse
from django.utils import timezone

from portal.models import FormDraft
from tests.access.burden import EVERYBODY

PAGES = {
    # Sent without the path of a form, nothing is kept.
    ("post", "portal:keep_form"): (EVERYBODY, 400),
    # Somebody else's draft: redirected to the user's own list, nothing is dropped.
    ("post", "portal:drop_form"): (EVERYBODY, 302),
}


def records(people):
    draft = FormDraft.objects.create(
        key="00000000-0000-4000-8000-000000000018",
        owner=people.author,
        path=reverse("outreach:new_matter"),
        content=FormDraft.sealed({"title": ["路灯"]}),
        updated_at=timezone.now(),
    )
    return {"drop_form": [draft.key]}
