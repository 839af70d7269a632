"""Evaluate an expression by walking its tree.

Values are text, float, bool, or a list of texts for a question with one value in each repetition. A
date is text, 2026-03-01, and converts to a number as days since 1970-01-01.
static/js/questionnaire.js computes the same; tests/research/expressions.json tests both against one
table.
"""

import math
import re
from decimal import Decimal
from typing import Protocol

from research.questionnaires.patterns import matches

_NUMBER = re.compile(r"-?(?:\d+(?:\.\d*)?|\.\d+)", re.A)
_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:T.*)?", re.A)
BLANKS = " \t\r\n"
_MONTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
MOST_DIGITS = 400  # of a number used in a computation


class Setting(Protocol):
    """Context in which an expression is evaluated."""

    today: str

    def own(self) -> str:
        """Return the answer that a constraint checks."""
        ...

    def ask(self, path: str, at: dict[str, int]) -> str | list[str]:
        """Return the answer to a question, or a list if it is in repeats that do not enclose this
        expression; `at` selects repetitions."""
        ...

    def place(self, repeat: str) -> int: ...

    def column(self, name: str) -> str: ...

    def choice(self, path: str, name: str) -> str:
        """The label of a choice of a question."""
        ...


def evaluate(tree, setting: Setting):
    kind = tree[0]
    if kind in ("text", "number"):
        return float(tree[1]) if kind == "number" else tree[1]
    if kind == "ask":
        return setting.ask(tree[1], {})
    if kind == "self":
        return setting.own()
    if kind == "column":
        return setting.column(tree[1])
    if kind == "place":
        return float(setting.place(tree[1]))
    if kind == "or":
        return any(truth(evaluate(part, setting)) for part in tree[1:])
    if kind == "and":
        return all(truth(evaluate(part, setting)) for part in tree[1:])
    if kind == "regex":
        return matches(tree[2], text(evaluate(tree[1], setting)))
    if kind == "call":
        return _call(tree[1], tree[2:], setting)
    values = [evaluate(part, setting) for part in tree[1:]]
    if kind in _COMPARISONS:
        return _compare(kind, *values)
    if len(values) == 1:
        return -number(values[0])
    return _ARITHMETIC[kind](number(values[0]), number(values[1]))


# --- Conversions --------------------------------------------------------------------------------


def text(value):
    if isinstance(value, list):
        return value[0] if value else ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _digits(value)
    return value


def _digits(value):
    """Format as XPath does: never with an exponent, whole numbers without a decimal point."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if value == 0:
        return "0"
    return format(Decimal(repr(value)), "f").removesuffix(".0")


def number(value):
    if isinstance(value, (bool, float)):
        return float(value)
    said = text(value).strip(BLANKS)
    if _NUMBER.fullmatch(said) and len(said) <= MOST_DIGITS:
        return float(said)
    days = days_of(said)
    return math.nan if days is None else float(days)


def truth(value):
    """A number is true unless it is 0 or NaN; text is true unless empty."""
    if isinstance(value, bool):
        return value
    if isinstance(value, float):
        return value != 0 and not math.isnan(value)
    return text(value) != ""


def days_of(said):
    """Return days since 1970-01-01 for a date as text, or None if it is not a date."""
    found = _DAY.fullmatch(said)
    if not found:
        return None
    year, month, day = (int(part) for part in found.groups())
    if not 1 <= month <= 12 or not 1 <= day <= _month_days(year, month) or year < 1:
        return None
    # Start years in March, so that the leap day is the last day.
    year -= month <= 2
    century, of_century = divmod(year, 400)
    of_year = (153 * ((month + 9) % 12) + 2) // 5 + day - 1
    return (
        century * 146097 + of_century * 365 + of_century // 4 - of_century // 100 + of_year - 719468
    )


def _month_days(year, month):
    is_leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return 29 if month == 2 and is_leap else _MONTHS[month - 1]


def day_parts(days):
    """Convert days since 1970-01-01 to (year, month, day)."""
    century, left = divmod(days + 719468, 146097)
    of_century = (left - left // 1460 + left // 36524 - left // 146096) // 365
    of_year = left - (365 * of_century + of_century // 4 - of_century // 100)
    shifted = (5 * of_year + 2) // 153
    month = shifted + 3 if shifted < 10 else shifted - 9
    year = of_century + century * 400 + (month <= 2)
    return year, month, of_year - (153 * shifted + 2) // 5 + 1


# --- Operators ----------------------------------------------------------------------------------

_COMPARISONS = {
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


def _compare(sign, left, right):
    """True if the comparison holds for any pair of values."""
    holds = _COMPARISONS[sign]
    if sign in ("=", "!="):
        if isinstance(left, bool) or isinstance(right, bool):
            return holds(truth(left), truth(right))
        if isinstance(left, float) or isinstance(right, float):
            return any(holds(number(a), number(b)) for a in _each(left) for b in _each(right))
        return any(holds(a, b) for a in _each(left) for b in _each(right))
    return any(holds(number(a), number(b)) for a in _each(left) for b in _each(right))


def _each(value):
    return value if isinstance(value, list) else [value]


def _divide(left, right):
    if right != 0:
        return left / right
    if left == 0 or math.isnan(left):
        return math.nan
    return math.copysign(math.inf, left) * math.copysign(1, right)


def _modulo(left, right):
    if right == 0 or math.isinf(left) or math.isnan(left) or math.isnan(right):
        return math.nan
    return math.fmod(left, right)


_ARITHMETIC = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "div": _divide,
    "mod": _modulo,
}


# --- Functions ----------------------------------------------------------------------------------


def _call(name, parts, setting):
    if name == "if":
        chosen = parts[1] if truth(evaluate(parts[0], setting)) else parts[2]
        return evaluate(chosen, setting)
    if name == "today":
        return setting.today
    if name == "indexed-repeat":
        place = number(evaluate(parts[2], setting))
        if place != math.floor(place) if math.isfinite(place) else True:
            return ""
        return setting.ask(parts[0][1], {parts[1][1]: int(place) - 1})
    if name == "jr:choice-name":
        return setting.choice(parts[1][1], text(evaluate(parts[0], setting)))
    return _FUNCTIONS[name](*(evaluate(part, setting) for part in parts))


def _whole(value):
    """Round down; infinities and NaN stay."""
    return float(math.floor(value)) if math.isfinite(value) else value


def _up(value):
    return -_whole(-value)


def _int(value):
    return _whole(value) if value > 0 else _up(value)


def _round(value, digits=0.0):
    """Round half away from zero, as forms expect."""
    digits = _int(digits)
    if not math.isfinite(value) or not math.isfinite(digits):
        return value if math.isfinite(digits) else math.nan
    shift = _power(10.0, abs(digits))
    shifted = abs(value) * shift if digits >= 0 else abs(value) / shift
    if not math.isfinite(shifted):
        return value
    rounded = _whole(shifted + 0.5)
    return math.copysign(rounded / shift if digits >= 0 else rounded * shift, value)


def _power(base, exponent):
    """Compute whole exponents by multiplication, so that Python and JavaScript agree in every
    digit."""
    if not math.isfinite(exponent) or exponent != math.floor(exponent) or abs(exponent) > 1_000:
        return math.nan
    found, left = 1.0, int(abs(exponent))
    while left:
        if left & 1:
            found *= base
        base, left = base * base, left >> 1
    return _divide(1.0, found) if exponent < 0 else found


def _flat(values):
    return [one for value in values for one in _each(value)]


def _extreme(choose):
    def found(*values):
        numbers = [number(one) for one in _flat(values)]
        if not numbers or any(math.isnan(one) for one in numbers):
            return math.nan
        return choose(numbers)

    return found


def _sum(value):
    total = 0.0
    for one in _each(value):
        total += number(one)
    return total


def names(value):
    """The choices of a select_multiple."""
    return [one for one in re.split(r"[ \t\r\n]+", text(value)) if one]


def _selected_at(value, place):
    found, at = names(value), _int(number(place))
    return found[int(at)] if math.isfinite(at) and 0 <= at < len(found) else ""


def _substr(value, start, end=None):
    """Return characters from `start`, counted from 0, up to but excluding `end`; negative positions
    count from the end."""
    said = text(value)
    first, last = (_int(number(one)) for one in (start, len(said) + 0.0 if end is None else end))
    if not math.isfinite(first) or not math.isfinite(last):
        return ""
    first, last = (int(max(one + len(said) if one < 0 else one, 0)) for one in (first, last))
    return said[first:last]


def _before(value, sign):
    said, sign = text(value), text(sign)
    return said[: said.index(sign)] if sign in said else ""


def _after(value, sign):
    said, sign = text(value), text(sign)
    return said[said.index(sign) + len(sign) :] if sign in said else ""


def _translate(value, old, new):
    becomes, old, new = {}, text(old), text(new)
    for place, sign in enumerate(old):
        becomes.setdefault(sign, new[place : place + 1])
    return "".join(becomes.get(sign, sign) for sign in text(value))


def _checklist(fewest, most, *values):
    held = sum(truth(one) for one in _flat(values))
    fewest, most = number(fewest), number(most)
    return held >= fewest and (most == -1 or held <= most)


def _date(value):
    """Convert a text or a number of days to a date; empty if it is neither."""
    days = _whole(number(value))
    if not math.isfinite(days) or not -719162 <= days <= 2932896:
        return ""
    return "{:04}-{:02}-{:02}".format(*day_parts(int(days)))


def _format_date(value, form):
    day = _date(value)
    if not day:
        return ""
    year, month, date = day.split("-")
    signs = {"Y": year, "y": year[2:], "m": month, "n": str(int(month))}
    signs |= {"d": date, "e": str(int(date))}
    return re.sub(r"%(.)", lambda found: signs[found[1]], text(form))


_FUNCTIONS = {
    "true": lambda: True,
    "false": lambda: False,
    "not": lambda a: not truth(a),
    "boolean": truth,
    "boolean-from-string": lambda a: text(a) in ("1", "true"),
    "coalesce": lambda a, b: text(a) or text(b),
    "number": number,
    "int": lambda a: _int(number(a)),
    "round": lambda a, *digits: _round(number(a), *(number(one) for one in digits)),
    "floor": lambda a: _whole(number(a)),
    "ceiling": lambda a: _up(number(a)),
    "abs": lambda a: abs(number(a)),
    "pow": lambda a, b: _power(number(a), number(b)),
    "sqrt": lambda a: math.sqrt(number(a)) if number(a) >= 0 else math.nan,
    "min": _extreme(min),
    "max": _extreme(max),
    "sum": _sum,
    "count": lambda a: float(len(_each(a))),
    "count-non-empty": lambda a: float(sum(one != "" for one in _each(a))),
    "string": text,
    "concat": lambda *values: "".join(text(one) for one in _flat(values)),
    "join": lambda sign, *values: text(sign).join(text(one) for one in _flat(values)),
    "string-length": lambda a: float(len(text(a))),
    "substr": _substr,
    "contains": lambda a, b: text(b) in text(a),
    "starts-with": lambda a, b: text(a).startswith(text(b)),
    "ends-with": lambda a, b: text(a).endswith(text(b)),
    "substring-before": _before,
    "substring-after": _after,
    "translate": _translate,
    "normalize-space": lambda a: " ".join(names(a)),
    "selected": lambda a, b: text(b).strip(BLANKS) in names(a),
    "selected-at": _selected_at,
    "count-selected": lambda a: float(len(names(a))),
    "checklist": _checklist,
    "date": _date,
    "decimal-date-time": number,
    "format-date": _format_date,
}
