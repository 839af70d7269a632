"""Unfinished forms of a user."""

import json
from functools import cached_property

from django.db import models

from portal.models.constraints import index
from portal.models.people import User
from portal.trust import crypto, privacy


class FormDraft(models.Model):
    """A form that a user has filled in but not sent, kept on the server until it is sent, discarded
    or outdated. Visits have their own (`VisitDraft`)."""

    key = models.UUIDField(unique=True)
    owner = models.ForeignKey(User, models.CASCADE, related_name="form_drafts")
    # The path of the form's page.
    path = models.CharField(max_length=200, db_collation="C")
    # Encrypted: a form may contain a name or a phone number. Read it through `typed`.
    content = models.TextField()
    updated_at = models.DateTimeField()

    ENCRYPTED = {"content": "form.draft"}

    class Meta:
        indexes = [index("form_draft_owner", "owner -updated_at")]

    def __str__(self):
        return f"draft {self.key}"

    @staticmethod
    def sealed(typed):
        """Typed values {name: [values]} as stored: ID numbers masked, encrypted."""
        text = json.dumps(typed, ensure_ascii=False)
        return crypto.encrypt(privacy.mask_ids(text), "form.draft")

    @cached_property
    def typed(self):
        return json.loads(crypto.decrypt(self.content, "form.draft"))

    @property
    def title(self):
        return (self.typed.get("draft_title") or [""])[0]

    def get_absolute_url(self):
        return f"{self.path}?draft={self.key}"
