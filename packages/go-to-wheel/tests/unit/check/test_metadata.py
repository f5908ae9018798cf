from __future__ import annotations

from pathlib import Path

import pytest

from go_to_wheel.check import Level
from unit.check.wheels import INFO, METADATA, pure, rules_of

SUMMARY = "Summary: A tool\n"


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        pytest.param("-Version: 2.4", "-Version: 2.6", "metadata-version", id="too-new"),
        pytest.param("-Version: 2.4", "-Version: 2.0", "metadata-version", id="never-a-standard"),
        pytest.param("Metadata-Version: 2.4\n", "", "metadata-version", id="no-version"),
        pytest.param("Name: tool", "Name: other", "metadata-name", id="other-name"),
        pytest.param("Name: tool\n", "", "metadata-name", id="no-name"),
        pytest.param("\nVersion: 1.0", "\nVersion: 1.1", "metadata-release", id="other-release"),
        pytest.param("\nVersion: 1.0", "\nVersion: one", "metadata-release", id="no-release"),
        pytest.param(
            "\nVersion: 1.0", "\nVersion: " + "1" * 5000, "metadata-field", id="endless-release"
        ),
        pytest.param(SUMMARY, "Summary: a\n        b\n", "summary", id="two-lines"),
        pytest.param(SUMMARY, f"Summary: {'a' * 513}\n", "summary", id="long-summary"),
        pytest.param(SUMMARY, SUMMARY * 2, "metadata-field", id="field-twice"),
        pytest.param(SUMMARY, SUMMARY + "Colour: red\n", "metadata-field", id="unknown-field"),
        pytest.param(SUMMARY, SUMMARY + "License: MIT\n", "license", id="license-twice"),
        pytest.param(": MIT", ": Mitt", "license", id="no-spdx"),
        pytest.param(": MIT", ": " + "(" * 3000 + "MIT", "license", id="nested-license"),
        pytest.param("License-File: LICENSE", "License-File: NO", "license-file", id="no-file"),
        pytest.param("License-File: LICENSE", "License-File: ../L", "license-file", id="upward"),
        pytest.param(": Homepage,", f": {'a' * 33},", "project-url", id="long-label"),
        pytest.param(": Homepage,", ": ,", "project-url", id="no-label"),
        pytest.param("https://example.com/tool", "", "project-url", id="no-url"),
        pytest.param("https://example.com/tool", "ftp://example.com", "project-url", id="ftp"),
        pytest.param("https://example.com/tool", "https://a b", "project-url", id="space"),
        pytest.param("https://example.com/tool", "https://[::1", "project-url", id="bracket"),
        pytest.param(SUMMARY, SUMMARY + "Home-page: here\n", "project-url", id="home-page"),
        pytest.param(SUMMARY, SUMMARY + "Author-email: me\n", "email", id="no-address"),
        pytest.param(">=3.8", "three", "requires-python", id="requires-python"),
        pytest.param(SUMMARY, SUMMARY + "Requires-Dist: a b c\n", "requires-dist", id="requires"),
        pytest.param(
            SUMMARY,
            SUMMARY + "Requires-Dist: a @ https://example.com/a.whl\n",
            "direct-dependency",
            id="direct",
        ),
        pytest.param(
            SUMMARY,
            SUMMARY + f"Requires-Dist: a; {'(' * 3000}os_name == 'a'\n",
            "metadata-field",
            id="nested-marker",
        ),
        pytest.param(
            SUMMARY, SUMMARY + "Classifier: Private :: Mine\n", "private-classifier", id="private"
        ),
        pytest.param("text/markdown", "text/html", "description-content-type", id="html"),
        pytest.param(
            "text/markdown", "text/markdown; charset=latin-1", "description-content-type", id="l1"
        ),
        pytest.param(SUMMARY, SUMMARY + "Dynamic: Name\n", "metadata-field", id="dynamic"),
    ],
)
def test_a_field_that_is_refused_somewhere_is_an_error(
    old: str, new: str, rule: str, tmp_path: Path
) -> None:
    report = pure().metadata(old, new).check(tmp_path)

    assert rules_of(report) == {rule}
    assert report.errors


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("Home-page: UNKNOWN", "the index drops it"),
        ("Author-email: Ann <ann@example.com>, Bob <bob@example.com>", "two people"),
        ("Requires-Dist: click>=8; extra == 'x@y'", "an @ in a marker"),
        (f"Author-email: {'(' * 5000}", "no address to look at"),
        ("Keywords: a,b", "a list"),
        ("Classifier: Programming Language :: Go", "not verified here"),
    ],
)
def test_a_field_that_the_index_takes_is_no_fault(line: str, why: str, tmp_path: Path) -> None:
    report = pure().metadata(SUMMARY, f"{SUMMARY}{line}\n").check(tmp_path)

    assert report.problems == (), why


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        pytest.param(
            "License-Expression: MIT\nLicense-File: LICENSE",
            "License: MIT",
            "metadata-age",
            id="old",
        ),
        pytest.param("\n# tool\n", "", "description-missing", id="no-description"),
    ],
)
def test_poor_metadata_is_a_warning(old: str, new: str, rule: str, tmp_path: Path) -> None:
    wheel = pure().metadata(old, new)
    if rule == "metadata-age":
        wheel = wheel.metadata("-Version: 2.4", "-Version: 2.1")

    (problem,) = wheel.check(tmp_path).problems

    assert (problem.rule, problem.level) == (rule, Level.WARNING)


def test_a_wheel_without_licence_text_is_a_warning(tmp_path: Path) -> None:
    wheel = pure().minus(f"{INFO}/licenses/LICENSE").metadata("License-File: LICENSE\n", "")

    (problem,) = wheel.check(tmp_path).problems

    assert (problem.rule, problem.level) == ("license-missing", Level.WARNING)


def test_the_licence_files_of_old_setuptools_are_not_looked_for(tmp_path: Path) -> None:
    wheel = pure().metadata("License-Expression: MIT", "License: MIT")
    wheel = wheel.metadata("-Version: 2.4", "-Version: 2.1").metadata(": LICENSE", ": NOWHERE")

    assert rules_of(wheel.check(tmp_path)) == {"metadata-age"}


def test_no_metadata_is_an_error(tmp_path: Path) -> None:
    assert rules_of(pure().minus(f"{INFO}/METADATA").check(tmp_path)) == {"metadata-missing"}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("".join(f"A{n}: b\n" for n in range(300)), id="many-fields"),
        pytest.param("Requires-Dist: a\n" * 60_000, id="many-lines"),
        pytest.param(f"Summary: {'a' * 70_000}\n", id="long-line"),
    ],
)
def test_metadata_that_would_take_long_to_read_is_an_error(text: str, tmp_path: Path) -> None:
    wheel = pure().plus({f"{INFO}/METADATA": (text + METADATA).encode()})

    assert rules_of(wheel.check(tmp_path)) == {"metadata-syntax"}


def test_a_long_description_is_no_fault(tmp_path: Path) -> None:
    wheel = pure().metadata("# tool\n", "# tool\n" + "".join(f"A{n}: b\n" for n in range(9000)))

    assert wheel.check(tmp_path).problems == ()
