"""Tables made together."""

from django.db.migrations.operations.base import Operation


class Together(Operation):
    """Operations that each see what all of them lead to.

    One by one, Django would build all models anew for each table that points at them, which takes
    minutes for the tables of the first version.
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
        for one in self.operations:
            one.database_forwards(app_label, schema_editor, to_state, to_state)

    def describe(self):
        return f"Makes {len(self.operations)} tables"
