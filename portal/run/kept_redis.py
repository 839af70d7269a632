"""Django's Redis cache with one client for each thread.

Django's own cache makes a client for each command, which takes longer than the command.
"""

from django.core.cache.backends.redis import RedisCache, RedisCacheClient


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
