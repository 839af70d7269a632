"""Re-encrypts with the current key what older keys encrypted: in batches, without downtime.

A model names its encrypted columns in `ENCRYPTED`, {column: purpose, or row → purpose}, and in
`PLAIN_BEFORE` {plain column of earlier versions: its encrypted column}. Each row is changed, in the
transaction of its batch, only if it still has the value that was read; finished rows are not
selected again. So a killed rotation continues where it stopped.
"""

from collections import Counter
from dataclasses import dataclass, field

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.conf import settings
from django.db import connections, transaction
from django.db.models import Q

from portal.models import AuditSeal
from portal.records import short_lived
from portal.trust import crypto

BATCH = 500
# Row-level security hides rows from the running role.
ALIAS = "owner"
# Instead of a key id: what is not encrypted yet.
PLAIN = "none"


@dataclass
class Done:
    """The result for one column."""

    changed: int = 0
    # Primary keys of rows that no key of the file decrypts.
    unreadable: list[int] = field(default_factory=list)


def key_of(cipher):
    return cipher.partition(":")[0]


class Column:
    """An encrypted column of a model."""

    def __init__(self, model, name, purpose):
        self.model, self.name, self.purpose = model, name, purpose
        self.label = f"{model._meta.label}.{name}"

    def counts(self):
        """{key id: number of rows}"""
        table = self.model._meta.db_table
        with connections[ALIAS].cursor() as cursor:
            cursor.execute(
                f'SELECT split_part("{self.name}", \':\', 1), count(*) FROM "{table}"'
                f" WHERE \"{self.name}\" <> '' GROUP BY 1"
            )
            return Counter(dict(cursor.fetchall()))

    def rotate(self, tell):
        """Re-encrypt what is under other keys than the current one; call `tell(changed)` after each
        batch."""
        done, last = Done(), 0
        is_new = Q(**{f"{self.name}__startswith": f"{settings.KEYS.contact_key_id}:"})
        rows = self.model._base_manager.using(ALIAS).exclude(Q(**{self.name: ""}) | is_new)
        while batch := list(rows.filter(pk__gt=last).order_by("pk")[:BATCH]):
            with transaction.atomic(using=ALIAS):
                self._change(batch, done)
            last = batch[-1].pk
            tell(done.changed)
        return done

    def _change(self, batch, done):
        table = self.model._meta.db_table
        sql = f'UPDATE "{table}" SET "{self.name}" = %s WHERE id = %s AND "{self.name}" = %s'
        with connections[ALIAS].cursor() as cursor:
            for row in batch:
                before = getattr(row, self.name)
                try:
                    after = self._anew(row, before)
                except crypto.Undecryptable:
                    done.unreadable.append(row.pk)
                    continue
                cursor.execute(sql, [after, row.pk, before])
                done.changed += cursor.rowcount

    def _anew(self, row, cipher):
        purpose = self.purpose(row) if callable(self.purpose) else self.purpose
        return crypto.encrypt(crypto.decrypt(cipher, purpose), purpose)


class Plain(Column):
    """A column that was not encrypted in earlier versions; its text moves to another."""

    def __init__(self, model, name, cipher, purpose):
        super().__init__(model, name, purpose)
        self.cipher = cipher

    def counts(self):
        n = self.model._base_manager.using(ALIAS).exclude(**{self.name: ""}).count()
        return Counter({PLAIN: n} if n else {})

    def _change(self, batch, done):
        for row in batch:
            before = getattr(row, self.name)
            unchanged = self.model._base_manager.using(ALIAS).filter(
                pk=row.pk, **{self.name: before, self.cipher: ""}
            )
            after = {self.name: "", self.cipher: crypto.encrypt(before, self.purpose)}
            done.changed += unchanged.update(**after)


class SecondFactors:
    """The secrets of authenticator apps and recovery codes, which allauth keeps in JSON."""

    label = Authenticator._meta.label

    def _ciphers(self, kept):
        codes = kept.data.get("migrated_codes") or []
        return [*filter(None, (kept.data.get("secret"), kept.data.get("seed"))), *codes]

    def counts(self):
        rows = Authenticator.objects.using(ALIAS).all()
        return Counter(key_of(cipher) for row in rows for cipher in self._ciphers(row))

    def rotate(self, tell):
        done, new = Done(), settings.KEYS.contact_key_id
        for row in Authenticator.objects.using(ALIAS).order_by("pk"):
            if all(key_of(cipher) == new for cipher in self._ciphers(row)):
                continue
            try:
                after = {name: self._anew(name, value) for name, value in row.data.items()}
            except crypto.Undecryptable:
                done.unreadable.append(row.pk)
                continue
            unchanged = Authenticator.objects.using(ALIAS).filter(pk=row.pk, data=row.data)
            done.changed += unchanged.update(data=after)
        tell(done.changed)
        return done

    def _anew(self, name, value):
        if name in ("secret", "seed"):
            adapter = get_adapter()
            return adapter.encrypt(adapter.decrypt(value))
        if name == "migrated_codes":
            return [self._anew("seed", code) for code in value]
        return value


def columns():
    """Everything encrypted with the contact keys, in the order of the apps."""
    found = [
        Column(model, name, purpose)
        for model in apps.get_models()
        for name, purpose in getattr(model, "ENCRYPTED", {}).items()
    ]
    found += [
        Plain(model, name, cipher, getattr(model, "ENCRYPTED", {})[cipher])
        for model in apps.get_models()
        for name, cipher in getattr(model, "PLAIN_BEFORE", {}).items()
    ]
    return [*found, SecondFactors()]


def counts():
    """{key id: {label: number of rows}} of what is stored."""
    found = {}
    for column in columns():
        for key, number in column.counts().items():
            found.setdefault(key, {})[column.label] = number
    return found


# Functions of apps: old key ids → sentences on what else still needs them.
DEPENDING = []


def depending():
    """Sentences on what still needs older keys, beside the columns."""
    keys = settings.KEYS
    old = sorted(keys.contact_keys.keys() - {keys.contact_key_id})
    said = []
    if old:
        said.append(f"Backups of before need {', '.join(old)} to be read: keep them in the file.")
        living = [key_of(cipher) for cipher in short_lived.read_living_keys().values()]
        if n := sum(one in old for one in living):
            said.append(f"{n} keys in living-keys.json: the next backup writes them anew.")
    for more in DEPENDING:
        said += more(old)
    seals = Counter(AuditSeal.objects.values_list("key", flat=True))
    said += [
        f"{n} seals of the audit under {key or 'the first key'} are verified with it, for good."
        for key, n in sorted(seals.items())
        if key != keys.seal_key_id
    ]
    if keys.other_secrets:
        said.append(
            "Sessions from before the switch are signed with the secret of before; they end within"
            " eight hours. Then: manage.py rotate_keys forget"
        )
    said.append(
        "The index key and the audit's first key are not rotated: digests of phones and names,"
        " codes on slips in people's hands and the keys of the door follow from them."
    )
    return said
