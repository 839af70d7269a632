"""Tables made together."""

from django.db.migrations.operations import CreateModel
from django.db.migrations.operations.base import Operation


class Together(Operation):
    """Operations that each see what all of them lead to.

    One by one, Django would build all models anew for each table that points at them, which takes
    minutes for the tables of the first version. What is added to a table of theirs stands in it
    from the beginning.
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
                one.database_forwards(app_label, schema_editor, to_state, to_state)

    def describe(self):
        tables = sum(isinstance(one, CreateModel) for one in self.operations)
        return f"Makes {tables} tables"
