"""Logs of the door without tokens, numbers, or traces of the page for complaints about conduct."""

import re

from gunicorn.glogging import Logger

from portal.run.logs import MaskPersonalData

_OPENS = re.compile(r"(/(?:c|lists|vote|w|q)/)[^/?\s]+")
_COMPLAINS = re.compile(r"(/c/\*\*\*)/conduct\b")
_DIGITS = re.compile(r"\d{5,}")
# The category of a matter.
_KIND = re.compile(r"([?&]category=)\w+")


def masked(address):
    """/c/Xy7…/raise/?n=407129385 → /c/***/raise/?n=***"""
    address = _KIND.sub(r"\1***", _OPENS.sub(r"\1***", address))
    return _DIGITS.sub("***", _COMPLAINS.sub(r"\1", address))


class MaskWhatOpens(MaskPersonalData):
    """For what Django itself writes, such as “Gone: /c/…/”."""

    def masked(self, text):
        return masked(super().masked(text))


class MaskedLogger(Logger):
    """For gunicorn's `--logger-class outreach.door.logs.MaskedLogger`."""

    def atoms(self, resp, req, environ, request_time):
        atoms = super().atoms(resp, req, environ, request_time)
        # The request line, its path and query, and the referrer.
        for name in ("r", "U", "q", "f"):
            if isinstance(atoms.get(name), str):
                atoms[name] = masked(atoms[name])
        for name in [one for one in atoms if one.startswith("{")]:
            atoms[name] = masked(str(atoms[name]))
        return atoms
