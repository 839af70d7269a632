"""Idempotency of calls that write: each is carried out once."""

from datetime import timedelta

from api.models import KeptAnswer
from portal.tools.locking import lock_name

# Retries come within hours; nobody needs a key for longer than this.
KEPT_FOR = timedelta(days=3)


def kept_answer(*, token, key):
    """The stored answer for this key, or None. Of two concurrent calls the second waits for the
    first."""
    lock_name(f"api.{token.pk}.{key}")
    return KeptAnswer.objects.filter(token=token, key=key).first()


def keep(*, token, key, digest, status, text, at):
    return KeptAnswer.objects.create(
        token=token, key=key, digest=digest, status=status, sealed=KeptAnswer.sealing(text), at=at
    )


def forget(*, at):
    """Delete answers older than KEPT_FOR; returns how many."""
    return KeptAnswer.objects.filter(at__lt=at - KEPT_FOR).delete()[0]
