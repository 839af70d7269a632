"""Sync as a Django app."""

from importlib import import_module
from pkgutil import iter_modules

from django.apps import AppConfig


class SyncConfig(AppConfig):
    name = "sync"

    def ready(self):
        # They register themselves.
        from research.actions import strip
        from sync import events, kinds  # noqa: F401
        from sync.actions import late_answers

        for module in iter_modules(kinds.__path__):
            import_module(f"sync.kinds.{module.name}")
        strip.STRIPPED.append(late_answers.forget)
