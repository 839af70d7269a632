"""Drafts as rows: two windows with the same form never overwrite each other."""

import uuid

from django.db import transaction

from portal.tools.locking import lock_name
from portal.trust import wall

# The field by which a page identifies its window.
WINDOW = "draft_window"


def version_of(draft):
    """Return the version that a page sends to say which state of the draft it continues."""
    return draft.updated_at.isoformat() if draft else ""


def _window(content):
    return (content.get(WINDOW) or [""])[0]


@transaction.atomic
@wall.as_system("a draft by its key, whoever's it is")
def write(model, *, key, by, content, at, version="", **made):
    """Save a draft and return it. If another window has written under this key since `version`,
    keep both: this one gets a new key."""
    lock_name(f"draft.{key}")
    kept = model.objects.filter(key=key).first()
    if kept and (kept.owner_id != by.pk or _is_of_another_window(kept, content, version)):
        key = uuid.uuid4()
        content, kept = content | {"key": [str(key)]}, None
    if kept is None:
        sealed = model.sealed(content)
        return model.objects.create(key=key, owner=by, content=sealed, updated_at=at, **made)
    kept.content, kept.updated_at = model.sealed(content), at
    kept.save(update_fields=["content", "updated_at"])
    return kept


def _is_of_another_window(kept, content, version):
    theirs, ours = _window(kept.typed), _window(content)
    # A page without script, or a form parked at the end of the session, names no window.
    return bool(theirs and ours) and theirs != ours and version_of(kept) != version
