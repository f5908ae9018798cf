"""The pages of the reference, from the code itself; run by mkdocs (plugin gen-files)."""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click
import mkdocs_gen_files
import yaml  # type: ignore[import-untyped]

import go_to_wheel
from go_to_wheel import errors
from go_to_wheel.cli.app import application
from go_to_wheel.errors import GoToWheelError
from go_to_wheel.tags import expected_tags
from go_to_wheel.targets import DEFAULT_TARGETS, TARGETS

ROOT = Path(__file__).resolve().parent.parent
SCHEMA = Path(go_to_wheel.__file__).parent / "config" / "schema.json"
WIDTH = 80
"""Of the help texts, in characters."""

# What a reader of the API looks for, in this order; the rest follows below "Values".
_API = {
    "Build": ("build", "plan_build", "with_config", "BuildRequest", "BuildReport", "BuildPlan"),
    "Check": ("check_wheel", "CheckReport", "Problem", "Level"),
    "Inspect": (
        "inspect_wheel",
        "Inspection",
        "Description",
        "TagVerdict",
        "Program",
        "CodeSignature",
        "Library",
        "Bill",
        "RecordState",
        "Effect",
        "EffectKind",
    ),
    "Verify": ("verify_wheels", "VerifyOptions", "Verification", "Verdict", "Finding", "Choice"),
    "Events": (
        "Observer",
        "Event",
        "SourceRead",
        "TargetMoved",
        "Stage",
        "Announced",
        "Fetching",
        "ModuleFetching",
        "LibraryBuilding",
        "ProgramStarted",
        "Warned",
    ),
    "Origin": (
        "OriginRecord",
        "BinaryOrigin",
        "FolderOrigin",
        "ModuleOrigin",
        "ReleaseOrigin",
        "FileOrigin",
        "BuildRecord",
    ),
    "Targets": ("find_target", "select_targets", "TARGETS", "DEFAULT_TARGETS", "Target"),
    "Names and versions": ("parse_distribution_name", "parse_version"),
}


def main() -> None:
    """Write all pages."""
    pages = {
        "command": _command_page(),
        "config": _settings_page(),
        "targets": _targets_page(),
        "action": _action_page(),
        "api": _api_page(),
        "errors": _errors_page(),
        "changelog": (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"),
    }
    for name, text in pages.items():
        with mkdocs_gen_files.open(f"reference/{name}.md", "w") as file:
            file.write(text)


def _command_page() -> str:
    settings = {**application.context_settings, "terminal_width": WIDTH}
    context = application.context_class(application, info_name="go-to-wheel", **settings)
    parts = ["# The command", "What `--help` prints.", _help("go-to-wheel", context)]
    for name in application.list_commands(context):
        command = application.get_command(context, name)
        assert command is not None
        child = command.context_class(command, parent=context, info_name=name)
        parts.append(_help(f"go-to-wheel {name}", child))
    return _joined(parts)


def _help(title: str, context: click.Context) -> str:
    return f"## {title}\n\n```text\n{context.command.get_help(context)}\n```"


def _settings_page() -> str:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    parts = [
        "# Settings",
        (
            "The keys of `[tool.go-to-wheel]` in `pyproject.toml`, from"
            " [the JSON schema](../../packages/go-to-wheel/src/go_to_wheel/config/schema.json)."
            " The metadata is in `[project]`, as for any Python project. The file counts"
            " where it has `[tool.go-to-wheel]`, which may be empty, or names"
            " `go_to_wheel.backend`; one with neither is not used, its `[project]` neither."
            " [What the command line says](command.md#go-to-wheel-build) goes before both."
        ),
    ]
    parts += [_setting(key, value) for key, value in sorted(schema["properties"].items())]
    return _joined(parts)


def _setting(key: str, schema: Mapping[str, Any]) -> str:
    default = schema.get("default", [] if schema["type"] == "array" else None)
    facts = [_type(schema)]
    if default is not None and default != []:
        facts.append(f"default `{_toml(default)}`")
    lines = [f"## {key}", f"*{', '.join(facts)}*", schema["description"]]
    if examples := schema.get("examples"):
        settings = "\n".join(f"{key} = {_toml(example)}" for example in examples)
        lines.append(f"```toml\n{settings}\n```")
    return _joined(lines).rstrip()


def _type(schema: Mapping[str, Any]) -> str:
    if choices := schema.get("enum"):
        return " or ".join(f"`{_toml(choice)}`" for choice in choices)
    kinds = {"array": "array of strings", "boolean": "`true` or `false`", "string": "string"}
    return kinds[schema["type"]]


def _toml(value: object) -> str:
    """A text, a truth value or a list of texts: there JSON is TOML, too."""
    return json.dumps(value, ensure_ascii=False)


def _targets_page() -> str:
    rows = [
        f"| {'**' if target in DEFAULT_TARGETS else ''}`{target.name}`"
        f"{'**' if target in DEFAULT_TARGETS else ''}"
        f" | {target.system}/{target.arch} | {_codes(expected_tags(target, None))}"
        f" | {_codes(target.aliases)} |"
        for target in TARGETS
    ]
    table = ["| target | GOOS/GOARCH | platform tags | also written |", "|---|---|---|---|", *rows]
    return _joined([
        "# Targets",
        ("All targets that have a wheel tag which the Python index accepts. The six in bold are"
        " built when none is named; `--platforms all` builds all of them."),
        "\n".join(table),
        ("The tags are those of a program without C code, compiled by the newest Go; what a wheel"
        " gets is read from its own binary ([Tags](../explanation/tags.md)). `go-to-wheel targets`"
        " prints this table, and `--json` the same for programs."),
    ])  # fmt: skip


def _action_page() -> str:
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    inputs = [
        f"| `{name}` | {told['description']} | {_default(told['default'])} |"
        for name, told in action["inputs"].items()
    ]
    outputs = [f"| `{name}` | {told['description']} |" for name, told in action["outputs"].items()]
    return _joined(
        [
            "# The GitHub action",
            f"{action['description']}. [How to use it](../how-to/ci.md#in-a-workflow-of-your-own).",
            "\n".join(["| input | meaning | default |", "|---|---|---|", *inputs]),
            "\n".join(["| output | meaning |", "|---|---|", *outputs]),
        ]
    )


def _default(value: str) -> str:
    return f"`{value}`" if value else "empty"


def _codes(words: tuple[str, ...] | list[str]) -> str:
    return "<br>".join(f"`{word}`" for word in words)


def _api_page() -> str:
    named = {name for names in _API.values() for name in names}
    others = [
        name for name in go_to_wheel.__all__ if name not in named and not name.startswith("__")
    ]
    parts = [
        "# Python API",
        (
            "Everything here is imported from `go_to_wheel`, and typed. Each error is a"
            " [`GoToWheelError`](errors.md)."
        ),
    ]
    for title, names in {**_API, "Values": tuple(others)}.items():
        parts.append(f"## {title}")
        parts += [f"::: go_to_wheel.{name}" for name in names]
    return _joined(parts)


def _errors_page() -> str:
    codes = {
        0: "everything that was asked for was done; warnings may have been printed",
        1: "something failed, or a wheel is not as it should be",
        2: "the command, a setting or a value was wrong",
        130: "stopped by the user",
    }
    used = {kind.exit_code for kind, _ in _tree(GoToWheelError, 0)}
    assert {0, *used} == set(codes), "a new exit code needs its words"
    table = [f"| {code} | {meaning} |" for code, meaning in codes.items()]
    tree = [
        f"{'    ' * depth}- `{kind.__name__}` ({kind.exit_code}): {_summary(kind)}"
        for kind, depth in _tree(GoToWheelError, 0)
    ]
    return _joined([
        "# Errors and exit codes",
        "An error is one paragraph on standard error: what is wrong, where, and what to do next.",
        "\n".join(["| exit code | meaning |", "|---|---|", *table]),
        "## In Python",
        ("The classes of `go_to_wheel.errors`, with the exit code that each means. An error has"
        " a `message`, a `hint`, which may be empty, and as `detail` what another program said."),
        "\n".join(tree),
    ])  # fmt: skip


def _tree(kind: type[GoToWheelError], depth: int) -> Iterator[tuple[type[GoToWheelError], int]]:
    yield kind, depth
    for child in kind.__subclasses__():
        if child.__module__ == errors.__name__:
            yield from _tree(child, depth + 1)


def _summary(kind: type) -> str:
    return (inspect.getdoc(kind) or "").split("\n\n")[0].replace("\n", " ").rstrip(".")


def _joined(parts: list[str]) -> str:
    return "\n\n".join(parts) + "\n"


main()
