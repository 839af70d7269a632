"""A worker that outlives its broker.

When the broker is gone, Kombu tries to return a worker's unacknowledged messages on a closed
connection: an AttributeError ends the whole worker, with the jobs it is doing. They need not be
returned: rows say what is to be done, and beat sends it again.
"""

import logging

from kombu.transport import redis

logger = logging.getLogger(__name__)


class LenientQoS(redis.QoS):
    def _is_cut_off(self):
        connection = self.channel.connection
        return connection is None or connection.client is None

    def ack(self, delivery_tag):
        if not self._is_cut_off():
            super().ack(delivery_tag)

    def restore_unacked_once(self, stderr=None):
        try:
            super().restore_unacked_once(stderr)
        except Exception as trouble:
            if not self._is_cut_off():
                raise
            logger.warning("Messages were not handed back, the broker is gone: %s", trouble)


def use():
    """Apply to all connections that are made from now on."""
    redis.Channel.QoS = LenientQoS
