"""A Datasette plugin that finds the SQLite databases in folders and attaches them."""

from __future__ import annotations

from ._version import __version__
from .access import permission_allowed, permission_resources_sql, register_actions
from .plugin import asgi_wrapper, menu_links, register_commands, register_routes, startup

__all__ = [
    "__version__",
    "asgi_wrapper",
    "menu_links",
    "permission_allowed",
    "permission_resources_sql",
    "register_actions",
    "register_commands",
    "register_routes",
    "startup",
]
