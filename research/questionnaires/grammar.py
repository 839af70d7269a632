"""The subset of XPath that forms may use, parsed once into a JSON tree.

    or       = and { "or" and }            order = sum { ("<" | "<=" | ">" | ">=") sum }
    and      = equality { "and" equality } sum   = term { ("+" | "-") term }
    equality = order { ("=" | "!=") order } term = unary { ("*" | "div" | "mod") unary }
    unary    = { "-" } primary
    primary  = number | 'text' | "${name}" | "." | "(" or ")" | function "(" [or {"," or}] ")"

In a choice filter a bare name is a primary too: the column of the choice.

FUNCTIONS lists the functions with their argument counts, REFUSED those refused with a reason.
A tree is a list whose first entry is its kind:

    ["text", "a"]  ["number", 3]  ["ask", "group/age"]  ["self"]  ["column", "district"]
    ["or", a, b, …]  ["=", a, b]  ["-", a]  ["call", "selected", a, b]  ["regex", a, program]
    ["place", "members"]: the number, from 1, of the current repetition of this repeat

`ask` and `place` name questions, groups and repeats by their paths.
"""

import re

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from research.questionnaires.patterns import PatternProblem, compiled

LONGEST = 4_000
DEEPEST = 60
ANY = 99

# {name: (minimum, maximum number of arguments)}
FUNCTIONS = {
    "true": (0, 0),
    "false": (0, 0),
    "not": (1, 1),
    "boolean": (1, 1),
    "boolean-from-string": (1, 1),
    "if": (3, 3),
    "coalesce": (2, 2),
    "number": (1, 1),
    "int": (1, 1),
    "round": (1, 2),
    "floor": (1, 1),
    "ceiling": (1, 1),
    "abs": (1, 1),
    "pow": (2, 2),
    "sqrt": (1, 1),
    "min": (1, ANY),
    "max": (1, ANY),
    "sum": (1, 1),
    "count": (1, 1),
    "count-non-empty": (1, 1),
    "string": (1, 1),
    "concat": (0, ANY),
    "join": (1, ANY),
    "string-length": (1, 1),
    "substr": (2, 3),
    "contains": (2, 2),
    "starts-with": (2, 2),
    "ends-with": (2, 2),
    "substring-before": (2, 2),
    "substring-after": (2, 2),
    "translate": (3, 3),
    "normalize-space": (1, 1),
    "regex": (2, 2),
    "selected": (2, 2),
    "selected-at": (2, 2),
    "count-selected": (1, 1),
    "checklist": (3, ANY),
    "jr:choice-name": (2, 2),
    "today": (0, 0),
    "date": (1, 1),
    "decimal-date-time": (1, 1),
    "format-date": (2, 2),
    "position": (1, 1),
    "indexed-repeat": (3, 3),
}
_TIME = gettext_lazy("an answer knows its day and no time of day; write today()")
_LUCK = gettext_lazy("its result would be another each time, and nobody could check the answer")
_OTHER_DATA = gettext_lazy("a questionnaire reads no other files; write the choices into the form")
_PLACES = gettext_lazy("no places are collected")
_ANEW = gettext_lazy("a calculation is always made anew from the answers")
REFUSED = {
    **dict.fromkeys(("now", "decimal-time", "format-date-time", "date-time"), _TIME),
    **dict.fromkeys(("random", "uuid", "randomize"), _LUCK),
    **dict.fromkeys(("pulldata", "instance", "search", "lookup"), _OTHER_DATA),
    **dict.fromkeys(("area", "distance", "geofence", "intersects"), _PLACES),
    **dict.fromkeys(("once", "property", "version"), _ANEW),
}
DAY_SIGNS = "Yymned"  # letters allowed after % in format-date

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<number>\d+(?:\.\d*)?|\.\d+)
    | "(?P<double>[^"]*)" | '(?P<single>[^']*)'
    | \$\{\s*(?P<ask>[^{}]*?)\s*\}
    | (?P<name>[^\W\d][\w.-]*(?::[^\W\d][\w.-]*)?)
    | (?P<sign>\.\.|!=|<=|>=|[-+*/|=<>(),.\[\]@])
    )""",
    re.X,
)
_SMART = str.maketrans("‘’“”（），＝＜＞\u00a0", "''\"\"(),=<> ")


class ExpressionProblem(Exception):
    """The expression cannot be used; says why, and what to write instead."""


def parse(text, resolve, above=(), columns=None):
    """Parse an expression into its tree.

    `resolve(name, whole)` returns the path of ${name} or raises ExpressionProblem; `whole` allows a
    group or repeat. `above` are the groups and repeats that enclose the expression, innermost
    first: (path, whether it is a repeat). `columns` are the columns of the list, for a choice
    filter only.
    """
    return _Parser(text, resolve, above, columns).tree()


def asked(tree):
    """The paths that a tree depends on."""
    if tree[0] == "ask":
        yield tree[1]
    for part in tree[1:]:
        if isinstance(part, list) and part and isinstance(part[0], str):
            yield from asked(part)


def unquoted(text):
    """Replace typographic characters outside quotes by plain ones: Excel and Chinese keyboards
    insert them automatically."""
    pieces = re.split(r"""("[^"]*"|'[^']*')""", text)
    return "".join(
        piece if number % 2 else piece.translate(_SMART) for number, piece in enumerate(pieces)
    )


class _Parser:
    def __init__(self, text, resolve, above, columns):
        if len(text) > LONGEST:
            raise ExpressionProblem(
                _("It is longer than %(n)s characters. Split it by “calculate” rows.")
                % {"n": LONGEST}
            )
        self.resolve, self.above, self.columns = resolve, above, columns
        self.tokens, self.at, self.depth = list(_tokens(unquoted(text))), 0, 0

    def tree(self):
        found = self._or()
        kind, value = self._peek()
        if kind != "end":
            raise ExpressionProblem(
                _("“%(sign)s” is not expected here. Look for a missing operator or bracket.")
                % {"sign": value}
            )
        return found

    def _peek(self):
        return self.tokens[self.at]

    def _take(self, *values, kind="sign"):
        if self._peek()[0] == kind and self._peek()[1] in values:
            self.at += 1
            return self.tokens[self.at - 1][1]
        return None

    def _expect(self, value):
        if not self._take(value):
            raise ExpressionProblem(_("A “%(sign)s” is missing.") % {"sign": value})

    def _or(self):
        self.depth += 1
        if self.depth > DEEPEST:
            raise ExpressionProblem(
                _("Brackets are nested too deeply. Split it by “calculate” rows.")
            )
        found = self._many("or", lambda: self._many("and", self._equality))
        self.depth -= 1
        return found

    def _many(self, word, part):
        found = [part()]
        while self._take(word, kind="name"):
            found.append(part())
        return found[0] if len(found) == 1 else [word, *found]

    def _equality(self):
        return self._chain(("=", "!="), (), self._order)

    def _order(self):
        return self._chain(("<", "<=", ">", ">="), (), self._sum)

    def _sum(self):
        return self._chain(("+", "-"), (), self._term)

    def _term(self):
        return self._chain(("*",), ("div", "mod"), self._unary)

    def _chain(self, signs, words, part):
        found, length = part(), 0
        while sign := self._take(*signs) or self._take(*words, kind="name"):
            found, length = [sign, found, part()], length + 1
            if length > DEEPEST:
                raise ExpressionProblem(_("It is too long. Split it by “calculate” rows."))
        return found

    def _unary(self):
        is_minus = False
        while self._take("-"):
            is_minus = not is_minus
        found = self._primary()
        return ["-", found] if is_minus else found

    def _primary(self):
        kind, value = self._peek()
        self.at += 1
        if kind == "number":
            number = float(value)
            return ["number", int(number) if number.is_integer() else number]
        if kind == "text":
            return ["text", value]
        if kind == "ask":
            return self._no_path(["ask", self.resolve(value)])
        if kind == "name":
            return self._named(value)
        if value == "(":
            found = self._or()
            self._expect(")")
            return found
        if value == ".":
            return self._no_path(["self"])
        if kind == "end":
            raise ExpressionProblem(_("It ends too early: something is missing after an operator."))
        if value in ("..", "/", "@", "[", "]", "|"):
            raise ExpressionProblem(_path_refusal())
        raise ExpressionProblem(
            _("“%(sign)s” is not expected here. Look for a missing operator or bracket.")
            % {"sign": value}
        )

    def _no_path(self, tree):
        if self._peek() in (("sign", "/"), ("sign", "["), ("sign", "|")):
            raise ExpressionProblem(_path_refusal())
        return tree

    def _named(self, name):
        if self._take("("):
            return self._no_path(self._call(name))
        if self._peek() == ("sign", "/"):
            raise ExpressionProblem(_path_refusal())
        if self.columns is not None:
            if name in self.columns:
                return ["column", name]
            raise ExpressionProblem(
                _("The list has no column “%(name)s”. Add it to the sheet “choices”.")
                % {"name": name}
            )
        raise ExpressionProblem(
            _(
                "“%(name)s” alone means nothing. Write ${%(name)s} for a question and "
                "'%(name)s' for a text."
            )
            % {"name": name}
        )

    def _call(self, name):
        if name in REFUSED:
            raise ExpressionProblem(
                _("%(name)s() is refused: %(why)s.") % {"name": name, "why": REFUSED[name]}
            )
        if name not in FUNCTIONS:
            raise ExpressionProblem(
                _("There is no function %(name)s(). Known are: %(known)s.")
                % {"name": name, "known": ", ".join(sorted(FUNCTIONS))}
            )
        if name == "position":
            return self._place()
        arguments = []
        if not self._take(")"):
            arguments.append(self._argument(name, 0))
            while self._take(","):
                arguments.append(self._argument(name, len(arguments)))
            self._expect(")")
        fewest, most = FUNCTIONS[name]
        if not fewest <= len(arguments) <= most:
            raise ExpressionProblem(
                _("%(name)s() has %(n)s arguments, which is not the right number.")
                % {"name": name, "n": len(arguments)}
            )
        if name == "jr:choice-name":
            asked_in_quotes = self.resolve(_in_quotes(arguments[1]))
            return ["call", name, arguments[0], ["ask", asked_in_quotes]]
        return _checked_call(name, arguments)

    def _argument(self, name, place):
        """Parse an argument. Repeats are allowed only where they are counted or indexed, since they
        have no value."""
        kind, value = self._peek()
        if kind == "ask" and (name, place) in (("count", 0), ("indexed-repeat", 1)):
            self.at += 1
            return ["ask", self.resolve(value, True)]
        return self._or()

    def _place(self):
        levels = 0
        while self._take(".."):
            levels += 1
            if not self._take("/"):
                break
        if not levels or not self._take(")"):
            raise ExpressionProblem(_("position() takes “..” alone: the repetition it stands in."))
        if levels > len(self.above) or not self.above[levels - 1][1]:
            raise ExpressionProblem(_("position(..) stands here in no repeat."))
        return ["place", self.above[levels - 1][0]]


def _checked_call(name, arguments):
    if name == "regex":
        return ["regex", arguments[0], _program(arguments[1])]
    if name == "format-date":
        _check_day_format(arguments[1])
    if name in ("count", "count-non-empty", "sum") and arguments[0][0] != "ask":
        raise ExpressionProblem(_("%(name)s() takes a question: ${…}.") % {"name": name})
    if name == "indexed-repeat" and not arguments[0][0] == arguments[1][0] == "ask":
        raise ExpressionProblem(_("%(name)s() takes a question: ${…}.") % {"name": name})
    return ["call", name, *arguments]


def _program(pattern):
    if pattern[0] != "text":
        raise ExpressionProblem(_("The pattern of regex() is written in quotes, not calculated."))
    try:
        return compiled(pattern[1])
    except PatternProblem as problem:
        raise ExpressionProblem(
            _("The pattern of regex() cannot be used: %(why)s.") % {"why": problem}
        ) from problem


def _in_quotes(tree):
    """Return the question that jr:choice-name names in quotes: '${village}'."""
    inside = re.fullmatch(r"\s*\$\{\s*([^{}]+?)\s*\}\s*", tree[1]) if tree[0] == "text" else None
    if not inside:
        raise ExpressionProblem(
            _("jr:choice-name() takes its question in quotes: jr:choice-name(${a}, '${a}').")
        )
    return inside[1]


def _check_day_format(tree):
    signs = re.findall(r"%(.?)", tree[1]) if tree[0] == "text" else [""]
    if not all(sign and sign in DAY_SIGNS for sign in signs):
        raise ExpressionProblem(
            _("format-date() takes a format in quotes with %(signs)s.")
            % {"signs": " ".join(f"%{sign}" for sign in DAY_SIGNS)}
        )


def _path_refusal():
    return _(
        "Paths and conditions in square brackets are not supported. Write ${name} for a question."
    )


def _tokens(text):
    at = 0
    text = text.rstrip()
    while at < len(text):
        found = _TOKEN.match(text, at)
        if not found:
            left = text[at:].strip()
            if left[:1] in ("'", '"'):
                raise ExpressionProblem(_("A quotation mark is not closed."))
            raise ExpressionProblem(_("“%(sign)s” cannot be read.") % {"sign": left[:10]})
        kind = found.lastgroup or ""
        yield ("text" if kind in ("single", "double") else kind), found[kind]
        at = found.end()
    yield "end", ""
