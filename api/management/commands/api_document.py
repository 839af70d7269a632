"""`manage.py api_document`: write api/openapi.json; `--check` only compares it with the code."""

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from api.v1 import document


class Command(BaseCommand):
    help = "Write the OpenAPI document of the REST API"
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("--check", action="store_true", help="only compare")

    def handle(self, *args, check, **options):
        with translation.override("en"):
            text = document.text()
        if not check:
            document.FILE.write_text(text)
        elif document.FILE.read_text() != text:
            raise CommandError("api/openapi.json is not what the code does: manage.py api_document")
