"""Django's Redis cache with one client per thread, which pages can do without.

Django's own cache creates a client for each command, which takes longer than the command. It also
fails with its server: if the cache restarts for seconds, every page would fail, although the cache
only adds speed. So here reads miss and writes are dropped instead. The guards of sign-in (used
codes, counted tries) stay strict: without their counters nobody is let in.
"""

import logging

from django.conf import settings
from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis.exceptions import ConnectionError as Unreachable
from redis.exceptions import TimeoutError as Silent

logger = logging.getLogger(__name__)

STRICT = "allauth"


class _KeptClient(RedisCacheClient):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._kept = {}

    def get_client(self, key=None, *, write=False):
        pool = self._get_connection_pool(write)  # pyright: ignore[reportAttributeAccessIssue]  # Django's
        if pool not in self._kept:
            make = self._client  # pyright: ignore[reportAttributeAccessIssue]  # Django's
            self._kept[pool] = make(connection_pool=pool)
        return self._kept[pool]


class KeptRedisCache(RedisCache):
    def __init__(self, server, params):
        super().__init__(server, params)
        self._class = _KeptClient

    def _or(self, otherwise, keys, command, *given, **more):
        try:
            return command(*given, **more)
        except (Unreachable, Silent) as trouble:
            # The door counts with it, and decides itself what holds without it
            # (outreach/door/guards.py).
            if settings.DOOR or any(str(key).startswith(STRICT) for key in keys):
                raise
            logger.warning("The cache cannot be reached: %s", trouble)
            return otherwise

    def get(self, key, default=None, version=None):
        return self._or(default, [key], super().get, key, default, version)

    def get_many(self, keys, version=None):
        keys = list(keys)
        return self._or({}, keys, super().get_many, keys, version)

    def add(self, key, value, *given, **more):
        return self._or(True, [key], super().add, key, value, *given, **more)

    def set(self, key, value, *given, **more):
        return self._or(None, [key], super().set, key, value, *given, **more)

    def set_many(self, data, *given, **more):
        return self._or([], data, super().set_many, data, *given, **more)

    def delete(self, key, version=None):
        return self._or(False, [key], super().delete, key, version)

    def delete_many(self, keys, version=None):
        keys = list(keys)
        return self._or(None, keys, super().delete_many, keys, version)
