"""Operations of migrations that run together, so that Django renders the models less often."""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db.migrations.operations import (
    AddConstraint,
    AddField,
    AddIndex,
    AlterField,
    AlterModelManagers,
    AlterModelOptions,
    CreateModel,
    RemoveConstraint,
    RemoveField,
    RemoveIndex,
)
from django.db.migrations.operations.base import Operation

# These need only the models before and after the whole group.
GROUPED = (
    AddConstraint,
    AddField,
    AddIndex,
    AddIndexConcurrently,
    AlterField,
    CreateModel,
    RemoveConstraint,
    RemoveField,
    RemoveIndex,
    RemoveIndexConcurrently,
)
# These change no table and may stand anywhere in a group.
WITHOUT_SQL = (AlterModelManagers, AlterModelOptions)


class Together(Operation):
    """Operations that each get the models before and after the whole group.

    One by one, Django renders all models again for each of them, which takes minutes for
    the tables of the first version. Columns, constraints and indexes added to a new table of the group
    are part of its CREATE TABLE.
    """

    reversible = False

    def __init__(self, operations):
        self.operations = operations

    def state_forwards(self, app_label, state):
        # Rendered again once, when an operation needs the models.
        state.__dict__.pop("apps", None)
        for one in self.operations:
            one.state_forwards(app_label, state)

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        made = {one.name_lower for one in self.operations if isinstance(one, CreateModel)}
        for one in self.operations:
            if getattr(one, "model_name_lower", "") not in made:
                before = to_state if isinstance(one, CreateModel) else from_state
                one.database_forwards(app_label, schema_editor, before, to_state)

    def describe(self):
        return f"Run {len(self.operations)} operations together"


def group(sender, plan, **_others):
    """Signal handler before the migrations of an app: group operations that follow each other."""
    for migration, is_backwards in plan:
        if migration.app_label == sender.label and not is_backwards:
            migration.operations = list(_grouped(migration.operations))


def _grouped(operations):
    run, changed = [], set()
    for one in operations:
        if type(one) in WITHOUT_SQL:
            run.append(one)
            continue
        if type(one) not in GROUPED or _waits(one, changed):
            yield from _as_one(run)
            run, changed = [], set()
        if type(one) in GROUPED:
            run.append(one)
            # An index that was removed may be added again under its name.
            if not isinstance(one, RemoveIndex):
                changed.add(_what(one))
        else:
            yield one
    yield from _as_one(run)


def _waits(one, changed):
    """Whether an operation must wait for the group before it: it changes the same thing again, or
    does more to a new table of the group than add columns, constraints and indexes."""
    adds = isinstance(one, AddConstraint | AddField | AddIndex | CreateModel)
    return _what(one) in changed or not adds and one.model_name_lower in changed


def _what(one):
    """Return the name of a table, or (name of a table, name of its part)."""
    if isinstance(one, CreateModel):
        return one.name_lower
    if isinstance(one, AddConstraint):
        return one.model_name_lower, one.constraint.name
    if isinstance(one, AddIndex):
        return one.model_name_lower, one.index.name
    return one.model_name_lower, one.name.lower()


def _as_one(run):
    return [Together(run)] if len(run) > 1 else run
