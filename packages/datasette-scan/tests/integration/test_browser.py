"""The page as people use it: real Datasette, real Chromium."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, expect

from helpers.browser import chromium
from scan_helpers.files import make_corrupt, make_database
from scan_helpers.server import Line

PHONE = {"width": 375, "height": 812}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context()
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert complaints == []


def rows(page: Page) -> list[str]:
    return sorted(page.locator(".scan-table .scan-file").all_inner_texts())


def test_from_the_home_page_to_the_scan_and_into_a_database(
    line: Line, data: Path, page: Page
) -> None:
    make_database(data / "team" / "sales.db")
    make_corrupt(data / "team" / "broken.db")
    with line.serve("scan", data) as served:
        page.goto(served.url)
        page.locator("details.nav-menu summary").click()
        page.get_by_role("link", name="Scanned databases").click()
        expect(page.get_by_role("heading", name="Scanned databases")).to_be_visible()
        assert rows(page) == ["broken.db", "sales.db"]
        broken = page.locator("tr", has_text="broken.db")
        expect(broken.locator(".scan-status")).to_have_text("corrupt")
        expect(broken.locator(".scan-reason")).to_contain_text("damaged")
        page.get_by_role("link", name="sales", exact=True).click()
        expect(page).to_have_url(f"{served.url}/sales")
        expect(page.get_by_role("link", name="items").first).to_be_visible()


def test_the_button_scans_and_tells_what_has_changed(line: Line, data: Path, page: Page) -> None:
    make_database(data / "a.db")
    with line.serve("scan", data) as served:
        page.goto(f"{served.url}/-/scan")
        make_database(data / "b.db")
        page.get_by_role("button", name="Scan now").click()
        expect(page.locator(".message-info")).to_have_text("Scanned: 1 attached.")
        assert rows(page) == ["a.db", "b.db"]
        (data / "a.db").unlink()
        page.get_by_role("button", name="Scan now").click()
        expect(page.locator(".message-info")).to_have_text("Scanned: 1 detached.")
        assert rows(page) == ["b.db"]
        page.get_by_role("button", name="Scan now").click()
        expect(page.locator(".message-info")).to_have_text("Scanned: nothing has changed.")


def test_a_new_database_appears_after_an_interval(line: Line, data: Path, page: Page) -> None:
    make_database(data / "a.db")
    with line.serve("scan", data, "--scan-interval", "0.3") as served:
        page.goto(f"{served.url}/-/scan")
        expect(page.locator("#scan-state")).to_contain_text("again every 0.3 s")
        assert rows(page) == ["a.db"]
        make_database(data / "new.db")
        served.until(lambda: "new.db" in served.statuses())
        page.reload()
        assert rows(page) == ["a.db", "new.db"]
        page.goto(served.url)
        expect(page.get_by_role("link", name="new", exact=True)).to_be_visible()


def test_the_filter_shows_one_folder_and_one_status(line: Line, data: Path, page: Page) -> None:
    for team in ("red", "blue"):
        for number in range(60):
            make_database(data / team / f"{team}{number:02}.db")
        make_corrupt(data / team / "broken.db")
    with line.serve("scan", data) as served:
        page.goto(f"{served.url}/-/scan")
        expect(page.locator(".scan-pages")).to_contain_text("Page 1 of 2")
        page.get_by_role("link", name="Next page").click()
        assert len(rows(page)) == 22
        page.get_by_label("Folder").fill(str(data / "red"))
        page.get_by_role("button", name="Filter").click()
        assert len(rows(page)) == 61
        assert all(name.startswith(("red", "broken")) for name in rows(page))
        page.get_by_role("link", name=re.compile("corrupt 1")).click()
        assert rows(page) == ["broken.db"]
        expect(page.get_by_label("Folder")).to_have_value(str(data / "red"))
        page.get_by_role("link", name="All folders").click()
        assert rows(page) == ["broken.db", "broken.db"]


@pytest.mark.parametrize("count", [0, 3, 120])
def test_nothing_reaches_beyond_the_screen_of_a_phone(
    line: Line, data: Path, browser: Browser, count: int
) -> None:
    folder = data / "a-folder-with-quite-a-long-name" / "and-another-one-below-it"
    for number in range(count):
        make_database(folder / f"database-{number:03}-with-a-long-name.db")
    with line.serve("scan", data) as served:
        page = browser.new_page(viewport={"width": 375, "height": 812})
        page.goto(f"{served.url}/-/scan")
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        button = page.get_by_role("button", name="Scan now").bounding_box()
        assert button is not None
        assert button["height"] >= 30
        page.close()


def test_a_page_of_nobody_starts_no_scan(line: Line, data: Path, page: Page) -> None:
    with line.serve("scan", data) as served:
        make_database(data / "a.db")
        form = f'<form method=post action="{served.url}/-/scan"><input type=submit value=Go></form>'
        page.goto(f"data:text/html,{quote(form)}")
        with page.expect_response("**/-/scan") as response:
            page.get_by_role("button", name="Go").click()
        assert response.value.status == 403
        assert served.statuses() == {}
        page.goto(f"{served.url}/-/scan")
        page.get_by_role("button", name="Scan now").click()
        expect(page.locator(".message-info")).to_have_text("Scanned: 1 attached.")
