"""What a user should know of a binary that fits its target, but may not start on it."""

from __future__ import annotations

from collections.abc import Sequence

from ..model import BinaryFacts
from ..targets import Arch, System, Target
from .describe import pick


def cautions(facts: Sequence[BinaryFacts], target: Target) -> tuple[str, ...]:
    """What a user should know of a binary that fits its target, but may not start on it.

    Args:
        facts: what ``read_binary`` told.
        target: what the binary is used for.

    Returns:
        Sentences; none for most binaries. macOS 26 refuses what lacks LC_UUID, and
        macOS on arm64 what is not signed, since its first version.
    """
    fact = pick(facts, target.system, target.arch)
    if fact is None or target.system is not System.DARWIN:
        return ()
    said = []
    if not fact.has_uuid:
        said.append(
            f"macOS 26 will refuse the binary for {target.name}: it has no LC_UUID. Go 1.24 and"
            " later write one, unless the linker is given -buildid=."
        )
    if not fact.signed and target.arch is Arch.ARM64:
        said.append(
            f"macOS will refuse the binary for {target.name}: it is not signed. Sign it before"
            " packaging it; Go's linker does by itself, but stripping or packing breaks it."
        )
    return tuple(said)
