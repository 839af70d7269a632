"""What a bad line does to one request, dealt by the seed: (seed, phone, number of the request).

Names are Toxiproxy's where it has the same. A message is read whole by the proxy and then handed on
as the toxic says, so that the same seed cuts the same bytes whatever the machine does meanwhile.
"""

import random
from dataclasses import dataclass

# How often, in a thousand requests. What is left over passes unharmed.
LINE = {
    "latency": 60,  # the request waits, and the answer
    "bandwidth": 20,  # both pass slowly
    "slicer": 40,  # both pass in small pieces
    "down": 20,  # refused at once
    "timeout": 20,  # accepted, and then nothing
    "lost answer": 40,  # arrives, and nothing comes back
    "reset up": 15,  # RST within the request
    "reset down": 30,  # RST within the answer
    "limit up": 20,  # closed within the request
    "limit down": 30,  # closed within the answer
    "slow close": 15,  # whole, and the end of it comes late
    "portal": 15,  # somebody else's page answers, with any status
    "gateway": 15,  # arrives, and a gateway answers
    "twice at once": 40,  # two requests for one, side by side
    "twice": 30,  # two requests for one, the second after the answer
    "late copy": 20,  # the same once more, seconds after its answer
    "reorder": 40,  # arrives after the phone has given it up and sent others
}
# What happens to the server at a request: chaos/wsgi.py reads it from a header.
DEEDS = {
    "die after": 30,  # a worker, between COMMIT and answer
    "die within": 30,  # a worker, anywhere in the request
    "cut within": 20,  # its session of the database, anywhere in the request
    "database after": 8,  # the database, between COMMIT and answer
    "database after, die": 8,  # both
    "database within": 8,  # the database, anywhere in the request
}
STRANGERS = (
    (200, "<html><body>欢迎使用无线网络，请登录</body></html>"),
    (200, '{"entries": [], "ok": true}'),
    (302, ""),
    (400, "<html>Bad Request</html>"),
    (401, "<html>请先认证</html>"),
    (413, "<html>Request Entity Too Large</html>"),
    (511, "<html>Network Authentication Required</html>"),
)


@dataclass(frozen=True)
class Toxic:
    name: str = ""
    # Of anything that has a place or an amount, 0 … 1.
    share: float = 0
    # How long it lasts, in times as long as the phone waits for an answer; the proxy knows seconds.
    patiences: float = 0
    seconds: float = 0
    deed: str = ""


UNHARMED = Toxic()


class Dealer:
    """Says what happens to each request. `at_most` bounds deeds of the whole run by their first
    word; which of them are dealt when the bound is reached is up to the machine, all else is not.
    """

    def __init__(self, seed, *, at_most, line=1.0):
        self.seed, self.line = seed, line
        self.left = dict(at_most)
        self.is_calm = False
        self.dealt = {}

    def deal(self, phone, number):
        if self.is_calm:
            return UNHARMED
        toxic = self._drawn(phone, number)
        first = toxic.deed.partition(" ")[0]
        if toxic.deed:
            if self.left.get(first, 0) <= 0:
                return UNHARMED
            self.left[first] -= 1
        if name := toxic.deed or toxic.name:
            self.dealt[name] = self.dealt.get(name, 0) + 1
        return toxic

    def _drawn(self, phone, number):
        rng = random.Random(f"{self.seed} {phone} {number}")
        at, share = rng.random() * 1000, rng.random()
        for name, weight in LINE.items():
            at -= weight * self.line
            if at < 0:
                return Toxic(name, share, _patiences(name, share))
        for name, weight in DEEDS.items():
            at -= weight
            if at < 0:
                deed = f"{name}:{share * 0.06:.4f}" if name.endswith("within") else name
                return Toxic(deed=deed, share=share)
        return UNHARMED


def _patiences(name, share):
    """Longer than the phone waits only where it is to give up."""
    return 1.1 + share if name in ("timeout", "lost answer", "reorder") else share / 4
