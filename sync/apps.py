"""Sync as a Django app."""

from importlib import import_module
from pkgutil import iter_modules

from django.apps import AppConfig
from django.utils.translation import gettext_noop as _


class SyncConfig(AppConfig):
    name = "sync"

    def ready(self):
        # These modules register themselves on import.
        from portal.pages.side_list import Area, Entry, add_lists
        from portal.roles import Permission as P
        from portal.run import rotating as portal_rotating
        from research.actions import strip
        from sync import acts, duties, events, kinds, measures, rotating  # noqa: F401
        from sync.actions import late_answers
        from sync.rules.devices import WRITING

        portal_rotating.DEPENDING.append(rotating.letters)

        def entry(label, page, *held, only_if=None):
            return Entry(label, f"sync:{page}", held, only_if=only_if)

        add_lists(
            Area.GOING_DOWN,
            _("Writing without a signal"),
            entry(_("My phones"), "phone", *WRITING),
            entry(
                _("Entries that were not carried out"),
                "entries",
                *WRITING,
                P.MANAGE_PEOPLE,
                only_if=_has_phones,
            ),
        )
        add_lists(
            Area.ADMINISTRATION,
            _("Phones"),
            entry(
                _("Enrolled phones"),
                "phones",
                P.MANAGE_ACCOUNTS,
                P.RESET_PASSWORDS,
                only_if=_has_phones,
            ),
            entry(
                _("Failures of phones"),
                "failures",
                P.MANAGE_ACCOUNTS,
                P.MANAGE_PEOPLE,
                only_if=_has_phones,
            ),
            entry(
                _("Take in a backup file"), "take_in_backup", P.MANAGE_PEOPLE, only_if=_has_phones
            ),
        )

        for module in iter_modules(kinds.__path__):
            import_module(f"sync.kinds.{module.name}")
        strip.STRIP_HOOKS.append(late_answers.forget)


def _has_phones(user):
    """Keep the lists after the use is switched off, as long as any phone is enrolled."""
    from portal import uses
    from portal.trust import wall
    from sync.models import Device

    with wall.as_system("whether anybody has a phone"):
        return uses.is_on("offline") or Device.objects.exists()
