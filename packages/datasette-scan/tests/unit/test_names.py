from __future__ import annotations

import itertools

import pytest

from datasette_scan.names import RESERVED, clean, names_for

ROOTS = ("/data", "/more/data")


def names(*paths: str, taken: tuple[str, ...] = ()) -> dict[str, str]:
    return names_for(paths, roots=ROOTS, taken=taken)


def test_a_database_is_called_by_its_file() -> None:
    assert names("/data/team/sales.db", "/data/x/History") == {
        "/data/team/sales.db": "sales",
        "/data/x/History": "History",
    }


def test_files_of_one_name_take_the_folders_below_the_scanned_one_into_theirs() -> None:
    assert names("/data/a/app.db", "/data/b/c/app.db", "/data/app.db", "/data/other.db") == {
        "/data/a/app.db": "a-app",
        "/data/b/c/app.db": "b-c-app",
        "/data/app.db": "data-app",
        "/data/other.db": "other",
    } | {
        "/data/app.db": names("/data/a/app.db", "/data/b/c/app.db", "/data/app.db")["/data/app.db"]
    }


def test_a_file_at_the_top_keeps_the_plain_name() -> None:
    assert names("/data/app.db", "/data/a/app.db")["/data/app.db"] == "app"


def test_the_scanned_folder_itself_comes_into_the_name_where_nothing_else_tells_two_apart() -> None:
    assert names_for(["/one/app.db", "/two/app.db"], roots=("/one", "/two"), taken=()) == {
        "/one/app.db": "one-app",
        "/two/app.db": "two-app",
    }


def test_a_digest_tells_apart_what_folders_cannot() -> None:
    found = names("/data/x.db", "/data/x.sqlite", "/more/data/x.db")
    assert len(set(found.values())) == 3


def test_the_order_in_which_files_are_found_does_not_matter() -> None:
    paths = ["/data/a/app.db", "/data/b/app.db", "/data/a-app.db", "/data/app.db", "/data/b/x.db"]
    results = [names(*order) for order in itertools.permutations(paths)]
    assert all(result == results[0] for result in results)
    assert len(set(results[0].values())) == len(paths)


@pytest.mark.parametrize("name", sorted(RESERVED))
def test_names_of_datasettes_own_are_never_taken(name: str) -> None:
    assert names(f"/data/{name}.db") != {f"/data/{name}.db": name}


def test_names_that_are_in_use_are_never_taken() -> None:
    (name,) = names("/data/team/sales.db", taken=("sales", "team-sales")).values()
    assert name == "data-team-sales"


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("a\nb", "a_b"),
        ("caf\udce9", "caf_"),
        (" x ", "x"),
        ("", "db"),
        ("a/b", "a_b"),
        ("日本語", "日本語"),
        ("a.b?c#d%e", "a.b?c#d%e"),
    ],
)
def test_a_name_has_nothing_in_it_that_a_page_cannot_show(name: str, wanted: str) -> None:
    assert clean(name) == wanted


def test_a_name_has_an_end() -> None:
    assert len(clean("x" * 5000)) == 100


def test_a_name_that_is_had_is_kept_and_new_ones_are_as_at_the_start() -> None:
    paths = ["/data/a/app.db", "/data/b/app.db", "/data/b-x.db", "/data/c/app.db"]
    kept = {"/data/a/app.db": "app", "/data/c/app.db": "b-x", "/data/gone.db": "gone"}
    assert names_for(paths, roots=ROOTS, taken=(), kept=kept) == {
        "/data/a/app.db": "app",
        "/data/b/app.db": "b-app",
        "/data/c/app.db": "b-x",
        "/data/b-x.db": "data-b-x",
    }


def test_half_a_character_in_a_path_is_never_fatal() -> None:
    assert len(set(names("/data/\ud800.db", "/data/\ud801.db").values())) == 2
