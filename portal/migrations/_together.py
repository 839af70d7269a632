"""Tables made and changed together."""

from django.db.migrations.operations import (
    AddConstraint,
    AddField,
    AddIndex,
    AlterField,
    CreateModel,
    RemoveConstraint,
    RemoveField,
    RemoveIndex,
)
from django.db.migrations.operations.base import Operation

# These need only the models before and after all of them.
GROUPED = (
    AddConstraint,
    AddField,
    AddIndex,
    AlterField,
    CreateModel,
    RemoveConstraint,
    RemoveField,
    RemoveIndex,
)


class Together(Operation):
    """Operations that each see what was there before all of them, and what all of them lead to.

    One by one, Django would build all models anew for each of them, which takes minutes for the
    tables of the first version. What is added to a table of theirs stands in it from the beginning.
    """

    reversible = False

    def __init__(self, operations):
        self.operations = operations

    def state_forwards(self, app_label, state):
        # Built again once, when somebody asks for them.
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
        tables = sum(isinstance(one, CreateModel) for one in self.operations)
        return f"Makes {tables} tables"


def group(sender, plan, **_others):
    """Before a migration of an app: let its operations that follow each other go together."""
    for migration, is_backwards in plan:
        if migration.app_label == sender.label and not is_backwards:
            migration.operations = list(_grouped(migration.operations))


def _grouped(operations):
    run, changed = [], set()
    for one in operations:
        if type(one) not in GROUPED or _waits(one, changed):
            if run:
                yield _as_one(run)
            run, changed = [], set()
        if type(one) in GROUPED:
            run.append(one)
            changed.add(_what(one))
        else:
            yield one
    if run:
        yield _as_one(run)


def _waits(one, changed):
    """What is changed a second time; and what a group made, of which it may only add columns,
    constraints and indexes."""
    adds = isinstance(one, AddConstraint | AddField | AddIndex | CreateModel)
    return _what(one) in changed or not adds and one.model_name_lower in changed


def _what(one):
    """The name of a table, else (name of a table, what of it)."""
    if isinstance(one, CreateModel):
        return one.name_lower
    if isinstance(one, AddConstraint):
        return one.model_name_lower, one.constraint.name
    if isinstance(one, AddIndex):
        return one.model_name_lower, one.index.name
    return one.model_name_lower, one.name.lower()


def _as_one(run):
    return run[0] if len(run) == 1 else Together(run)
