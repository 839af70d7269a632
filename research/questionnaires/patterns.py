"""Regular expressions of bounded cost, for regex().

A pattern is compiled to a small program when the form is read. Matching follows all paths at once,
so its cost is at most steps × characters for any pattern, which neither `re` nor `RegExp`
guarantees. static/js/questionnaire.js runs the same programs.

A program is a list of steps: ["one", codes] consumes a character whose code lies in one of the
ranges (from, to, from, to, …), ["way", a, b] continues at two places, ["go", a] at one, ["^"] and
["$"] match at the ends of the text, ["end"] is a match.
"""

from django.utils.translation import gettext as _

MOST_STEPS = 500
LONGEST_TEXT = 1_000
MOST_REPEATS = 200

LAST_CODE = 0x10FFFF
_DIGITS = [(48, 57)]
_WORD = [(48, 57), (65, 90), (95, 95), (97, 122)]
_SPACE = [(9, 13), (32, 32), (160, 160), (0x1680, 0x1680), (0x2000, 0x200A), (0x2028, 0x2029)]
_SPACE += [(0x202F, 0x202F), (0x205F, 0x205F), (0x3000, 0x3000), (0xFEFF, 0xFEFF)]
_LINE_ENDS = [(10, 10), (13, 13), (0x2028, 0x2029)]
_SETS = {"d": _DIGITS, "w": _WORD, "s": _SPACE}
_CONTROLS = {"t": 9, "n": 10, "v": 11, "f": 12, "r": 13}


class PatternProblem(Exception):
    """The pattern cannot be used; says why."""


def compiled(pattern):
    """Compile a pattern to its program, as JSON."""
    return _Compiler(pattern).program()


def matches(program, text):
    """Whether the whole text fits. A text longer than LONGEST_TEXT never does."""
    codes = [ord(character) for character in text]
    if len(codes) > LONGEST_TEXT:
        return False
    at = _reach(program, [0], 0, len(codes))
    for place, code in enumerate(codes, start=1):
        at = _reach(
            program,
            [
                step + 1
                for step in at
                if program[step][0] == "one" and _holds(program[step][1], code)
            ],
            place,
            len(codes),
        )
        if not at:
            return False
    return any(program[step][0] == "end" for step in at)


def _holds(codes, code):
    return any(codes[i] <= code <= codes[i + 1] for i in range(0, len(codes), 2))


def _reach(program, steps, place, length):
    """Return the "one" and "end" steps reachable from `steps` without consuming a character."""
    seen, found, open_steps = set(), [], list(steps)
    while open_steps:
        step = open_steps.pop()
        if step in seen:
            continue
        seen.add(step)
        kind, *rest = program[step]
        if kind in ("go", "way"):
            open_steps += rest
        elif kind == "^":
            open_steps += [step + 1] if place == 0 else []
        elif kind == "$":
            open_steps += [step + 1] if place == length else []
        else:
            found.append(step)
    return found


class _Compiler:
    """Recursive descent parser; each part is a list of steps with jumps relative to the step
    itself."""

    def __init__(self, pattern):
        self.pattern, self.at, self.depth = pattern, 0, 0

    def program(self):
        steps = self._alternatives()
        if self.at < len(self.pattern):
            raise PatternProblem(_("a bracket is closed that was not opened"))
        return self._fixed(steps) + [["end"]]

    def _fixed(self, steps):
        """Convert relative jumps to absolute ones."""
        return [
            [kind, *(place + number for place in rest)] if kind in ("go", "way") else [kind, *rest]
            for number, (kind, *rest) in enumerate(steps)
        ]

    def _next(self):
        return self.pattern[self.at : self.at + 1]

    def _took(self, text):
        if self.pattern.startswith(text, self.at):
            self.at += len(text)
            return True
        return False

    def _checked(self, steps):
        if len(steps) > MOST_STEPS:
            raise PatternProblem(_("it is too long with its repetitions"))
        return steps

    def _alternatives(self):
        steps = self._sequence()
        while self._took("|"):
            other = self._sequence()
            steps = self._checked(
                [["way", 1, len(steps) + 2], *steps, ["go", len(other) + 1], *other]
            )
        return steps

    def _sequence(self):
        steps = []
        while self._next() not in ("", "|", ")"):
            steps = self._checked(steps + self._repeated(self._atom()))
        return steps

    def _atom(self):
        if self._took("^"):
            return [["^"]]
        if self._took("$"):
            return [["$"]]
        if self._took("."):
            return [["one", _flat(_without(_LINE_ENDS))]]
        if self._took("["):
            return [["one", _flat(self._class())]]
        if self._took("("):
            return self._group()
        if self._took("\\"):
            return [["one", _flat(self._escape())]]
        character = self._next()
        if character in ("*", "+", "?", "{"):
            raise PatternProblem(_("“%(sign)s” repeats nothing") % {"sign": character})
        self.at += 1
        return [["one", [ord(character)] * 2]]

    def _group(self):
        if self._next() == "?" and not self._took("?:"):
            raise PatternProblem(_("looking ahead or back (“(?…”) is not supported"))
        self.depth += 1
        if self.depth > 50:
            raise PatternProblem(_("brackets are nested too deeply"))
        steps = self._alternatives()
        self.depth -= 1
        if not self._took(")"):
            raise PatternProblem(_("a bracket is not closed"))
        return steps

    def _escape(self):
        """Parse an escape outside or inside a class into its codes."""
        character = self._next()
        self.at += 1
        if character == "":
            raise PatternProblem(_("it ends with a backslash"))
        if character in _SETS:
            return _SETS[character]
        if character.lower() in _SETS:
            return _without(_SETS[character.lower()])
        if character in _CONTROLS:
            return [(_CONTROLS[character],) * 2]
        if character in ("u", "x"):
            length = 4 if character == "u" else 2
            digits = self.pattern[self.at : self.at + length]
            if len(digits) < length or not all(one in "0123456789abcdefABCDEF" for one in digits):
                raise PatternProblem(
                    _("“\\%(sign)s” needs hexadecimal digits") % {"sign": character}
                )
            self.at += length
            return [(int(digits, 16),) * 2]
        if character.isascii() and character.isalnum():
            raise PatternProblem(_("“\\%(sign)s” is not supported") % {"sign": character})
        return [(ord(character),) * 2]

    def _class(self):
        is_negated, found = self._took("^"), []
        while not self._took("]"):
            if self._next() == "":
                raise PatternProblem(_("a bracket is not closed"))
            low = self._class_part()
            if self._next() == "-" and self.pattern[self.at + 1 : self.at + 2] not in ("]", ""):
                self.at += 1
                high = self._class_part()
                if (
                    len(low) > 1
                    or len(high) > 1
                    or low[0][0] != low[0][1]
                    or high[0][0] < low[0][0]
                ):
                    raise PatternProblem(_("a range of characters is the wrong way round"))
                low = [(low[0][0], high[0][1])]
            found += low
        return _without(found) if is_negated else found

    def _class_part(self):
        if self._took("\\"):
            return self._escape()
        character = self._next()
        if character == "":
            raise PatternProblem(_("a bracket is not closed"))
        self.at += 1
        return [(ord(character),) * 2]

    def _repeated(self, steps):
        while True:
            if self._took("*"):
                least, most = 0, None
            elif self._took("+"):
                least, most = 1, None
            elif self._took("?"):
                least, most = 0, 1
            elif self._next() == "{":
                least, most = self._bounds()
            else:
                return steps
            self._took("?")  # laziness does not matter when the whole text must match
            steps = self._checked(_times(steps, least, most))

    def _bounds(self):
        end = self.pattern.find("}", self.at)
        low, comma, high = self.pattern[self.at + 1 : end].partition(",")
        known = (
            low.isascii() and low.isdecimal() and (not high or high.isascii() and high.isdecimal())
        )
        if end < 0 or not known:
            raise PatternProblem(_("“{” is not followed by a number of repetitions"))
        self.at = end + 1
        least = int(low[:6])
        most = (int(high[:6]) if high else None) if comma else least
        if max(least, most or 0) > MOST_REPEATS:
            raise PatternProblem(_("it is too long with its repetitions"))
        if most is not None and most < least:
            raise PatternProblem(_("a range of repetitions is the wrong way round"))
        return least, most


def _times(steps, least, most):
    """Repeat steps. A part that consumes nothing may loop; _reach tracks visited steps, so it
    ends."""
    if len(steps) * max(least, most or 0) > MOST_STEPS * 2:
        raise PatternProblem(_("it is too long with its repetitions"))
    found = steps * least
    if most is None:
        return [*found, ["way", 1, len(steps) + 2], *steps, ["go", -len(steps) - 1]]
    for left in range(most - least, 0, -1):
        found = [*found, ["way", 1, (len(steps) + 1) * left], *steps]
    return found


def _without(ranges):
    """Return all codes except these."""
    found, start = [], 0
    for low, high in sorted(ranges):
        if low > start:
            found.append((start, low - 1))
        start = max(start, high + 1)
    return [*found, (start, LAST_CODE)] if start <= LAST_CODE else found


def _flat(ranges):
    return [code for pair in ranges for code in pair]
