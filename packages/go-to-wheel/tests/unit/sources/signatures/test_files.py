"""Which files of a release are signatures of which (sources/signatures/files.py)."""

from __future__ import annotations

import pytest

from go_to_wheel.sources.signatures.files import SignatureFiles, signature_files

TOOL = "tool_1.2.3_linux_amd64.tar.gz"


@pytest.mark.parametrize(
    "ending",
    [".sigstore.json", ".sigstore", ".bundle", ".cosign.bundle", "-keyless.bundle", ".SIGSTORE"],
)
def test_a_bundle_lies_beside_its_file(ending: str) -> None:
    names = [TOOL, f"{TOOL}{ending}", "other.tar.gz.sigstore.json"]
    assert signature_files(TOOL, names) == SignatureFiles(bundles=(f"{TOOL}{ending}",))


@pytest.mark.parametrize(
    ("signature", "certificate"),
    [(".sig", ".pem"), (".sig", ".crt"), ("-keyless.sig", "-keyless.pem"), (".signature", ".cert")],
)
def test_a_signature_and_a_certificate_make_a_pair(signature: str, certificate: str) -> None:
    names = [f"{TOOL}{certificate}", TOOL, f"{TOOL}{signature}"]
    pairs = signature_files(TOOL, names).pairs
    assert pairs == ((f"{TOOL}{signature}", f"{TOOL}{certificate}"),)


@pytest.mark.parametrize(
    "alone", [".sig", ".pem", ".asc", ".sha256", ".sbom.json", ".sigstore.json.txt", "sigstore"]
)
def test_what_is_no_signature_here_is_none(alone: str) -> None:
    assert not signature_files(TOOL, [TOOL, f"{TOOL}{alone}"])


def test_pairs_of_two_kinds_are_not_mixed() -> None:
    assert not signature_files(TOOL, [f"{TOOL}-keyless.sig", f"{TOOL}.pem"])


def test_each_signature_has_the_certificate_of_its_own_kind() -> None:
    names = [f"{TOOL}{ending}" for ending in ("-keyless.pem", "-keyless.sig", ".pem", ".sig")]
    assert signature_files(TOOL, names).pairs == (
        (f"{TOOL}-keyless.sig", f"{TOOL}-keyless.pem"),
        (f"{TOOL}.sig", f"{TOOL}.pem"),
    )


def test_minisign_has_an_ending_of_its_own() -> None:
    found = signature_files("checksums.txt", ["checksums.txt", "checksums.txt.minisig"])
    assert found == SignatureFiles(minisign=("checksums.txt.minisig",))


def test_a_file_is_not_the_signature_of_one_with_a_shorter_name() -> None:
    assert not signature_files("tool", ["tool", "tool_linux.sigstore.json", "tool.tar.gz.bundle"])
