"""What the verbs about client applications share: the application, and for how long."""

from collections.abc import Callable, Mapping
from typing import TypeVar

import click

from gatepost.cli.words import when
from gatepost.shape import stamp

C = TypeVar("C", bound=Callable[..., object])
Validity = Mapping[str, object] | str
application = click.argument("application")


def validity_options(command: C) -> C:
    """Add the options that say for how long."""
    days = click.option("--days", type=click.IntRange(1), help="For so many days; otherwise for good.")
    until = click.option("--until", metavar="WHEN", help="Instead of days: 2027-01-31, 30d or 12h.")
    return days(until(command))


def validity_said(days: int | None, until: str | None) -> Validity:
    """Return a validity as it was said.

    Raises:
        click.UsageError: it was said twice.
    """
    if days is not None and until is not None:
        raise click.UsageError("--days and --until exclude each other.")
    if days is not None:
        return {"days": days}
    return "permanent" if until is None else {"until": stamp(when(until))}
