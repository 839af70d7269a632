"""Schemathesis calls every operation of api/openapi.json with valid and invalid data: no call may
fail, give an answer that is not in the document, or pass without a token.

`make test` draws a few calls for each operation by the run's seed; `make test-long` many.
"""

import json

import pytest
import schemathesis
from django.core.cache import cache
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS
from schemathesis.core.failures import FailureGroup

from api.v1 import gate
from api.v1.document import FILE
from tests.api.calling import Caller

# Domain rules (no future day, no move that is impossible now) are not part of a schema, so valid
# data may be refused with 422.
LEFT_OUT = {"positive_data_acceptance"}


def calls(test, *, operation, modes, most, number):
    """Run `test(case)` for `most` drawn calls of an operation in each mode."""
    for mode in modes:
        run = given(case=operation.as_strategy(generation_mode=mode))(test)
        run = settings(
            max_examples=most,
            deadline=None,
            database=None,
            derandomize=False,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )(run)
        seed(number)(run)()


def as_from_here(app):
    """The Schemathesis client sets no address, and a token is limited to named addresses."""
    return lambda environ, start: app(environ | {"REMOTE_ADDR": "127.0.0.1"}, start)


@pytest.fixture
def connected():
    """Keep the end of a request from closing the test's connection, which calls share."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture
def caller(people, settings, monkeypatch):
    settings.API_CALLS_PER_MINUTE = 10**9
    # Each call is also made with a wrong token.
    monkeypatch.setattr(gate, "MOST_WRONG", 10**9)
    cache.clear()
    matter = people.assigned(title="东支渠淤积")
    made = Caller(people)
    made.post("/hotline/tickets", {"number": "20260101001", "unit": "柳湾村"})
    made.matter = matter
    return made


@pytest.mark.slow
@pytest.mark.parametrize(
    "most",
    [
        pytest.param(3, marks=pytest.mark.short, id="drawn"),
        pytest.param(100, marks=pytest.mark.long, id="long"),
    ],
)
def test_no_call_finds_anything(caller, connected, most, request):
    schema = schemathesis.openapi.from_dict(json.loads(FILE.read_text()))
    schema.app = as_from_here(get_wsgi_application())
    checks = CHECKS.get_by_names([name for name in CHECKS.get_all_names() if name not in LEFT_OUT])
    headers = {"Authorization": f"Bearer {caller.secret}"}
    number = request.config.getoption("randomly_seed", default=0)
    number = number if isinstance(number, int) else 0
    found, called = [], 0

    def one(case):
        nonlocal called
        called += 1
        before = transaction.savepoint()
        try:
            case.call_and_validate(headers=headers, checks=checks)
        except (Exception, FailureGroup) as problem:
            found.append(f"{case.method} {case.path}: {problem}")
        finally:
            transaction.savepoint_rollback(before)

    for result in schema.get_all_operations():
        operation = result.ok()
        calls(one, operation=operation, modes=list(GenerationMode), most=most, number=number)

    assert called > most * 10
    assert found == [], "\n\n".join(found[:5])
