"""The keys that all trust in sigstore's signatures starts from.

They come from sigstore's own repository of keys (TUF, theupdateframework.io), which the library
asks anew in each run: keys are replaced, and no old copy may count without asking. Without a
network there is thus nothing to verify with, unless the user names a file with the keys.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from logging import NullHandler, getLogger
from pathlib import Path
from typing import TYPE_CHECKING

from ...errors import UsageError
from .rekor import PUBLIC_LOG
from .values import Unchecked

if TYPE_CHECKING:
    from sigstore.verify import Verifier

MISSING = "the package sigstore is not installed: pip install 'go-to-wheel[signatures]'"
_NO_KEYS = "sigstore's keys could not be fetched (is there a network?)"
_LARGEST = 4 * 1024 * 1024  # bytes of a file of keys


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """What verifies, and the address of the transparency log that goes with it."""

    verifier: Verifier
    log: str


def open_trust(file: Path | None) -> Trust | Unchecked:
    """What verifies signatures.

    Args:
        file: sigstore's ``trusted_root.json``; None to ask for the keys that hold now.

    Raises:
        UsageError: the file cannot be used.
    """
    try:
        from sigstore.errors import Error
        from sigstore.models import ClientTrustConfig, TrustedRoot
        from sigstore.verify import Verifier
    except ImportError:
        return Unchecked(reason=MISSING, general=True)
    getLogger("sigstore").addHandler(NullHandler())  # its remarks are not for our users
    if file is not None:
        log = log_of(file)
        try:
            root = TrustedRoot.from_file(str(file))
            return Trust(verifier=Verifier(trusted_root=root), log=log)
        except Exception:  # noqa: BLE001 - a file of the user's, and a library of many parts
            raise _unusable(file, "is no trusted_root.json of sigstore") from None
    try:
        config = ClientTrustConfig.production()
        return Trust(verifier=Verifier(trusted_root=config.trusted_root), log=PUBLIC_LOG)
    except (Error, OSError):  # the second where its cache cannot be written
        return Unchecked(reason=_NO_KEYS, general=True)


def log_of(file: Path) -> str:
    """The address of the first transparency log in a file of keys.

    Raises:
        UsageError: the file cannot be used.
    """
    try:
        with file.open("rb") as stream:
            document = json.loads(stream.read(_LARGEST))
        address = document["tlogs"][0]["baseUrl"]
    except OSError as error:
        raise _unusable(file, f"cannot be read: {error.strerror}") from None
    except (ValueError, KeyError, IndexError, TypeError, RecursionError):  # ValueError: also NUL
        raise _unusable(file, "is no trusted_root.json of sigstore") from None
    if not isinstance(address, str):
        raise _unusable(file, "is no trusted_root.json of sigstore")
    return address


def _unusable(file: Path, why: str) -> UsageError:
    return UsageError(
        f"--trusted-root {file} {why}.",
        hint="Leave it out to use the keys that sigstore publishes.",
    )
