"""Copyright notices in licence texts, and the names in them. Pure.

A notice is no part of a licence's text (SPDX specification, annex "License matching
guidelines", on copyright notices), so it is left out before texts are compared. Whatever is left
out is not read by anybody, so a line counts as a notice only where all of it is one: the word or
the sign, years, names, how to reach them, "All rights reserved". A line with anything else stays,
and makes the text unknown.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

from .restricting import LONGEST_NAME, leads_to_terms, restricts

_LONGEST_LINE = 300  # characters
_MOST_LOWER = 2  # words of a name in lower case that are not among the usual ones

# The one name of many notices that has such a word in it; and North Carolina.
_FREE = re.compile(r"\bfree(?=\s+software\s+foundation\b)|\bNC(?=,\s+USA\b)", re.IGNORECASE)
# Where a name has "for" in it, one of these tells that it is one.
_KINDS = {
    "agency", "alliance", "association", "authors", "center", "centre", "committee", "consortium",
    "contributors", "council", "developers", "foundation", "initiative", "institute", "laboratory",
    "office", "project", "society", "team",
}  # fmt: skip
_USUAL = {
    "a", "al", "an", "and", "at", "author", "authors", "av", "bin", "by", "collaborators", "community",
    "contributors", "d", "da", "das", "de", "del", "della", "den", "der", "des", "developers", "di",
    "do", "dos", "du", "e", "et", "for", "foundation", "from", "ibn", "in", "la", "le", "maintainers", "members", "of",
    "og", "on", "other", "others", "owners", "project", "san", "santa", "team", "ten", "ter", "the", "to", "und", "van",
    "various", "von", "y", "zu", "zum", "zur",
}  # fmt: skip
_COMPANY = {
    "ab", "ag", "as", "asa", "bv", "co", "company", "corp", "corporation", "gmbh", "inc", "incorporated", "kg", "limited", "llc", "llp",
    "ltd", "nv", "oy", "plc", "pty", "sa", "sarl", "sas", "se", "sl", "spa", "srl",
}  # fmt: skip
_ABBREVIATED = _COMPANY | {"al", "dr", "et", "jr", "mr", "mrs", "ms", "prof", "sr", "st", "univ"}

_PLAIN = str.maketrans("\u2010\u2011\u2012\u2013\u2014\u2018\u2019\u201c\u201d", "-----''\"\"")
_RESERVED = re.compile(r"all\s+rights?\s+reserved[.;]?", re.IGNORECASE)
_START = re.compile(
    r"(?:(?:portions|parts|extensions|additions|modifications)\s+(?:are\s+)?)?"
    r"(?:copyright\b|©|版权所有|版權所有|\(c\)\s*(?:copyright|©|\d{4}\b|[\[{<]\s*(?:year|yyyy)))",
    re.IGNORECASE,
)
_TOKEN = re.compile(
    r"""
      (?P<part>(?:portions|parts|extensions|additions|modifications)(?:\s+are)?(?=\s+(?:copyright|©|\(c\))))
    | (?P<sign>copyright\b|©|\(c\)|版权所有|版權所有)
    | (?P<reserved>all\s+rights?\s+reserved(?!\w))
    | (?P<blank>[\[{<]\s*(?:year|yyyy|full\s?name|name\ of\ (?:the\ )?(?:copyright\ )?(?:owner|author|holder)
        |(?:copyright\ )?(?:owner|holder)s?|name|authors?|e-?mail(?:\ address)?)\s*[\]}>])
    | (?P<list>[(<]?see\ (?:the\ )?(?:authors|contributors|credits|maintainers)(?:\.[a-z]{2,4})?
        (?:\ file)?(?:\ for\ (?:more\ information|details|a\ (?:full\ |complete\ )?list))?[)>]?(?!\w))
    | (?P<reach>[<(\[]\s*(?:mailto:)?[^\s<>()\[\]]+(?:@|\ at\ |\ ?\[at\]\ ?|\ ?\(at\)\ ?)[^\s<>()\[\]]+\s*[>)\]]
        |[<(\[]?\s*(?:https?://|www\.)[^\s<>()\[\]]+\s*[>)\]]?
        |<[\w.-]+\.[a-z]{2,}(?:/[^\s<>]*)?>
        |[<(]?@[\w-]+[>)]?
        |[\w.+-]+@[\w.-]+\w)
    | (?P<year>(?:\d{4}|(?<=\d-)\d{2})(?!\w)|(?:present|now|today)\b)
    | (?P<stop>[.;](?=\s|$))
    | (?P<join>[,&/]|[-|](?=\s)|\band\b)
    | (?P<mark>\s+|[-:'"`()\[\]*+!])
    | (?P<word>[^\s,:;/()<>\[\]{}"!*|]+)
    """,
    re.IGNORECASE | re.VERBOSE,
)  # fmt: skip


def is_notice(line: str) -> bool:
    """Whether a line is a copyright notice, and nothing else.

    Args:
        line: in Unicode's form NFKC, in its own case.
    """
    text = _FREE.sub("The", line.translate(_PLAIN).strip(" \t*#/-=|%_~"))
    if len(text) > _LONGEST_LINE:
        return False
    if _RESERVED.fullmatch(text):
        return True
    return _START.match(text) is not None and _is_well_formed(tuple(_tokens(text)))


def _is_well_formed(tokens: Sequence[tuple[str, str]]) -> bool:
    """Whether a line that begins as a notice goes on as one."""
    if not _has_substance(tokens):
        return False
    names, may_go_on = _Name(), True
    for kind, token in tokens:
        if kind in ("odd", "blank", "reach") and not _is_harmless(kind, token):
            return False
        if kind in ("part", "sign"):
            names, may_go_on = _Name(), True
        elif kind in ("stop", "reserved"):
            may_go_on = False
        elif kind == "join":
            names.is_company = False
        elif kind == "year":
            names.begin_another()
        elif kind == "word":
            if not may_go_on or not names.takes(token):
                return False
            may_go_on = not _ends_sentence(token)
    return True


def _has_substance(tokens: Sequence[tuple[str, str]]) -> bool:
    """Whether there is a year, a sign or a name, not just the end of a sentence of the licence."""
    words = [token.rstrip(".") for kind, token in tokens if kind == "word"]
    plain = {word.casefold() for word in words}
    if "for" in plain and not plain & _KINDS:
        return False
    signs = [
        t for kind, t in tokens if kind in ("year", "blank", "reach") or t in ("©", "(c)", "(C)")
    ]
    return bool(signs) or not all(word[:1].islower() for word in words)


class _Name:
    """A name that is read word by word.

    Attributes:
        is_company: it has come to the word that ends a company's name.
    """

    def __init__(self) -> None:
        self._words = 0
        self._lower = 0
        self.is_company = False

    def begin_another(self) -> None:
        """Between two names stands a year; the words of both together must still be few."""
        self._lower = 0

    def takes(self, word: str) -> bool:
        """Whether the name may go on with a word."""
        plain = word.rstrip(".").casefold()
        self._words += 1
        if plain not in _USUAL and word[:1].islower():
            self._lower += 1
        if (
            (self.is_company and plain not in _COMPANY | _USUAL)
            or self._words > LONGEST_NAME
            or self._lower > _MOST_LOWER
            or not all(map(_is_of_a_name, word))
            or restricts(word)
        ):
            return False
        self.is_company = plain.replace(".", "") in _COMPANY
        return True


def _is_of_a_name(character: str) -> bool:
    return unicodedata.category(character)[0] in "LMN" or character in ".'_-&@+·"


def _ends_sentence(word: str) -> bool:
    """Whether the full stop after a word ends a sentence; it may also shorten the word."""
    if not word.endswith("."):
        return False
    plain = word.rstrip(".").casefold()
    is_initial = len(plain) == 1 or "." in plain
    return not is_initial and plain not in _ABBREVIATED


def _is_harmless(kind: str, token: str) -> bool:
    """Whether an address, or a place to fill in, says nothing more."""
    if kind == "blank":
        return True
    return kind == "reach" and not leads_to_terms(token)


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    """What a line is made of: kind and text; of no kind is ``odd``."""
    at = 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None or not found[0]:
            yield "odd", text[at]
            return
        if found.lastgroup != "mark":
            yield str(found.lastgroup), found[0]
        at = found.end()
