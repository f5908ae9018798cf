"""What a terminal shows, as rich tables. Pure: nothing is printed here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from ..planning import PlannedTarget
from ..release import Proof, ProofKind
from ..tags import expected_tags
from ..targets import DEFAULT_TARGETS, TARGETS
from .text import visible

_SIGNATURES = {
    ProofKind.ATTESTATION: "attestation",
    ProofKind.SIGSTORE: "sigstore signature",
    ProofKind.MINISIGN: "minisign signature",
}


NARROW = 74
"""In columns: below that a table's own columns are too thin to read, and it is a list instead."""


def plan_table(targets: Sequence[PlannedTarget], width: int) -> RenderableType:
    """The targets of a plan and the tags that are expected for them.

    Args:
        targets: those of the plan.
        width: the columns of the terminal.
    """
    if width < NARROW:
        return _listing(
            (planned.target.name, [*planned.expected_tags, visible(planned.origin)])
            for planned in targets
        )
    from_files = any(planned.origin for planned in targets)
    table = _table("target", "expected platform tags", *(["from"] if from_files else []))
    for planned in targets:
        row = [planned.target.name, "\n".join(planned.expected_tags)]
        table.add_row(*row, *([Text(visible(planned.origin))] if from_files else []))
    return table


def targets_table(width: int) -> RenderableType:
    """The table of targets; those built by default have a mark.

    Args:
        width: the columns of the terminal.
    """
    if width < NARROW:
        return _listing(
            (
                f"{'* ' if target in DEFAULT_TARGETS else ''}{target.name}",
                [*expected_tags(target, None), *(f"or {alias}" for alias in target.aliases)],
            )
            for target in TARGETS
        )
    table = _table("", "target", "GOOS/GOARCH", "platform tags", "also written")
    for target in TARGETS:
        table.add_row(
            "*" if target in DEFAULT_TARGETS else "",
            target.name,
            f"{target.system}/{target.arch}",
            "\n".join(expected_tags(target, None)),
            "\n".join(target.aliases),
        )
    return table


def short_tags(tags: Sequence[str]) -> str:
    """Platform tags in the room that a line has: the first, and how many more there are."""
    return short_platforms([tag.split("-", 2)[2] for tag in tags])


def short_platforms(platforms: Sequence[str]) -> str:
    """The same for what stands last in a tag; empty where there are none."""
    if not platforms:
        return ""
    best = next((tag for tag in platforms if tag.startswith("manylinux_")), platforms[0])
    return f"{best} +{len(platforms) - 1}" if len(platforms) > 1 else best


def signed_text(proofs: Sequence[Proof]) -> str:
    """By what signatures the files of a wheel were verified; empty where by none."""
    kinds = dict.fromkeys(proof.how for proof in proofs if proof.is_signature)
    return f"{' and '.join(_SIGNATURES[kind] for kind in kinds)} verified" if kinds else ""


def proof_text(proof: Proof) -> str:
    """One thing that bytes were verified by, with who signed, in one line."""
    kind = str(proof.how).replace("-", " ")
    by = ", ".join(filter(None, [proof.file, proof.identity]))
    return f"verified by {kind}{f': {by}' if by else ''}"


def size_text(size: int) -> str:
    """A size in bytes for people: MB are millions of bytes."""
    if size >= 1_000_000:
        return f"{size / 1_000_000:.1f} MB"
    return f"{size / 1_000:.1f} kB"


def _listing(entries: Iterable[tuple[str, Iterable[str]]]) -> Text:
    """Headings, each with lines below it."""
    text = Text()
    for heading, lines in entries:
        text.append(f"{heading}\n", style="bold")
        text.append("".join(f"    {line}\n" for line in lines if line))
    text.rstrip()
    return text


def _table(*columns: str) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold", pad_edge=False)
    for column in columns:
        # A digest cut short is none, and a name of a target in two pieces cannot be copied.
        table.add_column(column, overflow="fold", no_wrap=column == "target")
    return table
