"""Keys that will be destroyed: no backup contains them, so what they encrypted is then lost for
good.

They are stored encrypted in a table whose rows backups omit. Each backup writes the keys that exist
then to `living-keys.json` in the portal's folder, replacing those of the last backup; a restore
reads them from there.
"""

import json
import os

from django.conf import settings
from django.db import connection

from portal.models import ShortLivedKey
from portal.trust import crypto

TABLE = ShortLivedKey._meta.db_table


class Gone(Exception):
    """The key was destroyed, or was not there when a backup was restored."""


def keep(purpose, text):
    ShortLivedKey.objects.create(purpose=purpose, cipher=crypto.encrypt(text, purpose))


def text_of(purpose):
    """Raises Gone."""
    row = ShortLivedKey.objects.filter(purpose=purpose).first()
    if row is None:
        raise Gone(purpose)
    return crypto.decrypt(row.cipher, purpose)


def destroy(purpose):
    ShortLivedKey.objects.filter(purpose=purpose).delete()


def living_keys_file():
    """Return the path of the file with the keys that existed at the last backup."""
    return settings.VAR_DIR / "living-keys.json"


def save_living_keys():
    """Replace the keys written at the last backup with the current ones.

    The table may be missing, since `manage.py upgrade` backs up earlier versions: in 0.1 no key was
    destroyed.
    """
    living = {}
    if TABLE in connection.introspection.table_names():
        living = dict(ShortLivedKey.objects.order_by("pk").values_list("purpose", "cipher"))
    file = living_keys_file()
    part = file.with_name(f"{file.name}.partial")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as opened:
        json.dump(living, opened)
    part.replace(file)


def read_living_keys():
    """Return {purpose: cipher} of the keys that existed at the last backup; empty without the
    file."""
    file = living_keys_file()
    return json.loads(file.read_text()) if file.is_file() else {}


def take_back():
    """Restore the keys that existed at the last backup."""
    living = read_living_keys()
    ShortLivedKey.objects.bulk_create(
        [ShortLivedKey(purpose=purpose, cipher=cipher) for purpose, cipher in living.items()],
        ignore_conflicts=True,
    )
