from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from identify.vendor.licenses import LICENSES

from go_to_wheel.provenance.identify import LARGEST, holds_license, identify_license
from go_to_wheel.provenance.licenses import combine_licenses

TEXTS = dict(LICENSES)
GNU = {"AGPL-3.0", "GPL-2.0", "GPL-3.0", "LGPL-2.1", "LGPL-3.0"}
MIT, BSD, APACHE, ISC = (
    TEXTS[name].replace("[year]", "2026").replace("[fullname]", "Some One")
    for name in ("MIT", "BSD-3-Clause", "Apache-2.0", "ISC")
)
NOTICE_LINE = "Copyright (c) 2026 Some One"
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
        MIT.replace(" ", "\N{NO-BREAK SPACE}"),
        MIT.replace("files", "\N{LATIN SMALL LIGATURE FI}les"),
        MIT.replace('"', "\N{ACUTE ACCENT}"),
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


@pytest.mark.parametrize(
    "line",
    [
        "Copyright (c) 2026 X. Commercial use costs money",
        "Copyright (c) 2026 X, for evaluation only",
        "Copyright (c) 2026 X; no commercial use",
        "Copyright (c) 2026 X - personal use free",
        "Copyright (c) 2026 X (pay me)",
        "Copyright (c) 2026 X, excluding Russia",
        "Copyright (c) 2026 X. Selling copies forbidden",
        "Copyright 2026 X under the GPL",
        "Copyright 2026 Acme. Kommerzielle Nutzung Verboten",
        "Copyright 2026 Acme Inc. Universities Alone",
        "Copyright 2026 Acme; Universities Alone",
        "Copyright 2026 Acme. All rights reserved Universities Alone",
        "Copyright 2026 Acme. Universities Alone",
        "Copyright 2026 X for Universities",
        "Copyright 2026 X, those that sell it go to jail",
        "Copyright 2026 X: schools alone welcome here",
        "Copyright The Users Shall Pay A Fee To The Author 2026",
        "Copyright 2026 A B C D E F G H I J K L M",
        "Copyright 2026 X https://example.com/no-commercial-use",
        "Copyright 2026 X <buy-a-license@example.com>",
        "Copyright 2026 X p.a.y me",
        "Copyright 2026 X n-o s-a-l-e",
        "Copyright 2026 Acme Source-Available",
        "Copyright 2026 Acme Ethical Source",
        "Copyright 2026 Acme (BSL)",
        "Copyright 2026 Acme NC",
        "Copyright 2026 Acme N.C.",
        "Copyright 2026 Acme Commons Clause",
        "Copyright 2026 Acme PolyForm Shield",
        "Copyright 2026 Acme EULA",
        "Copyright 2026 Acme https://acme.com/eula",
        "Copyright 2026 Acme https://acme.com/EULA.md",
        "Copyright 2026 Acme https://acme.com/oureula",
        "Copyright 2026 Acme <acme.com/saas_terms2026>",
        "Copyright 2026 Acme (https://acme.com/ourlicense)",
        "Copyright 2026 \uff30\uff41\uff59 Me",
        "Copyright 2026 X \u202eON",
        "Copyright 2026 X \U0001f4b0",
        "Copyright 2026 X $100",
        "Copyright 2026 X 禁止商业使用",
        "© 2026 张三 仅供学习",
        "Copyright 2026 X. Только для учебы",
        "All rights reserved. Selling is theft",
        "All rights reserved. 禁止商用",
        "All rights reserved \U0001f4b0",
        "(c) Pay me a dollar.",
        "Copyright 2026 X" + " " * 300 + "Y",
    ],
)
def test_what_stands_in_a_notice_beside_names_makes_it_unknown(line: str) -> None:
    assert identified(MIT.replace(NOTICE_LINE, line)) is None
    assert identified(f"{MIT}\n{line}\n") is None


@pytest.mark.parametrize(
    "line",
    [
        "Copyright (c) 2026 José Ñandú",
        "Copyright (c) 2016 Péter Surányi.",
        "Copyright (c) 2026 Łukasz Żółć",
        "Copyright © 2026 张三",
        "版权所有 (c) 2026 张三",
        "Copyright (c) 2015 深圳市腾讯计算机系统有限公司",
        "Copyright (c) 2026 山田 太郎 (taro@example.jp)",
        "Copyright (c) 2026 김철수",
        "Copyright (c) 2026 Иван Петров <ivan@example.com>",
        "Copyright (c) 2026 Σωκράτης",
        "Copyright (c) 2026 محمد علي",
        "Copyright (c) 2026 प्रेमचंद",
        "Copyright (c) 2026 Jürgen Müller and contributors",
        "Copyright 2026, Will Norris",
        "Copyright (c) 1991 Free Software Foundation, Inc.",
        "Copyright (c) 2014-present J. P. Morgan & Co. All rights reserved.",
        "Copyright (c) 2026 itchyny",
        "Copyright (c) 2014 Benedikt Lang <github at benediktlang.de>",
        "Copyright (c) 2018 MA_124, <github.com/MA124>",
        "Copyright 2022 Alan Shreve (@inconshreveable)",
        "Copyright (c) eBPF for Windows contributors",
        "Copyright (C) 2012\N{EN DASH}14, 2016 Jane O\N{RIGHT SINGLE QUOTATION MARK}Neil, John Roe",
        "Copyright (c) 2011, X contributors. Portions copyright (c) 2010 Blake Mizerany",
        "COPYRIGHT (C) 2026 JOHN DOE. ALL RIGHTS RESERVED.",
        "Copyright (c) <year> <copyright holders>",
        "Copyright [2020] [Paul Davis <paul@example.com>]",
        "Copyright npm, Inc.",
        "Copyright (c) 2016 Vincent Batts, Raleigh, NC, USA",
        "Copyright 2014-2019 Grant Jenks",
        "Copyright © 2020, [Encode OSS Ltd](https://www.encode.io/).",
        "Copyright (c) 2008-present The pip developers (see AUTHORS.txt file)",
        "Copyright (c) 2013-2026 by the Babel Team, see AUTHORS for more information.",
        "Copyright (c) 2014, A B (python-x), 2013, C D (django-x), 2013, E F (django)",
    ],
)
def test_names_of_any_script_are_no_difference(line: str) -> None:
    assert identified(MIT.replace(NOTICE_LINE, line)) == "MIT"


def test_the_end_of_a_sentence_about_copyright_is_no_notice() -> None:
    text = TEXTS["Unlicense"]
    for words in ("copyright law", "copyright interest"):  # at the beginning of a line
        assert words in text
        assert identified(text.replace(words, f"\n{words}")) == "Unlicense"
    assert identified(text.replace("copyright law", "law")) is None


def test_a_name_in_an_old_encoding_is_no_difference() -> None:
    content = MIT.replace("Some One", "José").encode("latin-1")
    assert identify_license(content) == "MIT"
    assert identify_license(content + b"\xbfNo \xe9 libre?") is None


@pytest.mark.parametrize(
    "added",
    [
        "Использование в коммерческих целях запрещено.",
        "商业使用禁止",
        "يمنع الاستخدام التجاري",
        "禁",
        "\U0001f4b0",
        "\u0338",  # strikes through what stands before it
        "\u20ac",
        "\u202e",  # turns around what follows it
        "\x08",
        "\u039d\u039f",  # Greek letters that look like Latin ones
        "$100",
        "100",
    ],
)
def test_what_is_added_in_another_script_makes_it_unknown(added: str) -> None:
    for text in (MIT, BSD, APACHE, ISC):
        assert identified(f"{text}\n{added}\n") is None
        assert identified(f"{added}\n{text}") is None
        assert identified(text.replace(" License", f" License {added}", 1)) is None
    assert identified(BSD.replace("are permitted", f"are {added} permitted")) is None


@pytest.mark.parametrize(
    "holder",
    [
        "Acme (which forbids commercial use) nor any user who has not paid",
        "the payer of the fee",
        "Acme. Commercial users are excluded,",
        "Acme unless a fee is paid",
        "Google, and no military user,",
        "Acme 商业禁止",
        "A B C D E F G H I J K L M",
    ],
)
def test_what_stands_in_a_holder_s_place_beside_names_makes_it_unknown(holder: str) -> None:
    for text in (
        BSD.replace("the copyright holder nor", f"{holder} nor"),
        BSD.replace("COPYRIGHT HOLDER OR CONTRIBUTORS", holder),
        BSD.replace("THE COPYRIGHT HOLDERS AND CONTRIBUTORS", holder),
        ISC.replace("THE AUTHOR DISCLAIMS", f"{holder} DISCLAIMS"),
    ):
        assert text not in (BSD, ISC)
        assert identified(text) is None


@pytest.mark.parametrize(
    "holder", ["Müller & Söhne GmbH", "张三", "the Go-Team", "Иван Петров", "this project"]
)
def test_a_holder_of_any_script_may_stand_in_its_place(holder: str) -> None:
    assert identified(BSD.replace("the copyright holder nor", f"{holder} nor")) == "BSD-3-Clause"


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


def titled(title: str, text: str = MIT) -> bytes:
    """A licence with a line between its name and the copyright notice."""
    return text.replace("\n\n", f"\n\n{title}\n", 1).encode()


@pytest.mark.parametrize("title", ["go-toml v2", "Go-TOML", "go-toml\n"])
def test_a_module_s_own_name_may_stand_at_the_head_of_its_licence(title: str) -> None:
    module = "github.com/pelletier/go-toml/v2"
    assert identify_license(titled(title), module) == "MIT"
    assert identify_license(f"{title}\n\n{MIT}".encode(), module) == "MIT"


@pytest.mark.parametrize(
    ("content", "module"),
    [
        (titled("go-toml v2"), ""),
        (titled("go-toml v2"), "example.com/toml/v2"),
        (titled("go-toml v2 pro"), "example.com/go-toml/v2"),
        (titled("go-toml\nv2"), "example.com/go-toml/v2"),
        (titled("noncommercial"), "example.com/noncommercial"),
        (f"{MIT}\ntool\n".encode(), "example.com/tool"),
    ],
    ids=["no module", "another", "one word more", "two lines", "a condition", "at the end"],
)
def test_any_other_line_leaves_the_licence_unknown(content: bytes, module: str) -> None:
    assert identify_license(content, module) is None


def test_a_text_larger_than_any_licence_is_not_recognised() -> None:
    assert not holds_license(MIT.encode() + b" " * LARGEST)
