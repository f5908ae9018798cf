"""What is known of a database's schema, as long as its file stays as it is.

For each page Datasette asks each database for its schema's version, and for its home page for
much more, one thread hop a question. Here the answers are kept until the file is written to:
that is seen from two calls of ``stat``, which need no thread and no connection.
"""

from __future__ import annotations

import re
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any

from .model import Stamp
from .source import settled

_SCHEMA_ONLY = re.compile(
    r"\s*(?:pragma\s+schema_version"
    r"|select\s(?:(?!\bselect\b)[^;])*?\sfrom\s+sqlite_master\b(?!\s*,)"
    r"(?:(?!\b(?:select|join)\b)[^;])*);?\s*",
    re.IGNORECASE,
)
"""A query of the schema's version, or of ``sqlite_master`` and no other table."""
_MOST = 1000
"""Answers that are kept of one database."""

MISSING = object()
"""Stands for an answer that is not known; None is an answer."""


def asks_for_schema(sql: str) -> bool:
    """Whether the answer to this hangs on the schema alone."""
    return _SCHEMA_ONLY.fullmatch(sql) is not None


def key_of(params: object) -> Hashable | None:
    """The parameters of a query as part of a key; None where they cannot be one."""
    try:
        if params is None:
            return ()
        if isinstance(params, dict):
            key: Hashable = tuple(sorted(params.items()))
        else:
            key = tuple(params)  # type: ignore[arg-type]
        hash(key)
    except TypeError:
        return None
    return key


@dataclass(kw_only=True, slots=True)
class Memory:
    """The answers of one database, and the state of its file to which they belong."""

    _stamp: Stamp | None = None
    _answers: dict[Hashable, Any] = field(default_factory=dict)
    _last: dict[Hashable, Any] = field(default_factory=dict)

    def recall(self, key: Hashable, stamp: Stamp | None) -> Any:
        """The answer that was kept, or MISSING.

        Args:
            key: the question.
            stamp: the state of the file now.
        """
        if stamp is None:
            return self.last(key)
        return self._answers.get(key, MISSING) if stamp == self._stamp else MISSING

    def last(self, key: Hashable) -> Any:
        """The last answer, or MISSING, whatever has happened to the file since.

        Datasette asks all databases for each page. One that has gone, or cannot be read for the
        moment, may not break the pages of the others, so these hold until the next scan.
        """
        return self._last.get(key, MISSING)

    def keep(self, key: Hashable, answer: Any, stamp: Stamp | None) -> None:
        """Keep an answer.

        Args:
            key: the question.
            answer: its answer.
            stamp: the state of the file before it was asked. An answer holds only for a file
                that was at rest: the next write might bear the same time.
        """
        if len(self._last) < _MOST or key in self._last:
            self._last[key] = answer
        if stamp is None or not settled(stamp):
            return
        if stamp != self._stamp:
            self._answers = {}
            self._stamp = stamp
        if len(self._answers) < _MOST:
            self._answers[key] = answer
