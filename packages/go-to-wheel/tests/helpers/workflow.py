"""Workflows and actions of GitHub, read as YAML, and their steps run in a shell of this machine."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]

_EXPRESSION = re.compile(r"\$\{\{ *(.+?) *\}\}")
_OUTPUT = re.compile(
    r"(?m)^(?P<name>[a-z]+)(?:=(?P<line>.*)|<<(?P<end>.+)\n(?P<lines>[^\0]*?)\n(?P=end))$"
)

Document = Mapping[str, Any]


def read_yaml(text: str) -> Document:
    """A document; the key ``on`` keeps its name, which YAML 1.1 takes for true."""
    document: dict[Any, Any] = yaml.safe_load(text)
    return {"on" if key is True else key: value for key, value in document.items()}


def used_actions(document: Document) -> Iterator[str]:
    """The actions that the jobs of a workflow use."""
    for job in document["jobs"].values():
        yield from (step["uses"] for step in job["steps"] if "uses" in step)


def step_named(steps: Sequence[Document], name: str) -> Document:
    """The one step whose name begins so."""
    (found,) = [step for step in steps if str(step.get("name", "")).startswith(name)]
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """How a step ended: its exit code, what it wrote, and the outputs that it set."""

    code: int
    stdout: str
    stderr: str
    outputs: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """A machine that runs steps: a folder, and variables.

    Attributes:
        folder: the folder of the checkout.
        temp: an existing folder for what the steps keep.
        environment: the variables.
        context: expression → its value, for all that the steps' variables name.
    """

    folder: Path
    temp: Path
    environment: Mapping[str, str]
    context: Mapping[str, str] = field(default_factory=dict)

    def run(self, step: Document, **variables: str) -> Ran:
        """Run the script of a step as GitHub does (``shell: bash``, in its documentation)."""
        output = self.temp / "output"
        output.write_text("")
        own = {name: self._value(str(value)) for name, value in step.get("env", {}).items()}
        assert "${{" not in step["run"], "what an expression gives would become a script"
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
            cwd=self.folder,
            env={
                **self.environment,
                "RUNNER_TEMP": str(self.temp),
                "GITHUB_OUTPUT": str(output),
                **own,
                **variables,
            },
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=240,
        )
        return Ran(
            code=done.returncode,
            stdout=done.stdout,
            stderr=done.stderr,
            outputs=_outputs(output.read_text()),
        )

    def _value(self, text: str) -> str:
        return _EXPRESSION.sub(lambda found: self.context[found[1]], text)


def _outputs(text: str) -> dict[str, str]:
    return {
        found["name"]: found["line"] if found["end"] is None else found["lines"]
        for found in _OUTPUT.finditer(text)
    }


def with_first(folder: Path, environment: Mapping[str, str]) -> dict[str, str]:
    """The variables with a folder of programs before all others."""
    return {**environment, "PATH": os.pathsep.join([str(folder), environment["PATH"]])}
