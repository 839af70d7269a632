"""Chinese text search by bigrams, stored in a tsvector column with a GIN index."""

import re
from operator import add

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchVectorField
from django.db.models import BooleanField, Func, Q, TextField, Value

from portal.models.text import plain, shown
from portal.rows import Rows
from portal.tools.asked import whole_number
from portal.trust import addressing

# Reading so few rows is faster than looking up a frequent word in the index.
READ_THROUGH = 2_000

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
    """Of texts as readers see them: nobody is found by surname and form of address."""
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
    """The same, asked of rows that are read anyway: a frequent word is not looked up first."""

    template = "(%(expressions)s::tsquery)"
    arg_joiner = " || ''::tsvector @@ "


class _Differs(Func):
    template = "(%(expressions)s)"
    arg_joiner = " IS DISTINCT FROM "
    output_field = BooleanField()  # pyright: ignore[reportAssignmentType]  # as Django does


class _Mentions(Func):
    """Whether a stored token is like the pattern."""

    template = "EXISTS (SELECT FROM unnest(tsvector_to_array(%(expressions)s)"
    arg_joiner = ")) AS token WHERE token LIKE "
    output_field = BooleanField()  # pyright: ignore[reportAssignmentType]  # as Django does


def vector(*texts):
    """The expression to store in a search column."""
    found = _all_tokens(texts)
    return _StoredTokens(Value(sorted(found), output_field=ArrayField(TextField())))


def in_texts(text, *fields):
    """The condition that one of the free texts contains the text: never a person."""
    if addressing.find(text):
        return Q(pk__in=[])
    found = Q()
    for name in fields:
        found |= Q(**{f"{name}__contains": text})
    return found


def numbered(text, letters):
    """The condition that a record has a number such as CS2026-0012, typed with its letters or
    without."""
    head, _dash, tail = text.strip().upper().removeprefix(letters).partition("-")
    year, number = whole_number(head), whole_number(tail)
    if year is None or number is None:
        return Q(pk__in=[])
    return Q(number_year=year, number=number)


def unnamed(model, *, check=False):
    """Store the words of the rows whose texts name somebody anew, so that nobody is found by it;
    returns how many differed. For rows from before; each new one is stored so."""
    names = model.SEARCHED_FIELDS
    rows = model.objects.order_by("pk").values_list("pk", *names)
    differed = 0
    for pk, *texts in rows.iterator(chunk_size=1_000):
        if any(text and addressing.find(plain(text)) for text in texts):
            words = vector(*texts)
            row = model.objects.filter(_Differs("search", words), pk=pk)
            differed += row.count() if check else row.update(search=words)
    return differed


def narrow(queryset, text):
    """Rows whose searched fields contain the text: found by the index, then checked exactly."""
    text = text.strip()
    if not text:
        return queryset
    wanted = sorted(tokens(text))
    if not wanted or addressing.find(text):
        return queryset.none()
    is_small = queryset.order_by()[: READ_THROUGH + 1].count() <= READ_THROUGH
    if not is_small and wanted == [text] and not text.isascii():
        # Two Chinese characters are one pair: the index alone is exact.
        return queryset.filter(_Holds("search", Value(f"'{text}'")))
    quoted = " & ".join("'" + token.replace("'", "''") + "'" for token in wanted)
    # icontains costs twice as much as contains and is needed only for Latin letters.
    lookup = "icontains" if any(c.isascii() and c.isalpha() for c in text) else "contains"
    exact = Q()
    for name in queryset.model.SEARCHED_FIELDS:
        exact |= Q(**{f"{name}__{lookup}": text})
    if not is_small:
        return queryset.filter(_Holds("search", Value(quoted)), exact)
    # The words tell what readers may find; the text alone has more.
    if len(text) == 1:
        return queryset.filter(exact).filter(_Mentions("search", Value(f"%{text}%")))
    return queryset.filter(exact).filter(_HoldsUnindexed("search", Value(quoted)))


class SearchedQuerySet(Rows):
    """Rows of a model with `SEARCHED_FIELDS` and a `search` column."""

    def containing(self, text):
        return narrow(self, text)


def literal(*texts):
    """What `vector` stores, as the text of a tsvector for COPY."""
    found = _all_tokens(texts)
    return "'" + "' '".join(found) + "'" if found else ""
