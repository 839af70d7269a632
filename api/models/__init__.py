"""Models of the interfaces: service accounts, tokens, stored answers, subscriptions, calendars."""

from api.models.calendar import CalendarFeed
from api.models.tokens import KeptAnswer, Scope, ServiceAccount, Token
from api.models.webhooks import StepDelivery, Subscription

__all__ = [
    "CalendarFeed",
    "KeptAnswer",
    "Scope",
    "ServiceAccount",
    "StepDelivery",
    "Subscription",
    "Token",
]
