"""Duties: tokens to collect, and tokens that end soon."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from api.models import Token
from portal.duties.duty import Chosen, Duty, Own, Told, by_deadline, item, register
from portal.duties.reminders import Noun
from portal.pages.side_list import Area
from portal.roles import Permission as P


def _titles(user, ids):
    rows = Token.objects.visible_to(user).filter(pk__in=ids)
    return {one.pk: str(one.name) for one in rows.select_related("service")}


def _of_issuer(records, user):
    return records if user.holds(P.GIVE_GRANTS) else records.none()


_RESPONSIBLE = Own("service__responsible", P.SEE_PEOPLE, is_lent=False)


def _told(sentence):
    return Told(
        sentence,
        "token",
        due="ends_on",
        until_read=True,
        link=lambda day: reverse("api:service", args=[0]).replace("/0/", "/{id}/"),
        key="service",
    )


register(
    Area.ADMINISTRATION,
    Noun("token", _titles),
    Duty(
        code="token_collect",
        title=_("Tokens of other systems to be collected"),
        act=_("Collect it"),
        records=lambda on: Token.objects.to_collect(on),
        whose=_RESPONSIBLE,
        item=item("name", "service.system", due="ends_on"),
        sort=by_deadline("ends_on"),
        load=lambda records: records.select_related("service"),
        due_label=pgettext_lazy("token", "Ends on"),
        told=_told(_("A token waits for you to collect it")),
    ),
    Duty(
        code="token_ending",
        title=_("Tokens of other systems that end within 30 days"),
        act=_("Have a new one issued"),
        records=lambda on: Token.objects.expiring(on),
        whose=_RESPONSIBLE,
        item=item("name", "service.system", due="ends_on"),
        sort=by_deadline("ends_on"),
        load=lambda records: records.select_related("service"),
        due_label=pgettext_lazy("token", "Ends on"),
        told=_told(_("A token of another system ends soon")),
    ),
    Duty(
        code="token_renew",
        title=_("Tokens that end soon, to be issued anew"),
        act=_("Issue a token"),
        records=lambda on: Token.objects.expiring(on),
        whose=Chosen(_of_issuer, P.GIVE_GRANTS),
        item=item("name", "service.system", due="ends_on"),
        sort=by_deadline("ends_on"),
        load=lambda records: records.select_related("service"),
        due_label=pgettext_lazy("token", "Ends on"),
    ),
    use="api",
)
