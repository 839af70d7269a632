"""The slip of an item of help for the villager's door; see outreach.slips."""

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from outreach.slips import SlipKind, register
from pairing.actions import support
from pairing.models import SupportSlip
from portal.roles import Permission
from portal.trust.access import reach


def _find(number, digest):
    named = SupportSlip.objects.filter(number=number, code_digest=digest)
    return named.select_related("item__unit").first() if number else None


def _hear(*, slip, word, comment, at):
    return support.hear_from_slip(slip=slip, answer=word, comment=comment, at=at)


def _held(user):
    opened = reach(user, Permission.HOST_MATTERS, via="item__")
    opened |= reach(user, Permission.MANAGE_PEOPLE, via="item__")
    mine = SupportSlip.objects.filter(
        opened, number=OuterRef("slip_number"), code_digest=OuterRef("code_digest")
    )
    return Exists(mine)


register(
    SlipKind(
        state="support",
        function="door_support_slip",
        page="support_slip",
        days=("promised_on", "promised_for", "done_on"),
        thanks=_("The township and the helping organ are informed."),
        find=_find,
        hear=_hear,
        about=lambda slip: (slip.item.unit.name, slip.item.what),
        held=_held,
    )
)
