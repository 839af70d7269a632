"""Log filters: mask personal numbers, and log expected errors in one line. JSON lines, for
LOG_FORMAT=json, say even less: no text from a request or an error."""

import contextlib
import contextvars
import json
import logging
import re
import traceback
from datetime import UTC, datetime

from portal.trust import privacy

# The current request and task, for every line that is logged.
request_id = contextvars.ContextVar("request_id", default="")
task_name = contextvars.ContextVar("task_name", default="")
# Thirty-two hexadecimal digits, as nginx makes them, or a UUID: nothing that a person would type.
WELL_FORMED = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@contextlib.contextmanager
def of_request(given):
    """Put this id on all lines logged inside, and on tasks queued there."""
    token = request_id.set(given)
    try:
        yield
    finally:
        request_id.reset(token)


class MaskPersonalData(logging.Filter):
    def masked(self, text):
        return privacy.mask_others(privacy.mask_ids(text))

    def filter(self, record):
        message = record.getMessage()
        masked = self.masked(message)
        if masked != message:
            record.msg, record.args = masked, ()
        # A traceback quotes rejected values.
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        record.exc_text = record.exc_text and self.masked(record.exc_text)
        record.stack_info = record.stack_info and self.masked(record.stack_info)
        return True


class RefusalsInOneLine(logging.Filter):
    """Drops the traceback of refused and unreadable requests, with which any user could fill the
    disk."""

    def filter(self, record):
        if 400 <= getattr(record, "status_code", 500) < 500:
            record.exc_info = record.exc_text = None
        return True


# Types of arguments that may be logged. A text may be a name, an address or a search.
_SAID = (int, float)
_LEFT_OUT = "…"


class JsonLines(logging.Formatter):
    """One JSON object per line.

    Arguments of a message are logged only if they are numbers; of an error its type and places in
    the code, never its message, which quotes rows and forms; of a request its route, never its
    path. `extra={"fields": {…}}` adds fields, only for our own codes and numbers.
    """

    def format(self, record):
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": self._message(record),
        }
        if given := request_id.get() or getattr(record, "request_id", ""):
            line["request_id"] = given
        if task := task_name.get():
            line["task"] = task
        if status := getattr(record, "status_code", None):
            line["status"] = status
        if request := getattr(record, "request", None):
            line["route"] = route_of(request)
        if line["message"] == _LEFT_OUT:
            line["place"] = f"{record.module}:{record.lineno}"
        if record.exc_info and record.exc_info[1] is not None:
            line["error"], line["where"] = _of_error(record.exc_info[1])
        line |= getattr(record, "fields", {})
        return json.dumps(line, ensure_ascii=False)

    def _message(self, record):
        if not record.args:
            # Without arguments: a fixed sentence of ours, or possibly personal text.
            return record.msg if _is_fixed(record) else _LEFT_OUT
        arguments = record.args
        if isinstance(arguments, dict):
            arguments = {name: _said(one) for name, one in arguments.items()}
        else:
            arguments = tuple(_said(one) for one in arguments)
        try:
            return _AS_TEXT.sub(r"\1s", str(record.msg)) % arguments
        except (TypeError, ValueError, KeyError):
            return _LEFT_OUT


# %d and %.3f become %s, since an omitted argument is a text.
_AS_TEXT = re.compile(r"(%(?:\(\w+\))?)[-#0 +]*\d*(?:\.\d+)?[diouxXeEfFgGcrsa]")
# Loggers whose messages without arguments are fixed sentences. Others may have formatted a value
# into them.
_OURS = (
    "portal",
    "outreach",
    "neighbours",
    "works",
    "research",
    "sync",
    "pairing",
    "evaluation",
    "oversight",
    "api",
    "nation",
    "demo",
)


def _is_fixed(record):
    return isinstance(record.msg, str) and record.name.partition(".")[0] in _OURS


def _said(argument):
    return argument if isinstance(argument, _SAID) else _LEFT_OUT


def route_of(request):
    """Return the pattern of a path, such as "matters/<int:pk>/", without the values in it."""
    match = getattr(request, "resolver_match", None)
    return match.route if match else ""


def _of_error(error):
    """Return (types of an error and its causes, places in the code from the outermost inwards)."""
    kinds, places, seen = [], [], set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        kind = type(error)
        kinds.append(f"{kind.__module__}.{kind.__qualname__}")
        frames = traceback.extract_tb(error.__traceback__)
        places += [f"{one.filename}:{one.lineno} {one.name}" for one in frames]
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return kinds, places


def carry_request_ids(signals):
    """Attach the id of a request to the tasks it queues, and restore it in the worker."""

    def put(headers=None, **_):
        if headers is not None and (given := request_id.get()):
            headers["portal_request_id"] = given

    def begin(task=None, **_):
        asked = getattr(task, "request", None)
        given = getattr(asked, "portal_request_id", None) or (
            getattr(asked, "headers", None) or {}
        ).get("portal_request_id", "")
        request_id.set(given if WELL_FORMED.fullmatch(str(given)) else "")
        task_name.set(getattr(task, "name", ""))

    def end(**_):
        request_id.set("")
        task_name.set("")

    for signal, receiver in (
        (signals.before_task_publish, put),
        (signals.task_prerun, begin),
        (signals.task_postrun, end),
    ):
        signal.connect(receiver, weak=False, dispatch_uid=f"portal.request_id.{receiver.__name__}")
