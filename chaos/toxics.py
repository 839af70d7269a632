"""What a bad connection does to one request, derived from (seed, phone, number of the request).

Names are those of Toxiproxy where it has the same. The proxy reads each message completely before
it passes it on as the toxic says, so that a seed always cuts the same bytes, however the machine is
loaded.
"""

import random
from dataclasses import dataclass

# Frequencies per thousand requests. The remaining requests pass undisturbed.
LINE = {
    "latency": 60,  # request and response are delayed
    "bandwidth": 20,  # both are transferred slowly
    "slicer": 40,  # both are transferred in small pieces
    "down": 20,  # refused at once
    "timeout": 20,  # accepted, then no response
    "lost answer": 40,  # arrives, but the response is lost
    "reset up": 15,  # RST during the request
    "reset down": 30,  # RST during the response
    "limit up": 20,  # closed during the request
    "limit down": 30,  # closed during the response
    "slow close": 15,  # complete, but closed late
    "portal": 15,  # another page answers, with any status
    "gateway": 15,  # arrives, but a gateway answers
    "twice at once": 40,  # the request is duplicated, both at the same time
    "twice": 30,  # the request is duplicated, the second after the response
    "late copy": 20,  # the request is duplicated seconds after its response
    "reorder": 40,  # arrives after the phone gave up and sent others
}
# What happens to the server at a request; chaos/wsgi.py reads it from a header.
DEEDS = {
    "die after": 30,  # kills a worker between COMMIT and response
    "die within": 30,  # kills a worker anywhere in the request
    "cut within": 20,  # ends its database session anywhere in the request
    "database after": 8,  # kills the database between COMMIT and response
    "database after, die": 8,  # kills both
    "database within": 8,  # kills the database anywhere in the request
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
    # Position or amount of the disturbance, from 0 to 1.
    share: float = 0
    # Duration as a multiple of the phone's timeout; the proxy converts it to seconds.
    patiences: float = 0
    seconds: float = 0
    deed: str = ""


UNHARMED = Toxic()


class Dealer:
    """Decides what happens to each request.

    `at_most` limits the deeds of the whole run by their first word. Which deeds happen before the
    limit is reached depends on the machine; everything else depends only on the seed.
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
    """Return a duration longer than the timeout only if the phone is to give up."""
    return 1.1 + share if name in ("timeout", "lost answer", "reorder") else share / 4
