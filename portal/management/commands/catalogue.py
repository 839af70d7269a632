"""The Chinese catalogue: collect msgids, check that all are translated, compile for Django.

Babel does the work; no gettext of the system is needed.
"""

import io
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import template

KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
APPS = (
    "portal",
    "outreach",
    "neighbours",
    "works",
    "research",
    "pairing",
    "evaluation",
    "oversight",
)


def collect():
    """All msgids of our Python files and templates."""
    found = Catalog(locale="zh_Hans")
    base = settings.BASE_DIR
    sources = [p for app in APPS for p in sorted((base / app).rglob("*.py"))]
    for path in sources:
        with path.open("rb") as file:
            _add(found, file, path.relative_to(base))
    for path in sorted((base / "templates").rglob("*.html")):
        # Django turns a template into something that reads as Python calls.
        lines = template.templatize(path.read_text(), origin=str(path)).splitlines()
        # The Python tokenizer would trip over the indentation of a template.
        text = "\n".join(line.lstrip() for line in lines)
        _add(found, io.BytesIO(text.encode()), path.relative_to(base))
    return found


def _add(catalog, file, path):
    for line, message, _comments, context in extract("python", file, keywords=KEYWORDS):
        if message and (message if isinstance(message, str) else message[0]):
            catalog.add(message, locations=[(str(path), line)], context=context)


def catalogue_path():
    return Path(settings.BASE_DIR) / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"


def read():
    path = catalogue_path()
    if not path.exists():
        return Catalog(locale="zh_Hans")
    with path.open("rb") as file:
        return read_po(file, locale="zh_Hans")


def problems():
    """Sentences about what is untranslated, fuzzy or no longer used."""
    known, wanted = read(), collect()
    said = []
    for message in wanted:
        if not message.id:
            continue
        have = known.get(message.id, message.context)
        text = have.string if have else None
        empty = not text or (isinstance(text, (tuple, list)) and not all(text))
        if empty:
            said.append(f"untranslated: {message.id!r} ({message.locations[0][0]})")
        elif have and have.fuzzy:
            said.append(f"fuzzy: {message.id!r}")
    said += [f"unused: {m.id!r}" for m in known if m.id and wanted.get(m.id, m.context) is None]
    return said


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser):
        parser.add_argument("--compile", action="store_true", help="write django.mo")
        parser.add_argument("--check", action="store_true", help="fail on anything untranslated")

    def handle(self, *args, **options):
        if options["check"]:
            said = problems()
            if said:
                raise CommandError("\n".join(said))
        elif options["compile"]:
            path = catalogue_path().with_suffix(".mo")
            aside = path.with_suffix(".mo.new")
            with aside.open("wb") as file:
                write_mo(file, read())
            aside.replace(path)
        else:
            self._update()

    def _update(self):
        known = read()
        known.update(collect(), no_fuzzy_matching=True)
        known.obsolete.clear()
        catalogue_path().parent.mkdir(parents=True, exist_ok=True)
        with catalogue_path().open("wb") as file:
            write_po(file, known, width=96, include_lineno=False, sort_output=True)
        empty = sum(
            1
            for m in known
            if m.id and not (m.string if isinstance(m.string, str) else m.string and all(m.string))
        )
        self.stdout.write(f"{len(known)} messages, {empty} to translate")
