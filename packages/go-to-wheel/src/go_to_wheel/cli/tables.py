"""What a terminal shows, as rich tables. Pure: nothing is printed here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from ..events import Stage
from ..model import BuiltWheel
from ..planning import PlannedTarget
from ..release import Proof, ProofKind
from ..tags import expected_tags
from ..targets import DEFAULT_TARGETS, TARGETS, Target

_SPINNER = Spinner("dots", style="cyan")
_MARKS = {
    Stage.WAITING: Text("·", style="dim"),
    Stage.DONE: Text("✓", style="green"),
    Stage.FAILED: Text("✗", style="red"),
    Stage.STOPPED: Text("·", style="dim"),
}
_SIGNATURES = {
    ProofKind.ATTESTATION: "attestation",
    ProofKind.SIGSTORE: "sigstore signature",
    ProofKind.MINISIGN: "minisign signature",
}


def progress_table(
    targets: Sequence[Target],
    stages: Mapping[str, Stage],
    notes: Mapping[str, str],
    wheels: Mapping[str, BuiltWheel],
) -> Table:
    """One line for each target: how far it is, in a mark and a note, and what came of it."""
    table = Table.grid(padding=(0, 2, 0, 0))
    for column in ("mark", "target", "tag", "size", "seconds", "signed"):
        right = column in ("size", "seconds")
        table.add_column(justify="right" if right else "left", no_wrap=column != "tag")
    for target in targets:
        stage = stages.get(target.name, Stage.WAITING)
        wheel = wheels.get(target.name)
        table.add_row(
            _MARKS.get(stage, _SPINNER),
            target.name,
            short_tags(wheel.tags) if wheel else Text(notes.get(target.name, stage), style="dim"),
            size_text(wheel.size) if wheel else "",
            f"{wheel.seconds:.1f} s" if wheel else "",
            signed_text(wheel.proofs) if wheel else "",
        )
    return table


def plan_table(targets: Sequence[PlannedTarget]) -> Table:
    """The targets of a plan and the tags that are expected for them."""
    from_files = any(planned.origin for planned in targets)
    table = _table("target", "expected platform tags", *(["from"] if from_files else []))
    for planned in targets:
        row = [planned.target.name, "\n".join(planned.expected_tags)]
        table.add_row(*row, *([planned.origin] if from_files else []))
    return table


def targets_table() -> Table:
    """The table of targets; those built by default have a mark."""
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
    platforms = [tag.split("-", 2)[2] for tag in tags]
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


def _table(*columns: str) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold", pad_edge=False)
    for column in columns:
        # A digest cut short is none, and a name of a target in two pieces cannot be copied.
        table.add_column(column, overflow="fold", no_wrap=column == "target")
    return table
