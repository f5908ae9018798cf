"""The hooks by which Datasette and this plugin know of each other."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import click

from . import access, views
from .command import called, make_command
from .errors import CannotStartError, DatasetteScanError
from .hooks import hookimpl
from .life import Life, life_of
from .settings import PLUGIN, from_config, merged

_Asgi = Callable[[Any, Any, Any], Awaitable[None]]


@hookimpl
def register_commands(cli: click.Group) -> None:
    """Add ``datasette scan``."""
    cli.add_command(make_command(cli.commands["serve"]))


@hookimpl
def startup(datasette: Any) -> Callable[[], Awaitable[None]]:
    """Read the settings, and scan for the first time."""

    async def begin() -> None:
        command = called()
        try:
            config = from_config(datasette.plugin_config(PLUGIN))
            settings = merged(command.settings, config) if command else config
            context = click.get_current_context(silent=True)
            access.remember(
                datasette, private=access.listens_privately(context), allow=settings.allow
            )
            await Life.start(
                datasette,
                settings,
                keeps_memory=command is None or command.keep_memory,
                is_patient=_is_one_page(context),
            )
        except DatasetteScanError as error:
            raise CannotStartError(str(error)) from error

    return begin


def _is_one_page(context: click.Context | None) -> bool:
    """Whether Datasette was started with ``--get``, to make one page and end."""
    while context is not None:
        if context.params.get("get"):
            return True
        context = context.parent
    return False


@hookimpl
def asgi_wrapper(datasette: Any) -> Callable[[_Asgi], _Asgi]:
    """Stand between the server and Datasette, for the server's start and end."""

    def wrap(app: _Asgi) -> _Asgi:
        async def wrapped(scope: Any, receive: Any, send: Any) -> None:
            if scope["type"] == "lifespan":
                await _through_life(datasette, app, (scope, receive, send))
            else:
                await app(scope, receive, send)

        return wrapped

    return wrap


async def _through_life(datasette: Any, app: _Asgi, called_with: tuple[Any, Any, Any]) -> None:
    scope, receive, send = called_with

    async def hear() -> Any:
        message = await receive()
        life = life_of(datasette)
        if message["type"] == "lifespan.shutdown" and life is not None:
            await life.end()
        return message

    async def say(message: Any) -> None:
        life = life_of(datasette)
        if message["type"] == "lifespan.startup.complete" and life is not None:
            life.go_on()
        await send(message)

    await app(scope, hear, say)


@hookimpl
def register_routes() -> list[tuple[str, Callable[..., Any]]]:
    """The page and its JSON."""
    return [(r"^/-/scan$", views.page), (r"^/-/scan\.json$", views.document)]


@hookimpl
def menu_links(datasette: Any, request: Any) -> Callable[[], Awaitable[list[dict[str, str]]]]:
    """A link to the page, for those who may see it."""

    async def links() -> list[dict[str, str]]:
        if life_of(datasette) is None or request is None:
            return []
        if not await access.may(datasette, request, access.VIEW):
            return []
        return [{"href": datasette.urls.path("/-/scan"), "label": "Scanned databases"}]

    return links
