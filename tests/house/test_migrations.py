"""Migrations are whole, and none of them holds up people who are at work."""

import ast
import re
from io import StringIO

import pytest
from django.core.management import call_command

from tests.house import sources
from tests.house.sources import Module, dotted

LOCKING = {"AddIndex", "AddConstraint", "AlterUniqueTogether", "AlterIndexTogether", "RemoveIndex"}
CONCURRENT = {
    "AddIndexConcurrently",
    "RemoveIndexConcurrently",
    "AddConstraintNotValid",
    "ValidateConstraint",
}
SLOW_SQL = re.compile(
    r"\b(VACUUM FULL|CLUSTER|LOCK TABLE|REINDEX(?! .*CONCURRENTLY)|CREATE (UNIQUE )?INDEX(?! CONCURRENTLY))\b"
)


def operations(module: Module) -> list[ast.Call]:
    """The operations of one migration in their order."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Assign) and any(
            dotted(target) == "operations" for target in node.targets
        ):
            return [
                entry for entry in getattr(node.value, "elts", []) if isinstance(entry, ast.Call)
            ]
    return []


def keyword(call: ast.Call, name: str) -> str:
    for found in call.keywords:
        if found.arg == name and isinstance(found.value, ast.Constant):
            return str(found.value.value).lower()
    return ""


def complaints(module: Module) -> list[str]:
    """Operations that would hold a full table locked while people work on it."""
    made_here = {
        keyword(call, "name")
        for call in operations(module)
        if dotted(call.func).endswith("CreateModel")
    }
    found = []
    for call in operations(module):
        kind = dotted(call.func).rpartition(".")[2]
        if kind in LOCKING and keyword(call, "model_name") not in made_here:
            found.append(
                f"{module.where(call)} {kind} locks a table that is in use: say it concurrently"
            )
        if kind == "AddField" and keyword(call, "model_name") not in made_here:
            text = ast.unparse(call)
            if "null=True" not in text and "default=" not in text and "ManyToMany" not in text:
                found.append(f"{module.where(call)} AddField needs null=True or db_default")
        if kind == "RunPython" and "atomic" not in ast.unparse(module.tree):
            found.append(
                f"{module.where(call)} RunPython over rows must not hold one long transaction"
            )
        if (
            kind == "RunSQL"
            and not module.path.name.startswith("0001")
            and SLOW_SQL.search(ast.unparse(call))
        ):
            found.append(f"{module.where(call)} RunSQL locks a table that is in use")
    return found


def is_initial(module: Module) -> bool:
    return "initial = True" in module.text


def test_no_migration_locks_a_table_that_is_in_use():
    assert not [
        said
        for module in sources.migrations()
        if not is_initial(module)
        for said in complaints(module)
    ]


def test_a_locking_migration_is_found():
    text = """
operations = [
    migrations.CreateModel(name="Letter", fields=[]),
    migrations.AddIndex(model_name="letter", index=models.Index()),
    migrations.AddIndex(model_name="case", index=models.Index()),
    migrations.AddField(model_name="case", name="mood", field=models.TextField()),
    migrations.RunSQL("CREATE INDEX a ON b (c)"),
]
"""
    module = Module(sources.PACKAGE / "desk" / "migrations" / "0002_bad.py", text, ast.parse(text))
    assert [said.split()[1] for said in complaints(module)] == ["AddIndex", "AddField", "RunSQL"]


@pytest.mark.django_db
def test_migrations_say_all_that_the_models_say():
    said = StringIO()
    try:
        call_command("makemigrations", check=True, dry_run=True, verbosity=1, stdout=said)
    except SystemExit:
        pytest.fail(said.getvalue())
