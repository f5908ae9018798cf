"""The forms of sigstore's signatures (sources/signatures/bundles.py)."""

from __future__ import annotations

import base64
import json
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from go_to_wheel.errors import SignatureError
from go_to_wheel.sources.signatures.bundles import (
    Detached,
    read_bundle,
    read_pair,
    why_not_checked,
)
from go_to_wheel.sources.signatures.values import Unchecked
from helpers.sigstore_world import Json, SigstoreWorld

DATA = Path(__file__).parents[3] / "data" / "sigstore"
FILE = "tool.bundle"


@pytest.fixture(scope="module")
def world() -> SigstoreWorld:
    return SigstoreWorld()


def test_cosign_s_old_bundle_names_its_entry_in_the_log(world: SigstoreWorld) -> None:
    world.sign(b"first")
    signed = world.sign(b"second")
    found = read_bundle(signed.cosign(), FILE)
    assert isinstance(found, Detached)
    assert found.signature == signed.signature
    assert found.log_index == len(world.signed) - 1


@pytest.mark.parametrize("wrapped", [False, True])
def test_a_certificate_comes_as_pem_or_in_base64_of_that(
    world: SigstoreWorld, wrapped: bool
) -> None:
    signed = world.sign(b"content")
    pem = base64.encodebytes(signed.pem) if wrapped else b"A comment.\r\n" + signed.pem
    found = read_pair(base64.encodebytes(signed.signature), pem, "tool.sig with tool.pem")
    assert isinstance(found, Detached)
    assert found.signature == signed.signature
    assert read_bundle(signed.cosign(), FILE) == Detached(
        signature=found.signature, certificate=found.certificate, log_index=len(world.signed) - 1
    )


PUBLIC_KEY = b"-----BEGIN PUBLIC KEY-----\nMFkw\n-----END PUBLIC KEY-----\n"


@pytest.mark.parametrize("pem", [PUBLIC_KEY, base64.b64encode(PUBLIC_KEY)])
def test_a_bare_key_cannot_be_checked(pem: bytes) -> None:
    assert isinstance(read_pair(b"aGVsbG8=", pem, FILE), Unchecked)
    document = {"base64Signature": "aGVsbG8=", "cert": pem.decode()}
    assert isinstance(read_bundle(json.dumps(document).encode(), FILE), Unchecked)


def test_cosign_s_bundle_without_a_certificate_cannot_be_checked() -> None:
    assert isinstance(read_bundle(b'{"base64Signature": "aGVsbG8="}', FILE), Unchecked)


@pytest.mark.parametrize(
    ("signature", "certificate"),
    [
        (b"\xff", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"),
        (b" \n", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"),
        (b"aa", b"aa"),
    ],
)
def test_a_damaged_pair_is_an_error(signature: bytes, certificate: bytes) -> None:
    with pytest.raises(SignatureError, match="damaged"):
        read_pair(signature, certificate, FILE)


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "tool.sigstore.json"),
        (b"\0", "tool.sigstore"),
        (b'{"mediaType": ', "tool.bundle"),
        (b'{"base64Signature": 1, "cert": "x"}', "tool.bundle"),
        (b'{"base64Signature": "", "cert": "x"}', "tool.bundle"),
        (b'{"base64Signature": "", "rekorBundle": {}}', "tool.bundle"),
        (b'{"base64Signature": null}', "tool.bundle"),
        (b"[" * 200_000, "tool.sigstore.json"),
    ],
    ids=["empty", "nul", "cut", "number", "no-pem", "no-signature", "null", "deep"],
)
def test_a_damaged_bundle_is_an_error(content: bytes, name: str) -> None:
    with pytest.raises(SignatureError, match="damaged"):
        read_bundle(content, name)


@pytest.mark.parametrize(
    "name",
    [
        "tool.sigstore.json", "tool.sigstore", "tool.cosign.bundle", "tool-keyless.bundle.json",
        "tool.bundle", "tool.bundle.json",
    ],
)  # fmt: skip
@pytest.mark.parametrize("content", [b"", b" \n", b"\0\0", b"{}", b"[]", b"null", b'""'])
def test_a_bundle_with_nothing_in_it_is_wrong(content: bytes, name: str) -> None:
    with pytest.raises(SignatureError, match="damaged"):
        read_bundle(content, name)


@pytest.mark.parametrize("content", [b'"x"', b"[1]", b"1", b'{"other": 1}', b"# v2 git bundle\n"])
def test_what_is_named_like_sigstore_s_must_be_one(content: bytes) -> None:
    for name in ("tool.sigstore.json", "tool.SIGSTORE", "tool-cosign.bundle"):
        with pytest.raises(SignatureError, match="damaged"):
            read_bundle(content, name)


@pytest.mark.parametrize(
    "part", ["verificationMaterial", "messageSignature", "dsseEnvelope", "rekorBundle", "cert"]
)
def test_a_bundle_that_does_not_say_its_form_is_wrong(part: str) -> None:
    with pytest.raises(SignatureError, match="damaged"):
        read_bundle(json.dumps({part: "x"}).encode(), FILE)


@pytest.mark.parametrize("content", [b"# v2 git bundle\n", b"[1]", b'{"other": 1}', b'"x"'])
@pytest.mark.parametrize(
    "name", ["repository.bundle", "x-sigstore-js.bundle", "x-cosign.exe.bundle"]
)
def test_a_bundle_of_another_kind_is_none_of_ours(content: bytes, name: str) -> None:
    assert read_bundle(content, name) is None


@given(st.binary(max_size=200))
def test_hostile_bytes_raise_our_own_error(content: bytes) -> None:
    with suppress(SignatureError):
        read_bundle(content, FILE)
    with suppress(SignatureError):
        read_pair(content, content, FILE)


def test_a_good_bundle_can_be_checked(world: SigstoreWorld) -> None:
    assert why_not_checked(world.sign(b"").bundle(), FILE) is None
    assert why_not_checked(world.attest("ab" * 32), FILE) is None


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("sigstore-js-2.1.0-bundle.json", "outdated form 'intoto'"),
        ("private-instance.sigstore.json", "not in the public transparency log"),
    ],
)
def test_real_bundles_of_other_kinds_cannot(name: str, reason: str) -> None:
    document = json.loads((DATA / name).read_bytes())
    assert reason in (why_not_checked(document, FILE) or "")


def test_a_bundle_made_with_a_bare_key_cannot(world: SigstoreWorld) -> None:
    document = world.sign(b"").bundle()
    for key in ({"hint": "x"}, {}):
        document["verificationMaterial"] = {"publicKey": key, "tlogEntries": [{}]}
        assert "key" in (why_not_checked(document, FILE) or "")


@pytest.mark.parametrize(
    "certificate",
    [
        {"certificate": {"rawBytes": "AAAA"}},
        {"x509CertificateChain": {"certificates": [{"rawBytes": "AAAA"}]}},
    ],
)
def test_a_bundle_with_a_bare_key_beside_its_certificate_is_wrong(
    world: SigstoreWorld, certificate: Json
) -> None:
    document = world.sign(b"").bundle()
    document["verificationMaterial"] = {"publicKey": {}, "tlogEntries": [{}], **certificate}
    with pytest.raises(SignatureError, match="damaged"):
        why_not_checked(document, FILE)


def test_a_form_of_the_future_cannot(world: SigstoreWorld) -> None:
    form = "application/vnd.dev.sigstore.bundle.v9+json"
    document = {**world.sign(b"").bundle(), "mediaType": form}
    assert "not known here" in (why_not_checked(document, FILE) or "")


@pytest.mark.parametrize(
    "change",
    [
        {"verificationMaterial": None}, {"verificationMaterial": {}}, {"verificationMaterial": "x"},
        {"messageSignature": None}, {"messageSignature": {}, "dsseEnvelope": []},
        {"messageSignature": {"signature": "", "messageDigest": {"digest": "x"}}},
        {"messageSignature": {}, "dsseEnvelope": {"payload": "x", "signatures": []}},
        {"verificationMaterial": {"tlogEntries": []}},
        {"verificationMaterial": {"certificate": {}, "tlogEntries": []}},
        {"verificationMaterial": {"x509CertificateChain": {"certificates": []}, "tlogEntries": []}},
        {"verificationMaterial": {"certificate": {"rawBytes": "x"}, "tlogEntries": {}}},
        {"verificationMaterial": {"certificate": {"rawBytes": "x"}, "tlogEntries": None}},
        {"mediaType": 1}, {"mediaType": ""}, {"mediaType": None},
    ],
)  # fmt: skip
def test_a_bundle_without_content_is_wrong_whatever_is_at_hand(
    world: SigstoreWorld, change: Json
) -> None:
    with pytest.raises(SignatureError, match=r"tool\.bundle is no signature"):
        why_not_checked({**world.sign(b"").bundle(), **change}, FILE)
