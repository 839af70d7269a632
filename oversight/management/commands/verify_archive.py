"""`manage.py verify_archive PACKAGE.zip`: check an archive package without the database; exit 0
when it is whole."""

from django.core.management import BaseCommand, CommandError

from oversight.archives import verify


class Command(BaseCommand):
    help = "Checks an archive package: every file, the counts, the manifest. Asks no database."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("package", help="the package, a zip")
        parser.add_argument(
            "--manifest", default="", help="SHA-256 of the manifest, from the register"
        )

    def handle(self, *, package, manifest, **options):
        problems = verify.problems_of(package, manifest)
        for one in problems:
            self.stdout.write(one)
        if problems:
            raise CommandError("The package is not whole.")
        self.stdout.write("The package is whole.")
