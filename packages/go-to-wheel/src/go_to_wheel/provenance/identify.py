"""Which licence a text is, by its SPDX identifier, where that is certain.

A text counts as a licence only if all of it is that licence's text: what is added, left out or
changed makes it unknown. Only what SPDX's matching guidelines (SPDX specification, annex
"License matching guidelines") call no difference is overlooked: white space, case, punctuation,
the marks of lists, copyright notices, titles, and the holder's name where a licence has a place
for it. The texts are those of the library ``identify``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache

from ..metadata import LicenseText
from .license_words import read_text, text_words, without_own_title
from .restricting import LONGEST_NAME, RESTRICTING

LARGEST = 200_000
"""The largest text that is looked at, in bytes; the longest licence has 35,000."""

# Their texts do not say whether a later version may be chosen too, and that is what the
# identifiers with -only and -or-later tell.
_AMBIGUOUS = {"AGPL-3.0", "GPL-2.0", "GPL-3.0", "LGPL-2.1", "LGPL-3.0"}

_FILE_NAMES = ("LICEN", "COPYING", "UNLICEN")
_USUAL = ("MIT", "Apache-2.0", "BSD-3-Clause", "BSD-2-Clause", "ISC", "MPL-2.0")

# A name, in words that conditions are not made of.
_HOLDER = rf"(?:(?!{RESTRICTING} )[^ ]+ ){{1,{LONGEST_NAME}}}?"
# Where a licence has a place for a name, or comes in two wordings: SPDX's own templates.
_VARIANTS: dict[str, tuple[tuple[str, str], ...]] = {
    "BSD": (
        ("the copyright holder nor the names of its contributors",
         f"(?:{_HOLDER}|this (?:project|software|package|library|module) )nor the names of (?:its |the |their |other )?contributors"),
        ("provided by the copyright holders and contributors as is", f"provided by {_HOLDER}as is"),
        ("shall the copyright holder or contributors be", f"shall {_HOLDER}be"),
    ),
    "MIT": (
        ("this permission notice shall", "this permission notice(?: including the next paragraph)? shall"),
        ("shall the authors or copyright holders be", f"shall {_HOLDER}be"),
    ),
    "ISC": (
        ("copy modify and or distribute", "copy modify and (?:or )?distribute"),
        ("the author disclaims", f"{_HOLDER}disclaims?"),
        ("shall the author be", f"shall {_HOLDER}be"),
    ),
}  # fmt: skip
_APPENDIX = re.compile(
    "(?P<body>.*)(?P<end> end of terms and conditions)(?P<advice> appendix .*?)"
    "(?P<notice> licensed under .*)"
)


def identify_license(content: bytes, module: str = "") -> str | None:
    """The SPDX identifier of a licence text; None where it is not certain.

    Args:
        content: the bytes of a licence file.
        module: the path of the Go module that it is of, whose name may stand at the head.
    """
    if len(content) > LARGEST:
        return None
    words = text_words(without_own_title(read_text(content), module))
    return next((name for name in _names() if _is(name, words)), None)


def license_of(texts: Iterable[LicenseText]) -> str | None:
    """The licence of a project by its licence files; None where it is not certain.

    NOTICE, PATENTS, AUTHORS and the like say nothing of it. Two kinds could mean a choice, or
    both.
    """
    named = [text for text in texts if text.path.name.upper().startswith(_FILE_NAMES)]
    known = {identify_license(text.content) for text in named}
    return known.pop() if len(known) == 1 else None


def holds_license(content: bytes) -> bool:
    """Whether a text holds that of a known licence, whatever else stands in it.

    Args:
        content: the bytes of a licence file.
    """
    if len(content) > LARGEST:
        return False
    words = f" {text_words(read_text(content))} "
    return any(_holds(name, words) for name in (*_names(), *sorted(_AMBIGUOUS)))


@cache
def _texts() -> Mapping[str, str]:
    from identify.vendor.licenses import LICENSES  # 300 kB

    return dict(LICENSES)


@cache
def _names() -> tuple[str, ...]:
    """The licences, those first that most Go modules have."""
    others = (name for name in _texts() if name not in _USUAL and name not in _AMBIGUOUS)
    return (*_USUAL, *others)


def _is(name: str, words: str) -> bool:
    known = _known(name)
    return words == known if isinstance(known, str) else bool(known.fullmatch(words))


def _holds(name: str, words: str) -> bool:
    known = _known(name)
    if isinstance(known, str):
        return f" {known} " in words
    return known.search(words) is not None


@cache
def _known(name: str) -> str | re.Pattern[str]:
    """The words of a licence, or a pattern for them where they may vary."""
    words = text_words(_texts()[name])
    pattern = words
    for fixed, flexible in _VARIANTS.get(name.partition("-")[0], ()):
        pattern = pattern.replace(fixed, flexible)
    if parts := _APPENDIX.fullmatch(pattern) if name == "Apache-2.0" else None:
        # The notice that its appendix advises is used in the place of the whole, too.
        body, end, advice, notice = parts.groups()
        pattern = f"{body}(?:{end})?(?:{advice})?(?:{notice})?|{notice.lstrip()}"
    return words if pattern == words else re.compile(pattern)
