"""Find what the portal holds of a person, using indexes: the HMAC of the phone, the HMAC of the
name on a unit's festival lists, and the record of a cadre. Nothing stored is decrypted to find it.
"""

from dataclasses import dataclass

from django.db import connection
from django.utils.translation import gettext as _

from evaluation.models import Appraised
from outreach.models import CondolenceRecipient, ContactArea, Matter, Stay, Visit
from oversight.models import PrivacyRequest
from portal.text import Text
from portal.trust import crypto
from works.models import Talk

NAME, PHONE = (PrivacyRequest.ENCRYPTED[name] for name in ("name_cipher", "phone_cipher"))


@dataclass(frozen=True)
class Kept:
    """A contact of a matter; `side` is its side in a dispute, None for the raiser."""

    matter: Matter
    side: int | None


@dataclass(frozen=True)
class Held:
    """What is held. `elsewhere` counts matters that the user may not see."""

    contacts: list[Kept]
    elsewhere: int
    # [(label, number)]
    others: list[tuple[Text, int]]


def contacts_with(index):
    """[(matter id, side id or None)] of the contacts with this phone."""
    if not index:
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT matter_id, side_id FROM matters_with_phone(%s)", [index])
        return cursor.fetchall()


def name_of(request):
    return crypto.decrypt(request.name_cipher, NAME)


def phone_of(request):
    return crypto.decrypt(request.phone_cipher, PHONE)


def held(request, user):
    pairs = contacts_with(request.phone_index)
    visible = Matter.objects.visible_to(user).select_related("unit")
    matters = visible.in_bulk({matter for matter, _side in pairs})
    contacts = [Kept(matters[pk], side) for pk, side in sorted(pairs, key=str) if pk in matters]
    elsewhere = len({pk for pk, _side in pairs} - set(matters))
    others = [*_by_name(request, user), *_of_cadre(request, user)]
    return Held(contacts, elsewhere, [(what, n) for what, n in others if n])


def _by_name(request, user):
    if request.cadre_id or not (name := name_of(request)):
        return
    if request.unit_id:
        index = crypto.name_index(name, request.unit_id)
        rows = CondolenceRecipient.objects.visible_to(user).filter(name_index=index)
        yield _("Entries on lists of festival visits"), rows.count()
    talks = Talk.objects.visible_to(user).filter(other_name=name)
    yield _("Talks with this name"), talks.count()


def _of_cadre(request, user):
    if request.cadre_id is None:
        return
    visits = Visit.objects.visible_to(user).filter(author=request.cadre_id)
    yield _("Visits written down"), visits.count()
    stays = Stay.objects.visible_to(user).filter(cadre=request.cadre_id)
    yield _("Stays"), stays.count()
    areas = ContactArea.objects.visible_to(user).filter(cadre=request.cadre_id)
    yield _("Contact areas"), areas.count()
    matters = Matter.objects.visible_to(user).filter(registered_by=request.cadre_id)
    yield _("Matters registered"), matters.count()
    appraised = Appraised.objects.visible_to(user).filter(cadre=request.cadre_id)
    yield _("Appraisals"), appraised.count()
