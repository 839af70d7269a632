"""Pages of interfaces: 县12345热线, for which the host answers, with a token to be collected."""

from tests.access.burden import BUSINESS
from tests.access.rows import A, R, V, X, only
from tests.api.calling import a_service, a_token

ADMINISTRATORS = {"system", "security"}
# Users responsible for no system see empty lists.
LISTS = BUSINESS | ADMINISTRATORS
KNOWING = {"host", *ADMINISTRATORS}


PAGES = {
    ("get", "api:services"): (LISTS, A),
    ("get", "api:tokens"): (LISTS, A),
    ("get", "api:deliveries"): (LISTS, A),
    ("get", "api:docs"): (LISTS, A),
    ("get", "api:service"): (KNOWING, A, X, {}),
    ("get", "api:declare_service"): ({"system"}, A),
    ("post", "api:declare_service"): ({"system"}, V),
    ("get", "api:issue_token"): only({"security"}, A, KNOWING),
    ("post", "api:issue_token"): only({"security"}, V, KNOWING),
    ("get", "api:change_service"): only({"system"}, A, KNOWING),
    ("post", "api:change_service"): only({"system"}, V, KNOWING),
    ("post", "api:collect_token"): only({"host"}, A, KNOWING),
    ("get", "api:revoke_token"): (KNOWING, A, X, {}),
    ("post", "api:revoke_token"): (KNOWING, R, X, {}),
    ("get", "api:my_calendar"): (BUSINESS, A),
    ("post", "api:make_calendar"): (BUSINESS, A),
    ("post", "api:revoke_calendar"): (BUSINESS, R),
}


def records(people):
    service = a_service(people)
    token = a_token(people, service, collect=False)
    return {
        **dict.fromkeys(("service", "issue_token", "change_service"), [service.pk]),
        **dict.fromkeys(("collect_token", "revoke_token"), [token.pk]),
    }
