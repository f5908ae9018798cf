"""Is a wheel what it says it is? It is made again from what it names, and compared.

The wheel and its record of origin are not trusted: nothing of them is run, no path of theirs is
opened, and no flag of theirs makes Go run another program.
"""

from __future__ import annotations

from .prove import verify_wheels
from .values import Choice, Finding, Verdict, Verification, VerifyOptions

__all__ = ["Choice", "Finding", "Verdict", "Verification", "VerifyOptions", "verify_wheels"]
