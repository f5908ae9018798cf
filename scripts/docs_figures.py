"""The table and the picture of the comparison, from benchmarks/results.json; run by mkdocs.

``docs/comparison.md`` says by ``<!-- figures: … -->`` where they go.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import matplotlib as mpl
import mkdocs_gen_files
from matplotlib.figure import Figure as Picture
from matplotlib.ticker import FuncFormatter, NullFormatter

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "benchmarks" / "results.json"
PAGE = ROOT / "docs" / "comparison.md"

_COMMAND_OF = "the command of "
_INFORMATION = "(for information)"
PEERS = ("go-to-wheel 0.2", "gowheels", "sqlite-scanner 0.1.1", "datasette-scan 0.1.1")
COLOURS = {"light": ("#1c1e21", "#00796b", "#9aa0a6"), "dark": ("#e2e4e9", "#4db6ac", "#6b7078")}
"""Scheme → colour of the text, of the values, and of the line at 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One line of the results.

    Attributes:
        name: what was measured.
        ours: the median of our values, as text.
        base: the same of what they are compared with.
        what: the name of that.
        ratios: least, median and greatest of ours divided by the base.
        goal: what was aimed at, as text; empty where nothing was.
        reached: whether it was met.
        absolute: whether our value counts by itself, since the goal is an amount or there is none.
    """

    name: str
    ours: str
    base: str
    what: str
    ratios: tuple[float, float, float]
    goal: str
    reached: bool
    absolute: bool

    @property
    def peer(self) -> bool:
        """Whether the base is another tool of this kind."""
        return self.what.startswith(PEERS)

    @property
    def shown_ratios(self) -> tuple[str, str]:
        """The median, and least to greatest; empty where a ratio would mean nothing."""
        if self.absolute and not self.peer:
            return ("", "")
        least, median, greatest = self.ratios
        return (f"**{median:.2f}**", f"{least:.2f} to {greatest:.2f}")


def main() -> None:
    """Write the page and its pictures."""
    results = json.loads(RESULTS.read_text(encoding="utf-8"))
    figures = [_read(document) for document in results["figures"]]
    peers = dict.fromkeys(figure.what for figure in figures if figure.peer)
    by_peer = {peer: [figure for figure in figures if figure.what == peer] for peer in peers}
    parts = {
        "peers": "\n\n".join(f"### {peer}\n\n{_table(of)}" for peer, of in by_peer.items()),
        "others": _table([figure for figure in figures if not figure.peer], named=True),
        "run": f"{results['date']}, {results['go'].replace('go', 'Go ')}, Python"
        f" {results['python']}, {results['system']}, {results['cpus']} processors",
    }
    text = re.sub(
        r"<!-- figures: (\w+) -->", lambda found: parts[found[1]], PAGE.read_text(encoding="utf-8")
    )
    with mkdocs_gen_files.open("comparison.md", "w") as page:
        page.write(text)
    for scheme in COLOURS:
        with mkdocs_gen_files.open(f"assets/comparison-{scheme}.svg", "w") as file:
            file.write(_picture([figure for of in by_peer.values() for figure in of], scheme))


def _read(document: dict[str, Any]) -> Figure:
    unit, goal = document["unit"], document["goal"]
    shown = ""
    if goal:
        shown = _amount(goal["value"], unit) if "value" in goal else f"{goal['ratio']:.2f}"
    ratio = document["ratio"]
    return Figure(
        name=document["figure"],
        ours=_amount(document["ours"]["median"], unit),
        base=_amount(document["base"]["median"], unit),
        what=document["base"]["what"].removeprefix(_COMMAND_OF),
        ratios=(ratio["min"], ratio["median"], ratio["max"]),
        goal=shown,
        reached=document["reached"],
        absolute="value" in (goal or {}) or _INFORMATION in document["figure"],
    )


def _amount(value: float, unit: str) -> str:
    if unit == "bytes":
        return f"{value / 1e6:.2f} MB"
    return f"{value:.2f} {unit}"


def _table(figures: Sequence[Figure], *, named: bool = False) -> str:
    """A table of figures; ``named`` tells with each what it is compared with."""
    head = "| figure | ratio | ours | theirs | least to greatest | goal |"
    rows = []
    for figure in figures:
        ratio, spread = figure.shown_ratios
        rows.append(
            f"| {figure.name}{f', to {figure.what}' if named else ''} | {ratio} | {figure.ours}"
            f" | {figure.base} | {spread} | {figure.goal}{'' if figure.reached else ', missed'} |"
        )
    return "\n".join([head, "|---|--:|--:|--:|--:|--:|", *rows])


def _picture(figures: Sequence[Figure], scheme: str) -> str:
    text, ours, line = COLOURS[scheme]
    settings: Any = {  # its keys are a type of their own, which has no name
        "svg.fonttype": "path",  # looks the same whatever fonts the reader has
        "svg.hashsalt": "go-to-wheel",  # the same bytes each time
        "text.color": text,
        "xtick.color": text,
        "ytick.color": text,
        "font.size": 11,
    }
    with mpl.rc_context(settings):
        picture = Picture(figsize=(8.6, 0.9 + 0.5 * len(figures)), layout="constrained")
        axes = picture.subplots()
        for row, figure in enumerate(reversed(figures)):
            least, median, greatest = figure.ratios
            axes.plot((least, greatest), (row, row), color=ours, linewidth=3, alpha=0.5)
            axes.plot(median, row, "o", color=ours, markersize=8)
            axes.annotate(
                f"{median:.2f}", (median, row), xytext=(0, 8), textcoords="offset points",
                ha="center", color=text, fontsize=9,
            )  # fmt: skip
        axes.axvline(1, color=line, linestyle="--", zorder=0)
        axes.set_xscale("log", base=2)
        axes.xaxis.set_major_formatter(FuncFormatter(_tick))
        axes.xaxis.set_minor_formatter(NullFormatter())
        axes.set_yticks(range(len(figures)))
        axes.set_yticklabels([f"{each.name}\n{each.what}" for each in reversed(figures)])
        axes.set_ylim(-0.6, len(figures) - 0.2)
        axes.margins(x=0.1)  # room for the figures at both ends
        axes.set_xlabel("ours divided by theirs; less is left", color=text)
        axes.tick_params(axis="y", length=0)
        axes.spines[["top", "right", "left"]].set_visible(False)
        axes.spines["bottom"].set_color(line)
        buffer = io.StringIO()
        picture.savefig(buffer, format="svg", transparent=True, metadata={"Date": None})
    return buffer.getvalue()


def _tick(value: float, _position: int | None) -> str:
    """A power of two, as people write it."""
    return f"{value:g}" if value >= 1 else f"1/{1 / value:g}"


main()
