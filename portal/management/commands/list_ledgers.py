"""The official sheets: names, titles, columns."""

from django.core.management.base import BaseCommand

from portal.sheets import ledgers


class Command(BaseCommand):
    help = __doc__ or ""

    def handle(self, *args, **options):
        for ledger in ledgers.REGISTRY.values():
            headings = " | ".join(column.heading for column in ledger.columns)
            self.stdout.write(f"{ledger.name}: {ledger.title}\n    序号 | {headings}")
