"""The Chinese catalogue, and the messages that differ in each wording (portal/tools/languages.py):
collect msgids, check that all are translated, compile for Django.

Uses Babel; no system gettext is needed.
"""

import ast
import io
import re
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import template, to_locale

from portal.sheets.wording import CONTEXT as OF_SHEETS
from portal.tools.languages import CHINESE, ENGLISH, LAYERS, variant

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
    "sync",
    "api",
    "pairing",
    "evaluation",
    "oversight",
    "nation",
)


@cache
def collect():
    """All msgids of our Python files and templates; read once by a process."""
    found = Catalog(locale="zh_Hans")
    base = settings.BASE_DIR
    sources = [p for app in APPS for p in sorted((base / app).rglob("*.py"))]
    for path in sources:
        with path.open("rb") as file:
            _add(found, file, path.relative_to(base))
    for path in sorted((base / "templates").rglob("*.html")):
        # Django turns a template into text that tokenizes as Python calls.
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


# --- Wordings -----------------------------------------------------------------------------------

# Babel locales, which determine the plural forms.
_GRAMMAR = {CHINESE: "zh_Hans", ENGLISH: "en"}
_PLACES = re.compile(r"%\(\w+\)[sd]|%%|<[^>]+>")


def overlays():
    """Return [(language, wording, path)] of the existing catalogues of wordings."""
    found = [(one, words, overlay_path(one, words)) for one in _GRAMMAR for words in LAYERS]
    return [one for one in found if one[2].exists()]


def overlay_path(language, words):
    folder = to_locale(variant(language, words))
    return Path(settings.BASE_DIR) / "locale" / folder / "LC_MESSAGES" / "django.po"


def read_overlay(language, path):
    with path.open("rb") as file:
        return read_po(file, locale=_GRAMMAR[language])


def merged(language, words):
    """Return all messages of a wording; later layers override earlier ones."""
    whole = Catalog(locale=_GRAMMAR[language])
    for layer in LAYERS[words]:
        path = overlay_path(language, layer)
        for message in read_overlay(language, path) if path.exists() else ():
            if message.id:
                whole.delete(message.id, message.context)
                whole.add(message.id, message.string, context=message.context)
    return whole


def _texts(string):
    return [string] if isinstance(string, str) else list(string or [])


def overlay_problems():
    """Sentences about messages of wordings that are lost, empty, or not different."""
    base, wanted, sheets = read(), collect(), None
    said = []
    for language, words, path in overlays():
        for message in read_overlay(language, path):
            if not message.id:
                continue
            of = f"{language}-{words}: {message.id!r}"
            if message.context == OF_SHEETS:
                sheets = sheets or chinese_texts()
                if message.id not in sheets:
                    said.append(f"no text of a sheet: {of}")
                    continue
                known = [message.id]
            elif wanted.get(message.id, message.context) is None:
                said.append(f"unused: {of}")
                continue
            elif language == CHINESE:
                have = base.get(message.id, message.context)
                known = _texts(have and have.string)
            else:
                known = _texts(message.id)
            texts = _texts(message.string)
            if not texts or not all(texts):
                said.append(f"untranslated: {of}")
            elif len(LAYERS[words]) == 1 and texts == known:
                said.append(f"as everywhere: {of}")
            elif any(_places(known) != _places([one]) for one in texts):
                said.append(f"other places for values: {of}")
    return said


def _places(texts):
    return {one for text in texts for one in _PLACES.findall(text)}


def chinese_texts():
    """All Chinese texts that stand in our Python files and in slips."""
    found = set()
    for app in APPS:
        for path in (settings.BASE_DIR / app).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    # An import heading may be followed by its synonyms.
                    found |= {node.value, node.value.removeprefix("*").partition(" ")[0]}
    for path in (settings.BASE_DIR / "templates").rglob("*.html"):
        found.update(re.findall(r'{% worded "([^"]+)" %}', path.read_text()))
    return found


def _write_mo(path, catalog):
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_suffix(".mo.new")
    with aside.open("wb") as file:
        write_mo(file, catalog)
    aside.replace(path)


def is_compiled():
    """Return whether the compiled files exist and are as new as their sources."""
    of_wordings = [overlay_path(language, words) for language in _GRAMMAR for words in LAYERS]
    made = [path.with_suffix(".mo") for path in (catalogue_path(), *of_wordings)]
    texts = [catalogue_path(), *(path for _language, _words, path in overlays())]
    if not all(path.exists() for path in made):
        return False
    return min(map(_changed, made)) >= max(map(_changed, texts))


def _changed(path):
    return path.stat().st_mtime


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser):
        parser.add_argument("--compile", action="store_true", help="write django.mo")
        parser.add_argument("--check", action="store_true", help="fail on anything untranslated")

    def handle(self, *args, **options):
        if options["check"]:
            said = problems() + overlay_problems()
            if said:
                raise CommandError("\n".join(said))
        elif options["compile"]:
            _write_mo(catalogue_path().with_suffix(".mo"), read())
            for language in _GRAMMAR:
                for words in LAYERS:
                    path = overlay_path(language, words).with_suffix(".mo")
                    _write_mo(path, merged(language, words))
        else:
            self._update()

    def _update(self):
        known = read()
        # A new date would make each pair of branches conflict.
        known.update(collect(), no_fuzzy_matching=True, update_creation_date=False)
        known.obsolete.clear()
        catalogue_path().parent.mkdir(parents=True, exist_ok=True)
        with catalogue_path().open("wb") as file:
            write_po(file, known, width=96, include_lineno=False, sort_output=True)
        for language, _words, path in overlays():
            overlay = read_overlay(language, path)
            for message in overlay:
                if now := known.get(message.id, message.context):
                    message.locations = now.locations
            with path.open("wb") as file:
                write_po(file, overlay, width=96, include_lineno=False, sort_output=True)
        empty = sum(
            1
            for m in known
            if m.id and not (m.string if isinstance(m.string, str) else m.string and all(m.string))
        )
        self.stdout.write(f"{len(known)} messages, {empty} to translate")
