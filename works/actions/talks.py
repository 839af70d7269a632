"""谈心谈话: entered and voided. The audit keeps which fields were filled, and no name."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.records import audit
from portal.tools.locking import locked
from portal.tools.saving import change, keep
from portal.trust.access import require
from works.models import Talk
from works.rules import talks as rules


@transaction.atomic
def enter(*, by, at, cadre, talked_on, topic, other=None, other_name="", unit=None):
    require(rules.may_enter(by))
    require(rules.may_enter_for(by, cadre))
    require(rules.may_be_at(unit))
    if talked_on > timezone.localdate(at):
        raise ValidationError({"talked_on": _("This day lies in the future.")})

    other_name = " ".join(other_name.split())
    if other_name == cadre.name:
        raise ValidationError({"other_name": _("These are the same person.")})
    names = {"cadre": cadre, "other": other, "other_name": other_name}
    talk = Talk(**names, talked_on=talked_on, topic=topic, typed_by=by, created_at=at)
    talk.stand_with(cadre.organ, unit)
    keep(talk)
    audit.record("talk.entered", by, talk, ["cadre", "other", "talked_on", "topic"])
    return talk


@transaction.atomic
def void(*, talk, by, at, reason):
    talk = locked(talk, "cadre", "organ__division")
    require(rules.may_void(by, talk))

    change(talk, voided_at=at, voided_by=by, void_reason=reason)
    audit.record("talk.voided", by, talk, ["void_reason"], {"reason": reason})
    return talk
