"""Verifying sigstore's signatures with the real library (sources/signatures/sigstore.py)."""

from __future__ import annotations

import copy
import hashlib
import importlib.resources
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from go_to_wheel.errors import SignatureError, UsageError
from go_to_wheel.release import Proof, ProofKind
from go_to_wheel.sources.github.api import open_github
from go_to_wheel.sources.http.client import Http
from go_to_wheel.sources.signatures.sigstore import Signed, Sigstore
from go_to_wheel.sources.signatures.values import Subject, Unchecked
from helpers.sigstore_world import COMMIT, ISSUER, Claims, Json, SigstoreWorld

DATA = Path(__file__).parents[3] / "data" / "sigstore"
CONTENT = b"the program's bytes"
REAL_COMMIT = "95baf27389e83e6a5c48f42e190d48d7abcea19e"
REPOSITORY = "octo-org/tool"


@pytest.fixture(scope="module")
def http() -> Http:
    return open_github({}, cancelled=lambda: False).http


@dataclass(frozen=True, kw_only=True)
class Case:
    """A sigstore, and a client that trusts it."""

    world: SigstoreWorld
    root: Path
    sigstore: Sigstore

    def verify(self, bundle: Json, content: bytes = CONTENT) -> Proof | Unchecked:
        return self.sigstore.verify(bundle, _signed(content))


def _commit_of(repository: str, tag: str) -> str | Unchecked:
    """What GitHub would say of the tag."""
    known = {REPOSITORY: COMMIT, "malancas/attest-demo": REAL_COMMIT}
    assert tag == "v1.2.3"
    return known[repository]


def _signed(content: bytes = CONTENT, repository: str = REPOSITORY, file: str = "") -> Signed:
    return Signed(
        how=ProofKind.ATTESTATION,
        file=file,
        repository=repository,
        tag="v1.2.3",
        subject=Subject(
            name="tool.tar.gz", sha256=hashlib.sha256(content).hexdigest(), content=content
        ),
    )


@pytest.fixture(scope="module")
def case(http: Http, tmp_path_factory: pytest.TempPathFactory) -> Case:
    world = SigstoreWorld()
    root = world.trusted_root(tmp_path_factory.mktemp("root") / "trusted_root.json")
    return Case(world=world, root=root, sigstore=Sigstore(http, root, _commit_of))


@pytest.fixture(scope="module")
def good(case: Case) -> Json:
    return case.world.sign(CONTENT).bundle()


@pytest.fixture(scope="module")
def public(http: Http) -> Sigstore:
    """With the keys of sigstore's public instance, as its package carries them."""
    store = importlib.resources.files("sigstore") / "_store"
    (root,) = [each for each in store.iterdir() if each.name.endswith("sigstore.dev")]
    with importlib.resources.as_file(root / "trusted_root.json") as path:
        return Sigstore(http, path, _commit_of)


# --- what is right ----------------------------------------------------------------------


def test_github_s_own_attestation_is_right(public: Sigstore) -> None:
    bundle = json.loads((DATA / "reusable-workflow-attestation.sigstore.json").read_bytes())
    content = (DATA / "reusable-workflow-artifact").read_bytes()
    assert public.verify(bundle, _signed(content, "malancas/attest-demo")) == Proof(
        how=ProofKind.ATTESTATION,
        covers="tool.tar.gz",
        identity="https://github.com/github/artifact-attestations-workflows/.github/workflows/"
        "attest.yml@09b495c3f12c7881b3cc17209a327792065c1a1d",
        issuer=ISSUER,
        source_commit=REAL_COMMIT,
        source_ref="refs/heads/main",
        log_index=96764485,
    )


def test_a_signature_of_the_file_is_right(case: Case) -> None:
    proof = case.verify(case.world.sign(CONTENT).bundle())
    assert isinstance(proof, Proof)
    assert (proof.identity, proof.source_commit, proof.source_ref) == (
        "https://github.com/octo-org/tool/.github/workflows/release.yml@refs/tags/v1.2.3",
        COMMIT,
        "refs/tags/v1.2.3",
    )
    assert proof.log_index == len(case.world.signed) - 1


def test_an_attestation_of_the_file_is_right(case: Case) -> None:
    digest = hashlib.sha256(CONTENT).hexdigest()
    assert isinstance(case.verify(case.world.attest(digest)), Proof)


@pytest.mark.parametrize(
    "claims", [Claims(old=True), Claims(workflow="shared/flows/.github/workflows/build.yml")]
)
def test_old_certificates_and_shared_workflows_are_right(case: Case, claims: Claims) -> None:
    assert isinstance(case.verify(case.world.sign(CONTENT, claims).bundle()), Proof)


# --- what is wrong ----------------------------------------------------------------------


def test_one_flipped_byte_of_a_real_file_is_an_error(public: Sigstore) -> None:
    bundle = json.loads((DATA / "reusable-workflow-attestation.sigstore.json").read_bytes())
    content = bytearray((DATA / "reusable-workflow-artifact").read_bytes())
    content[100] ^= 1
    with pytest.raises(SignatureError, match=r"GitHub's attestation of tool\.tar\.gz is no"):
        public.verify(bundle, _signed(bytes(content), "malancas/attest-demo"))


def test_a_real_attestation_of_another_repository_is_an_error(public: Sigstore) -> None:
    bundle = json.loads((DATA / "reusable-workflow-attestation.sigstore.json").read_bytes())
    content = (DATA / "reusable-workflow-artifact").read_bytes()
    with pytest.raises(SignatureError, match="is not by a workflow of malancas/other, but by"):
        public.verify(bundle, _signed(content, "malancas/other"))


def test_another_file_is_an_error(case: Case) -> None:
    for bundle in (
        case.world.sign(b"other").bundle(),
        case.world.attest(hashlib.sha256(b"other").hexdigest()),
    ):
        with pytest.raises(SignatureError, match=r"no valid signature of tool\.tar\.gz"):
            case.verify(bundle)


def test_a_workflow_of_another_repository_is_an_error_that_names_it(case: Case) -> None:
    bundle = case.world.sign(CONTENT, Claims(repository="evil/tool")).bundle()
    with pytest.raises(SignatureError, match=r"evil/tool/\.github/workflows/release\.yml"):
        case.verify(bundle)


def test_a_certificate_that_was_expired_when_it_signed_is_an_error(case: Case) -> None:
    bundle = case.world.sign(CONTENT, Claims(late=timedelta(hours=1))).bundle()
    with pytest.raises(SignatureError, match="no valid signature"):
        case.verify(bundle)


def test_a_certificate_of_another_authority_is_an_error(case: Case) -> None:
    with pytest.raises(SignatureError, match="no valid signature"):
        case.verify(SigstoreWorld().sign(CONTENT).bundle())


def test_only_the_right_logs_count(case: Case) -> None:
    for other in (
        SigstoreWorld(authority=case.world.authority, log=case.world.log),
        SigstoreWorld(authority=case.world.authority, certificates=case.world.certificates),
    ):
        with pytest.raises(SignatureError, match="no valid signature"):
            case.verify(other.sign(CONTENT).bundle())


def test_another_signature_s_log_entry_is_an_error(case: Case) -> None:
    bundle: Any = case.world.sign(CONTENT).bundle()
    bundle["verificationMaterial"]["tlogEntries"] = [case.world.sign(CONTENT).entry]
    with pytest.raises(SignatureError, match="inconsistent with other materials"):
        case.verify(bundle)


def test_another_attestation_s_log_entry_is_an_error(case: Case) -> None:
    digest = hashlib.sha256(CONTENT).hexdigest()
    first: Any = case.world.attest(digest)
    second: Any = case.world.attest(digest)
    first["verificationMaterial"]["tlogEntries"] = second["verificationMaterial"]["tlogEntries"]
    with pytest.raises(SignatureError, match="do not match"):
        case.verify(first)


def _entry(bundle: Any) -> Any:
    return bundle["verificationMaterial"]["tlogEntries"][0]


def _flip(text: str) -> str:
    return ("B" if text[20] == "A" else "A").join((text[:20], text[21:]))


CHANGES: dict[str, Callable[[Any], None]] = {
    "signature": lambda b: b["messageSignature"].update(
        signature=_flip(b["messageSignature"]["signature"])
    ),
    "digest": lambda b: b["messageSignature"]["messageDigest"].update(digest="A" * 44),
    "certificate": lambda b: b["verificationMaterial"]["certificate"].update(
        rawBytes=b["verificationMaterial"]["certificate"]["rawBytes"][:-8] + "AAAAAAA="
    ),
    "no certificate": lambda b: b["verificationMaterial"].pop("certificate"),
    "no signature": lambda b: b.pop("messageSignature"),
    "log body": lambda b: _entry(b).update(canonicalizedBody="e30="),
    "log promise": lambda b: _entry(b)["inclusionPromise"].update(signedEntryTimestamp="AAAA"),
    "no promise": lambda b: _entry(b).pop("inclusionPromise"),
    "log time": lambda b: _entry(b).update(integratedTime="1767323056"),
    "endless time": lambda b: _entry(b).update(integratedTime="9" * 18),
    "log root": lambda b: _entry(b)["inclusionProof"].update(rootHash="A" * 43 + "="),
    "log index": lambda b: _entry(b).update(logIndex="77"),
    "no proof": lambda b: _entry(b).pop("inclusionProof"),
    "checkpoint": lambda b: _entry(b)["inclusionProof"].update(checkpoint={"envelope": "x"}),
    "two entries": lambda b: b["verificationMaterial"].update(tlogEntries=[_entry(b)] * 2),
    "entries of no kind": lambda b: b["verificationMaterial"].update(tlogEntries=[{}]),
    "no material": lambda b: b.update(verificationMaterial={"tlogEntries": [1]}),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_changed_bundle_is_an_error(case: Case, change: Callable[[Any], None]) -> None:
    bundle = copy.deepcopy(case.world.sign(CONTENT).bundle())
    change(bundle)
    with pytest.raises(SignatureError):
        case.verify(bundle)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(at=st.integers(0, 1_000_000), character=st.characters(codec="ascii"))
def test_no_damage_passes_or_breaks_the_program(
    case: Case, good: Json, at: int, character: str
) -> None:
    text = json.dumps(good)
    at %= len(text)
    try:
        bundle = json.loads(text[:at] + character + text[at + 1 :])
    except ValueError:
        return
    if not isinstance(bundle, dict) or bundle == good:
        return
    try:
        result = case.verify(bundle)
    except SignatureError:
        return
    # What nothing signs may be written in another way, like the end of base64; else it is told
    # as a form that is not known.
    assert isinstance(result, Unchecked) or result.identity == Claims().identity


# --- what can be neither ------------------------------------------------------------------


@pytest.mark.parametrize(
    "claims",
    [
        Claims(email="octo@example.com", issuer="https://github.com/login/oauth"),
        Claims(issuer="https://issuer.example"),
    ],
)
def test_who_is_no_workflow_of_github_counts_for_nothing(case: Case, claims: Claims) -> None:
    result = case.verify(case.world.sign(CONTENT, claims).bundle())
    assert isinstance(result, Unchecked)
    assert claims.identity in result.reason


def test_an_older_release_s_signature_counts_for_nothing(case: Case) -> None:
    result = case.verify(case.world.sign(CONTENT, Claims(ref="refs/tags/v1.2.2")).bundle())
    assert isinstance(result, Unchecked)
    assert "made for the release v1.2.2, not for v1.2.3" in result.reason


@pytest.mark.parametrize("ref", ["refs/heads/main", "refs/heads/release/v1", "refs/heads/v1.2.3"])
def test_a_signature_made_on_a_branch_counts_for_the_tag_s_own_commit(case: Case, ref: str) -> None:
    proof = case.verify(case.world.sign(CONTENT, Claims(ref=ref)).bundle())
    assert isinstance(proof, Proof)
    assert (proof.source_ref, proof.source_commit) == (ref, COMMIT)


@pytest.mark.parametrize("old", [True, False])
def test_a_signature_made_on_a_branch_for_another_commit_counts_for_nothing(
    case: Case, old: bool
) -> None:
    claims = Claims(ref="refs/heads/main", commit="f" * 40, old=old)
    result = case.verify(case.world.sign(CONTENT, claims).bundle())
    assert isinstance(result, Unchecked)
    assert "on the branch main for the commit ffffffffffff, and v1.2.3 is 012345" in result.reason


def test_a_real_attestation_of_another_commit_counts_for_nothing(http: Http, case: Case) -> None:
    bundle = json.loads((DATA / "reusable-workflow-attestation.sigstore.json").read_bytes())
    content = (DATA / "reusable-workflow-artifact").read_bytes()
    store = importlib.resources.files("sigstore") / "_store"
    (root,) = [each for each in store.iterdir() if each.name.endswith("sigstore.dev")]
    with importlib.resources.as_file(root / "trusted_root.json") as path:
        moved = Sigstore(http, path, lambda _, __: COMMIT)
        result = moved.verify(bundle, _signed(content, "malancas/attest-demo"))
    assert isinstance(result, Unchecked)
    assert "95baf27389e8" in result.reason


def test_a_branch_counts_for_nothing_where_the_tag_s_commit_is_not_known(
    http: Http, case: Case
) -> None:
    unknown = Unchecked(reason="GitHub could not be asked")
    sigstore = Sigstore(http, case.root, lambda _, __: unknown)
    for claims, counts in ((Claims(), True), (Claims(ref="refs/heads/main"), False)):
        result = sigstore.verify(case.world.sign(CONTENT, claims).bundle(), _signed())
        assert isinstance(result, Proof) is counts
    assert isinstance(result, Unchecked)
    assert result.reason == "it was made on the branch main, and GitHub could not be asked"


@pytest.mark.parametrize("ref", ["refs/pull/7/merge", "refs/pull/7/head"])
def test_a_signature_made_for_a_pull_request_counts_for_nothing(case: Case, ref: str) -> None:
    result = case.verify(case.world.sign(CONTENT, Claims(ref=ref)).bundle())
    assert isinstance(result, Unchecked)
    assert f"a pull request ({ref}), which anybody may open" in result.reason


@pytest.mark.parametrize(
    "claims",
    [
        Claims(ref="refs/heads/main", commit=""),
        Claims(ref="v1.2.3"),
        Claims(ref="refs/remotes/v1.2.3"),
        Claims(ref="REFS/TAGS/v1.2.3"),
    ],
)
def test_a_signature_for_nobody_knows_what_counts_for_nothing(case: Case, claims: Claims) -> None:
    result = case.verify(case.world.sign(CONTENT, claims).bundle())
    assert isinstance(result, Unchecked)
    assert "does not say" in result.reason


@pytest.mark.parametrize(
    "name",
    [
        "octo-org/tool-evil",
        "octo-org/tool.git",
        "octo-org/too",
        "x/octo-org/tool",
        "octo-org/tool/x",
    ],
)
def test_a_repository_whose_name_only_begins_alike_is_another_one(case: Case, name: str) -> None:
    with pytest.raises(SignatureError, match="is not by a workflow of octo-org/tool"):
        case.verify(case.world.sign(CONTENT, Claims(repository=name)).bundle())


def test_a_person_s_signature_of_another_file_is_still_an_error(case: Case) -> None:
    claims = Claims(email="octo@example.com", issuer="https://github.com/login/oauth")
    with pytest.raises(SignatureError):
        case.verify(case.world.sign(b"other", claims).bundle())


def test_an_enterprise_s_own_issuer_counts_for_nothing(public: Sigstore) -> None:
    bundle = json.loads((DATA / "custom-issuer.sigstore.json").read_bytes())
    content = (DATA / "custom-issuer-artifact").read_bytes()
    result = public.verify(bundle, _signed(content, "too-legit/attest"))
    assert isinstance(result, Unchecked)
    assert "hammer-time" in result.reason


def test_what_says_something_else_of_the_file_counts_for_nothing(case: Case) -> None:
    digest = hashlib.sha256(CONTENT).hexdigest()
    result = case.verify(case.world.attest(digest, predicate="https://example.com/tests-failed"))
    assert isinstance(result, Unchecked)


def test_without_the_package_nothing_is_called_right(
    http: Http, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.split(".")[0] == "sigstore"]:
        monkeypatch.setitem(sys.modules, name, None)
    result = Sigstore(http, None, _commit_of).verify(case.world.sign(CONTENT).bundle(), _signed())
    assert isinstance(result, Unchecked)
    assert "go-to-wheel[signatures]" in result.reason


@pytest.mark.parametrize("content", [None, b"", b"{}", b'{"tlogs": [{"baseUrl": 1}]}', b"\xff"])
def test_a_file_of_keys_that_is_none_is_refused(
    http: Http, case: Case, content: bytes | None, tmp_path: Path
) -> None:
    path = tmp_path / "trusted_root.json"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UsageError, match="--trusted-root"):
        Sigstore(http, path, _commit_of).verify(case.world.sign(CONTENT).bundle(), _signed())


def test_a_file_of_keys_without_keys_is_refused(http: Http, case: Case, tmp_path: Path) -> None:
    path = case.world.trusted_root(tmp_path / "trusted_root.json")
    document = json.loads(path.read_text())
    document["certificateAuthorities"] = []
    path.write_text(json.dumps(document))
    with pytest.raises(UsageError, match="--trusted-root"):
        Sigstore(http, path, _commit_of).verify(case.world.sign(CONTENT).bundle(), _signed())
