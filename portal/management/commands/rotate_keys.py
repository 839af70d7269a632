"""Changes the keys that encrypt stored data, without downtime (docs/operations.md, "Other keys").

`prepare` adds new keys to the keys file, `switch` starts using them: after each, copy the file to
every node and restart it. Without a step, data encrypted with older keys is encrypted anew; if
killed, run it again to continue. `forget` drops Django's old secret.
"""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from portal.records import audit
from portal.run import rotating
from portal.trust import keys

STEPS = ("rows", "prepare", "switch", "forget")
NEXT = "Copy the keys file to every other node, restart all of them one after the other, then: "


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser):
        parser.add_argument("step", nargs="?", choices=STEPS, default="rows")
        parser.add_argument(
            "--check", action="store_true", help="only count; exit 1 if older keys are in use"
        )

    def handle(self, step, check, **options):
        try:
            if check:
                self._check()
            else:
                getattr(self, f"_{step}")()
        except keys.KeysProblem as problem:
            raise CommandError(str(problem)) from problem

    def _file(self):
        return Path(settings.KEYS_FILE or settings.VAR_DIR / "keys.json")

    def _prepare(self):
        contact, seal = keys.prepare(self._file())
        audit.record("keys.prepared", by="rotate_keys", values=[contact, seal])
        self.stdout.write(f"Added {contact} and {seal}; {settings.KEYS.contact_key_id} encrypts.")
        self.stdout.write(f"{NEXT}manage.py rotate_keys switch")

    def _switch(self):
        contact, seal = keys.switch(self._file())
        audit.record("keys.switched", by="rotate_keys", values=[contact, seal])
        self.stdout.write(f"From the restart on {contact} encrypts and {seal} seals.")
        self.stdout.write(f"{NEXT}manage.py rotate_keys")

    def _forget(self):
        gone = keys.forget_secrets(self._file())
        audit.record("keys.forgotten", by="rotate_keys", values=gone)
        self.stdout.write(f"{gone} old secrets dropped. Restart the nodes with the new file.")

    def _rows(self):
        known = settings.KEYS
        if known.encrypts_with:
            raise CommandError(
                f"{known.encrypts_with} is still in use. First: manage.py rotate_keys switch"
            )
        with connections[rotating.ALIAS].cursor() as cursor:
            cursor.execute("SET statement_timeout = 0")
        unreadable, changed = [], 0
        for column in rotating.columns():
            done = column.rotate(self._telling(column.label))
            changed += done.changed
            if done.changed:
                self.stdout.write(f"{column.label}: {done.changed} encrypted anew")
            unreadable += [f"{column.label} {pk}" for pk in done.unreadable]
        audit.record("keys.rotated", by="rotate_keys", values=[known.contact_key_id, changed])
        self.stdout.write(f"{changed} encrypted anew with {known.contact_key_id}.")
        self._tell_what_depends()
        if unreadable:
            shown = ", ".join(unreadable[:20])
            raise CommandError(f"No key of the file opens {len(unreadable)} rows: {shown}")

    def _telling(self, label):
        def tell(changed):
            self.stderr.write(f"{label}: {changed}")

        return tell if self.stderr.isatty() else lambda changed: None

    def _check(self):
        used = settings.KEYS.contact_key_id
        found = rotating.counts()
        for key, numbers in sorted(found.items(), key=lambda one: keys.age(one[0])):
            self.stdout.write(f"{key}{' (in use)' if key == used else ''}: {sum(numbers.values())}")
            if key != used:
                for label, number in sorted(numbers.items()):
                    self.stdout.write(f"  {label}: {number}")
        self._tell_what_depends()
        if old := sum(sum(numbers.values()) for key, numbers in found.items() if key != used):
            raise CommandError(f"{old} are not under {used}. Next: manage.py rotate_keys")

    def _tell_what_depends(self):
        for sentence in rotating.depending():
            self.stdout.write(sentence)
