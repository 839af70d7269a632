"""Points to check in a paper: names of persons, rankings, rates without their n.

Hints, never refusals: 高山 is both a name and a mountain.
"""

import re
from itertools import zip_longest

from django.utils.translation import gettext as _

from portal.models import Cadre
from portal.models.text import plain
from portal.trust import addressing

_LAST_PLACES = re.compile(
    r"倒数|末位|排名|位居(?:前|后|第|末)|名列(?:前|后|第)|后[一二三四五六七八九十]名"
)
_RATE = re.compile(r"\d+(?:\.\d+)?[%％]|百分之[一二三四五六七八九十百零点]+")
_N = re.compile(r"n\s*[=＝]\s*\d+")
_HAN = re.compile(r"[\u4e00-\u9fff]+")
SHORTEST_NAME, LONGEST_NAME = 2, 4
MOST_SHOWN = 5


def of(paper):
    """Sentences about what its writers may want to change."""
    text = "\n".join(map(plain, (paper.title, paper.body, paper.basis, paper.demands)))
    found = []
    if names := named(text):
        said = _("It may name persons: %(names)s. A paper speaks of work and not of persons.")
        found.append(said % {"names": _(", ").join(names[:MOST_SHOWN])})
    if words := list(dict.fromkeys(_LAST_PLACES.findall(text))):
        said = _("It may speak of places in a ranking: %(words)s. Nobody is ranked.")
        found.append(said % {"words": _(", ").join(words[:MOST_SHOWN])})
    if rates := rates_without_n(text):
        said = _("Rates without the number they are a share of: %(rates)s. Add n=….")
        found.append(said % {"rates": _(", ").join(rates[:MOST_SHOWN])})
    return found


def named(text):
    """Names of cadres in a text, and people by surname and form of address."""
    parts = {
        run[at : at + size]
        for run in _HAN.findall(text)
        for size in range(SHORTEST_NAME, LONGEST_NAME + 1)
        for at in range(len(run) - size + 1)
    }
    known = Cadre.objects.filter(left_on=None, name__in=parts).order_by("name")
    known = known.values_list("name", flat=True).distinct()[: MOST_SHOWN + 1]
    return list(dict.fromkeys([*known, *addressing.phrases(text)]))


def rates_without_n(text):
    """Return rates not followed by an n within their sentence and before the next rate."""
    missing = []
    for sentence in re.split(r"[。；\n]", text):
        rates = list(_RATE.finditer(sentence))
        for rate, following in zip_longest(rates, rates[1:]):
            after = sentence[rate.end() : following and following.start()]
            if not _N.search(after):
                missing.append(rate.group())
    return list(dict.fromkeys(missing))
