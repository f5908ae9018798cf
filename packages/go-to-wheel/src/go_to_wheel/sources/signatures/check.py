"""All signatures that a release has for an asset, checked; and what the user asked of them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from threading import Lock

from ...errors import DigestMismatchError, UnsignedError
from ...release import (
    Asset,
    Digest,
    Proof,
    ProofKind,
    Release,
    TrustOptions,
    VerifiedFile,
)
from ..assets.checksums import checksum_files, find_digests
from ..github.api import GitHub
from .attestations import attestations_of
from .bundles import Detached, read_bundle, read_pair
from .files import is_minisign, signature_files
from .minisign import read_key, verify_minisign
from .refs import TagCommits
from .sigstore import Signed, Sigstore
from .trust import log_of
from .values import Subject, Unchecked

_NO_KEY = "no public key was given: use --minisign-key"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureTools:
    """What signatures are checked with.

    Attributes:
        github: hands out attestations.
        read: the content of a small file of the release.
        warn: told of what could not be checked.
    """

    github: GitHub
    read: Callable[[Asset], bytes]
    warn: Callable[[str], None]


class Signatures:
    """Checks the signatures of assets. Any number of threads may use it at once.

    Raises:
        UsageError: the public key of minisign is none, or the file with sigstore's keys.
    """

    def __init__(self, tools: SignatureTools, options: TrustOptions) -> None:
        self._tools = tools
        self._required = options.require_signature
        self._minisign_required = options.require_minisign
        self._key = None if options.minisign_key is None else read_key(options.minisign_key)
        if options.trusted_root is not None:
            log_of(options.trusted_root)  # a slip is told at once, whatever the release holds
        find_commit = TagCommits(tools.github).find
        self._sigstore = Sigstore(tools.github.http, options.trusted_root, find_commit)
        self._lock = Lock()
        self._turns: dict[str, Lock] = {}
        self._done: dict[str, tuple[Proof, ...]] = {}
        self._told: set[str] = set()

    def verify(self, release: Release, asset: Asset, file: VerifiedFile) -> VerifiedFile:
        """The file with the proofs of its signatures added.

        Args:
            release: the release that the asset is of.
            asset: what was downloaded.
            file: where it lies; its digest is already proven.

        Raises:
            SignatureError: a signature is there, and is wrong.
            DigestMismatchError: a signed checksum file gives another digest.
            UnsignedError: none could be verified, though one is required.
            DownloadError: a file with a signature could not be fetched.
            UsageError: the file with sigstore's keys cannot be used.
            Cancelled: the user stopped the run.
        """
        with self._lock:
            turn = self._turns.setdefault(asset.url, Lock())
        with turn:  # one asset may be for several targets
            if asset.url not in self._done:
                self._done[asset.url] = self._verify(_Case(release=release, asset=asset, file=file))
            return replace(file, proofs=(*file.proofs, *self._done[asset.url]))

    def _verify(self, case: _Case) -> tuple[Proof, ...]:
        proofs, doubts = [], []
        for shown, result in self._results(case):
            if isinstance(result, Proof):
                proofs.append(result)
            else:
                doubts.append(self._tell(case, shown, result))
        by_minisign = any(each.how is ProofKind.MINISIGN for each in proofs)
        if self._minisign_required and not by_minisign:
            raise _unsigned(case, "signature of minisign", doubts, "--minisign-key")
        if self._required and not proofs:
            raise _unsigned(case, "signature", doubts, "--require-signature")
        if self._key is not None and not by_minisign:
            self._warn(
                f"The key of minisign has checked nothing: {_unsigned_by_minisign(case)} has no"
                " signature of minisign that could be verified."
            )
        return tuple(proofs)

    def _results(self, case: _Case) -> Iterator[tuple[str, Proof | Unchecked]]:
        """Every signature that covers the asset: how to call it, and what came of it."""
        for subject in self._subjects(case):
            files = signature_files(subject.name, case.files)
            for name in files.bundles:
                yield from self._bundle(case, subject, name)
            for pair in files.pairs:
                yield pair[0], self._pair(case, subject, pair)
            for name in files.minisign:
                yield name, self._minisign(subject, name, self._tools.read(case.files[name]))
        signed = case.signed(ProofKind.ATTESTATION, "", case.subject)
        repository, sha256 = case.release.repository, case.file.sha256
        for found in attestations_of(self._tools.github, repository, sha256):
            result = found if isinstance(found, Unchecked) else self._sigstore.verify(found, signed)
            yield signed.shown, result

    def _subjects(self, case: _Case) -> Iterator[Subject]:
        """The asset, and the checksum files that give its digest, as far as they are signed."""
        yield case.subject
        for name in checksum_files(case.asset.name, tuple(case.files)):
            if not signature_files(name, case.files):
                continue
            content = self._tools.read(case.files[name])
            digests = find_digests(content, file=name, asset=case.asset.name)
            if digests and _agree(case, name, digests):
                sha256 = hashlib.sha256(content).hexdigest()
                yield Subject(name=name, sha256=sha256, content=content)

    def _bundle(
        self, case: _Case, subject: Subject, name: str
    ) -> Iterator[tuple[str, Proof | Unchecked]]:
        content = read_bundle(self._tools.read(case.files[name]), name)
        signed = case.signed(ProofKind.SIGSTORE, name, subject)
        if isinstance(content, Unchecked):
            yield name, content
        elif isinstance(content, Detached):
            yield name, self._sigstore.verify_pair(content, signed)
        elif content is not None:
            yield name, self._sigstore.verify(content, signed)

    def _pair(self, case: _Case, subject: Subject, names: tuple[str, str]) -> Proof | Unchecked:
        signature, certificate = (self._tools.read(case.files[name]) for name in names)
        pair = read_pair(signature, certificate, " with ".join(names))
        if isinstance(pair, Unchecked):
            return pair
        return self._sigstore.verify_pair(pair, case.signed(ProofKind.SIGSTORE, names[0], subject))

    def _minisign(self, subject: Subject, name: str, content: bytes) -> Proof | Unchecked:
        if self._key is None:
            return Unchecked(reason=_NO_KEY, general=True)
        return verify_minisign(subject, content, name, self._key)

    def _tell(self, case: _Case, shown: str, doubt: Unchecked) -> str:
        """Tell of what could not be checked, each thing once; the sentence that says it."""
        what = f"Signatures of {case.where} were" if doubt.general else f"{shown} was"
        message = f"{what} not verified: {doubt.reason}."
        if not self._required:  # else it stands in the error, or another one was right
            self._warn(message)
        return message

    def _warn(self, message: str) -> None:
        with self._lock:
            new = message not in self._told
            self._told.add(message)
        if new:
            self._tools.warn(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """One asset of a release, downloaded."""

    release: Release
    asset: Asset
    file: VerifiedFile

    @property
    def where(self) -> str:
        return f"{self.release.repository} {self.release.tag}"

    @property
    def files(self) -> Mapping[str, Asset]:
        return {asset.name: asset for asset in self.release.assets}

    @property
    def subject(self) -> Subject:
        return Subject(name=self.asset.name, sha256=self.file.sha256, content=self.file.path)

    def signed(self, how: ProofKind, file: str, subject: Subject) -> Signed:
        return Signed(
            how=how,
            file=file,
            subject=subject,
            repository=self.release.repository,
            tag=self.release.tag,
        )


def _unsigned(case: _Case, what: str, doubts: Sequence[str], option: str) -> UnsignedError:
    return UnsignedError(
        f"{case.asset.name} of {case.where} has no {what} that could be verified."
        + "".join(f" {doubt}" for doubt in doubts[:1]),
        hint=f"Leave out {option} to do without.",
    )


def _unsigned_by_minisign(case: _Case) -> str:
    """What to call unsigned: the release, where it has no file of minisign at all."""
    if any(is_minisign(name) for name in case.files):
        return f"{case.asset.name} of {case.where}"
    return case.where


def _agree(case: _Case, name: str, digests: tuple[Digest, ...]) -> bool:
    """Whether a checksum file is right about the asset.

    Raises:
        DigestMismatchError: it is not.
    """
    for digest in digests:
        actual = case.file.sha256
        if digest.algorithm != "sha256":
            with case.file.path.open("rb") as stream:
                actual = hashlib.file_digest(stream, digest.algorithm).hexdigest()
        if actual != digest.hex:
            raise DigestMismatchError(
                f"{case.asset.name} is not what was published: its digest is"
                f" {digest.algorithm}:{actual}, but {name} says {digest}.",
                hint="Nothing of it was used. Ask the project which one is right.",
            )
    return True
