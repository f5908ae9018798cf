"""``go-to-wheel check WHEEL...``: would the index and every installer take it?"""

from __future__ import annotations

from pathlib import Path

import click

from ..check import CheckReport, Level, Problem, check_wheel
from ..errors import InvalidWheelError
from . import render
from .help import Command, examples
from .paths import json_option, wheels_argument, wheels_in

_EXAMPLES = examples(
    "go-to-wheel check dist/",
    "go-to-wheel check --json tool-1.2.3-py3-none-win_amd64.whl",
)


@click.command("check", cls=Command, after=[_EXAMPLES])
@wheels_argument
@json_option
def check_command(wheels: tuple[Path, ...], *, as_json: bool) -> int:
    """Check wheels: would the index and every installer take them?

    Any tool may have made them. A folder stands for the wheels in it. Exits with 1
    when a wheel has an error; warnings alone exit with 0.
    """
    reports = [_check(path) for named in wheels for path in wheels_in(named)]
    render.show_checks(reports, as_json=as_json)
    return 1 if any(report.errors for report in reports) else 0


def _check(path: Path) -> CheckReport:
    """Check one wheel; a file that is none must not keep the others from being checked."""
    try:
        return check_wheel(path)
    except InvalidWheelError as error:
        unreadable = Problem(
            level=Level.ERROR,
            rule="unreadable",
            where="",
            message=error.message,
            hint=error.hint,
        )
        return CheckReport(path=path, problems=(unreadable,))
