"""Words that conditions are made of, and names are not.

Where a licence leaves a place for a name, or a notice holds one, nobody reads what stands there;
so nothing may stand there that could be a condition. The list is longer than it need be: a name
that is taken for a condition leaves the licence unknown, which is honest.
"""

from __future__ import annotations

import re
import unicodedata

LONGEST_NAME = 12
"""How many words a name has at most."""

# What conditions are made of and names are not, in lower case and without accents; parts of
# patterns. First the beginnings of words, then whole ones; English, then other languages.
_STEMS = """
    affero agpl agree allow attribut ausgenommen authoris authoriz busl charg comerc commerc
    compensat condition confiden consent distribut donat endors ethic eula evaluat except exclu
    excus forbid gpl grant hereb herein indemn kommerz lgpl liab licen[cs] modif noncommerc oblig
    penal permi[ts] personal polyform prevent prohib propriet publish purchas redistribut refus
    reproduc requir restrict revok royalt sspl sublicen subscri surrender terminat transfer
    unauthor unlawful unlicen violat warrant
    erlaub gestatt interdi lizen[sz] nutzung proibi untersag verbot vietat zweck запрещ
    использ коммерч лиценз разреш
"""
_WORDS = """
    abide accept additional(?:ly)? all always any anyone applies apply are ask available be been
    before being bought bsl buy can cannot clause cop(?:y|ies|ied|ying) cost costs could credit
    customers? delete demand destroy does doesn dollars? don dont due each euros? everyone evil expired?
    expires fees? forced free fsl get give gives good had has have however if illegal internal
    invalid is isn keep laws? lease legal let limit make makes may military money must nc
    need(?:s|ed)? neither never no nobody non none nor not nothing notices? obey only otherwise
    owe paid pay(?:s|ing|ment|ments)? per please price(?:s|d)? pricing provided? purposes? rent
    reserved? respect rights? sale secrets? see sell(?:s|ing)? send shall share should sold
    stop students? subject sue sundays? tell terms? than that tos then these this those
    trademarks? trial under unless until upon us usage use[ds]? users? using void want was we
    were when where which while will with within without would you yours?
    bezahlen darf durfen entgelt keine? keine[nr] muss mussen nicht nur ohne pago pas sans
    senza seulement sin solamente solo soltanto unicamente uniquement uso без не нельзя только
"""
# In scripts that set no blanks between words.
_PIECES = """
    不 仅 僅 只 须 須 必 禁 非 勿 免费 免費 许可 許可 授权 授權 商业 商業 商用 使用 用于 专用 付费 付費 收费 费用
    限于 限制 금지 상업 불가
"""

RESTRICTING = (
    rf"(?:(?:{'|'.join(_STEMS.split())})\w*|(?:{'|'.join(_WORDS.split())})(?!\w)"
    rf"|\w*(?:{'|'.join(_PIECES.split())})\w*)"
)
"""A pattern for a word, in lower case, that has no place in a name."""

_RESTRICTING = re.compile(RESTRICTING)
_TERMS = re.compile(r"eula|terms|licen[cs]e")  # also inside of longer words
# First and family names; they look like the words above but for the case.
_GIVEN = {"Can", "Don", "Grant", "Law", "May", "Price", "Will"}


def restricts(word: str) -> bool:
    """Whether a word is one that conditions are made of.

    Args:
        word: in its own case, which tells some first names from other words.
    """
    plain = without_accents(word.casefold())
    parts = re.findall(r"\w+", plain)
    if word.rstrip(".,") in _GIVEN:
        return False
    return any(_RESTRICTING.match(part) for part in (*parts, "".join(parts)))


def leads_to_terms(address: str) -> bool:
    """Whether an address may be that of conditions.

    Args:
        address: of the web or of a mailbox.
    """
    words = re.findall(r"[^\W_]+", address)
    return any(map(restricts, words)) or _TERMS.search(address.casefold()) is not None


def without_accents(text: str) -> str:
    """The text with its letters bare, as far as they are letters with accents."""
    bare = (c for c in unicodedata.normalize("NFKD", text) if unicodedata.category(c) != "Mn")
    return unicodedata.normalize("NFKC", "".join(bare))
