"""Steps record what people did. The portal's database role cannot change them, and can delete them
only together with their record."""

from contextlib import contextmanager

from django.db import connection

from portal.records import undoing
from portal.tools.prepared import Prepared

# {(model, relations, prefetched): the history of one record of it}
_HISTORIES: dict[tuple, Prepared] = {}


def take_step(record, move, *, by, at, words="", **more):
    """Add a step to a record; raises ValidationError if it breaks a constraint."""
    step = _step(record.steps, move, by, at, words, more)
    if step._meta.constraints:
        step.validate_constraints()
    step.save()
    return step


def take_steps(records, move, *, by, at, words="", **more):
    """Add the same step to several records, in one statement."""
    steps = [_step(record.steps, move, by, at, words, more) for record in records]
    if steps:
        type(steps[0]).objects.bulk_create(steps)


def _step(steps, move, by, at, words, more):
    model = steps.model
    text = model._meta.get_field(model.TEXT_FIELD)
    said = {model.MOVE_FIELD: move, text.name: words.strip()[: text.max_length]}
    more = {name: value for name, value in more.items() if value is not None}
    return model(**{steps.field.name: steps.instance}, by=by, at=at, **said, **more)


def history(record, *related, prefetched=()):
    """The steps of a record for its page (components/timeline.html), latest first."""
    steps = record.steps
    key = (steps.model, related, prefetched)
    if key not in _HISTORIES:
        rows = steps.model.objects.select_related("by__organ", *related)
        rows = rows.prefetch_related(*prefetched).order_by("-at", "-pk")
        field = steps.field.name
        _HISTORIES[key] = Prepared(lambda record: rows.filter(**{field: record}), record=-1)
    return undoing.mark(_HISTORIES[key].rows(record=record.pk))


@contextmanager
def allowing_deletion():
    """Allow steps to be deleted together with their record, inside a transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL portal.steps_may_go = 'yes'")
        yield
        cursor.execute("SET LOCAL portal.steps_may_go = ''")
