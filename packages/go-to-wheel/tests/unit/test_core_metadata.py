"""METADATA's bytes (wheel/core_metadata.py)."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from packaging import metadata as core

from go_to_wheel.errors import MetadataError
from go_to_wheel.metadata import LicenseText, Metadata, Person, Readme
from go_to_wheel.names import parse_distribution_name, parse_version
from go_to_wheel.wheel.core_metadata import is_spdx, render_metadata

BASE: dict[str, Any] = {
    "name": parse_distribution_name("My.Tool"),
    "version": parse_version("v1.2.3-rc.1"),
}
# Each of them starts a new line for some reader of METADATA.
LINE_BREAKS = [
    "\n",
    "\r",
    "\r\n",
    "\x0b",
    "\x0c",
    "\x1c",
    "\x1d",
    "\x1e",
    "\x85",
    "\u2028",
    "\u2029",
]


def rendered(**values: Any) -> bytes:
    return render_metadata(Metadata(**{**BASE, **values}))


def parsed(**values: Any) -> core.Metadata:
    """METADATA as packaging reads it, with every check that it knows."""
    return core.Metadata.from_email(rendered(**values), validate=True)


def headers(**values: Any) -> list[str]:
    """The lines before the description."""
    return rendered(**values).decode().partition("\n\n")[0].split("\n")


def license_file(path: str) -> tuple[LicenseText, ...]:
    return (LicenseText(path=PurePosixPath(path), content=b"text"),)


def test_the_least_metadata() -> None:
    assert headers() == ["Metadata-Version: 2.4", "Name: My.Tool", "Version: 1.2.3rc1"]


@pytest.mark.parametrize("missing", ["name", "version"])
def test_without_name_or_version_there_is_none(missing: str) -> None:
    with pytest.raises(MetadataError, match="no name or no version"):
        rendered(**{missing: None})


def test_every_field_arrives() -> None:
    found = parsed(
        description="A tool",
        readme=Readme(text="# Title\n\nText\n", content_type="text/markdown"),
        license="mit OR apache-2.0",
        license_files=license_file("LICENSE") + license_file("licenses/NOTICE.txt"),
        authors=(Person(name="A. Name", email="a@example.com"), Person(name="Only Name")),
        maintainers=(Person(email="only@example.com"),),
        keywords=("go", "wheel"),
        classifiers=("Programming Language :: Go",),
        urls=(("Homepage", "https://example.com"), ("Source", "https://example.com/src")),
        requires_python=">=3.10, <4",
        dependencies=("httpx>=0.28", "rich; sys_platform == 'win32'"),
        optional_dependencies=(("Extra_One", ("click",)),),
    )
    assert found.metadata_version == "2.4"
    assert (found.name, str(found.version)) == ("My.Tool", "1.2.3rc1")
    assert found.summary == "A tool"
    assert found.description == "# Title\n\nText\n"
    assert found.description_content_type == "text/markdown"
    assert found.license_expression == "MIT OR Apache-2.0"
    assert found.license is None
    assert found.license_files == ["LICENSE", "licenses/NOTICE.txt"]
    assert found.author == "Only Name"
    assert found.author_email == '"A. Name" <a@example.com>'
    assert found.maintainer_email == "only@example.com"
    assert found.keywords == ["go", "wheel"]
    assert found.classifiers == ["Programming Language :: Go"]
    assert found.project_urls == {
        "Homepage": "https://example.com",
        "Source": "https://example.com/src",
    }
    assert found.requires_python == ">=3.10,<4"
    assert list(map(str, found.requires_dist or ())) == [
        "httpx>=0.28",
        'rich; sys_platform == "win32"',
        'click; extra == "extra-one"',
    ]
    assert found.provides_extra == ["extra-one"]


def with_text(field: str, text: str) -> dict[str, Any]:
    """One field of METADATA's one-line fields, filled with a text."""
    values: dict[str, Any] = {
        "description": text,
        "license": text,
        "requires_python": text,
        "keywords": ("good", text),
        "classifiers": ("good", text),
    }
    if field in values:
        return {field: values[field]}
    good = "https://example.com"
    others: dict[str, dict[str, Any]] = {
        "author": {"authors": (Person(name=text),)},
        "author-email": {"authors": (Person(email=text),)},
        "author and e-mail": {"authors": (Person(name=text, email="a@example.com"),)},
        "maintainer": {"maintainers": (Person(name="good"), Person(name=text))},
        "maintainer-email": {"maintainers": (Person(email=text),)},
        "label": {"urls": ((text, good),)},
        "url": {"urls": (("Homepage", good), ("Source", text))},
        "content type": {"readme": Readme(text="x", content_type=text)},
        "license-files": {"license_files": license_file(text)},
        "extra": {"optional_dependencies": ((text, ()),)},
        "dependency": {"dependencies": (f"good; os_name == '{text}'",)},
        "extra's dependency": {"optional_dependencies": (("good", (text,)),)},
    }
    return others[field]


ONE_LINE_FIELDS = [
    "description", "license", "requires_python", "keywords", "classifiers", "author",
    "author-email", "author and e-mail", "maintainer", "maintainer-email", "label", "url",
    "content type", "license-files", "extra", "dependency", "extra's dependency",
]  # fmt: skip


@pytest.mark.parametrize("line_break", LINE_BREAKS)
@pytest.mark.parametrize("field", ONE_LINE_FIELDS)
def test_a_line_break_in_a_one_line_field_is_refused(field: str, line_break: str) -> None:
    with pytest.raises(MetadataError) as caught:
        rendered(**with_text(field, f"text{line_break}Classifier: Injected"))
    assert "\n" not in str(caught.value)
    assert caught.value.hint


@pytest.mark.parametrize("field", ONE_LINE_FIELDS)
def test_control_characters_and_what_is_no_text_are_refused(field: str) -> None:
    for character in "\0\x1b\x7f\udcff":
        with pytest.raises(MetadataError):
            rendered(**with_text(field, f"text{character}"))


@given(st.sampled_from(ONE_LINE_FIELDS), st.text(max_size=40))
@example("description", "nbsp\u00a0and \u3000wide and 👩\u200d💻")
@example("author and e-mail", 'Doe, "J" \\ <x>')
def test_no_field_can_start_another(field: str, text: str) -> None:
    try:
        lines = headers(**with_text(field, text))
    except MetadataError:
        return
    names = [line.partition(":")[0] for line in lines]
    assert set(names) <= {
        "Metadata-Version", "Name", "Version", "Summary", "License", "License-Expression",
        "Requires-Python", "Keywords", "Classifier", "Author", "Author-Email", "Maintainer",
        "Maintainer-Email", "Project-URL", "Description-Content-Type", "License-File",
        "Provides-Extra", "Requires-Dist",
    }  # fmt: skip
    assert names.count("Name") == names.count("Version") == 1
    extra_lines = len(names) - 3
    assert extra_lines <= 2 + (field in {"classifiers", "url"})


@pytest.mark.parametrize(
    "text", ["prix\u202f: 3\u00a0€", "漢字\u3000漢字", "👩\u200d💻", "क्\u200dष", "a\u00adb"]
)
def test_every_script_and_its_spaces_are_text(text: str) -> None:
    assert parsed(description=text).summary == text


@pytest.mark.parametrize("length", [512, 513])
def test_the_index_takes_summaries_of_512_characters(length: int) -> None:
    text = "é" * length
    if length == 512:
        assert parsed(description=text).summary == text
        return
    with pytest.raises(MetadataError, match="The description has 513 characters"):
        rendered(description=text)


@pytest.mark.parametrize("length", [32, 33])
def test_the_index_takes_labels_of_32_characters(length: int) -> None:
    label = "x" * length
    if length == 32:
        assert parsed(urls=((label, "https://example.com"),)).project_urls
        return
    with pytest.raises(MetadataError, match="has 33 characters"):
        rendered(urls=((label, "https://example.com"),))


@pytest.mark.parametrize("label", ["", " ", "a, b"])
def test_a_label_that_would_not_be_read_back_is_refused(label: str) -> None:
    with pytest.raises(MetadataError, match="label of a URL"):
        rendered(urls=((label, "https://example.com"),))


@pytest.mark.parametrize(
    ("given_text", "expression"),
    [
        ("MIT", "MIT"),
        ("mit", "MIT"),
        ("apache-2.0 or mit", "Apache-2.0 OR MIT"),
        ("(MIT)", "(MIT)"),
        ("GPL-3.0-or-later WITH Classpath-exception-2.0",) * 2,
        ("LicenseRef-Proprietary", "LicenseRef-Proprietary"),
    ],
)
def test_an_spdx_expression_is_written_in_its_canonical_form(
    given_text: str, expression: str
) -> None:
    assert is_spdx(given_text)
    lines = headers(license=given_text, license_files=license_file("LICENSE"))
    assert f"License-Expression: {expression}" in lines
    assert "License-File: LICENSE" in lines
    assert not any(line.startswith("License:") for line in lines)


@pytest.mark.parametrize("text", ["Apache 2.0", "Proprietary", "MIT and more", "©"])
def test_any_other_licence_becomes_the_old_field(text: str) -> None:
    assert not is_spdx(text)
    lines = headers(license=text, license_files=license_file("LICENSE"))
    assert f"License: {text}" in lines
    assert "License-File: LICENSE" in lines
    assert not any(line.startswith("License-Expression") for line in lines)


def test_licence_classifiers_beside_an_expression_are_refused() -> None:
    with pytest.raises(MetadataError, match="License ::"):
        rendered(license="MIT", classifiers=("License :: OSI Approved :: MIT License",))


def test_licence_classifiers_alone_are_taken() -> None:
    classifier = "License :: OSI Approved :: MIT License"
    assert parsed(classifiers=(classifier,)).classifiers == [classifier]


@pytest.mark.parametrize("path", ["/etc/LICENSE", "../LICENSE", "a/../../LICENSE"])
def test_a_licence_file_stays_in_its_folder(path: str) -> None:
    with pytest.raises(MetadataError, match="outside"):
        rendered(license_files=license_file(path))


@pytest.mark.parametrize(
    "content_type",
    ["text/markdown", "text/plain", "text/x-rst", "text/markdown; charset=UTF-8; variant=GFM"],
)
def test_the_index_shows_three_kinds_of_readme(content_type: str) -> None:
    found = parsed(readme=Readme(text="Größe\n", content_type=content_type))
    assert found.description == "Größe\n"
    assert found.description_content_type == content_type


def test_another_kind_of_readme_is_refused() -> None:
    with pytest.raises(MetadataError, match="text/html") as caught:
        rendered(readme=Readme(text="<p>", content_type="text/html"))
    assert "text/markdown" in caught.value.hint


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r")))
@example("From here\n.\nName: other\n\n\n")
@example("\x0c\x85\u2028")
def test_a_readme_holds_any_text(text: str) -> None:
    body = rendered(readme=Readme(text=text, content_type="text/plain")).partition(b"\n\n")[2]
    assert body.decode() == text


@pytest.mark.parametrize(
    ("person", "header"),
    [
        (Person(name="A Name"), "Author: A Name"),
        (Person(email="a@example.com"), "Author-Email: a@example.com"),
        (Person(name="", email="a@example.com"), "Author-Email: a@example.com"),
        (Person(name="A Name", email="a@x.y"), "Author-Email: A Name <a@x.y>"),
        (Person(name="Jürgen 漢", email="a@x.y"), "Author-Email: Jürgen 漢 <a@x.y>"),
        (Person(name="Doe, J.", email="a@x.y"), 'Author-Email: "Doe, J." <a@x.y>'),
        (Person(name='"Q" \\', email="a@x.y"), 'Author-Email: "\\"Q\\" \\\\" <a@x.y>'),
        (Person(name="A Name", email=""), "Author: A Name"),
        (Person(), None),
    ],
)
def test_a_person_has_a_name_or_an_address_or_both(person: Person, header: str | None) -> None:
    assert headers(authors=(person,))[3:] == ([header] if header else [])
    maintained = header.replace("Author", "Maintainer") if header else None
    assert headers(maintainers=(person,))[3:] == ([maintained] if maintained else [])


def test_people_are_listed_in_their_order() -> None:
    people = (
        Person(name="One", email="1@x.y"),
        Person(name="Two"),
        Person(email="3@x.y"),
        Person(name="Four"),
    )
    assert headers(authors=people)[3:] == [
        "Author: Two, Four",
        "Author-Email: One <1@x.y>, 3@x.y",
    ]


@pytest.mark.parametrize("text", ["3.10", ">=x", "python>=3"])
def test_a_wrong_range_of_pythons_is_refused(text: str) -> None:
    with pytest.raises(MetadataError, match="requirement on Python's version") as caught:
        rendered(requires_python=text)
    assert ">=3.10" in caught.value.hint


@pytest.mark.parametrize("text", ["", "a b", "a>=", "a @", "a; nope == '1'", "-a"])
def test_a_wrong_dependency_is_refused(text: str) -> None:
    with pytest.raises(MetadataError, match="PEP 508"):
        rendered(dependencies=(text,))


@pytest.mark.parametrize("text", ["", "a b", "-a", "é"])
def test_a_wrong_extra_is_refused(text: str) -> None:
    with pytest.raises(MetadataError, match="name of an extra"):
        rendered(optional_dependencies=((text, ("a",)),))


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "http://x y", "mailto:a@example.com", "tool.example.com", "http:",
     "https:///path", "ftp://example.com", "http://[::1", ""],
)  # fmt: skip
def test_an_address_that_the_index_refuses_is_refused_here(url: str) -> None:
    with pytest.raises(MetadataError, match=r"^Homepage is .* no http or https URL\.") as caught:
        rendered(urls=(("Homepage", url),))
    assert "https://" in caught.value.hint


@pytest.mark.parametrize("url", ["https://example.com", "HTTP://x.y/a?b#c", "http://ünï.example"])
def test_addresses_on_the_web_are_taken(url: str) -> None:
    assert f"Project-URL: Homepage, {url}" in headers(urls=(("Homepage", url),))


@pytest.mark.parametrize("field", ["authors", "maintainers"])
@pytest.mark.parametrize("name", [None, "A Name"])
@pytest.mark.parametrize("email", ["not mail", "nobody", "a@b", "@x.y", "<>"])
def test_what_is_no_e_mail_address_is_refused(field: str, name: str | None, email: str) -> None:
    with pytest.raises(MetadataError, match=r"is no e-mail address\.") as caught:
        rendered(**{field: (Person(name=name, email=email),)})
    assert "name@example.org" in caught.value.hint


@pytest.mark.parametrize("email", ["a@x.y", "A Name <a@x.y>", "a@x.y, b@x.y"])
def test_an_address_may_come_with_its_name_or_with_others(email: str) -> None:
    assert f"Author-Email: {email}" in headers(authors=(Person(email=email),))
