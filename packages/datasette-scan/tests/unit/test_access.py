from __future__ import annotations

import asyncio
from typing import Any

import click
import pytest
from datasette.utils.asgi import Request

from datasette_scan import access

ROOT = {"id": "root"}
ADA = {"id": "ada"}


def may(
    datasette: Any, actor: Any = None, *, private: bool, allow: Any = None, **headers: str
) -> bool:
    request = Request.fake("/-/scan")
    request.scope["actor"] = actor
    headers = {"host": "127.0.0.1:8001"} | headers
    request.scope["headers"] = [
        (name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()
    ]

    async def ask() -> bool:
        await datasette.invoke_startup()
        access.remember(datasette, private=private, allow=allow)
        seen = await access.may(datasette, request, access.VIEW)
        assert seen == await access.may(datasette, request, access.SCAN)
        return seen

    return asyncio.run(ask())


@pytest.fixture(autouse=True)
def _registered() -> Any:
    from datasette.plugins import pm

    import datasette_scan

    if pm.is_registered(datasette_scan):
        yield
        return
    pm.register(datasette_scan, name="scan")
    yield
    pm.unregister(datasette_scan)


@pytest.mark.parametrize(
    ("host", "is_loopback"),
    [
        ("127.0.0.1", True),
        ("127.8.9.1", True),
        ("localhost", True),
        ("::1", True),
        ("[::1]", True),
        ("0.0.0.0", False),
        ("::", False),
        ("192.168.1.7", False),
        ("example.com", False),
        ("", False),
        ("127.0.0.1.example.com", False),
    ],
)
def test_this_machines_own_addresses_are_known(host: str, is_loopback: bool) -> None:
    assert access.is_loopback(host) is is_loopback


def _context(**params: Any) -> click.Context:
    outer = click.Context(click.Command("scan"))
    inner = click.Context(click.Command("serve"), parent=outer)
    inner.params = params
    return click.Context(click.Command("innermost"), parent=inner)


def test_where_datasette_listens_is_read_from_the_command_that_serves() -> None:
    assert access.listens_privately(_context(host="127.0.0.1", uds=None))
    assert access.listens_privately(_context(host="0.0.0.0", uds="/run/socket"))
    assert not access.listens_privately(_context(host="0.0.0.0", uds=None))


def test_started_in_any_other_way_nobody_knows_who_reaches_datasette() -> None:
    assert not access.listens_privately(None)
    assert not access.listens_privately(_context())


def test_everybody_may_where_only_this_machine_reaches_datasette(datasette: Any) -> None:
    assert may(datasette, private=True)
    assert may(datasette, ADA, private=True)


def test_nobody_unknown_may_where_others_reach_datasette(datasette: Any) -> None:
    assert not may(datasette, private=False)
    assert not may(datasette, ADA, private=False)


def test_root_may_always(datasette: Any) -> None:
    datasette.root_enabled = True  # as the option --root does in Datasette 1.0
    assert may(datasette, ROOT, private=False)


def test_whom_the_allow_block_names_may(datasette: Any) -> None:
    allow = {"id": "ada"}
    assert may(datasette, ADA, private=False, allow=allow)
    assert not may(datasette, {"id": "grace"}, private=False, allow=allow)
    assert not may(datasette, private=False, allow=allow)


@pytest.mark.parametrize(
    "header",
    [
        "forwarded",
        "x_forwarded_for",
        "x_forwarded_host",
        "x_real_ip",
        "via",
        "cf_connecting_ip",
    ],
)
def test_behind_a_proxy_only_root_and_whom_the_allow_block_names_may(
    datasette: Any, header: str
) -> None:
    passed_on = {header: "203.0.113.9"}
    datasette.root_enabled = True
    assert not may(datasette, private=True, **passed_on)
    assert not may(datasette, ADA, private=True, **passed_on)
    assert may(datasette, ROOT, private=True, **passed_on)
    assert may(datasette, ADA, private=True, allow={"id": "ada"}, **passed_on)
    assert may(datasette, private=True, allow=True, **passed_on)


@pytest.mark.parametrize(
    ("host", "is_allowed"),
    [
        ("localhost", True),
        ("LOCALHOST:8001", True),
        ("127.3.2.1", True),
        ("[::1]", True),
        ("[::1]:8001", True),
        ("example.com", False),
        ("example.com:8001", False),
        ("192.168.1.7:8001", False),
        ("127.0.0.1.example.com", False),
        ("localhost:8001.example.com", False),
        ("example.com@localhost", False),
        ("", False),
    ],
)
def test_only_who_asks_for_this_machine_is_on_it(
    datasette: Any, host: str, is_allowed: bool
) -> None:
    assert may(datasette, private=True, host=host) is is_allowed
    assert not may(datasette, private=False, host=host)


def permit(datasette: Any, allow: Any) -> None:
    if not hasattr(datasette, "config"):
        pytest.skip("Datasette 0.65 has no permissions in its configuration")
    datasette.config["permissions"] = {access.VIEW: allow, access.SCAN: allow}


def test_what_the_configuration_permits_is_permitted(datasette: Any) -> None:
    permit(datasette, ADA)
    assert may(datasette, ADA, private=False)
    assert may(datasette, ADA, private=True, x_forwarded_for="203.0.113.9")
    assert not may(datasette, {"id": "grace"}, private=False)


def test_what_the_configuration_denies_is_denied(datasette: Any) -> None:
    permit(datasette, ADA)
    assert not may(datasette, private=True)
    assert not may(datasette, {"id": "grace"}, private=True)
    assert may(datasette, ADA, private=True)


def test_who_may_not_see_datasette_at_all_may_not(datasette: Any) -> None:
    if hasattr(datasette, "config"):
        datasette.config["allow"] = {"id": "ada"}
    else:
        datasette._metadata_local["allow"] = {"id": "ada"}
    assert not may(datasette, private=True)
    assert may(datasette, ADA, private=True)
