"""`manage.py rebuild_search`: takes forms of address out of the search words of older rows."""

from django.apps import apps
from django.core.management import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from portal.pages import search


class Command(BaseCommand):
    help = "Stores the search words of older rows anew where their texts name somebody."

    def add_arguments(self, parser):
        parser.add_argument(
            "--check", action="store_true", help="Only compare; exit 1 when something differs."
        )

    @transaction.atomic
    def handle(self, *, check, **options):
        total = 0
        for model in apps.get_models():
            if hasattr(model, "SEARCHED_FIELDS"):
                differing = search.reindex_without_names(model, check=check)
                total += differing
                said = _("%(n)d rows differ") if check else _("%(n)d rows written anew")
                self.stdout.write(f"{model._meta.label}: {said % {'n': differing}}")
        if check and total:
            raise CommandError(_("Without --check the search words are written anew."))
