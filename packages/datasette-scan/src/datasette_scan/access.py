"""Who may see the page of scans, and who may start one.

Two permissions, ``view-scan`` and ``scan-now``. Both are given to root, to whom the plugin's
``allow`` block names, and, only where Datasette listens on this machine alone, to everybody.
"""

from __future__ import annotations

import ipaddress
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
_FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip")

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


async def may(datasette: Any, request: Any, action: str) -> bool:
    """Whether who sends a request may do something.

    Where a proxy has passed on the request of somebody unknown, that Datasette listens on this
    machine alone says nothing.
    """
    actor = request.actor
    if actor is None and any(request.headers.get(name) for name in _FORWARDED):
        return _allow.get(datasette) is not None and bool(
            actor_matches_allow(None, _allow[datasette])
        )
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
    if _private.get(datasette) and not getattr(datasette, "default_deny", False):
        return "Datasette listens on this machine alone"
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
