"""Retry phone entries that met an error of the portal: after an upgrade."""

from django.core.management import BaseCommand
from django.utils import timezone

from sync.actions import entries
from sync.models import Entry
from sync.models.entries import State


class Command(BaseCommand):
    help = "Tries entries of phones again that met an error of the portal (docs/operations.md)."

    def handle(self, *args, **options):
        done = entries.try_again(at=timezone.now(), everything=True)
        left = Entry.objects.filter(state=State.FAULT).count()
        self.stdout.write(f"{done} entries carried out, {left} still meet an error.")
