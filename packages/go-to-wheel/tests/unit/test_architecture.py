"""The shape of the code: who imports whom, and who may talk to the world outside."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

import go_to_wheel

SOURCE = Path(go_to_wheel.__file__).parent
OWN = "go_to_wheel"

# What each part imports of the others when it is loaded or called; a part is a module or a folder
# of the package. Read from the bottom: whatever is imported stands further down, but for the
# package itself, which fetches what is public from its home when it is asked for (``_HOMES``).
ALLOWED: dict[str, set[str]] = {
    "__main__": {"cli"},
    "cli": {
        "_version", "binary", "check", "config", "errors", "events", "inspection", "metadata",
        "model", "names", "pipeline", "planning", "provenance", "release", "request", "scaffold",
        "sources", "tags", "targets", "unforeseen", "verification", "wording",
    },
    "backend": {
        "commands", "config", "errors", "events", "made_up", "metadata", "model", "names",
        "pipeline", "request", "scratch", "sdist", "sources", "tags", "targets", "unforeseen",
        "wheel",
    },
    "scaffold": {
        "_version", "config", "errors", "made_up", "metadata", "model", "names", "pipeline",
        "planning", "provenance", "request", "scratch", "sources", "targets", "wording",
    },
    "verification": {
        "_version", "binary", "check", "config", "digests", "errors", "events", "evidence",
        "metadata", "model", "names", "pipeline", "provenance", "release", "request", "scratch",
        "sources", "targets", "wheel",
    },
    "config": {"errors", "metadata", "model", "names", "request", "sources"},
    "pipeline": {
        "cache", "errors", "events", "foreign_options", "making", "model", "planning", "request",
        "scratch", "sources", "targets", "wheel",
    },
    "making": {
        "_version", "binary", "cache", "errors", "events", "evidence", "model", "planning",
        "provenance", "release", "request", "scratch", "sources", "tags", "targets", "wheel",
    },
    "sdist": {
        "cache", "digests", "errors", "events", "metadata", "model", "names", "request", "scratch",
        "sources", "wheel",
    },
    "planning": {
        "commands", "errors", "evidence", "made_up", "metadata", "model", "names", "provenance",
        "request", "sources", "targets", "wheel", "wording",
    },
    "made_up": {"commands", "metadata", "names"},
    "commands": {"errors", "model", "names", "request", "sources"},
    "foreign_options": {"errors", "request", "sources"},
    "request": {"errors", "metadata", "model", "names", "release", "wheel"},
    "evidence": {
        "_version", "cache", "metadata", "model", "provenance", "release", "targets", "wheel",
    },
    "inspection": {"binary", "check", "errors", "model", "provenance", "tags"},
    "check": {
        "binary", "errors", "metadata", "model", "scratch", "tags", "targets", "wheel", "wording",
    },
    "sources": {
        "_version", "binary", "cache", "digests", "errors", "events", "json_fields", "metadata",
        "model", "names", "provenance", "release", "scratch", "tags", "targets", "wording",
    },
    "provenance": {
        "_version", "errors", "json_fields", "metadata", "model", "names", "release", "targets",
    },
    "wheel": {"_version", "cache", "digests", "errors", "metadata", "model", "names"},
    "tags": {"errors", "model", "targets"},
    "binary": {"errors", "model", "targets"},
    "scratch": {"errors"},
    "json_fields": {"errors"},
    "wording": set(),
    "digests": set(),
    "unforeseen": {"errors"},
    "metadata": {"names"},
    "model": {"names", "release", "targets"},
    "names": {"errors"},
    "targets": {"errors"},
    "__init__": {"_version"},
    "cache": set(),
    "events": set(),
    "release": set(),
    "shim": set(),
    "errors": set(),
    "_version": set(),
}  # fmt: skip

# What each folder of sources/ may import of the others. The modules beside them, at the top, are
# for all; they import none, but that the forms of a source look into a go.work.
TOP = ""
SOURCES = {
    # a source each: what a user names becomes binaries
    "releases": {"archive", "assets", "github", "http", "prebuilt", "signatures"},
    "local": {"archive", "assets", "prebuilt", "project"},
    "modules": {"compile", "golang", "project", "zig"},
    "compile": {"git", "golang", "project", "zig"},
    # what they are made of
    "signatures": {"assets", "github", "http"},
    "github": {"http", "project"},
    "prebuilt": {"archive", "assets", "project"},
    "project": {"git"},
    "git": {"golang"},
    "zig": {"golang"},
    "golang": set[str](),
    "archive": set[str](),
    "assets": set[str](),
    "http": set[str](),
    TOP: {"golang"},
}

# Only sources/ starts programs or asks the network; the shim does what a user calls it for.
OUTSIDE = {
    "asyncio", "ftplib", "http", "httpx", "multiprocessing", "requests", "smtplib", "socket",
    "socketserver", "ssl", "subprocess", "urllib", "urllib3", "webbrowser",
}  # fmt: skip


@dataclass(frozen=True)
class Import:
    """One import: what, on which line, and when: on loading, on a call, or for types only."""

    module: str
    line: int
    when: str


@cache
def modules() -> dict[str, Path]:
    """Dotted name → file, for every module of the package."""
    found = {}
    for path in sorted(SOURCE.rglob("*.py")):
        parts = path.relative_to(SOURCE.parent).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


@cache
def tree(module: str) -> ast.Module:
    return ast.parse(modules()[module].read_text(encoding="utf-8"))


def part(module: str) -> str:
    """The part of the package that a module belongs to."""
    return module.split(".")[1] if "." in module else "__init__"


def imports(module: str) -> Iterator[Import]:
    """Every import of a module, wherever it stands."""
    yield from _imports(module, tree(module), "load")


def _imports(module: str, node: ast.AST, when: str) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            yield from (Import(alias.name, child.lineno, when) for alias in child.names)
        elif isinstance(child, ast.ImportFrom):
            base = _base(module, child)
            for alias in child.names:
                inner = f"{base}.{alias.name}"
                name = inner if inner in modules() else base
                yield Import(name, child.lineno, when)
        elif isinstance(child, ast.If) and "TYPE_CHECKING" in ast.dump(child.test):
            yield from _imports(module, child, "types")
        elif isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef) and when == "load":
            yield from _imports(module, child, "call")
        else:
            yield from _imports(module, child, when)


def _base(module: str, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    parts = module.split(".")
    if modules()[module].name == "__init__.py":
        parts.append("__init__")
    return ".".join([*parts[: -node.level], *filter(None, [node.module])])


def everywhere() -> Iterator[tuple[str, ast.AST]]:
    """Every piece of code of the package, and the module that it stands in."""
    for module in modules():
        yield from ((module, node) for node in ast.walk(tree(module)))


def place(module: str, node: ast.AST) -> str:
    return f"{module}:{getattr(node, 'lineno', '?')}"


def names(node: ast.AST) -> str:
    """A dotted name as it stands in the source, for example ``sys.stdout.write``."""
    if isinstance(node, ast.Attribute):
        return f"{names(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def test_the_tests_see_the_whole_package() -> None:
    assert {f"{OWN}.names", f"{OWN}.cli", f"{OWN}.cli.render", f"{OWN}.wheel.zip"} <= set(modules())
    seen = {found.module for found in imports(f"{OWN}.pipeline")}
    assert {f"{OWN}.errors", f"{OWN}.sources.process", "os"} <= seen


def test_every_part_has_its_place() -> None:
    assert {part(module) for module in modules()} <= set(ALLOWED), "add it to ALLOWED"


@pytest.mark.parametrize("table", [ALLOWED, SOURCES], ids=["parts", "sources"])
def test_the_table_itself_has_no_circle(table: dict[str, set[str]]) -> None:
    lower = set[str]()
    rest = {name: set(allowed) - {name} for name, allowed in table.items()}
    while free := {name for name, allowed in rest.items() if allowed <= lower}:
        lower |= free
        rest = {name: allowed for name, allowed in rest.items() if name not in free}
    assert rest == {}


@pytest.mark.parametrize("module", modules())
def test_imports_point_downwards(module: str) -> None:
    own = part(module)
    wrong = [
        f"line {found.line} imports {found.module}"
        for found in imports(module)
        if found.when != "types"  # a value may name what it carries from above
        and found.module.split(".")[0] == OWN
        and found.module != OWN  # the package itself: nothing of ours comes from there
        and part(found.module) not in ALLOWED[own] | {own}
    ]
    assert not wrong, "\n".join(wrong)


def folder(module: str) -> str:
    """The folder of sources/ that a module lies in."""
    inner = modules()[module].relative_to(SOURCE / "sources").parts
    return inner[0] if len(inner) > 1 else TOP


def sources() -> list[str]:
    return [module for module in modules() if part(module) == "sources"]


def test_every_folder_of_sources_has_its_place() -> None:
    assert {folder(module) for module in sources()} == set(SOURCES), "add it to SOURCES"


@pytest.mark.parametrize("module", sources())
def test_the_folders_of_sources_use_each_other_one_way(module: str) -> None:
    own = folder(module)
    wrong = [
        f"line {found.line} imports {found.module}"
        for found in imports(module)
        if found.when != "types"
        and found.module in sources()
        and folder(found.module) not in SOURCES[own] | {own, TOP}
    ]
    assert not wrong, "\n".join(wrong)


def test_no_right_to_import_is_left_over_in_sources() -> None:
    used: dict[str, set[str]] = {name: set() for name in SOURCES}
    for module in sources():
        used[folder(module)] |= {
            folder(found.module) for found in imports(module) if found.module in sources()
        }
    assert {name: used[name] - {name, TOP} for name in SOURCES} == SOURCES


def test_the_tests_of_sources_lie_in_the_same_folders() -> None:
    tests = Path(__file__).with_name("sources")
    found = {path.parent.relative_to(tests).as_posix() for path in tests.rglob("test_*.py")}
    assert found - {"."} == set(SOURCES) - {TOP}


def test_the_table_allows_nothing_that_nobody_imports() -> None:
    made: dict[str, set[str]] = {name: set() for name in ALLOWED}
    for module in modules():
        made[part(module)] |= {
            part(found.module)
            for found in imports(module)
            if found.when != "types" and found.module.startswith(f"{OWN}.")
        } - {part(module)}
    unused = {name: allowed - made[name] for name, allowed in ALLOWED.items()}
    assert {name: rest for name, rest in unused.items() if rest} == {}


def test_nothing_imports_the_public_api_from_within() -> None:
    wrong = [
        f"{module}:{found.line}"
        for module in modules()
        for found in imports(module)
        if found.module == OWN
    ]
    assert not wrong, "\n".join(wrong)


def test_no_modules_import_each_other_in_a_circle() -> None:
    graph = {
        module: {
            found.module
            for found in imports(module)
            if found.when == "load" and found.module in modules() and found.module != module
        }
        for module in modules()
    }
    while free := [module for module, needed in graph.items() if not needed & set(graph)]:
        graph = {module: needed for module, needed in graph.items() if module not in free}
    assert graph == {}


def test_only_sources_start_programs_or_use_the_network() -> None:
    wrong = [
        f"{module}:{found.line} imports {found.module}"
        for module in modules()
        for found in imports(module)
        if part(module) not in {"sources", "shim"}
        and found.module.split(".")[0] in OUTSIDE
        and found.module != "urllib.parse"  # it only takes texts apart
    ]
    assert not wrong, "\n".join(wrong)


READS_ENVIRONMENT = {"os.environ", "os.environb", "os.getenv", "os.getenvb", "os.path.expandvars"}


def test_only_the_edges_read_the_environment() -> None:
    wrong = [
        place(module, node)
        for module, node in everywhere()
        if part(module) not in {"cli", "backend", "request"}
        and (
            names(node) in READS_ENVIRONMENT
            or (isinstance(node, ast.alias) and node.name in {"environ", "getenv", "platformdirs"})
        )
    ]
    assert not wrong, "\n".join(wrong)


def test_programs_are_searched_in_one_place() -> None:
    """``shutil.which`` looks in the current folder too, on Windows: a stranger's project."""
    wrong = [
        place(module, node)
        for module, node in everywhere()
        if names(node) == "shutil.which" or (isinstance(node, ast.alias) and node.name == "which")
    ]
    assert not wrong, "\n".join(wrong)
    searches = {
        part(module)
        for module, node in everywhere()
        if isinstance(node, ast.Call) and names(node.func) == "find_command"
    }
    assert searches == {"sources", "verification"}


def test_git_is_started_in_one_place() -> None:
    """Only there are a repository's own settings kept from starting programs."""
    searches = {
        module
        for module, node in everywhere()
        if isinstance(node, ast.Call)
        and names(node.func) == "find_command"
        and any(isinstance(each, ast.Constant) and each.value == "git" for each in node.args)
    }
    assert searches == {f"{OWN}.sources.git.command", f"{OWN}.verification.clone"}


def test_only_render_prints() -> None:
    wrong = [
        place(module, node)
        for module, node in everywhere()
        if module != f"{OWN}.cli.render"
        and part(module) not in {"shim", "backend"}
        and (
            (isinstance(node, ast.Call) and names(node.func) in {"print", "click.echo", "input"})
            or names(node) in {"sys.stdout", "sys.stderr", "sys.stdin", "logging", "warnings.warn"}
        )
    ]
    assert not wrong, "\n".join(wrong)


def test_only_the_edges_exit_and_handle_signals() -> None:
    wrong = [
        place(module, node)
        for module, node in everywhere()
        if part(module) not in {"cli", "backend", "shim", "__main__"}
        and (
            names(node) in {"sys.exit", "os._exit", "SystemExit", "signal.signal", "os.abort"}
            or (isinstance(node, ast.Call) and names(node.func) in {"exit", "quit"})
        )
    ]
    assert not wrong, "\n".join(wrong)


def test_the_current_folder_is_never_changed() -> None:
    changes = {"os.chdir", "os.fchdir", "os.umask", "os.putenv", "os.unsetenv", "contextlib.chdir"}
    assert [place(*each) for each in everywhere() if names(each[1]) in changes] == []


# With python -O an assertion is not there: it may stand only where no input can make it fail.
ASSERTS = {
    f"{OWN}.cli.text": "the pattern matches the empty text too",
    f"{OWN}.sources.process": "for the type checker: both streams were asked for as pipes",
    f"{OWN}.wheel.shim": "the template is a file of ours, which has each name once",
}


def test_no_assert_stands_where_input_is_read() -> None:
    asserts = [(module, node) for module, node in everywhere() if isinstance(node, ast.Assert)]
    wrong = [place(*each) for each in asserts if each[0] not in ASSERTS]
    assert not wrong, "\n".join(wrong)
    assert {module for module, _ in asserts} == set(ASSERTS)


def test_errors_without_a_meaning_are_never_raised() -> None:
    wrong = [
        place(module, node)
        for module, node in everywhere()
        if isinstance(node, ast.Raise)
        and node.exc is not None
        and names(node.exc.func if isinstance(node.exc, ast.Call) else node.exc)
        in {"AssertionError", "Exception", "BaseException", "RuntimeError", "NotImplementedError"}
    ]
    assert not wrong, "\n".join(wrong)


# They work, rather than only flow: each keeps what it has found, or what is under way. By the part
# of the package, and the name of the class.
UNFROZEN = {
    "making.Job": "the errors of targets, as they come",
    "provenance._Inventory": "the components, each once",
    "sources.GoSource": "what Go could not tell, and what is not as the commit has it",
    "sources.LocalSource": "the files that programs were taken from",
    "sources.Meter": "the bytes that were unpacked so far",
    "sources.Partial": "the bytes of a download that were written so far",
    "sources.Pool": "what is wrong with files on disk",
    "sources.Processes": "the programs that run",
    "sources.ReleaseSource": "the assets that were fetched and verified",
    "sources._Listing": "the files that were seen so far",
    "sources._Read": "the files that were read so far",
    "verification.GoShelf": "the Go versions that were fetched",
    "wheel.Room": "the memory that is taken",
    "wheel.Staging": "where the wheels lie in the end",
    "wheel.ZipWriter": "the members that were written so far",
}
_MUTABLE = {"bytearray", "defaultdict", "deque", "dict", "list", "set"}


def dataclasses() -> Iterator[tuple[str, ast.ClassDef, set[str]]]:
    """Each dataclass: its part and its name, its code, and the options that are set."""
    for module, node in everywhere():
        for decorator in node.decorator_list if isinstance(node, ast.ClassDef) else []:
            if names(getattr(decorator, "func", decorator)) == "dataclass":
                assert isinstance(node, ast.ClassDef)
                given = {each.arg or "" for each in getattr(decorator, "keywords", [])}
                yield f"{part(module)}.{node.name}", node, given


def test_values_are_frozen() -> None:
    """Every dataclass has slots and takes its fields by name; what only flows is frozen."""
    found = list(dataclasses())
    assert [name for name, _, given in found if not {"slots", "kw_only"} <= given] == []
    assert {name for name, _, given in found if "frozen" not in given} == set(UNFROZEN)


def test_what_is_frozen_holds_nothing_that_changes() -> None:
    wrong = [
        f"{name}: {ast.unparse(field)}"
        for name, node, given in dataclasses()
        if "frozen" in given
        for field in node.body
        if isinstance(field, ast.AnnAssign)
        and _MUTABLE & {getattr(each, "id", "") for each in ast.walk(field.annotation)}
    ]
    assert not wrong, "\n".join(wrong)


MOST_PARAMETERS = 5
MOST_LINES = 40
"""Of a function without its docstring, from ``def`` to its end."""


def test_functions_stay_small() -> None:
    def parameters(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
        each = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
        return len([given for given in each if given.arg not in {"self", "cls"}])

    def lines(node: ast.AST) -> int:
        return (getattr(node, "end_lineno", 0) or 0) - getattr(node, "lineno", 0) + 1

    functions = [
        (place(module, node), node)
        for module, node in everywhere()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    assert [where for where, node in functions if parameters(node) > MOST_PARAMETERS] == []
    long = [
        f"{where}: {node.name} has {count} lines"
        for where, node in functions
        for docstring in [lines(node.body[0]) if ast.get_docstring(node) else 0]
        if (count := lines(node) - docstring) > MOST_LINES
    ]
    assert not long, "\n".join(long)


def test_every_module_defers_its_annotations_and_says_what_it_is() -> None:
    for module, path in modules().items():
        assert ast.get_docstring(tree(module)), f"{path} has no docstring"
        statements = tree(module).body[1:]
        code = [node for node in statements if not isinstance(node, ast.Expr)]
        first = next(itertools.chain(code, [None]))
        is_deferred = isinstance(first, ast.ImportFrom) and first.module == "__future__"
        assert is_deferred or not code or part(module) in {"shim", "_version"}, path
