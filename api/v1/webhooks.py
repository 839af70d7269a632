"""Subscriptions to steps of matters: made, listed and ended with the token that they belong to."""

from uuid import UUID

from django.http import Http404

from api.actions import webhooks as actions
from api.models import Scope, Subscription
from api.v1 import shapes
from api.v1.gate import operation


def _own(call):
    return Subscription.objects.filter(token=call.token, ended_at=None).order_by("pk")


@operation(
    "GET",
    "/webhooks",
    scope=Scope.WEBHOOKS,
    answer=shapes.Subscriptions,
    tag="webhooks",
    url_name="webhooks",
)
def list_webhooks(request):
    """Addresses to which this token's messages about steps are sent."""
    return {"rows": [_shape(one) for one in _own(request.auth)]}


@operation(
    "POST",
    "/webhooks",
    scope=Scope.WEBHOOKS,
    answer=shapes.MadeSubscription,
    status=201,
    tag="webhooks",
    is_write=True,
    url_name="webhooks",
)
def create_webhook(request, sent: shapes.NewSubscription):
    """Subscribe an address to the steps of matters that this token may read.

    A message has the number of the matter, the step and its time, and no text. The secret that
    signs the messages is returned only here.
    """
    call = request.auth
    made, secret = actions.subscribe(token=call.token, url=sent.url, by=call.user, at=call.at)
    return _shape(made) | {"secret": secret}


@operation(
    "POST",
    "/webhooks/{key}/end",
    scope=Scope.WEBHOOKS,
    answer=shapes.Subscription,
    tag="webhooks",
    is_write=True,
    url_name="end_webhook",
)
def end_webhook(request, key: UUID):
    """End a subscription; messages not sent yet are dropped."""
    call = request.auth
    found = _own(call).filter(key=key).first()
    if found is None:
        raise Http404
    return _shape(actions.unsubscribe(subscription=found, by=call.user, at=call.at))


def _shape(one):
    return {"key": one.key, "url": one.url, "made_at": one.made_at}
