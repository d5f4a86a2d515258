"""Which keys a verb is about: one's own, a project's, the global ones; and when they end."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from gatepost.connected import Client
    from gatepost.resources.kept_keys import HeldKeys, KeptKeys

F = TypeVar("F", bound=Callable[..., object])


def ring_options(command: F) -> F:
    """Add the options that say whose keys are meant."""
    project = click.option("--project", metavar="KEY", help="The keys of this project.")
    return project(click.option("--global", "is_global", is_flag=True, help="The global keys.")(command))


def ring_of(client: "Client", project: str | None, *, is_global: bool) -> "KeptKeys[Any]":
    """Return the calls about the keys that the options mean."""
    refuse_mixed(project, is_global=is_global)
    if project is not None:
        return client.keys.of_project(project)
    return client.keys.of_server() if is_global else client.keys


def held_ring(client: "Client", project: str | None, *, is_global: bool) -> "HeldKeys[Any]":
    """Return the calls about keys that hold rights of their own.

    Raises:
        click.UsageError: one's own keys are meant; they hold what one holds oneself.
    """
    refuse_mixed(project, is_global=is_global, has_rights=True)
    return client.keys.of_project(project) if project is not None else client.keys.of_server()


def refuse_mixed(
    project: str | None,
    *,
    is_global: bool,
    role: str | None = None,
    has_rights: bool = False,
    sponsor: str | None = None,
) -> None:
    """Refuse options that do not go together.

    Raises:
        click.UsageError: they do not.
    """
    if project is not None and is_global:
        raise click.UsageError("Say either --project or --global.")
    if role is not None and (project is not None or is_global):
        raise click.UsageError("--role is for keys of your own; say --allow or --on here.")
    if sponsor is not None and project is None:
        raise click.UsageError("--sponsor is for keys of a project; say --project.")
    if has_rights and project is None and not is_global:
        raise click.UsageError("A key of your own holds what you hold; say --project or --global.")


def end_of(expires: str) -> datetime | None:
    """Return when a key ends that lasts *expires* days, or `never`.

    Raises:
        click.UsageError: it is neither.
    """
    if expires == "never":
        return None
    if not expires.isdecimal() or not 1 <= int(expires) <= 36_500:  # noqa: PLR2004 - a hundred years
        raise click.UsageError("--expires takes a number of days, or never.")
    return datetime.now(UTC) + timedelta(days=int(expires))
