"""The data of a device that a phone knows, enrolled by the portal's own action."""

import base64

from django.conf import settings

from chaos.phone import Device
from sync.actions import devices


def device_for(user, *, name, at):
    device, secret, _pull = devices.enrol(name=name, by=user, at=at)
    key_id, public = settings.KEYS.phone_key
    key = {"id": key_id, "public": base64.b64encode(public).decode()}
    return Device.of({"device": str(device.key), "secret": secret, "key": key})
