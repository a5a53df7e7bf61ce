"""What the code may not do, wherever it stands."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.house import sources
from tests.house.sources import Module, dotted

# Rooms whose job is to face the world; everywhere else the instant comes in as `at`.
EDGES = frozenset({"config", "web", "portal", "api", "ui"})
EDGE_PARTS = frozenset({"jobs", "reactions"})
# Loops wait for instants, so they must look at the clock; each is an edge by its own word.
EDGE_MODULES = frozenset(
    {
        "kernel/clock.py",
        "kernel/live.py",
        "kernel/loops.py",
        "kernel/outbox.py",
        "kernel/queue.py",
        "kernel/audit.py",
        "kernel/mail.py",
        "kernel/mail_backend.py",
        "channels/loops.py",
        "desk/loops.py",
        "people/sessions.py",
    }
)
CHINESE = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\u3000-\u303f\uff01-\uff5e]")
# Where Chinese text is data rather than words on a screen.
CHINESE_IS_DATA = frozenset(
    {
        "channels/parsing",
        "channels/quotes.py",
        "channels/rules",
        "config/demo",
        "config/settings.py",
        "handbook/rules",
        "kernel/calendar.py",
        "kernel/search.py",
        "kernel/text.py",
    }
)
WEAK_NAMES = re.compile(r"(Manager|Helper|Util|Utils|Service|Processor)$")
WEAK_MODULES = frozenset(
    {"utils", "helpers", "common", "services", "manager", "managers", "lib", "core"}
)
MARKS_SAFE = {
    "django.utils.safestring.mark_safe",
    "django.utils.safestring.SafeString",
    "mark_safe",
    "SafeString",
}
# The named places that may say "this text is HTML", each with its reason.
SAFE_PLACES = {
    "ui/templatetags": "components build their own markup with format_html",
    "handbook/reading": "prose of a published handbook, made by the Markdown reader with HTML off",
}


def calls(module: Module) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call):
            yield dotted(node.func), node


def test_there_is_a_house_to_look_at():
    assert len(sources.modules()) > 100
    assert len(sources.templates()) > 20


def test_every_file_says_in_one_sentence_what_it_holds():
    assert not [
        module.name
        for module in sources.modules()
        if module.tree.body
        and not re.fullmatch(
            r"[^\n]+[.!?]", (ast.get_docstring(module.tree) or "").split("\n\n")[0]
        )
    ]


def test_the_clock_is_read_at_the_edges_only():
    inside = [
        module
        for module in sources.modules()
        if module.room not in EDGES
        and module.part not in EDGE_PARTS
        and module.name not in EDGE_MODULES
    ]
    assert not [
        module.where(node)
        for module in inside
        for name, node in calls(module)
        if name in {"clock.now", "now", "timezone.now", "datetime.now", "date.today"}
    ]


def test_rules_know_neither_tables_nor_clock_nor_settings():
    banned = re.compile(
        r"(django\.(db|conf|core|http|shortcuts|template)|libin\.kernel\.clock|os$|socket)"
    )
    found = []
    for module in sources.modules():
        if module.part != "rules":
            continue
        for node in ast.walk(module.tree):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            found += [f"{module.where(node)} {name}" for name in names if banned.match(name)]
    assert not found


def test_no_signals_generic_keys_or_save_overrides():
    found = []
    for module in sources.modules():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(
                (
                    "django.db.models.signals",
                    "django.dispatch",
                    "django.contrib.contenttypes.fields",
                )
            ):
                found.append(module.where(node))
        if module.part == "models":
            found += [
                f"{module.where(function)} {function.name}"
                for function in module.functions()
                if function.name in {"save", "delete", "__init__"}
                and _is_method_of_table(module, function)
            ]
    assert not found


def _is_method_of_table(module: Module, function: ast.AST) -> bool:
    return any(
        isinstance(node, ast.ClassDef)
        and function in node.body
        and any(dotted(base).endswith(("Record", "Model")) for base in node.bases)
        for node in ast.walk(module.tree)
    )


def test_names_say_what_a_thing_does():
    weak = [
        f"{module.where(node)} {node.name}"
        for module in sources.modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ClassDef)
        and WEAK_NAMES.search(node.name)
        and not node.name.endswith("BaseUserManager")
        and "objects" not in node.name
    ]
    assert not [name for name in weak if "people/models" not in name]
    assert not [module.name for module in sources.modules() if module.path.stem in WEAK_MODULES]


def test_chinese_words_live_in_catalogues_and_data():
    found = []
    for module in sources.modules():
        if any(module.name.startswith(place) for place in CHINESE_IS_DATA):
            continue
        documentation = {
            id(node.body[0].value)
            for node in ast.walk(module.tree)
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
            and node.body
            and isinstance(node.body[0], ast.Expr)
        }
        patterns = {
            id(node)
            for name, call in calls(module)
            if name.startswith("re.")
            for node in ast.walk(call)
        }
        found += [
            f"{module.where(node)} {node.value!r}"
            for node in ast.walk(module.tree)
            if isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in documentation | patterns
            and CHINESE.search(node.value)
        ]
    assert not found


def test_chinese_words_do_not_stand_in_templates():
    found = {
        f"{path.relative_to(sources.PACKAGE)}:{number}"
        for path in sources.templates()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if CHINESE.search(line)
    }
    assert not found


def test_only_named_places_may_call_text_html():
    assert not [
        module.where(node)
        for module in sources.modules()
        for name, node in calls(module)
        if name in MARKS_SAFE and not module.name.startswith(tuple(SAFE_PLACES))
    ]


def test_no_text_of_a_person_is_ever_compiled_as_a_template():
    makers = ("Template", "from_string", "Environment")
    assert not [
        module.where(node)
        for module in sources.modules()
        for name, node in calls(module)
        if name in {"Template", "template.Template"} or name.endswith(f".{makers[1]}")
    ]


def _is_constant(node: ast.AST) -> bool:
    return dotted(node).rpartition(".")[2].isupper()


def _is_put_together(node: ast.AST) -> bool:
    """Whether SQL is made from anything but literals and constants of a module."""
    if isinstance(node, ast.JoinedStr):
        holes = [part.value for part in node.values if isinstance(part, ast.FormattedValue)]
        return not all(map(_is_constant, holes))
    if isinstance(node, ast.BinOp):
        return not all(
            isinstance(side, ast.Constant) or _is_constant(side) for side in (node.left, node.right)
        )
    return (
        isinstance(node, ast.Call)
        and dotted(node.func).endswith(".format")
        and not dotted(node.func).startswith("sql.")
    )


def test_sql_is_never_put_together_from_values():
    found = []
    for module in sources.modules():
        for name, node in calls(module):
            if name.endswith((".raw", ".extra", "RawSQL")):
                found.append(module.where(node))
            if name.endswith(("cursor.execute", "cursor.executemany")) and _is_put_together(
                node.args[0]
            ):
                found.append(module.where(node))
    assert not found


def test_tokens_come_from_the_secrets_module():
    found = [
        module.where(node)
        for module in sources.modules()
        if not module.name.startswith("config/demo")
        for node in ast.walk(module.tree)
        if (isinstance(node, ast.Import) and any(alias.name == "random" for alias in node.names))
        or (isinstance(node, ast.ImportFrom) and node.module == "random")
        or (
            isinstance(node, ast.Attribute)
            and dotted(node) in {"hashlib.md5", "hashlib.sha1", "uuid.uuid1"}
        )
    ]
    assert not found


def test_nothing_a_person_sends_is_evaluated():
    assert not [
        module.where(node)
        for module in sources.modules()
        for name, node in calls(module)
        if name
        in {"eval", "exec", "compile", "pickle.loads", "yaml.load", "marshal.loads", "os.system"}
    ]


def test_tests_are_neither_skipped_nor_expected_to_fail():
    skips = re.compile(r"pytest\.(mark\.)?(skip|skipif|xfail)\b|importorskip")
    here = {"test_code.py"}
    assert not [
        f"{module.name}:{number}"
        for module in sources.test_modules()
        if module.path.name not in here
        for number, line in enumerate(module.text.splitlines(), 1)
        if skips.search(line)
    ]


@pytest.mark.parametrize("pattern", [r"\bTODO\b", r"\bFIXME\b", r"\bXXX\b"])
def test_nothing_is_left_for_later_in_silence(pattern: str):
    later = re.compile(pattern)
    assert not [
        f"{module.name}:{number}"
        for module in sources.modules()
        for number, line in enumerate(module.text.splitlines(), 1)
        if later.search(line)
    ]
