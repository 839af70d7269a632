"""`manage.py verify_audit`: recompute the chain of the audit; exit 0 when it is whole."""

from django.core.management import BaseCommand, CommandError
from django.utils.translation import gettext as _

from portal.records import audit


class Command(BaseCommand):
    help = "Recomputes the audit's chain of seals; says how many entries are younger than it."

    def handle(self, **options):
        found = audit.verify()
        self.stdout.write(
            _("%(sealed)d entries sealed, %(younger)d younger than the last seal.")
            % {"sealed": found.sealed, "younger": found.younger}
        )
        if found.problems:
            raise CommandError(
                _("The chain is broken: %(problems)s.") % {"problems": "; ".join(found.problems)}
            )
        self.stdout.write(_("The chain is whole."))
