"""Checksum files: which there are, and what they say."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from go_to_wheel.errors import ChecksumFileError
from go_to_wheel.release import Digest
from go_to_wheel.sources.assets.checksums import checksum_files, find_digests

ASSET = "tool_1.2.3_linux_amd64.tar.gz"
SHA256 = hashlib.sha256(b"tool").hexdigest()
SHA384 = hashlib.sha384(b"tool").hexdigest()
SHA512 = hashlib.sha512(b"tool").hexdigest()
OTHER = hashlib.sha256(b"other").hexdigest()
MD5 = hashlib.md5(b"tool", usedforsecurity=False).hexdigest()
SHA1 = hashlib.sha1(b"tool", usedforsecurity=False).hexdigest()


def _digests(text: str | bytes, file: str = "checksums.txt", asset: str = ASSET) -> list[str]:
    content = text.encode() if isinstance(text, str) else text
    return [str(digest) for digest in find_digests(content, file=file, asset=asset)]


@pytest.mark.parametrize(
    "line",
    [
        f"{SHA256}  {ASSET}",
        f"{SHA256} *{ASSET}",
        f"{SHA256} {ASSET}",
        f"{SHA256}\t{ASSET}",
        f"{SHA256}  ./{ASSET}",
        f"{SHA256} *./{ASSET}",
        f"{SHA256.upper()}  {ASSET}",
        f"  {SHA256}  {ASSET}  ",
        f"SHA256 ({ASSET}) = {SHA256}",
        f"SHA256 (./{ASSET}) = {SHA256}",
        f"sha256 ({ASSET}) = {SHA256}",
        f"SHA256({ASSET})= {SHA256}",
        f"SHA2-256({ASSET})= {SHA256}",
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n", ""])
def test_the_line_of_an_asset_is_found_in_every_form(line: str, end: str) -> None:
    others = f"# of release 1.2.3{end or chr(10)}{OTHER}  another.zip{end or chr(10)}"
    assert _digests(f"{others}{line}{end}") == [f"sha256:{SHA256}"]


@pytest.mark.parametrize(
    ("digits", "digest"), [(SHA384, f"sha384:{SHA384}"), (SHA512, f"sha512:{SHA512}")]
)
def test_longer_digests_are_told_by_their_length(digits: str, digest: str) -> None:
    assert _digests(f"{digits}  {ASSET}\n") == [digest]
    assert _digests(f"{digest[:6].upper()} ({ASSET}) = {digits}\n") == [digest]


def test_a_file_may_give_digests_of_several_algorithms() -> None:
    text = f"{SHA256}  {ASSET}\n{SHA512}  {ASSET}\n{MD5}  {ASSET}\n"
    assert _digests(text) == [f"sha256:{SHA256}", f"sha512:{SHA512}"]


@pytest.mark.parametrize(
    "line",
    [
        f"{SHA256}  {ASSET}.sbom.json",
        f"{SHA256}  x{ASSET}",
        f"{SHA256}  {ASSET.upper()}",
        f"{SHA256}  dist/{ASSET}",
        f"{SHA256}  ../{ASSET}",
        f"SHA256 ({ASSET}.asc) = {SHA256}",
        f"# {SHA256}  {ASSET}",
        f"; {SHA256}  {ASSET}",
        f"{SHA256}",
        f"{SHA256}  -",
        f"{ASSET}  {SHA256}",
        f"The digest of {ASSET} is {SHA256}",
        "",
    ],
)
def test_names_are_compared_exactly(line: str) -> None:
    assert _digests(f"{line}\n{OTHER}  another.zip\n") == []


@pytest.mark.parametrize(
    "line",
    [
        f"{MD5}  {ASSET}",
        f"{SHA1}  {ASSET}",
        f"MD5 ({ASSET}) = {MD5}",
        f"SHA1 ({ASSET}) = {SHA1}",
        f"BLAKE2b-256 ({ASSET}) = {SHA256}",
        f"SHA3-256({ASSET})= {SHA256}",
    ],
)
def test_weak_and_unknown_algorithms_do_not_count(line: str) -> None:
    assert _digests(line) == []


@pytest.mark.parametrize(
    "text",
    [
        SHA256,
        f"{SHA256}\n",
        f"{SHA256.upper()}\r\n",
        f"# sha256\n{SHA256}\n",
        f"{SHA256}  -\n",
        f"{SHA256}  {ASSET}\n",
        f"{SHA256} *{ASSET}\n",
        f"{SHA256}  dist/{ASSET}\n",
        f"SHA256 ({ASSET}) = {SHA256}\n",
    ],
)
def test_a_sidecar_may_hold_bare_digits(text: str) -> None:
    assert _digests(text, file=f"{ASSET}.sha256") == [f"sha256:{SHA256}"]


@pytest.mark.parametrize(
    "text", [f"{SHA256}\n{OTHER}\n", f"{SHA256}  another.zip\n", "Not Found\n", "", f"{MD5}\n"]
)
def test_a_sidecar_that_is_about_something_else_says_nothing(text: str) -> None:
    assert _digests(text, file=f"{ASSET}.sha256") == []


def test_bare_digits_in_the_sidecar_of_another_asset_say_nothing() -> None:
    assert _digests(SHA256, file="another.zip.sha256") == []


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_marks_of_the_encoding_are_read(encoding: str) -> None:
    assert _digests(f"{SHA256}  {ASSET}\r\n".encode(encoding)) == [f"sha256:{SHA256}"]


@pytest.mark.parametrize(
    "digits", [SHA256[:-1], f"{SHA256}0", f"g{SHA256[1:]}", "pending", f"sha256:{SHA256}"]
)
@pytest.mark.parametrize("form", ["{}  {}", "{} *./{}"])
def test_a_wrong_line_of_the_asset_itself_is_an_error(form: str, digits: str) -> None:
    text = f"{OTHER}  another.zip\n{form.format(digits, ASSET)}\n"
    with pytest.raises(ChecksumFileError, match=r"checksums\.txt, line 2, gives no digest"):
        _digests(text)


def test_an_empty_digest_is_an_error() -> None:
    with pytest.raises(ChecksumFileError, match="line 1"):
        _digests(f"SHA256 ({ASSET}) =")
    with pytest.raises(ChecksumFileError, match="line 1"):
        _digests(f"SHA256 ({ASSET}) = {SHA512}")


def test_wrong_lines_of_other_assets_do_no_harm() -> None:
    text = f"pending  another.zip\nSHA256 (third.zip) = ?\n{SHA256}  {ASSET}\n"
    assert _digests(text) == [f"sha256:{SHA256}"]


def test_lines_that_contradict_each_other_are_an_error() -> None:
    text = f"{SHA256}  {ASSET}\n{OTHER}  another.zip\n{OTHER}  ./{ASSET}\n"
    with pytest.raises(ChecksumFileError, match="line 3") as caught:
        _digests(text)
    assert SHA256 in str(caught.value)
    assert OTHER in str(caught.value)


def test_lines_that_say_the_same_twice_are_no_error() -> None:
    assert _digests(f"{SHA256}  {ASSET}\n{SHA256.upper()} *{ASSET}\n") == [f"sha256:{SHA256}"]


NAMES = st.text(st.characters(categories=["L", "N"], include_characters="._-+ "), min_size=1)


@given(name=NAMES.filter(lambda name: name == name.strip()), content=st.binary())
@example(name="tool", content=b"")
def test_what_sha256sum_writes_is_read_back(name: str, content: bytes) -> None:
    digits = hashlib.sha256(content).hexdigest()
    expected = (Digest(algorithm="sha256", hex=digits),)
    for line in (f"{digits}  {name}", f"{digits} *{name}", f"SHA256 ({name}) = {digits}"):
        assert find_digests(f"{line}\n".encode(), file="SHA256SUMS", asset=name) == expected


@given(content=st.binary(), file=st.sampled_from(["checksums.txt", "a.sha256"]))
@example(content=b"\xff\xfe\x00", file="checksums.txt")
@example(content=b"SHA256 (" * 2000 + b")", file="checksums.txt")
@example(content=b"a" * 100_000, file="a.sha256")
def test_hostile_bytes_raise_nothing_but_our_error(content: bytes, file: str) -> None:
    try:
        digests = find_digests(content, file=file, asset="a")
    except ChecksumFileError as error:
        assert file in error.message  # noqa: PT017
        assert len(error.message) < 1000  # noqa: PT017
    else:
        assert all(len(digest.hex) in (64, 96, 128) for digest in digests)


@pytest.mark.parametrize(
    "name",
    [
        *("checksums.txt", "checksum.txt", "CHECKSUMS", "tool_1.2.3_checksums.txt"),
        *("SHA256SUMS", "SHA256SUMS.txt", "SHA512SUMS", "sha256sum.txt", "sha256sums.txt"),
        *("SHASUMS256.txt", "sha256.txt", "tool_1.2.3_SHA256SUMS", "checksums.sha256"),
        *("checksums_sha256.txt", "tool-1.2.3.sha256", "SHA512-SUMS.txt", "hashes.sha256"),
        *("tool-sha256-checksums-1.2.3.txt", "SHA256_SUM", "SHA256SUMS.tool-1.2.3"),
        *("checksums-bsd", "toolchecksums.txt", "tool_1.2.3_sha256_checksums.txt"),
    ],
)
def test_lists_of_checksums_are_known_by_their_names(name: str) -> None:
    assert checksum_files(ASSET, [ASSET, "another.zip", name]) == (name,)


@pytest.mark.parametrize(
    "name",
    [
        *("md5sums.txt", "MD5SUMS", "checksums.md5", "sha1sum.txt", "checksums_sha1.txt"),
        *("b3sums.txt", "checksums.txt.sig", "checksums.txt.pem", "checksums.txt.sigstore.json"),
        *("SHA256SUMS.asc", "SHA256SUMS.gpg", "gotestsum_1.2.3_linux_amd64.tar.gz"),
        *("sha256sum_1.2.3_linux_amd64.tar.gz", "sums.zip", "checksum.exe", "README.txt"),
        *("another.zip.sha256", "another.zip.sha256sum", "another.zip.sha512.txt", f"{ASSET}.md5"),
    ],
)
def test_other_files_are_no_lists(name: str) -> None:
    assert checksum_files(ASSET, [ASSET, "another.zip", name]) == ()


@pytest.mark.parametrize(
    "ending",
    [".sha256", ".SHA256", ".sha256sum", ".sha256sums", ".sha512", ".sha256.txt", ".sha384"],
)
def test_sidecars_belong_to_their_asset_alone(ending: str) -> None:
    names = [ASSET, "another.zip", f"{ASSET}{ending}"]
    assert checksum_files(ASSET, names) == (f"{ASSET}{ending}",)
    assert checksum_files("another.zip", names) == ()
    assert checksum_files("tool_1.2.3", [*names, "tool_1.2.3"]) == ()


def test_sidecars_come_before_lists_and_the_list_named_most_alike_first() -> None:
    names = [
        *("tool-b-linux-1.2.3_checksums.txt", "tool-a-linux-1.2.3_checksums.txt"),
        *("tool-a-linux-1.2.3.zip", "tool-b-linux-1.2.3.zip", "tool-a-linux-1.2.3.zip.sha256"),
    ]
    assert checksum_files("tool-a-linux-1.2.3.zip", names) == (
        "tool-a-linux-1.2.3.zip.sha256",
        "tool-a-linux-1.2.3_checksums.txt",
        "tool-b-linux-1.2.3_checksums.txt",
    )


def test_an_asset_is_no_checksum_file_of_itself() -> None:
    assert checksum_files("checksums.txt", ["checksums.txt", ASSET]) == ()
