"""Both lines of Datasette, served by their own server, with the plugin from its wheel."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from scan_helpers.files import (
    make_corrupt,
    make_database,
    make_empty,
    make_encrypted,
    state_of,
    writer,
)
from scan_helpers.server import Line, Served


def plugin_options(line: Line, config: object) -> list[str | Path]:
    """The options that give the plugin its configuration."""
    path = line.folder / "config.json"
    path.write_text(json.dumps({"plugins": {"datasette-scan": config}}), encoding="utf-8")
    return ["--config" if line.is_one else "--metadata", path]


def databases(served: Served) -> set[str]:
    document = served.json("/-/databases.json")
    listed = document["databases"] if isinstance(document, dict) else document
    return {database["name"] for database in listed}


def test_folders_are_scanned_and_files_are_served_as_they_are(line: Line, data: Path) -> None:
    make_database(data / "sub" / "found.sqlite3")
    make_database(line.folder / "named.db")
    with line.serve("scan", data, line.folder / "named.db") as served:
        assert databases(served) == {"found", "named"}
        assert json.loads(served.get("/found/items.json?_shape=array"))[0]["name"] == "row 0"
        assert "found" in served.get("/")


def test_without_paths_the_current_folder_is_scanned(line: Line) -> None:
    make_database(line.folder / "here.db")
    with line.serve("scan") as served:
        assert databases(served) == {"here"}


def test_an_empty_folder_is_served_too(line: Line, data: Path) -> None:
    with line.serve("scan", data) as served:
        assert "No SQLite databases were found" in served.get("/-/scan")
        served.get("/")


def test_what_cannot_be_attached_is_listed_and_never_fatal(line: Line, data: Path) -> None:
    make_database(data / "good.db")
    make_corrupt(data / "corrupt.db")
    make_encrypted(data / "encrypted.db")
    make_empty(data / "empty.db")
    locked = make_database(data / "locked.db")
    with writer(locked) as other:
        other.do("begin exclusive")
        with line.serve("scan", data) as served:
            page = served.get("/-/scan")
            served.get("/")
            assert served.statuses() == {
                "good.db": "attached",
                "corrupt.db": "corrupt",
                "encrypted.db": "encrypted",
                "empty.db": "empty",
                "locked.db": "locked",
            }
            for file in served.json()["files"]:
                assert bool(file["reason"]) is (file["status"] != "attached")
                assert Path(file["path"]).name in page
            assert databases(served) == {"good"}
            assert "not attached" in served.said()


def test_one_page_can_be_had_without_a_server(line: Line, data: Path) -> None:
    make_database(data / "a.db", rows=3)
    done = line.run("scan", data, "--get", "/a/items.json?_shape=array")
    assert done.returncode == 0, done.stderr
    assert len(json.loads(done.stdout)) == 3


def test_options_of_serve_do_what_they_do_there(line: Line, data: Path) -> None:
    make_database(data / "a.db", rows=30)
    options = ["--setting", "default_page_size", "7", "--cors", "--memory"]
    with line.serve("scan", data, *options) as served:
        _, headers, text = served.request("GET", "/a/items.json?_shape=array")
        assert headers["access-control-allow-origin"] == "*"
        assert len(json.loads(text)) == 7
        assert databases(served) == {"a", "_memory"}


def test_a_file_that_is_missing_is_datasettes_own_error(line: Line, data: Path) -> None:
    done = line.run("scan", data, "missing.db")
    theirs = line.run("serve", "missing.db")
    assert done.returncode == theirs.returncode != 0
    assert done.stderr.splitlines()[-1] == theirs.stderr.splitlines()[-1]


def test_plain_serve_scans_what_its_configuration_says(line: Line, data: Path) -> None:
    make_database(data / "a.db")
    make_database(data / "b.db")
    config = {"paths": [str(data)], "interval": 0.2, "max_databases": 2}
    with line.serve("serve", *plugin_options(line, config)) as served:
        assert databases(served) >= {"a", "b"}
        make_database(data / "c.db")
        served.until(lambda: served.statuses().get("c.db") == "left out")
        (data / "a.db").unlink()
        served.until(lambda: served.statuses() == {"b.db": "attached", "c.db": "attached"})


def test_plain_serve_without_configuration_scans_nothing(line: Line, data: Path) -> None:
    with line.serve("serve", make_database(data / "a.db")) as served:
        assert served.request("GET", "/-/scan")[0] == 404
        assert "/-/scan" not in served.get("/")


@pytest.mark.parametrize("config", [{"paths": 3}, {"paths": ["."], "intervall": 5}, []])
def test_a_wrong_configuration_ends_with_what_is_wrong(line: Line, config: object) -> None:
    done = line.run("serve", *plugin_options(line, config))
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert re.search(r"^Error: The configuration.*datasette-scan", done.stderr, re.MULTILINE)


def test_databases_come_and_go_with_the_interval(line: Line, data: Path) -> None:
    make_database(data / "stays.db")
    make_database(data / "goes.db")
    with line.serve("scan", data, "--scan-interval", "0.2") as served:
        assert databases(served) == {"stays", "goes"}
        make_database(data / "comes.db")
        served.until(lambda: "comes" in databases(served))
        (data / "goes.db").unlink()
        served.until(lambda: databases(served) == {"stays", "comes"})
        served.get("/")
        assert served.request("GET", "/goes")[0] == 404


def test_a_database_that_another_program_writes_to_is_read_and_not_touched(
    line: Line, data: Path
) -> None:
    path = make_database(data / "live.db", rows=1)
    with writer(path) as other:
        other.do("pragma journal_mode = wal")
        other.do("insert into items (name) values ('in the log')")
        before = state_of(data)
        assert set(before) == {"live.db", "live.db-shm", "live.db-wal"}
        with line.serve("scan", data) as served:
            for number in range(2, 5):
                assert len(json.loads(served.get("/live/items.json?_shape=array"))) == number
                served.get("/")
                served.get("/live")
                served.get("/-/scan")
                assert state_of(data) == before
                other.do("insert into items (name) values ('more')")
                before = state_of(data)
    assert set(state_of(data)) == {"live.db"}


def test_names_with_anything_in_them_are_served(line: Line, data: Path) -> None:
    names = ["a b.db", "a?b#c%41.db", "ü.db", "x.y.db", "-x", "..db", "'\"<b>&.db"]
    for name in names:
        make_database(data / name)
    with line.serve("scan", data) as served:
        files = served.json()["files"]
        assert sorted(Path(file["path"]).name for file in files) == sorted(names)
        page = served.get("/-/scan")
        assert "<b>" not in page
        for file in files:
            assert file["status"] == "attached", file
            assert "items" in served.get(file["url"])


def test_names_that_are_not_utf_8_are_never_fatal(line: Line, data: Path) -> None:
    try:
        make_database(data / "x.db").rename(data / os.fsdecode(b"caf\xe9.db"))
    except OSError:
        pytest.skip("this file system takes no such name")
    with line.serve("scan", data) as served:
        (file,) = served.json()["files"]
        served.get("/-/scan")
        assert "caf\N{REPLACEMENT CHARACTER}.db" in file["path"]
        if file["status"] == "attached":
            served.get(file["url"])


def test_only_a_form_of_datasettes_own_can_start_a_scan(line: Line, data: Path) -> None:
    with line.serve("scan", data) as served:
        make_database(data / "a.db")
        foreign = {"Origin": "http://example.com", "Sec_Fetch_Site": "cross-site"}
        for cookie in ({"Cookie": "ds_csrftoken=x"}, {}):
            status, _, _ = served.request(
                "POST", "/-/scan", "", Content_Type="application/x-www-form-urlencoded",
                **cookie, **foreign,
            )  # fmt: skip
            assert status == 403
        assert served.statuses() == {}


def test_where_others_reach_datasette_nobody_unknown_sees_or_scans(line: Line, data: Path) -> None:
    make_database(data / "a.db")
    with line.serve("scan", data, "--host", "0.0.0.0") as served:
        assert served.request("GET", "/-/scan")[0] == 403
        assert served.request("GET", "/-/scan.json")[0] == 403
        assert served.request("POST", "/-/scan")[0] == 403
        assert "/-/scan" not in served.get("/")


def test_where_others_reach_datasette_root_sees_and_scans(line: Line, data: Path) -> None:
    make_database(data / "a.db")
    with line.serve("scan", data, "--host", "0.0.0.0", "--root") as served:
        served.until(lambda: "token=" in served.said())
        token = re.search(r"/-/auth-token\?token=(\w+)", served.said())
        assert token is not None
        _, headers, _ = served.request("GET", f"/-/auth-token?token={token[1]}")
        cookie = headers["set-cookie"].split(";")[0]
        status, _, page = served.request("GET", "/-/scan", Cookie=cookie)
        assert status == 200
        assert "Scan now" in page


def test_a_database_that_vanishes_between_two_scans_breaks_no_other_page(
    line: Line, data: Path
) -> None:
    make_database(data / "stays.db")
    make_database(data / "goes.db")
    with line.serve("scan", data) as served:
        served.get("/")
        (data / "goes.db").unlink()
        assert "stays" in served.get("/")
        served.get("/stays")


@pytest.mark.parametrize("signal_number", [signal.SIGINT, signal.SIGTERM])
def test_the_end_leaves_no_process_behind(
    line: Line, data: Path, signal_number: signal.Signals
) -> None:
    for number in range(50):
        make_database(data / f"{number}.db")
    with line.serve("scan", data, "--scan-interval", "0.1") as served:
        served.get("/-/scan")
        served.process.send_signal(signal_number)
        served.process.wait(timeout=30)
        names = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True)
        assert str(data) not in names.stdout


def test_more_databases_than_a_process_may_have_open_files(line: Line, data: Path) -> None:
    with closing(sqlite3.connect(":memory:")) as template:
        template.execute("create table items (id integer primary key, name text)")
        content = template.serialize()
    for number in range(1500):
        (data / f"d{number:04}.db").write_bytes(content)
    with line.serve("scan", data) as served:
        served.until(lambda: served.json()["counts"] == {"attached": 1500})
        for page in ("/", "/d0000", "/d1499/items", "/-/scan?page=15"):
            served.get(page)


def test_an_attached_file_that_becomes_a_fifo_or_a_link_stops_nothing(
    line: Line, data: Path, tmp_path: Path
) -> None:
    secret = make_database(tmp_path / "secret.db", table="secrets")
    fifo, link = make_database(data / "fifo.db"), make_database(data / "link.db")
    make_database(data / "good.db")
    with line.serve("scan", data) as served:
        served.get("/")
        fifo.unlink()
        os.mkfifo(fifo)
        link.unlink()
        link.symlink_to(secret)
        query = "/-/query.json?sql=" if line.is_one else ".json?sql="
        for _ in range(8):  # more than Datasette has threads
            assert served.request("GET", f"/fifo{query}select+*+from+items")[0] == 400
        for table in ("items", "secrets"):
            assert served.request("GET", f"/link{query}select+*+from+{table}")[0] == 400
        served.get("/good/items")
        served.get("/")
        status, _, _ = served.request("POST", "/-/scan")
        assert status == 303
        assert served.statuses() == {"good.db": "attached"}


def test_a_request_whose_body_never_comes_holds_up_nobody(line: Line, data: Path) -> None:
    make_database(data / "stays.db")
    make_database(data / "goes.db")
    with (
        line.serve("scan", data, "--scan-interval", "0.2") as served,
        socket.create_connection(("127.0.0.1", served.port)) as stuck,
    ):
        stuck.sendall(
            b"POST /-/scan HTTP/1.1\r\nHost: localhost\r\nCookie: a=b\r\nContent-Length: 9\r\n"
            b"Content-Type: application/x-www-form-urlencoded\r\n\r\n"
        )
        served.get("/")
        (data / "goes.db").unlink()
        served.until(lambda: databases(served) == {"stays"})
        served.get("/")
        stuck.sendall(b"x=1&y=222")  # Datasette 0.65 complains of one that goes without
        assert stuck.recv(12).startswith(b"HTTP/1.1 403" if not line.is_one else b"HTTP/1.1 303")


def test_what_may_not_be_read_and_is_not_known_as_a_database_is_told(
    line: Line, data: Path
) -> None:
    closed = make_database(data / "closed" / "a.db").parent
    note = make_database(data / "note.txt")
    note.chmod(0)
    closed.chmod(0)
    with line.without_root().serve("scan", data) as served:
        assert served.statuses() == {}
        told = " ".join(served.json()["last_scan"]["problems"])
        for text in (told, served.get("/-/scan"), served.said()):
            for path in (closed, note):
                assert f"{path}: permission denied" in text


def test_a_database_that_may_not_be_read_is_listed_as_long_as_it_is_there(
    line: Line, data: Path
) -> None:
    make_database(data / "good.db")
    make_database(data / "named.SQLite3").chmod(0)
    found = make_database(data / "found")
    with line.without_root().serve("scan", data) as served:
        assert "named.SQLite3: unreadable (permission denied)" in served.said()
        found.chmod(0)
        for _ in range(3):
            assert served.request("POST", "/-/scan")[0] == 303
            assert databases(served) == {"good"}
            assert served.statuses() == {
                "good.db": "attached", "named.SQLite3": "unreadable", "found": "unreadable",
            }  # fmt: skip
            assert served.json()["last_scan"]["problems"] == []
        found.chmod(0o644)
        (data / "named.SQLite3").unlink()
        assert served.request("POST", "/-/scan")[0] == 303
        assert served.statuses() == {"good.db": "attached", "found": "attached"}


def test_a_path_below_a_closed_folder_is_an_error_and_no_traceback(line: Line, data: Path) -> None:
    make_database(data / "closed" / "a.db")
    (data / "closed").chmod(0)
    done = line.without_root().run("scan", data / "closed" / "a.db")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "cannot be looked at: Permission denied" in done.stderr


def test_names_that_are_excluded_are_not_found(line: Line, data: Path) -> None:
    make_database(data / "a.db")
    make_database(data / "a.bak")
    make_database(data / "old" / "b.db")
    with line.serve("scan", data, "--scan-exclude", "*.bak", "--scan-exclude", "old") as served:
        assert served.statuses() == {"a.db": "attached"}
    config = {"paths": [str(data)], "exclude": ["*.bak"]}
    with line.serve("serve", *plugin_options(line, config)) as served:
        assert served.statuses() == {"a.db": "attached", "b.db": "attached"}


def test_only_who_asks_for_this_machine_sees_the_page(line: Line, data: Path) -> None:
    make_database(data / "a.db")
    with line.serve("scan", data) as served:
        assert served.request("GET", "/-/scan")[0] == 200
        assert served.request("GET", "/-/scan", Host=f"localhost:{served.port}")[0] == 200
        assert served.request("GET", "/-/scan", Host="example.com")[0] == 403
        assert served.request("GET", "/-/scan", X_Forwarded_Proto="https")[0] == 403


def test_the_page_can_be_had_without_a_server(line: Line, data: Path) -> None:
    make_database(data / "a.db")
    done = line.run("scan", data, "--get", "/-/scan.json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["counts"] == {"attached": 1}


def test_the_button_works_below_a_base_url(line: Line, data: Path) -> None:
    make_database(data / "a.db")
    with line.serve("scan", data, "--setting", "base_url", "/below/") as served:
        status, headers, _ = served.request("POST", "/below/-/scan?status=empty")
        assert (status, headers["location"]) == (303, "/below/-/scan?status=empty")
