"""The keys file of the villager's door, made from the portal's own."""

from pathlib import Path

from django.conf import settings
from django.core.management import BaseCommand, CommandError

from portal.trust import keys


class Command(BaseCommand):
    help = "Writes the keys of the villager's door; to be run where the portal's keys are."

    def add_arguments(self, parser):
        parser.add_argument("file", help="where to, for instance /etc/portal/door-keys.json")

    def handle(self, *, file, **options):
        if settings.DOOR:
            raise CommandError("Run this with the settings of the portal, without DOOR=yes.")
        try:
            keys.write_door(settings.KEYS.door, Path(file))
        except OSError as trouble:
            raise CommandError(f"{file} cannot be written: {trouble.strerror}.") from trouble
        self.stdout.write(f"{file}: public key, key of query codes, key of forms.")
