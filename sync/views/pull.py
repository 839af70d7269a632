"""The working set of a phone: what it lacks, and what it must drop (docs/sync.md).

The credential alone is not enough: it is stored on the phone in plain, so that entries can be sent
without the PIN, and a copy of the phone's store contains it. `X-Portal-Pull` is stored under the
PIN.
"""

import base64

from django.conf import settings

from portal import uses
from sync import working_set as rows
from sync.actions import contact
from sync.views.calls import Wrong, answer, call, json_of

# More than a phone can have: sum(MAX_ROWS.values()) and the forms.
MOST_KNOWN = 2_000
USE = "offline"


@call("POST", revoked=False)
def working_set(request, *, device, at):
    have = json_of(request).get("have")
    if not isinstance(have, list) or len(have) > MOST_KNOWN:
        raise Wrong("have")
    have = [_known(one) for one in have]
    said = {"on": f"{device.owner.today}", "key": _key()}
    if not uses.is_on(USE):
        # The office has switched the use `offline` off; unsent entries are still accepted.
        gone = [[kind, key] for kind, key, _digest in have]
        return answer({"put": [], "gone": gone, "off": True, **said})
    if not contact.may_fetch(device, request.headers.get("X-Portal-Pull", "")):
        return answer({"error": "pull"}, 403)
    put, gone = rows.differences(device.owner, have, at=at)
    return answer({"put": put, "gone": gone, **said})


def _known(one):
    if not isinstance(one, list) or len(one) != 3 or not all(isinstance(part, str) for part in one):
        raise Wrong("have")
    return tuple(one)


def _key():
    """Return the public key for new letters of the phone."""
    key_id, public = settings.KEYS.phone_key
    return {"id": key_id, "public": base64.b64encode(public).decode()}
