"""Calls that wrote something are carried out once."""

from datetime import timedelta

from api.models import KeptAnswer
from portal.tools.locking import lock_name

# A call is sent again within hours; longer than that nobody remembers its key.
KEPT_FOR = timedelta(days=3)


def kept_answer(*, token, key):
    """The answer under this key, or None. Of two calls at once the second waits for the first."""
    lock_name(f"api.{token.pk}.{key}")
    return KeptAnswer.objects.filter(token=token, key=key).first()


def keep(*, token, key, digest, status, text, at):
    return KeptAnswer.objects.create(
        token=token, key=key, digest=digest, status=status, sealed=KeptAnswer.sealing(text), at=at
    )


def forget(*, at):
    """Delete what is older; returns how many."""
    return KeptAnswer.objects.filter(at__lt=at - KEPT_FOR).delete()[0]
