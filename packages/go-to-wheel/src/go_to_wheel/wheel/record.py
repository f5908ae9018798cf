"""RECORD: the list of a wheel's files with their digests and sizes (PEP 376, PEP 427)."""

from __future__ import annotations

import base64
import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass

from ..errors import InvalidWheelError

_BUILD_AGAIN = "The wheel is damaged, or its builder is wrong: build it again, or fetch it again."
_SIZE = re.compile(r"[0-9]{0,20}")  # 64 bits are all that a ZIP file has for it


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
    # Before Python 3.13 a carriage return counts as plain text there.
    careful = csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL)
    for row in rows:
        fields = (row.path, row.digest, "" if row.size is None else str(row.size))
        (careful if "\r" in "".join(fields) else writer).writerow(fields)
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
        raise InvalidWheelError(f"RECORD cannot be read: {error}.", hint=_BUILD_AGAIN) from None
    rows = []
    for number, fields in enumerate(lines, start=1):
        if not fields:
            continue
        if len(fields) != 3 or not _SIZE.fullmatch(fields[2]):
            raise InvalidWheelError(
                f"Line {number} of RECORD is not 'path,digest,size'.", hint=_BUILD_AGAIN
            )
        path, digest, size = fields
        rows.append(RecordRow(path=path, digest=digest, size=int(size) if size else None))
    return tuple(rows)
