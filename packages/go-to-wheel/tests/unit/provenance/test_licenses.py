from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from identify.vendor.licenses import LICENSES

from go_to_wheel.provenance.licenses import (
    LARGEST,
    combine_licenses,
    holds_license,
    identify_license,
)

TEXTS = dict(LICENSES)
GNU = {"AGPL-3.0", "GPL-2.0", "GPL-3.0", "LGPL-2.1", "LGPL-3.0"}
MIT, BSD, APACHE, ISC = (
    TEXTS[name].replace("[year]", "2026").replace("[fullname]", "Some One")
    for name in ("MIT", "BSD-3-Clause", "Apache-2.0", "ISC")
)
NOTICE = APACHE[APACHE.index("   Copyright [yyyy]") :]


def identified(text: str) -> str | None:
    return identify_license(text.encode())


@pytest.mark.parametrize("name", sorted(set(TEXTS) - GNU))
def test_a_licence_is_known_by_its_own_text(name: str) -> None:
    assert identified(TEXTS[name]) == name


@pytest.mark.parametrize("name", sorted(GNU))
def test_a_text_that_does_not_tell_about_later_versions_is_not_certain(name: str) -> None:
    assert identified(TEXTS[name]) is None


@pytest.mark.parametrize(
    "text",
    [
        MIT.upper(),
        MIT.replace("\n", "\r\n"),
        MIT.replace("\n\n", "\n\n\n   "),
        "\ufeff" + MIT,
        MIT.replace("MIT License\n", "The MIT License (MIT)\n=====================\n"),
        MIT.replace("MIT License\n", ""),
        MIT.replace("Copyright (c) 2026 Some One", "Copyright © 2020, 2021 The Some Authors."),
        MIT.replace("Copyright (c) 2026 Some One", "Copyright (c) Some Corporation.\n(c) 2026 B"),
        MIT.replace("Copyright (c) 2026 Some One", "Copyright Some Corp. 2014, 2026"),
        MIT.replace("Copyright (c) 2026 Some One", "Copyright The Tool Authors"),
        MIT.replace('"', "``"),
        MIT.replace(
            "permission notice shall", "permission notice (including the next\nparagraph) shall"
        ),
        "".join(f"// {line}\n" for line in MIT.splitlines()),
    ],
)
def test_what_is_no_difference_by_spdx_is_overlooked(text: str) -> None:
    assert identified(text) == "MIT"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (BSD.replace("the copyright holder nor", "Google LLC nor"), "BSD-3-Clause"),
        (BSD.replace("COPYRIGHT HOLDER OR", "COPYRIGHT OWNER OR"), "BSD-3-Clause"),
        (BSD.replace("1. ", " * ").replace("2. ", " * ").replace("3. ", " * "), "BSD-3-Clause"),
        (BSD.replace("THE COPYRIGHT HOLDERS AND CONTRIBUTORS", "SOME ONE"), "BSD-3-Clause"),
        (ISC.replace("and/or", "and"), "ISC"),
        (APACHE[: APACHE.index("   END OF TERMS")], "Apache-2.0"),
        (APACHE[: APACHE.index("   APPENDIX")], "Apache-2.0"),
        (APACHE.replace("[yyyy] [name of copyright owner]", "2026 Some One"), "Apache-2.0"),
        (NOTICE, "Apache-2.0"),
        (NOTICE.replace("http://", "https://"), "Apache-2.0"),
    ],
)
def test_names_and_wordings_that_a_licence_leaves_open_may_differ(text: str, name: str) -> None:
    assert identified(text) == name


@pytest.mark.parametrize(
    "text",
    [
        "",
        "MIT",
        "All rights reserved.",
        "Copyright (c) 2026 Some One",
        MIT + "\n(c) Pay me a dollar.\n",
        MIT + "\nYou may not use this software on Sundays.\n",
        "Commons Clause: you may not sell the software.\n\n" + APACHE,
        MIT.replace("THE SOFTWARE IS", "It shall be used for Good, not Evil.\n\nTHE SOFTWARE IS"),
        MIT.replace("Copyright (c) 2026 Some One", "Copyright (c) 2026 X. You must not sell it."),
        MIT.replace("(c) 2026 Some One", "(c) 2026 X, except for the works of Y"),
        MIT.replace("sublicense, and/or sell", "sublicense"),
        MIT.replace("to deal", "not to deal"),
        BSD.replace("the copyright holder nor", "the copyright holder may be used, but never"),
        MIT + "\n" + BSD,
        APACHE[: len(APACHE) // 2],
        NOTICE + "\nSome files are under other terms.",
    ],
)
def test_what_is_added_left_out_or_changed_makes_it_unknown(text: str) -> None:
    assert identified(text) is None


def test_a_text_of_unreasonable_size_is_not_looked_at() -> None:
    assert identified(MIT + "\n" * (LARGEST + 1 - len(MIT))) is None
    assert identified(MIT + "\n" * (LARGEST - len(MIT))) == "MIT"


@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda text: text.encode()))
def test_no_bytes_but_a_licence_s_are_one(content: bytes) -> None:
    assert identify_license(content) is None


@given(st.integers(0, 180), st.sampled_from(["not", "except", "evil"]))
def test_a_word_anywhere_in_the_text_makes_it_unknown(place: int, word: str) -> None:
    body = MIT[MIT.index("Permission") :].split(" ")
    # Between these the licence names the holders, for whom there may be other words.
    place = min(place, len(body) - 1)
    changed = " ".join([*body[:place], word, *body[place:]])
    named = changed.replace("\n", " ").partition("EVENT SHALL")[2].partition("LIABLE")[0]

    if word not in named:
        assert identified(changed) is None


@pytest.mark.parametrize(
    ("expressions", "combined"),
    [
        ([], None),
        (["MIT"], "MIT"),
        (["mit", "MIT"], "MIT"),
        (["MIT", "Apache-2.0", "MIT"], "Apache-2.0 AND MIT"),
        (["MIT AND ISC", "ISC"], "ISC AND MIT"),
        (["MIT OR Apache-2.0", "ISC"], "ISC AND (MIT OR Apache-2.0)"),
        (["MIT OR Apache-2.0"], "MIT OR Apache-2.0"),
        (["MIT AND (ISC OR 0BSD)", "MIT"], "MIT AND (MIT AND (ISC OR 0BSD))"),
        (["MIT", "Not A Licence"], None),
    ],
)
def test_expressions_are_combined_so_that_each_is_kept(
    expressions: list[str], combined: str | None
) -> None:
    assert combine_licenses(expressions) == combined
    assert combine_licenses(expressions[::-1]) == combined


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_every_licence_is_recognised_in_its_own_text(name: str) -> None:
    assert holds_license(TEXTS[name].encode())


@pytest.mark.parametrize("text", [MIT, BSD, APACHE, NOTICE, ISC])
def test_a_licence_is_recognised_among_other_words(text: str) -> None:
    assert identified(f"Parts are under this one:\n\n{text}\n\nand others are not.") is None
    assert holds_license(f"Parts are under this one:\n\n{text}\n\nand others are not.".encode())


@pytest.mark.parametrize("text", ["", "MIT", "All rights reserved. Ask us.", MIT[: len(MIT) // 2]])
def test_words_that_are_no_licence_s_are_not_recognised(text: str) -> None:
    assert not holds_license(text.encode())


def test_a_text_larger_than_any_licence_is_not_recognised() -> None:
    assert not holds_license(MIT.encode() + b" " * LARGEST)
