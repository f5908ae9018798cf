"""Signatures of a release's files, with the real command and the real library of sigstore."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from packaging.version import Version

from go_to_wheel.cache import Cache
from go_to_wheel.errors import DigestMismatchError, SignatureError, UnsignedError
from go_to_wheel.events import watch_nothing
from go_to_wheel.inspection import inspect_wheel
from go_to_wheel.metadata import Metadata
from go_to_wheel.names import CommandName
from go_to_wheel.provenance.origin import ReleaseOrigin
from go_to_wheel.release import ProofKind, ReleaseOptions, TrustOptions, VerifiedFile
from go_to_wheel.sources.context import Context
from go_to_wheel.sources.forms import GitHubRelease
from go_to_wheel.sources.github.api import open_github
from go_to_wheel.sources.process import Processes
from go_to_wheel.sources.releases.downloads import Downloads
from go_to_wheel.sources.releases.opening import open_release
from go_to_wheel.sources.signatures import Signatures, SignatureTools
from go_to_wheel.targets import find_target
from helpers import github_faults as faults
from helpers.archives import LINUX_AMD64, LINUX_ARM64, pack, program, text
from helpers.clock import FakeClock
from helpers.github_documents import HostedAsset
from helpers.github_server import GitHubServer, a_release, hosting
from helpers.listing import listing
from helpers.minisigned import MinisignPair
from helpers.released import against, checksums
from helpers.sigstore_world import COMMIT, Claims, SigstoreWorld
from helpers.tool import Outcome, Tool

GH = "gh:octo-org/tool"
TOOL = "tool_1.2.3_linux_amd64.tar.gz"
OTHER = "tool_1.2.3_linux_arm64.tar.gz"
BRANCH = Claims(ref="refs/heads/main")
PERSON = Claims(email="octo@example.com", issuer="https://github.com/login/oauth")


def _archive(name: str, content: bytes) -> HostedAsset:
    return HostedAsset(
        name=name, content=pack("tar.gz", [text("LICENSE"), program("tool", content)])
    )


def _bytes(asset: HostedAsset) -> bytes:
    assert isinstance(asset.content, bytes)
    return asset.content


@dataclass(frozen=True, kw_only=True)
class Release:
    """A release for two targets with a checksum file, and a sigstore.

    Attributes:
        server: hosts both.
        root: the file with the sigstore's keys.
        folder: a folder of the test's own.
    """

    server: GitHubServer
    world: SigstoreWorld
    root: Path
    folder: Path

    @property
    def assets(self) -> list[HostedAsset]:
        return self.server.repositories[0].releases[0].assets

    def asset(self, name: str = TOOL) -> HostedAsset:
        (found,) = [asset for asset in self.assets if asset.name == name]
        return found

    def content(self, name: str = TOOL) -> bytes:
        return _bytes(self.asset(name))

    def add(self, name: str, content: bytes | object) -> None:
        """Add a file; what is no bytes becomes JSON."""
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.assets.append(HostedAsset(name=name, content=body))

    def attest(self, name: str = TOOL, claims: Claims | None = None, **options: str) -> None:
        """Let GitHub have an attestation of a file."""
        sha256 = self.asset(name).sha256
        bundle = self.world.attest(sha256, claims, **options)
        self.server.repositories[0].attestations.setdefault(sha256, []).append(bundle)

    def log(self) -> None:
        """Let the log hand out all that was signed."""
        self.server.log[:] = [signature.answer for signature in self.world.signed]

    def check(self, name: str = TOOL, *, root: bool = True, **trust: object) -> Checked:
        """Fetch an asset and check its signatures, in this process."""
        options = TrustOptions(trusted_root=self.root if root else None)
        told: list[str] = []
        github = open_github(
            {"GITHUB_API_URL": self.server.api_url}, cancelled=lambda: False, clock=FakeClock()
        )
        try:
            release = github.latest_release("octo-org/tool")
            downloads = Downloads(github.http, Cache(), self.folder / "scratch")
            tools = SignatureTools(github=github, read=downloads.text, warn=told.append)
            signatures = Signatures(tools, replace(options, **trust))  # type: ignore[arg-type]
            asset = next(each for each in release.assets if each.name == name)
            file = downloads.fetch(release, asset, allow_unverified=True)
            first = signatures.verify(release, asset, file)
            assert signatures.verify(release, asset, file) == first
        finally:
            github.http.close()
        return Checked(file=first, told=tuple(told))


@dataclass(frozen=True, kw_only=True)
class Checked:
    """A file whose signatures were checked, and what was told meanwhile."""

    file: VerifiedFile
    told: tuple[str, ...]

    @property
    def signatures(self) -> list[tuple[str, str, str]]:
        """How, by which file, and what that covers."""
        proofs = [proof for proof in self.file.proofs if proof.is_signature]
        return [(str(proof.how), proof.file, proof.covers) for proof in proofs]


@pytest.fixture
def release(tmp_path: Path) -> Iterator[Release]:
    world = SigstoreWorld()
    assets = [_archive(TOOL, LINUX_AMD64), _archive(OTHER, LINUX_ARM64)]
    with hosting(a_release(*assets, checksums(assets))) as server:
        root = world.trusted_root(tmp_path / "trusted_root.json", log_url=server.log_url)
        yield Release(server=server, world=world, root=root, folder=tmp_path)


# --- what is right ----------------------------------------------------------------------


def test_digests_are_proofs_too_but_no_signatures(release: Release) -> None:
    checked = release.check()
    assert [(proof.how, proof.file) for proof in checked.file.proofs] == [
        (ProofKind.API_DIGEST, ""),
        (ProofKind.CHECKSUM_FILE, "checksums.txt"),
    ]
    assert (checked.signatures, checked.told) == ([], ())


def test_an_attestation_proves_an_asset(release: Release) -> None:
    release.attest()
    checked = release.check(require_signature=True)
    assert checked.signatures == [("attestation", "", TOOL)]
    assert checked.file.proofs[-1].identity == Claims().identity


@pytest.mark.parametrize("ending", [".sigstore.json", ".sigstore", ".bundle"])
@pytest.mark.parametrize("name", [TOOL, "checksums.txt"])
def test_a_bundle_proves_an_asset_also_through_its_checksum_file(
    release: Release, name: str, ending: str
) -> None:
    release.add(f"{name}{ending}", release.world.sign(release.content(name)).bundle())
    checked = release.check(require_signature=True)
    assert checked.signatures == [("sigstore", f"{name}{ending}", name)]


def test_a_bundle_may_hold_an_attestation(release: Release) -> None:
    release.add(f"{TOOL}.sigstore.json", release.world.attest(release.asset().sha256))
    assert release.check().signatures == [("sigstore", f"{TOOL}.sigstore.json", TOOL)]


@pytest.mark.parametrize("name", [TOOL, "checksums.txt"])
def test_cosign_s_old_bundle_is_looked_up_in_the_log(release: Release, name: str) -> None:
    release.world.sign(b"something before")
    release.add(f"{name}.bundle", release.world.sign(release.content(name)).cosign())
    release.log()
    assert release.check().signatures == [("sigstore", f"{name}.bundle", name)]
    assert release.server.count("/rekor/") == 1


def test_a_signature_with_its_certificate_is_looked_up_in_the_log(release: Release) -> None:
    signed = release.world.sign(release.content("checksums.txt"))
    again = replace(signed, entry={**signed.entry, "logIndex": "9"}, logged_at=2_000_000_000)
    release.add("checksums.txt.sig", _base64(signed.signature))
    release.add("checksums.txt.pem", _base64(signed.pem))
    release.server.log[:] = [again.answer, signed.answer]  # anyone may log it again
    checked = release.check()
    assert checked.signatures == [("sigstore", "checksums.txt.sig", "checksums.txt")]
    assert checked.file.proofs[-1].log_index == 0


def _base64(data: bytes) -> bytes:
    import base64

    return base64.b64encode(data) + b"\n"


@pytest.mark.parametrize("hashed", [True, False])
@pytest.mark.parametrize("name", [TOOL, "checksums.txt"])
def test_minisign_proves_an_asset_also_through_its_checksum_file(
    release: Release, name: str, hashed: bool
) -> None:
    pair = MinisignPair()
    comment = f"timestamp:1767323045\tfile:{name}"
    signature = pair.sign(release.content(name), hashed=hashed, comment=comment)
    release.add(f"{name}.minisig", signature)
    checked = release.check(minisign_key=pair.public, require_signature=True)
    assert checked.signatures == [("minisign", f"{name}.minisig", name)]


def test_minisign_without_a_file_s_name_proves_its_bytes(release: Release) -> None:
    pair = MinisignPair()
    release.add(f"{TOOL}.minisig", pair.sign(release.content()))
    checked = release.check(minisign_key=pair.public, require_signature=True)
    assert checked.signatures == [
        ("minisign", f"{TOOL}.minisig", f"sha256:{release.asset().sha256}")
    ]


def test_a_key_that_checks_nothing_is_told(release: Release, tool: Tool) -> None:
    release.attest()
    pair = MinisignPair()
    done = _run(release, tool, "--minisign-key", pair.public)
    words = "The key of minisign has checked nothing: octo-org/tool v1.2.3 has no signature of"
    assert done.code == 0
    assert done.stderr.count(words) == 1

    release.add(f"{OTHER}.minisig", pair.sign(release.content(OTHER)))
    words = f"has checked nothing: {TOOL} of octo-org/tool v1.2.3 has no signature of minisign"
    assert words in _run(release, tool, "--minisign-key", pair.public).stderr

    release.add(f"{TOOL}.minisig", pair.sign(release.content()))
    assert "nothing" not in _run(release, tool, "--minisign-key", pair.public).stderr


def test_a_signature_that_is_required_is_one_by_the_key_that_is_given(
    release: Release, tool: Tool
) -> None:
    release.attest()
    pair = MinisignPair()
    assert _run(release, tool, "--require-signature").code == 0
    refused = _run(release, tool, "--require-signature", "--minisign-key", pair.public)
    refused.refused(1, f"{TOOL} of octo-org/tool v1.2.3 has no signature of minisign", "Leave out")
    release.add(f"{TOOL}.minisig", pair.sign(release.content()))
    assert _run(release, tool, "--require-signature", "--minisign-key", pair.public).code == 0


def test_all_that_is_there_is_checked(release: Release) -> None:
    pair = MinisignPair()
    release.attest()
    release.add(f"{TOOL}.minisig", pair.sign(release.content()))
    release.add(
        "checksums.txt.sigstore", release.world.sign(release.content("checksums.txt")).bundle()
    )
    found = {how for how, _, _ in release.check(minisign_key=pair.public).signatures}
    assert found == {"attestation", "sigstore", "minisign"}


def test_the_signature_of_another_asset_is_not_asked_for(release: Release) -> None:
    release.add(f"{OTHER}.sigstore.json", b"damaged")
    assert release.check().signatures == []
    with pytest.raises(SignatureError):
        release.check(OTHER)


@pytest.mark.parametrize("between", [0, 1, 2])
def test_an_attestation_made_on_a_branch_proves_the_tag_s_own_commit(
    release: Release, between: int
) -> None:
    """``workflow_dispatch`` on main is common; an annotated tag is an object of its own."""
    (hosted,) = release.server.repositories
    hosted.commits["v1.2.3"], hosted.annotated["v1.2.3"] = COMMIT, between
    release.attest(claims=BRANCH)
    release.attest(OTHER, claims=BRANCH)
    checked = release.check(require_signature=True)
    assert checked.signatures == [("attestation", "", TOOL)]
    assert checked.file.proofs[-1].source_ref == "refs/heads/main"
    assert release.server.count("/git/") == 1 + between


def test_a_tag_s_commit_is_not_asked_for_where_the_tag_itself_is_named(release: Release) -> None:
    release.attest()
    release.check(require_signature=True)
    assert release.server.count("/git/") == 0


# --- what is wrong ----------------------------------------------------------------------


def test_a_file_that_was_replaced_with_its_digests_is_caught(release: Release) -> None:
    """Whoever can replace a release's files has everything but the workflow's identity."""
    release.add(f"{TOOL}.sigstore.json", release.world.sign(release.content()).bundle())
    release.asset().content = _bytes(_archive(TOOL, LINUX_AMD64 + b"!"))
    archives = [release.asset(), release.asset(OTHER)]
    release.asset("checksums.txt").content = checksums(archives).content
    with pytest.raises(SignatureError, match=f"no valid signature of {TOOL}"):
        release.check()


def test_a_checksum_file_that_was_replaced_is_caught(release: Release) -> None:
    signed = release.world.sign(release.content("checksums.txt"))
    release.add("checksums.txt.sigstore.json", signed.bundle())
    release.asset("checksums.txt").content = release.content("checksums.txt") + b"\n"
    with pytest.raises(SignatureError, match=r"no valid signature of checksums\.txt"):
        release.check()


def test_an_attestation_by_another_repository_is_an_error(release: Release) -> None:
    release.attest(claims=Claims(repository="evil/tool"))
    with pytest.raises(SignatureError, match="evil/tool"):
        release.check()


def test_a_signed_checksum_file_counts_only_for_what_it_lists(release: Release) -> None:
    content = checksums([release.asset(OTHER)]).content
    assert isinstance(content, bytes)
    release.asset("checksums.txt").content = content
    release.add("checksums.txt.sigstore.json", release.world.sign(content).bundle())
    assert release.check().signatures == []
    assert len(release.check(OTHER).signatures) == 1
    with pytest.raises(UnsignedError):
        release.check(require_signature=True)


def test_one_wrong_signature_among_right_ones_is_an_error(release: Release) -> None:
    release.attest()
    release.add(f"{TOOL}.bundle", release.world.sign(b"other").bundle())
    with pytest.raises(SignatureError, match=r"tool_1\.2\.3_linux_amd64\.tar\.gz\.bundle"):
        release.check()


@pytest.mark.parametrize("form", ["bundle", "pair"])
def test_a_detached_signature_of_other_bytes_is_an_error(release: Release, form: str) -> None:
    signed = release.world.sign(b"other")
    release.log()
    if form == "bundle":
        release.add(f"{TOOL}.bundle", signed.cosign())
    else:
        release.add(f"{TOOL}.sig", _base64(signed.signature))
        release.add(f"{TOOL}.pem", signed.pem)
    with pytest.raises(SignatureError, match="no valid signature"):
        release.check()
    assert release.server.count("/rekor/") == 0


def test_a_log_entry_of_another_signature_is_an_error(release: Release) -> None:
    release.world.sign(release.content())
    second = release.world.sign(release.content())
    wrong = {**release.world.signed[0].answer, "logIndex": 1}
    release.add(f"{TOOL}.bundle", second.cosign())
    release.server.log[:] = [wrong]
    with pytest.raises(SignatureError, match="no valid signature"):
        release.check()


def test_a_signed_checksum_file_with_another_digest_is_an_error(release: Release) -> None:
    wrong = f"{'0' * 128}  {TOOL}\n".encode()
    release.add("sha512sums.txt", wrong)
    release.add("sha512sums.txt.sigstore", release.world.sign(wrong).bundle())
    with pytest.raises(DigestMismatchError, match=r"sha512sums\.txt says sha512:000"):
        release.check()


def test_minisign_by_another_key_is_an_error(release: Release) -> None:
    release.add(f"{TOOL}.minisig", MinisignPair().sign(release.content()))
    with pytest.raises(SignatureError, match="no signature of"):
        release.check(minisign_key=MinisignPair().public)


def test_an_old_file_under_a_new_name_with_its_own_minisign_signature_is_an_error(
    release: Release,
) -> None:
    pair = MinisignPair()
    comment = "timestamp:1767323045\tfile:tool_1.2.2_linux_amd64.tar.gz"
    release.add(f"{TOOL}.minisig", pair.sign(release.content(), comment=comment))
    with pytest.raises(SignatureError, match=r"tool_1\.2\.2_linux_amd64\.tar\.gz, not of"):
        release.check(minisign_key=pair.public)


@pytest.mark.parametrize("form", ["attestation", "bundle", "attestation in a bundle", "minisign"])
def test_a_signature_of_another_asset_is_caught_by_its_digest(release: Release, form: str) -> None:
    """Replayed for an asset it was not made for, by the same workflow or the same key."""
    pair = MinisignPair()
    attested = release.world.attest(release.asset(OTHER).sha256, name=TOOL)
    if form == "attestation":
        release.server.repositories[0].attestations[release.asset().sha256] = [attested]
    elif form == "bundle":
        bundle = release.world.sign(release.content(OTHER)).bundle()
        release.add(f"{TOOL}.sigstore.json", bundle)
    elif form == "minisign":
        release.add(f"{TOOL}.minisig", pair.sign(release.content(OTHER)))
    else:
        release.add(f"{TOOL}.sigstore.json", attested)
    with pytest.raises(SignatureError, match=r"no (?:valid )?signature of"):
        release.check(minisign_key=pair.public)


def test_a_certificate_that_was_expired_when_it_signed_is_an_error(release: Release) -> None:
    release.attest(claims=Claims(late=timedelta(hours=1)))
    with pytest.raises(SignatureError, match="no valid signature"):
        release.check()


@pytest.mark.parametrize("form", ["attestation", "bundle", "pair"])
def test_a_certificate_of_another_sigstore_never_counts(release: Release, form: str) -> None:
    foreign = SigstoreWorld()
    signed = foreign.sign(release.content())
    if form == "attestation":
        sha256 = release.asset().sha256
        release.server.repositories[0].attestations[sha256] = [foreign.attest(sha256)]
    elif form == "bundle":
        release.add(f"{TOOL}.sigstore.json", signed.bundle())
    else:
        release.add(f"{TOOL}.sig", _base64(signed.signature))
        release.add(f"{TOOL}.pem", signed.pem)
        release.server.log[:] = [signed.answer]
    with pytest.raises(SignatureError, match="no valid signature"):
        release.check()


@pytest.mark.parametrize("kind", ["hashedrekord", "dsse"])
def test_a_bundle_with_the_log_entry_of_another_signature_is_an_error(
    release: Release, kind: str
) -> None:
    bundles: list[dict[str, Any]] = [
        release.world.sign(release.content()).bundle()
        if kind == "hashedrekord"
        else release.world.attest(release.asset().sha256)
        for _ in range(2)
    ]
    first, second = (bundle["verificationMaterial"] for bundle in bundles)
    first["tlogEntries"] = second["tlogEntries"]
    release.add(f"{TOOL}.sigstore.json", bundles[0])
    with pytest.raises(SignatureError, match="no valid signature"):
        release.check()


# --- what can be neither ------------------------------------------------------------------


def test_a_required_signature_that_is_absent_is_an_error(release: Release) -> None:
    release.attest(OTHER)
    with pytest.raises(UnsignedError, match=f"{TOOL} of octo-org/tool v1.2.3 has no signature"):
        release.check(require_signature=True)


@pytest.mark.parametrize("name", [TOOL, "checksums.txt"])
def test_minisign_without_a_key_is_told_of(release: Release, name: str) -> None:
    release.add(f"{name}.minisig", MinisignPair().sign(release.content(name)))
    assert "--minisign-key" in " ".join(release.check().told)
    with pytest.raises(UnsignedError, match="--minisign-key"):
        release.check(require_signature=True)


def test_what_was_signed_with_a_bare_key_is_told_of(release: Release) -> None:
    release.add(f"{TOOL}.sig", b"aGVsbG8=")
    release.add(f"{TOOL}.pem", b"-----BEGIN PUBLIC KEY-----\nMFkw\n-----END PUBLIC KEY-----\n")
    release.add("checksums.txt.bundle", {"base64Signature": "aGVsbG8="})
    checked = release.check()
    assert checked.signatures == []
    assert [f"{TOOL}.sig was not verified" in checked.told[0], len(checked.told)] == [True, 2]


def test_a_server_that_knows_no_attestations_has_none(release: Release) -> None:
    release.server.fail("/attestations/", faults.status(404), times=99)
    assert release.check().told == ()


def test_a_person_s_signature_is_told_of(release: Release) -> None:
    bundle = release.world.sign(release.content(), PERSON).bundle()
    release.add(f"{TOOL}.sigstore.json", bundle)
    (told,) = release.check().told
    assert "octo@example.com" in told
    with pytest.raises(UnsignedError, match=r"octo@example\.com"):
        release.check(require_signature=True)


@pytest.mark.parametrize("form", ["attestation", "bundle", "pair"])
def test_what_was_made_on_a_branch_for_another_commit_is_told_of(
    release: Release, form: str
) -> None:
    release.server.repositories[0].commits["v1.2.3"] = "f" * 40
    if form == "attestation":
        release.attest(claims=BRANCH)
    else:
        signed = release.world.sign(release.content(), BRANCH)
        release.log()
        if form == "bundle":
            release.add(f"{TOOL}.sigstore.json", signed.bundle())
        else:
            release.add(f"{TOOL}.sig", _base64(signed.signature))
            release.add(f"{TOOL}.pem", signed.pem)
    checked = release.check()
    assert checked.signatures == []
    assert "for the commit 0123456789ab, and v1.2.3 is ffffffffffff" in checked.told[0]
    with pytest.raises(UnsignedError, match="on the branch main"):
        release.check(require_signature=True)


def test_an_attestation_of_a_pull_request_is_told_of(release: Release) -> None:
    release.server.repositories[0].commits["v1.2.3"] = COMMIT
    release.attest(claims=Claims(ref="refs/pull/7/merge"))
    checked = release.check()
    assert checked.signatures == []
    assert "pull request" in checked.told[0]
    with pytest.raises(UnsignedError, match="pull request"):
        release.check(require_signature=True)
    assert release.server.count("/git/") == 0


@pytest.mark.parametrize(
    ("fault", "word"),
    [
        (None, "knows no commit of the tag v1.2.3"),
        (faults.status(500), "could not be asked for the commit of v1.2.3"),
        (faults.status(403), "could not be asked for the commit of v1.2.3"),
        (faults.wrong_bytes, "could not be asked for the commit of v1.2.3"),
    ],
)
def test_a_branch_is_told_of_where_the_tag_s_commit_cannot_be_known(
    release: Release, fault: faults.Fault | None, word: str
) -> None:
    release.attest(claims=BRANCH)
    if fault is not None:
        release.server.repositories[0].commits["v1.2.3"] = COMMIT
        release.server.fail("/git/ref/", fault, times=99)
    checked = release.check()
    assert checked.signatures == []
    assert word in checked.told[0]
    with pytest.raises(UnsignedError, match=r"v1\.2\.3"):
        release.check(require_signature=True)


def test_what_attests_something_else_is_told_of(release: Release) -> None:
    release.attest(predicate="https://example.com/has-a-fault")
    checked = release.check()
    assert checked.signatures == []
    assert "not verified" in checked.told[0]


@pytest.mark.parametrize(
    ("fault", "word"),
    [
        (faults.status(500), "could not be asked"),
        (faults.status(400), "not known"),
        (faults.wrong_bytes, "not known"),
        (faults.status(302, location="http://localhost:1/"), "not known"),
    ],
)
def test_a_log_that_does_not_answer_is_told_of(
    release: Release, fault: faults.Fault, word: str
) -> None:
    signed = release.world.sign(release.content())
    release.log()
    release.add(f"{TOOL}.sig", _base64(signed.signature))
    release.add(f"{TOOL}.pem", signed.pem)
    release.server.fail("/rekor/", fault, times=99)
    checked = release.check()
    assert checked.signatures == []
    assert word in checked.told[0]


def test_what_the_log_does_not_have_is_told_of(release: Release) -> None:
    signed = release.world.sign(release.content())
    release.add(f"{TOOL}.sig", _base64(signed.signature))
    release.add(f"{TOOL}.pem", signed.pem)
    release.add(
        "checksums.txt.bundle", release.world.sign(release.content("checksums.txt")).cosign()
    )
    checked = release.check()
    assert checked.signatures == []
    assert len([told for told in checked.told if "does not have it" in told]) == 2


@pytest.mark.parametrize("fault", [faults.status(403), faults.status(500), faults.wrong_bytes])
def test_attestations_that_cannot_be_asked_for_are_told_of(
    release: Release, fault: faults.Fault
) -> None:
    release.attest()
    release.server.fail("/attestations/", fault, times=99)
    assert "could not be asked" in release.check().told[0]
    with pytest.raises(UnsignedError, match="could not be asked"):
        release.check(require_signature=True)


def test_a_signature_that_cannot_be_fetched_is_an_error(release: Release, tool: Tool) -> None:
    release.add(f"{TOOL}.sigstore.json", release.world.sign(release.content()).bundle())
    release.asset(f"{TOOL}.sigstore.json").digest = ""
    release.server.fail(r"\.sigstore\.json$", faults.status(404), times=99)
    _run(release, tool).refused(1, ".sigstore.json", "404")


# --- the source ---------------------------------------------------------------------------


def test_a_release_knows_by_what_its_assets_were_verified(release: Release) -> None:
    release.attest()
    processes = Processes(environment={"GITHUB_API_URL": release.server.api_url})
    target = find_target("linux-amd64")
    with ExitStack() as resources:
        context = Context(
            processes=processes,
            cache=Cache(),
            scratch=release.folder,
            resources=resources,
            tell=watch_nothing,
            given=Metadata(),
            may_fetch=True,
        )
        options = ReleaseOptions(trust=TrustOptions(trusted_root=release.root))
        source = open_release(GitHubRelease(repository="octo-org/tool"), options, context)
        source.produce(target, Version("1"), [CommandName("tool")], release.folder)
        ((verified, _),) = source.origins(target, Version("1"))
    assert (verified.asset, verified.sha256) == (TOOL, release.asset().sha256)
    assert [proof.how for proof in verified.proofs] == [
        ProofKind.API_DIGEST,
        ProofKind.CHECKSUM_FILE,
        ProofKind.ATTESTATION,
    ]


# --- the command --------------------------------------------------------------------------


def _run(release: Release, tool: Tool, *arguments: str | Path, **variables: str) -> Outcome:
    kept = against(tool, release.server, XDG_CACHE_HOME=release.folder / "cache")
    return kept.run(
        GH, "--platforms", "linux-amd64", "--trusted-root", release.root, *arguments, **variables
    )


def test_the_command_takes_what_is_signed(release: Release, tool: Tool) -> None:
    release.attest()
    done = _run(release, tool, "--require-signature")
    (path,) = done.wheels
    assert "not verified" not in done.stderr
    assert ", attestation verified" in done.stderr
    origin = inspect_wheel(path).origin
    assert origin is not None
    (binary,) = origin.binaries
    assert isinstance(binary.source, ReleaseOrigin)
    assert binary.source.asset == TOOL
    assert binary.source.sha256 == hashlib.sha256(release.content()).hexdigest()
    assert ProofKind.ATTESTATION in [proof.how for proof in binary.source.proofs]
    (wheel,) = json.loads(_run(release, tool, "--json").stdout)["wheels"]
    (proof,) = [each for each in wheel["verified"] if each["how"] == "attestation"]
    assert proof["identity"].startswith("https://github.com/")
    told = _run(release, tool, "--verbose").stderr
    assert f"verified by attestation: {proof['identity']}" in told


def test_the_command_refuses_what_is_not_signed_and_leaves_nothing(
    release: Release, tool: Tool
) -> None:
    _run(release, tool, "--require-signature").refused(1, TOOL, "no signature")
    assert listing(tool.folder) == {}


def test_the_command_refuses_what_is_signed_wrongly(release: Release, tool: Tool) -> None:
    release.attest(claims=Claims(repository="evil/tool"))
    _run(release, tool).refused(1, "evil/tool")
    assert listing(tool.folder) == {}


def test_the_command_takes_minisign_s_key_from_a_file(release: Release, tool: Tool) -> None:
    pair = MinisignPair()
    release.add(f"{TOOL}.minisig", pair.sign(release.content()))
    key = release.folder / "minisign.pub"
    key.write_text(f"untrusted comment: a key\n{pair.public}\n")
    assert _run(release, tool, "--require-signature", "--minisign-key", key).wheels


@pytest.mark.parametrize("option", ["--minisign-key", "--trusted-root"])
def test_a_slip_in_a_key_is_told_before_anything_is_asked(
    release: Release, tool: Tool, option: str
) -> None:
    _run(release, tool, option, "nonsense").refused(2, option, "nonsense")
    assert release.server.requests == []


def _without_keys(release: Release, tool: Tool, *arguments: str) -> Outcome:
    """The command without a file of keys, where no server but this machine's can be reached."""
    kept = against(tool, release.server, XDG_CACHE_HOME=release.folder / "cache")
    return kept.run(
        GH, "--platforms", "linux-amd64", *arguments,
        HOME=release.folder, XDG_DATA_HOME=release.folder / "data",
        HTTPS_PROXY="http://127.0.0.1:9", NO_PROXY="127.0.0.1,localhost",
    )  # fmt: skip


def test_without_a_network_nothing_is_called_verified(release: Release, tool: Tool) -> None:
    release.attest()
    done = _without_keys(release, tool)
    assert len(done.wheels) == 1
    assert done.stderr.count("sigstore's keys could not be fetched") == 1
    _without_keys(release, tool, "--require-signature").refused(1, "keys could not be fetched")


def test_without_the_extra_it_is_told_of(release: Release, tool: Tool) -> None:
    release.attest()
    release.add(f"{TOOL}.sigstore.json", release.world.sign(release.content()).bundle())
    hidden = release.folder / "hidden"
    hidden.mkdir()
    (hidden / "sitecustomize.py").write_text("import sys\nsys.modules['sigstore'] = None\n")
    done = _run(release, tool, PYTHONPATH=str(hidden))
    assert len(done.wheels) == 1
    assert done.stderr.count("go-to-wheel[signatures]") == 1
    again = _run(release, tool, "--require-signature", PYTHONPATH=str(hidden))
    again.refused(1, "go-to-wheel[signatures]")


def test_a_bundle_without_content_is_wrong_without_network_and_extra(
    release: Release, tool: Tool
) -> None:
    kind = "application/vnd.dev.sigstore.bundle.v0.3+json"
    release.add(f"{TOOL}.sigstore.json", {"mediaType": kind})
    _without_keys(release, tool).refused(1, f"{TOOL}.sigstore.json is no signature")
    hidden = release.folder / "hidden"
    hidden.mkdir()
    (hidden / "sitecustomize.py").write_text("import sys\nsys.modules['sigstore'] = None\n")
    done = _run(release, tool, PYTHONPATH=str(hidden))
    done.refused(1, f"{TOOL}.sigstore.json is no signature")


@pytest.mark.parametrize(
    "option",
    [
        ["--require-signature"],
        ["--minisign-key", "x"],
        ["--trusted-root", "x"],
        ["--lock", "x"],
        ["--update-lock"],
        ["--min-age", "0"],
    ],
)
def test_these_options_are_for_releases_alone(option: list[str], tool: Tool) -> None:
    (tool.folder / "tool").write_bytes(LINUX_AMD64)
    (tool.folder / "go.mod").write_text("module example.com/tool\n")
    for source in (".", "tool"):
        tool.run(source, *option).refused(2, option[0], "no meaning")


def test_the_same_asset_is_asked_about_once_for_two_targets(release: Release, tool: Tool) -> None:
    release.attest()
    done = _run(release, tool, "--asset", f"linux-arm64={TOOL}", "--keep-going")
    assert release.server.count("/attestations/") == 1, done.stderr


def test_a_dry_run_fetches_no_signature(release: Release, tool: Tool) -> None:
    release.attest()
    assert _run(release, tool, "--dry-run").code == 0
    assert release.server.count("/attestations/") == 0


def test_hashes_are_those_of_the_bytes_that_were_signed(release: Release) -> None:
    release.attest()
    assert release.check().file.sha256 == hashlib.sha256(release.content()).hexdigest()
