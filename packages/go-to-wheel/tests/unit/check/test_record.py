from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from go_to_wheel.check import Level
from unit.check.wheels import INFO, Packed, digest, pure, rules_of

RECORD = f"{INFO}/RECORD"
MEMBER = "tool/__init__.py"
CONTENT = pure().files[MEMBER]
ROW = f"{MEMBER},{digest(CONTENT)},{len(CONTENT)}".encode()


def instead(new: bytes) -> Callable[[bytes], bytes]:
    def change(record: bytes) -> bytes:
        assert ROW in record
        return record.replace(ROW, new)

    return change


@pytest.mark.parametrize(
    ("record", "rules"),
    [
        pytest.param(instead(b""), {"record-unlisted"}, id="no-row"),
        pytest.param(lambda record: record + b"gone.py,,\n", {"record-ghost"}, id="no-member"),
        pytest.param(lambda record: record + b"tool/,,\n", {"record-ghost"}, id="folder"),
        pytest.param(
            instead(f"{MEMBER},{digest(b'?')},{len(CONTENT)}".encode()),
            {"record-digest"},
            id="digest",
        ),
        pytest.param(
            instead(f"{MEMBER},{digest(CONTENT)}=,{len(CONTENT)}".encode()),
            {"record-digest"},
            id="padded-digest",
        ),
        pytest.param(instead(f"{MEMBER},{digest(CONTENT)},3".encode()), {"record-size"}, id="size"),
        pytest.param(instead(f"{MEMBER},,".encode()), {"record-no-digest"}, id="no-digest"),
        pytest.param(
            instead(f"{MEMBER},crc32=AAAA,{len(CONTENT)}".encode()),
            {"record-algorithm"},
            id="unknown-algorithm",
        ),
        pytest.param(
            instead(f"{MEMBER},shake_128=AAAA,{len(CONTENT)}".encode()),
            {"record-algorithm"},
            id="algorithm-without-length",
        ),
        pytest.param(
            lambda record: record.replace(b"RECORD,,", b"RECORD,sha256=AAAA,12"),
            {"record-own-digest"},
            id="digest-of-itself",
        ),
        pytest.param(lambda record: record + b"\xff,,\n", {"record-syntax"}, id="not-utf8"),
        pytest.param(lambda record: record + b"a,b\n", {"record-syntax"}, id="two-columns"),
        pytest.param(lambda record: record + b"a,b,c\n", {"record-syntax"}, id="size-no-number"),
        pytest.param(
            lambda record: record + b"a,b," + b"1" * 5000 + b"\n",
            {"record-syntax"},
            id="size-of-5000-digits",
        ),
        pytest.param(lambda record: record + b"\n" * 1000, {"record-syntax"}, id="too-long"),
        pytest.param(lambda _: None, {"record-missing"}, id="missing"),
    ],
)
def test_a_record_that_does_not_fit_is_an_error(
    record: Callable[[bytes], bytes | None], rules: set[str], tmp_path: Path
) -> None:
    report = replace(pure(), record=record).check(tmp_path)

    assert rules_of(report) == rules
    assert report.errors


@pytest.mark.parametrize(
    ("record", "rule"),
    [
        pytest.param(
            instead(f"{MEMBER},{digest(CONTENT, 'md5')},{len(CONTENT)}".encode()),
            "record-weak-digest",
            id="md5",
        ),
        pytest.param(lambda record: record.replace(b"\n", b"\r\n"), "record-crlf", id="crlf"),
        pytest.param(instead(ROW + b"\n" + ROW), "record-duplicate", id="twice"),
        pytest.param(instead(ROW.replace(b"/", b"\\", 1)), "record-backslash", id="backslash"),
    ],
)
def test_a_record_that_only_could_be_better_is_a_warning(
    record: Callable[[bytes], bytes], rule: str, tmp_path: Path
) -> None:
    (problem,) = replace(pure(), record=record).check(tmp_path).problems

    assert (problem.rule, problem.level) == (rule, Level.WARNING)


@pytest.mark.parametrize("algorithm", ["sha384", "sha512", "blake2b"])
def test_other_strong_digests_are_verified(algorithm: str, tmp_path: Path) -> None:
    good = f"{MEMBER},{digest(CONTENT, algorithm)},{len(CONTENT)}".encode()
    bad = f"{MEMBER},{digest(b'?', algorithm)},{len(CONTENT)}".encode()

    assert replace(pure(), record=instead(good)).check(tmp_path).problems == ()
    assert rules_of(replace(pure(), record=instead(bad)).check(tmp_path)) == {"record-digest"}


@pytest.mark.parametrize("name", ["RECORD.jws", "RECORD.p7s"])
def test_a_signature_of_record_is_a_warning(name: str, tmp_path: Path) -> None:
    signature = Packed(name=f"{INFO}/{name}", content=b"{}")

    report = replace(pure(), change=lambda members: [*members, signature]).check(tmp_path)

    assert rules_of(report) == {"record-signature"}
    assert not report.errors


def test_a_signature_of_record_may_not_be_listed(tmp_path: Path) -> None:
    wheel = pure().plus({f"{INFO}/RECORD.jws": b"{}"})

    assert rules_of(wheel.check(tmp_path)) == {"record-signature", "record-own-digest"}


def test_names_with_commas_and_quotes_are_read_as_csv(tmp_path: Path) -> None:
    name = 'tool/a,"b".txt'
    wheel = replace(
        pure().plus({name: b"1"}),
        tag="py3-none-manylinux_2_17_x86_64",  # Windows could not have the quotes
        record=lambda record: record.replace(name.encode(), b'"tool/a,""b"".txt"'),
    )

    assert "record-unlisted" not in rules_of(wheel.check(tmp_path))
    assert "record-ghost" not in rules_of(wheel.check(tmp_path))


def test_problems_of_one_rule_are_counted_after_the_first_twenty(tmp_path: Path) -> None:
    rows = b"".join(b"gone%d,,\n" % number for number in range(70))

    report = replace(pure(), record=lambda record: record + rows).check(tmp_path)

    assert len(report.errors) == 21
    assert report.errors[-1].where == "50 more"
