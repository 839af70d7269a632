"""Checks each new migration against docs/migrations.md: the previous version must keep working
while it runs, and nobody may wait for it."""

import re

import pytest
from django.contrib.postgres.operations import AddConstraintNotValid, AddIndexConcurrently
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.models import Q

# Tables of millions of rows in a province (docs/migrations.md).
BIG = {
    "outreach": {"visit", "matter", "matterstep"},
    "portal": {"reminder", "delivery", "figuredelta", "figuretotal", "auditentry", "stepbefore"},
    "sync": {"entry", "part"},
}
TABLES = "|".join(f"{app}_{model}" for app, names in BIG.items() for model in sorted(names))
RENAMES = (migrations.RenameField, migrations.RenameModel, migrations.AlterModelTable)
# {app: last migration written before these rules}
EXEMPT = {
    "portal": 13,
    "outreach": 14,
    "neighbours": 4,
    "works": 4,
    "research": 3,
    "sync": 2,
    "pairing": 6,
    "evaluation": 5,
    "oversight": 2,
}
# {(app, name): why it may break the rules}; its locks and readers must have been reviewed.
WAIVED = {}


def problems(app, migration):
    """Return sentences about what a migration does to tables in use while it runs."""
    made = {
        op.name_lower
        for op in _flat(migration.operations)
        if isinstance(op, migrations.CreateModel)
    }
    said = []
    for op in _flat(migration.operations):
        model = getattr(op, "model_name_lower", None) or getattr(op, "name_lower", "")
        if model in made and not isinstance(op, migrations.RunSQL):
            continue
        said += [f"{type(op).__name__}: {one}" for one in _of(op, app, model, migration.atomic)]
    return said


def _flat(operations):
    for op in operations:
        if isinstance(op, migrations.SeparateDatabaseAndState):
            yield from _flat(op.database_operations)
        else:
            yield op


def _of(op, app, model, is_atomic):
    is_big = model in BIG.get(app, ())
    if isinstance(op, migrations.AddField):
        field = op.field
        is_written = not field.null and not field.many_to_many
        if is_written and field.db_default is models.NOT_PROVIDED:
            yield "old web processes insert rows without it; give it db_default, or null=True"
        if is_big and (field.unique or (field.db_index and not field.null)):
            yield "its index is built under a lock; add it later, concurrently"
    elif isinstance(op, AddIndexConcurrently):
        if is_atomic:
            yield "needs atomic = False"
    elif isinstance(op, migrations.AddIndex) and is_big:
        yield "blocks writers of a large table; use AddIndexConcurrently with atomic = False"
    elif isinstance(op, AddConstraintNotValid):
        return
    elif isinstance(op, migrations.AddConstraint) and is_big:
        if isinstance(op.constraint, models.CheckConstraint):
            yield "scans a large table under a lock; use AddConstraintNotValid and validate it"
        else:
            yield "builds its index under a lock; build it concurrently and take it over"
    elif isinstance(op, migrations.AlterField) and is_big:
        yield "may rewrite a large table; say in WAIVED that it makes no SQL, or add a column"
    elif isinstance(op, migrations.RemoveField | migrations.DeleteModel):
        yield "old web processes still read it; first a release that does not, then this"
    elif isinstance(op, RENAMES):
        yield "old web processes know the old name; the name stays"
    elif isinstance(op, migrations.RunPython):
        yield "holds its locks as long as it takes; a command that can be run again does it"
    elif isinstance(op, migrations.RunSQL):
        yield from _of_sql(_text(op.sql))


def _text(sql):
    if isinstance(sql, str):
        return sql
    return ";\n".join(one if isinstance(one, str) else one[0] for one in sql)


COLUMN = r"(COLUMN )?(?!CONSTRAINT)\w+ "
# Statements on large tables, and their problem.
REFUSED = (
    (
        rf"CREATE (UNIQUE )?INDEX (?!CONCURRENTLY)[^;]*\bON (ONLY )?({TABLES})\b",
        "blocks writers of a large table; CREATE INDEX CONCURRENTLY",
    ),
    (
        rf"ALTER TABLE (ONLY )?({TABLES})\b[^;]*\bADD CONSTRAINT(?![^;]*(NOT VALID|USING INDEX))",
        "scans a large table under a lock; NOT VALID, then VALIDATE CONSTRAINT",
    ),
    (
        rf"ALTER TABLE (ONLY )?({TABLES})\b[^;]*\bALTER (COLUMN )?\w+ (SET DATA )?TYPE\b",
        "rewrites a large table",
    ),
    (
        rf"ALTER TABLE (ONLY )?({TABLES})\b[^;]*\bADD {COLUMN}[^;,]*NOT NULL(?![^;,]*DEFAULT)",
        "old web processes insert rows without it; give it a default",
    ),
    (
        rf"\b(UPDATE|DELETE FROM) (ONLY )?({TABLES})\b",
        "holds the rows of a large table; a command does it in batches",
    ),
    (r"\bDROP (TABLE|COLUMN)\b", "old web processes still read it"),
)


def _of_sql(text):
    # Function bodies run later.
    outside = re.sub(r"\$(\w*)\$.*?\$\1\$", "", text, flags=re.DOTALL)
    for pattern, said in REFUSED:
        if re.search(pattern, outside, re.IGNORECASE):
            yield said


def new_migrations():
    for (app, name), migration in sorted(MigrationLoader(None).disk_migrations.items()):
        if app in EXEMPT and int(name[:4]) > EXEMPT[app]:
            yield app, name, migration


@pytest.mark.each_run
def test_no_new_migration_breaks_the_rules():
    said = [
        f"{app}.{name}: {one}"
        for app, name, migration in new_migrations()
        if (app, name) not in WAIVED
        for one in problems(app, migration)
    ]

    assert said == []


def test_what_is_exempt_or_waived_is_there():
    numbers = {}
    for app, name in MigrationLoader(None).disk_migrations:
        numbers.setdefault(app, set()).add(int(name[:4]))

    assert all(last in numbers[app] for app, last in EXEMPT.items())
    assert set(WAIVED) <= set(MigrationLoader(None).disk_migrations)
    assert all(len(reason) > 20 for reason in WAIVED.values())


def migration(*operations, atomic=True):
    made = migrations.Migration("9999_try", "outreach")
    made.operations, made.atomic = list(operations), atomic
    return made


def sql(text):
    return migrations.RunSQL(text)


N = models.IntegerField
INDEX = models.Index(fields=["n"], name="visit_n")
CHECK = models.CheckConstraint(condition=Q(n__gt=0), name="n_is_more")
UNIQUE = models.UniqueConstraint(fields=["n"], name="one_n")


@pytest.mark.parametrize(
    ("operation", "word"),
    [
        (migrations.AddField("visit", "n", N()), "db_default"),
        (migrations.AddField("card", "n", N(default=1)), "db_default"),
        (migrations.AddField("visit", "n", N(null=True, unique=True)), "later, concurrently"),
        (migrations.AddIndex("visit", INDEX), "AddIndexConcurrently"),
        (AddIndexConcurrently("visit", INDEX), "atomic = False"),
        (migrations.AddConstraint("visit", CHECK), "AddConstraintNotValid"),
        (migrations.AddConstraint("visit", UNIQUE), "concurrently"),
        (migrations.AlterField("matter", "title", models.TextField()), "rewrite"),
        (migrations.RemoveField("card", "n"), "still read"),
        (migrations.DeleteModel("Card"), "still read"),
        (migrations.RenameField("card", "n", "m"), "the name stays"),
        (migrations.RunPython(migrations.RunPython.noop), "a command"),
        (sql("CREATE INDEX a ON outreach_visit (n)"), "CONCURRENTLY"),
        (sql("ALTER TABLE outreach_visit ADD CONSTRAINT a CHECK (n > 0)"), "NOT VALID"),
        (sql("ALTER TABLE outreach_matter ALTER COLUMN n TYPE bigint"), "rewrites"),
        (sql("ALTER TABLE outreach_matter ADD COLUMN n int NOT NULL"), "default"),
        (sql([("UPDATE outreach_visit SET n = 1", None)]), "in batches"),
        (sql("ALTER TABLE outreach_card DROP COLUMN n"), "still read"),
    ],
)
def test_what_would_stop_a_province_is_found(operation, word):
    (said,) = problems("outreach", migration(operation))

    assert word in said


@pytest.mark.parametrize(
    "operation",
    [
        migrations.AddField("visit", "n", N(null=True)),
        migrations.AddField("visit", "n", N(db_default=1)),
        migrations.AddIndex("card", INDEX),
        migrations.AddConstraint("card", CHECK),
        migrations.AlterField("card", "title", models.TextField()),
        sql("CREATE INDEX CONCURRENTLY a ON outreach_visit (n)"),
        sql("ALTER TABLE outreach_visit ADD CONSTRAINT a CHECK (n > 0) NOT VALID"),
        sql(
            "CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $$ UPDATE outreach_visit SET n = 1 $$"
        ),
    ],
)
def test_what_harms_nobody_passes(operation):
    assert problems("outreach", migration(operation)) == []
    assert problems("outreach", migration(AddIndexConcurrently("visit", INDEX), atomic=False)) == []


def test_a_table_of_the_same_migration_is_nobodys_yet():
    made = migrations.CreateModel("Visit", [("id", models.BigAutoField(primary_key=True))])

    assert problems("outreach", migration(made, migrations.AddIndex("visit", INDEX))) == []


def test_the_rules_know_the_old_sins():
    """Some earlier migrations would not pass today, so the rules do read real files."""
    found = {
        (app, name)
        for (app, name), one in MigrationLoader(None).disk_migrations.items()
        if app in EXEMPT and problems(app, one)
    }

    assert found
