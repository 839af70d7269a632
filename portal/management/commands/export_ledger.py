"""Write an official sheet to a file, of exactly what a person may see."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation

from portal import wordings
from portal.models import User
from portal.records import audit
from portal.roles import Permission
from portal.sheets import ledgers


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser):
        parser.add_argument("name", help="a name of list_ledgers")
        parser.add_argument("--by", required=True, metavar="USER")
        parser.add_argument("--out", required=True, metavar="FILE")
        parser.add_argument("--filter", action="append", default=[], metavar="KEY=VALUE")

    def handle(self, name, by, out, filter, **options):
        ledger = ledgers.REGISTRY.get(name)
        if ledger is None:
            known = ", ".join(sorted(ledgers.REGISTRY))
            raise CommandError(f"There is no ledger {name!r}; known are: {known}.")
        user = User.objects.filter(username=by, is_active=True).first()
        if user is None:
            raise CommandError(f"There is no account {by!r} in use.")
        user.acting(on=timezone.localdate())
        if not user.holds(Permission.EXPORT):
            raise CommandError(f"The roles of {by!r} do not export ledgers.")
        filters = {}
        for pair in filter:
            key, equals, value = pair.partition("=")
            if not equals:
                raise CommandError(f"Write a filter as key=value, not {pair!r}.")
            filters[key] = value
        target = Path(out)
        if not target.parent.is_dir():
            raise CommandError(f"There is no folder {target.parent}.")
        try:
            # In the same wording as the user's own exports.
            with translation.override(wordings.chinese_of(user, on=user.today)):
                manifest = ledgers.write(
                    ledger, user=user, filters=filters, target=target, at=timezone.now()
                )
        except (ledgers.LedgerProblem, OSError) as problem:
            raise CommandError(str(problem)) from problem
        audit.record("ledger.exported", by=user, values=manifest)
        self.stdout.write(f"{manifest['written']} rows, sha256 {manifest['sha256']}")
