"""Take the screenshots in packages/datasette-scan/docs: real Datasette in Debian's Chromium.

Started by the Python of an environment that has datasette-scan, sqlite-scanner and playwright.
With a folder as its argument, takes further ones to look at: nothing found, 5,000 databases, and
all of them as on a phone.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

DOCS = Path(__file__).resolve().parents[1] / "packages" / "datasette-scan" / "docs"
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
]  # fmt: skip
DESKTOP = {"width": 1100, "height": 640}
PHONE = {"width": 375, "height": 812}
FILES = {
    "photos/library.photosdata": 40_000,
    "blog/blog.db": 900,
    "blog/archive/blog.db": 12_000,
    "browser/History": 7_000,
    "accounts/2025.sqlite": 2_500,
    "accounts/2026.sqlite": 1_200,
}


def main() -> int:
    """Take the one that the README shows, or many to look at."""
    with (
        tempfile.TemporaryDirectory() as home,
        short_home(Path(home, "ada")) as ada,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        few = make_few(ada / "data")
        if len(sys.argv) == 1:
            DOCS.mkdir(exist_ok=True)
            with served(few) as url:
                shoot(browser, url, DOCS / "scan.png", DESKTOP, full_page=True)
            return 0
        folder = Path(sys.argv[1])
        folder.mkdir(parents=True, exist_ok=True)
        empty = Path(home, "empty")
        empty.mkdir()
        many = make_many(Path(home, "many"))
        for name, data in {"none": empty, "few": few, "many": many}.items():
            with served(data) as url:
                shoot(browser, url, folder / f"{name}.png", DESKTOP)
                shoot(browser, url, folder / f"{name}-phone.png", PHONE)
        browser.close()
    return 0


@contextmanager
def short_home(fallback: Path) -> Iterator[Path]:
    """A folder whose path looks well in a picture, where this machine lets us make it."""
    folder = Path("/home/ada")
    try:
        folder.mkdir()
    except OSError:
        yield fallback
        return
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def make_few(folder: Path) -> Path:
    """What somebody's home folder might hold."""
    for name, rows in FILES.items():
        make(folder / name, rows)
    broken = make(folder / "backup" / "blog-backup.db", 3_000)
    content = bytearray(broken.read_bytes())
    content[100:300] = b"\xee" * 200
    broken.write_bytes(content)
    with closing(sqlite3.connect(folder / "backup" / "new.db")) as connection:
        connection.execute("vacuum")
    noise = make(folder / "vault" / "secrets.db", 300)
    content = bytearray(noise.read_bytes())
    content[32:] = bytes((number * 167 + 41) % 256 for number in range(len(content) - 32))
    noise.write_bytes(content)
    return folder


def make_many(folder: Path) -> Path:
    """Five thousand of them."""
    content = make(folder / "first.db", 10).read_bytes()
    for number in range(5000):
        parent = folder / f"department-{number % 25:02}" / f"project-{number % 175:03}"
        parent.mkdir(parents=True, exist_ok=True)
        (parent / f"measurements-{number:04}.db").write_bytes(
            b"SQLite format 3\0" if number % 500 == 7 else content
        )
    return folder


def make(path: Path, rows: int) -> Path:
    """A database."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("create table entries (id integer primary key, title text)")
        connection.executemany(
            "insert into entries (title) values (?)", ((f"entry {row}",) for row in range(rows))
        )
    return path


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """A server; the address of its page."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = Path(sys.executable).with_name("datasette")
    with subprocess.Popen(
        [command, "scan", folder, "--port", str(port), "--scan-interval", "60"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "TZ": "UTC"},
    ) as process:
        try:
            for _ in range(600):
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.1)
            yield f"http://127.0.0.1:{port}/-/scan"
        finally:
            process.send_signal(signal.SIGINT)


def shoot(
    browser: Browser, url: str, path: Path, size: dict[str, int], *, full_page: bool = False
) -> None:
    """Take a picture of the page as it is after a moment."""
    page = browser.new_page(viewport={"width": size["width"], "height": size["height"]})
    page.goto(url)
    while "Scanning" in page.locator("#scan-state").inner_text():
        time.sleep(1)
        page.reload()
    page.screenshot(path=path, full_page=full_page)
    print(path, path.stat().st_size)
    page.close()


if __name__ == "__main__":
    sys.exit(main())
