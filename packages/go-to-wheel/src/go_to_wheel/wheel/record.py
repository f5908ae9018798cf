"""RECORD: the list of a wheel's files with their digests and sizes (PEP 376, PEP 427)."""

from __future__ import annotations

import base64
import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass

from ..errors import InvalidWheelError


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordRow:
    """One line of RECORD.

    Attributes:
        path: the member's name in the archive, with ``/``.
        digest: ``sha256=`` and the digest in URL-safe base64 without padding; empty for
            RECORD itself.
        size: the size in bytes; None for RECORD itself.
    """

    path: str
    digest: str = ""
    size: int | None = None


def digest_of(sha256: bytes) -> str:
    """A SHA-256 digest as RECORD spells it."""
    return "sha256=" + base64.urlsafe_b64encode(sha256).rstrip(b"=").decode("ascii")


def render_record(rows: Iterable[RecordRow]) -> bytes:
    """RECORD's bytes: UTF-8, one line a row, LF line ends, quoted as CSV where needed."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for row in rows:
        writer.writerow((row.path, row.digest, "" if row.size is None else row.size))
    return text.getvalue().encode("utf-8")


def parse_record(content: bytes) -> tuple[RecordRow, ...]:
    """Read RECORD's bytes.

    Raises:
        InvalidWheelError: not UTF-8, or a line that has not exactly three fields or has a
            size that is no number.
    """
    try:
        lines = list(csv.reader(io.StringIO(content.decode("utf-8"), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise InvalidWheelError(f"RECORD cannot be read: {error}.") from None
    rows = []
    for number, fields in enumerate(lines, start=1):
        if not fields:
            continue
        if len(fields) != 3 or not (
            fields[2] == "" or (fields[2].isascii() and fields[2].isdigit())
        ):
            raise InvalidWheelError(f"Line {number} of RECORD is not 'path,digest,size'.")
        path, digest, size = fields
        rows.append(RecordRow(path=path, digest=digest, size=int(size) if size else None))
    return tuple(rows)
