"""Who may see the page of scans, and who may start one.

Two permissions, ``view-scan`` and ``scan-now``. Both are given to root, to whom the plugin's
``allow`` block names, and to everybody whose request is private. A request is private where all of
this is so:

- Datasette listens on this machine alone;
- the request asks for this machine by a name of its own (``Host``). A page of another site, whose
  name leads here, and a proxy that passes the name on ask for another;
- and no header tells that a proxy has passed it on.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any
from weakref import WeakKeyDictionary

import click
from datasette.utils import actor_matches_allow

from .hooks import hookimpl

VIEW = "view-scan"
SCAN = "scan-now"
_DESCRIPTIONS = {
    VIEW: "See which databases a scan has found, and where",
    SCAN: "Start a scan of the folders",
}
_FORWARDED = frozenset({"forwarded", "x-real-ip", "via", "cf-connecting-ip"})
_FORWARDED_START = "x-forwarded-"
_HOST = re.compile(r"(\[[^\]]+\]|[^:\[\]]+)(?::[0-9]*)?")
"""A ``Host`` header: a name, an address, or an IPv6 address in brackets, and a port (RFC 9110)."""

_from_here: ContextVar[bool] = ContextVar("datasette_scan_from_here", default=False)
"""Whether the request whose permissions are asked for has come from this machine."""
_private: WeakKeyDictionary[Any, bool] = WeakKeyDictionary()
_allow: WeakKeyDictionary[Any, object] = WeakKeyDictionary()


def remember(datasette: Any, *, private: bool, allow: object) -> None:
    """Keep what the hooks below go by.

    Args:
        datasette: whose permissions these are.
        private: it listens on this machine alone.
        allow: who else may, as Datasette's ``allow`` blocks say it; None for nobody.
    """
    _private[datasette] = private
    _allow[datasette] = allow


def listens_privately(context: click.Context | None) -> bool:
    """Whether the Datasette that a command starts can be reached from this machine alone.

    The address is known where the command ``serve`` starts the server: it is one of its options.
    Started in any other way, Datasette cannot know who reaches it, and the answer is no.
    """
    while context is not None:
        if "host" in context.params and "uds" in context.params:
            return bool(context.params["uds"]) or is_loopback(str(context.params["host"]))
        context = context.parent
    return False


def is_loopback(host: str) -> bool:
    """Whether an address is this machine's own."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def is_from_here(headers: Mapping[str, str]) -> bool:
    """Whether a request, by its headers, was sent on this machine and passed on by nobody.

    Args:
        headers: with names in lower case.
    """
    if any(name in _FORWARDED or name.startswith(_FORWARDED_START) for name in headers):
        return False
    host = _HOST.fullmatch(headers.get("host", "").strip())
    return host is not None and is_loopback(host[1])


async def may(datasette: Any, request: Any, action: str) -> bool:
    """Whether who sends a request may do something."""
    token = _from_here.set(is_from_here(request.headers))
    try:
        return await _may(datasette, request.actor, action)
    finally:
        _from_here.reset(token)


async def _may(datasette: Any, actor: Any, action: str) -> bool:
    if hasattr(datasette, "allowed"):
        return bool(
            await datasette.allowed(action="view-instance", actor=actor)
            and await datasette.allowed(action=action, actor=actor)
        )
    return bool(
        await datasette.permission_allowed(actor, "view-instance", default=True)
        and await datasette.permission_allowed(actor, action, default=False)
    )


def _granted(datasette: Any, actor: dict[str, Any] | None) -> str:
    """Why somebody may do both; empty where there is no reason."""
    is_private = _private.get(datasette) and _from_here.get()
    if is_private and not getattr(datasette, "default_deny", False):
        return "the request was sent on this machine, and Datasette listens on it alone"
    allow = _allow.get(datasette)
    if allow is not None and actor_matches_allow(actor, allow):
        return "the allow block of datasette-scan"
    return ""


@hookimpl
def permission_allowed(datasette: Any, actor: dict[str, Any] | None, action: str) -> bool | None:
    """The two permissions in Datasette 0.65."""
    if action not in _DESCRIPTIONS:
        return None
    is_root = actor is not None and actor.get("id") == "root"
    return True if is_root or _granted(datasette, actor) else None


@hookimpl
def register_actions() -> list[Any]:
    """The two permissions' names in Datasette 1.0."""
    from datasette.permissions import Action

    return [Action(name=name, description=text) for name, text in _DESCRIPTIONS.items()]


@hookimpl
def permission_resources_sql(
    datasette: Any, actor: dict[str, Any] | None, action: str
) -> Any | None:
    """The two permissions in Datasette 1.0, which adds root's and those of its configuration."""
    if action not in _DESCRIPTIONS:
        return None
    from datasette.permissions import PermissionSQL

    reason = _granted(datasette, actor)
    return PermissionSQL.allow(reason=reason) if reason else None
