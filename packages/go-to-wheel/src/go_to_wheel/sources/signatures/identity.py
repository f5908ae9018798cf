"""Who signed, as the certificate of a signature says; and whether that is the repository.

The certificate's own extensions are described by Fulcio, sigstore's certificate authority
(github.com/sigstore/fulcio, docs/oid-info.md).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # it is imported where a signature is verified: that takes a while
    from cryptography.x509 import Certificate

ISSUER = "https://token.actions.githubusercontent.com"
"""Who vouches for workflows of github.com."""

_FULCIO = "1.3.6.1.4.1.57264.1."
_ISSUER, _ISSUER_OLD = f"{_FULCIO}8", f"{_FULCIO}1"
_REPOSITORY, _REPOSITORY_OLD = f"{_FULCIO}12", f"{_FULCIO}5"
_COMMIT, _COMMIT_OLD = f"{_FULCIO}13", f"{_FULCIO}3"
_REF, _REF_OLD = f"{_FULCIO}14", f"{_FULCIO}6"
_WEB = "https://github.com/"
_WORKFLOW = re.compile(r"https://github\.com/[\w-]+/[\w.-]+/\.github/workflows/[^@]+@.+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who signed.

    Attributes:
        name: the workflow by its address, for example
            ``https://github.com/OWNER/REPO/.github/workflows/release.yml@refs/tags/v1``; of a
            person, the e-mail address.
        issuer: who vouched for that.
        repository: the address of the repository that the workflow ran for; empty where the
            certificate does not say, as for persons.
        commit: the commit that it ran for, in hex.
        ref: its branch or tag.
    """

    name: str
    issuer: str
    repository: str
    commit: str
    ref: str

    @property
    def is_workflow(self) -> bool:
        """Whether it is a workflow of github.com, not a person or a workflow of elsewhere."""
        return self.issuer == ISSUER

    def is_of(self, repository: str) -> bool:
        """Whether it is a workflow that ran for a repository of github.com.

        The workflow itself may be another repository's, which the repository's own workflow
        calls (GitHub's documentation, "Reusing workflows").

        Args:
            repository: ``OWNER/REPO``; GitHub does not tell upper from lower case.
        """
        return (
            self.is_workflow
            and _WORKFLOW.fullmatch(self.name) is not None
            and self.repository.lower() == f"{_WEB}{repository}".lower()
        )


def read_identity(certificate: Certificate) -> Identity:
    """Who signed, as a certificate says that was itself verified.

    Raises:
        ValueError: it cannot be read.
    """
    from cryptography import x509

    values = {
        extension.oid.dotted_string: extension.value.value
        for extension in certificate.extensions
        if isinstance(extension.value, x509.UnrecognizedExtension)
    }

    def value(oid: str, old: str) -> str:
        if oid in values:
            return _der_text(values[oid])
        return values.get(old, b"").decode()

    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    found = [
        *names.get_values_for_type(x509.UniformResourceIdentifier),
        *names.get_values_for_type(x509.RFC822Name),
    ]
    repository = value(_REPOSITORY, _REPOSITORY_OLD)
    if _REPOSITORY not in values and repository:
        repository = f"{_WEB}{repository}"
    return Identity(
        name=found[0] if len(found) == 1 else "",
        issuer=value(_ISSUER, _ISSUER_OLD),
        repository=repository,
        commit=value(_COMMIT, _COMMIT_OLD),
        ref=value(_REF, _REF_OLD),
    )


def _der_text(data: bytes) -> str:
    """The text in a DER UTF8String (X.690, sections 8.1.3 and 8.23)."""
    if len(data) < 2 or data[0] != 0x0C:
        raise ValueError("no UTF8String")
    start, length = 2, data[1]
    if length & 0x80:
        start += length & 0x7F
        length = int.from_bytes(data[2:start])
    if len(data) != start + length:
        raise ValueError("a wrong length")
    return data[start:].decode()
