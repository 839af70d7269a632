"""`manage.py rebuild_figures`: the figures from the records themselves."""

from django.core.management import BaseCommand, CommandError
from django.utils.translation import gettext as _

from portal.sheets import figures


class Command(BaseCommand):
    help = "Compares all figures with the records and writes them anew where they differ."

    def add_arguments(self, parser):
        parser.add_argument(
            "--check", action="store_true", help="Only compare; exit 1 when something differs."
        )

    def handle(self, *, check, **options):
        differing = figures.rebuild(check=check)
        for code, cells in sorted(differing.items()):
            title = figures.REGISTRY[code].title
            if not cells:
                state = _("as the records say")
            elif check:
                state = _("%(n)d cells differ") % {"n": cells}
            else:
                state = _("%(n)d cells differed, written anew") % {"n": cells}
            self.stdout.write(f"{code} ({title}): {state}")
        wrong = sum(map(bool, differing.values()))
        if check and wrong:
            raise CommandError(
                _("%(n)d figures differ from the records; without --check they are rebuilt.")
                % {"n": wrong}
            )
