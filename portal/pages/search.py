"""Chinese text search by bigrams, stored in a tsvector column with a GIN index.

Several words may be typed, in any order: a row must have each of them in its texts, in the name of
its place or as its number.
"""

import re
from functools import cached_property, reduce
from operator import add, or_

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchVectorField
from django.db.models import BooleanField, F, Func, Q, TextField, Value
from django.db.models.functions import StrIndex, Upper
from django.db.models.lookups import GreaterThan

from portal.models.places import Division, DivisionLevel, GrassrootsUnit, PlacedRecord
from portal.models.text import plain, shown
from portal.rows import Rows
from portal.tools.asked import whole_number
from portal.tools.parts import in_parts
from portal.trust import addressing

# Up to this many rows, reading them all is faster than looking up a frequent word in the index.
SCAN_UP_TO = 2_000
# Words beyond MOST_WORDS are ignored. A word that names more than MOST_PLACES places names none.
MOST_WORDS = 6
MOST_PLACES = 200

_BREAKS = re.compile(r"[\s,，、;；。]+")
_AROUND = "\"'“”‘’「」『』《》〈〉()（）[]【】{}〔〕!！?？:：…"
_PART = re.compile(r"[a-z0-9_]+|[^\Wa-z0-9_]+")


def tokens(text):
    """Overlapping pairs of Chinese characters, and whole Latin words and numbers."""
    found = set()
    for part in _PART.findall(text.lower()):
        if len(part) == 1 or part[0].isascii():
            found.add(part[:60])
        else:
            found.update(map(add, part, part[1:]))
    return found


def _all_tokens(texts):
    """Return the tokens of texts as readers see them: nobody is found by surname and form of
    address."""
    return set().union(*(tokens(shown(text)) for text in texts if text))


class _StoredTokens(Func):
    """array_to_tsvector: the tokens unchanged, without dictionary and positions."""

    function = "array_to_tsvector"
    output_field = SearchVectorField()  # pyright: ignore[reportAssignmentType]  # as Django does


class _Holds(Func):
    """vector @@ query with the query unchanged (Django's lookup would parse it again)."""

    template = "(%(expressions)s::tsquery)"
    arg_joiner = " @@ "
    output_field = BooleanField()  # pyright: ignore[reportAssignmentType]  # as Django does


class _HoldsUnindexed(_Holds):
    """The same without the index, for rows that are read anyway: a frequent word need not be looked
    up."""

    template = "(%(expressions)s::tsquery)"
    arg_joiner = " || ''::tsvector @@ "


class _Differs(Func):
    template = "(%(expressions)s)"
    arg_joiner = " IS DISTINCT FROM "
    output_field = BooleanField()  # pyright: ignore[reportAssignmentType]  # as Django does


class _Mentions(Func):
    """Whether a stored token matches the LIKE pattern."""

    template = "EXISTS (SELECT FROM unnest(tsvector_to_array(%(expressions)s)"
    arg_joiner = ")) AS token WHERE token LIKE "
    output_field = BooleanField()  # pyright: ignore[reportAssignmentType]  # as Django does


def vector(*texts):
    """Return the expression to store in a search column."""
    found = _all_tokens(texts)
    return _StoredTokens(Value(sorted(found), output_field=ArrayField(TextField())))


def in_texts(text, *fields):
    """Return the condition that one of the free texts contains the text. A person's name and form
    of address matches nothing."""
    if addressing.find(text):
        return Q(pk__in=[])
    found = Q()
    for name in fields:
        found |= Q(**{f"{name}__contains": text})
    return found


def numbered(text, letters):
    """Return the condition that a record has a number such as CS2026-0012, typed with its letters
    or without."""
    head, _dash, tail = text.strip().upper().removeprefix(letters).partition("-")
    year, number = whole_number(head), whole_number(tail)
    if year is None or number is None:
        return Q(pk__in=[])
    return Q(number_year=year, number=number)


def reindex_without_names(model, *, check=False):
    """Store the tokens again of rows whose texts name somebody, so that the name finds nobody;
    return how many differed. Needed for older rows only: new ones are stored that way."""
    names = model.SEARCHED_FIELDS
    rows = model.objects.values_list("pk", *names, named=True)
    differed = 0
    for pk, *texts in in_parts(rows, "pk", 1_000):
        if any(text and addressing.find(plain(text)) for text in texts):
            words = vector(*texts)
            row = model.objects.filter(_Differs("search", words), pk=pk)
            differed += row.count() if check else row.update(search=words)
    return differed


class Word(str):
    """One of several words. Its places are looked up once, however many tables are searched."""

    @cached_property
    def places(self):
        return list(_at_places(self))


class Typed(str):
    """The text that a user typed to search."""

    @cached_property
    def parts(self):
        """The typed words without surrounding punctuation."""
        parts = (one.strip(_AROUND) for one in _BREAKS.split(self))
        return [Word(one) for one in dict.fromkeys(parts) if one]

    @cached_property
    def words(self):
        """The words to search for. Next to other words a single character is too vague, unless it
        is a digit."""
        parts = self.parts
        if len(parts) > 1:
            parts = [one for one in parts if len(one) > 1 or one.isdigit()]
        return parts[:MOST_WORDS]

    @cached_property
    def names_somebody(self):
        """Whether a part, or the whole text, is a surname with a form of address."""
        return any(map(addressing.find, {self, "".join(self.parts), *self.parts}))


def _as_typed(text):
    return text if isinstance(text, Typed) else Typed(text)


def narrow(queryset, text):
    """Narrow to rows that have each word in a searched field, as their place or as their number."""
    typed = _as_typed(text)
    if not typed.strip():
        return queryset
    if not typed.words or typed.names_somebody:
        return queryset.none()
    is_small = queryset.order_by()[: SCAN_UP_TO + 1].count() <= SCAN_UP_TO
    for word in typed.words:
        queryset = queryset.filter(_has(queryset.model, word, is_small=is_small))
    return queryset


def containing(queryset, text):
    """Narrow by each word, with the queryset's own `containing`."""
    if isinstance(queryset, SearchedQuerySet):
        return queryset.containing(text)
    return each_word(queryset, text, lambda rows, word: rows.containing(word))


def each_word(queryset, text, found):
    """Narrow by `found(rows, word)` for each word of the text."""
    typed = _as_typed(text)
    if not typed.words or len(typed.parts) > 1 and typed.names_somebody:
        return queryset.none()
    for word in typed.words:
        queryset = found(queryset, word)
    return queryset


def _has(model, word, *, is_small):
    """Return the condition that a row has the word, for one statement over its indexes."""
    numbered = getattr(model, "numbered", None)
    found = [_in_fields(model, word, is_small=is_small), numbered and numbered(word)]
    if issubclass(model, PlacedRecord):
        found += word.places
    return reduce(or_, filter(None, found), Q(pk__in=[]))


def _in_fields(model, word, *, is_small):
    """Return a condition that uses the index, then checks exactly; None if the word has no
    tokens."""
    wanted = sorted(tokens(word))
    if not wanted:
        return None
    if not is_small and wanted == [word] and not word.isascii():
        # Two Chinese characters are one pair: the index alone is exact.
        return Q(_Holds("search", Value(f"'{word}'")))
    quoted, ending = _sought(word)
    exact = reduce(or_, (Q(_says(name, word)) for name in model.SEARCHED_FIELDS))
    if ending:
        exact &= Q(_Mentions("search", Value(f"%{ending}")))
    if not is_small:
        return Q(_Holds("search", Value(quoted))) & exact
    # The tokens hold what readers may find; the raw text holds more.
    if len(word) == 1:
        return exact & Q(_Mentions("search", Value(f"%{word}%")))
    return exact & Q(_HoldsUnindexed("search", Value(quoted)))


def _sought(word):
    """Return (tsquery of a word, ending that a token of the row must also have). A Chinese
    character next to Latin letters or digits may be one of a longer part in the text: 3组 stands in
    3组灌溉 as well, whose tokens are 3, 组灌 and 灌溉."""
    parts = _PART.findall(word.lower())
    first, last = parts[0], parts[-1]
    ending = first if len(parts) > 1 and _is_single(first) else ""
    beginning = last if len(parts) > 1 and _is_single(last) else ""
    if ending:
        parts = parts[1:]
    if beginning:
        parts = parts[:-1]
    found = [f"'{token}'" for token in sorted(tokens(" ".join(parts)))]
    return " & ".join([*found, *([f"'{beginning}':*"] * bool(beginning))]), ending


def _is_single(part):
    return len(part) == 1 and not part.isascii()


def _says(name, word):
    """Return whether the text of a field contains the word. The planner expects this of one row in
    three. It expects LIKE of next to none, and would then read and sort all rows with a frequent
    word."""
    text, wanted = F(name), Value(word)
    if any(c.isascii() and c.isalpha() for c in word):
        text, wanted = Upper(text), Upper(wanted)
    return GreaterThan(StrIndex(text, wanted), 0)


def _at_places(word):
    """Yield conditions that a row lies at a unit or in a division whose name begins with the word,
    or at a unit with these pinyin initials."""
    if len(word) < 2 or word.isascii() and not word.isalpha():
        return
    begins = {"initials": word.lower()} if word.isascii() else {"name": word}
    begins = {f"{name}__startswith": text for name, text in begins.items()}
    paths = _few(GrassrootsUnit.objects.filter(**begins).values_list("path", flat=True))
    if paths:
        # Include workshops and teams, whose names do not show which unit they belong to.
        units = reduce(or_, (Q(path__startswith=path) for path in paths))
        units = GrassrootsUnit.objects.filter(units).order_by().values_list("pk", flat=True)
        yield Q(unit__in=list(units))
    if word.isascii():
        return
    divisions = Division.objects.filter(**begins, level__lt=DivisionLevel.VILLAGE)
    by_level = {}
    for pk, level in _few(divisions.values_list("pk", "level")):
        by_level.setdefault(DivisionLevel(level).name.lower(), []).append(pk)
    yield from (Q(**{f"{column}__in": pks}) for column, pks in by_level.items())


def _few(rows):
    """Return the rows, or none if they are more than one word can mean."""
    found = list(rows.order_by()[: MOST_PLACES + 1])
    return found if len(found) <= MOST_PLACES else []


class SearchedQuerySet(Rows):
    """Rows of a model with `SEARCHED_FIELDS` and a `search` column."""

    def containing(self, text):
        """Narrow to rows with each word of the text."""
        return narrow(self, text)


def literal(*texts):
    """What `vector` stores, as the text of a tsvector for COPY."""
    found = _all_tokens(texts)
    return "'" + "' '".join(found) + "'" if found else ""
