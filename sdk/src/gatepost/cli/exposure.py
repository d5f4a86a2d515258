"""`gatepost exposure`: every way in from outside, and what closes it."""

import click

from gatepost.cli import terminal
from gatepost.cli.verb import Call, Verb, list_options
from gatepost.exposure_models import Way

KINDS = ("external_link", "anyone", "key")
SORTS = ("since", "-since", "name", "-name")


@click.command(cls=Verb)
@click.option("--kind", type=click.Choice(KINDS), help="Only ways of this kind.")
@click.option("--sort", type=click.Choice(SORTS), help="Order; the latest come first by default.")
@click.option("--count", "is_count", is_flag=True, help="Only say how many there are of each kind.")
@list_options
@click.pass_obj
def exposure(
    call: Call, *, kind: str | None, sort: str | None, is_count: bool, search: str | None, limit: int
) -> None:
    """List every way in from outside that you may close.

    Administrators see all of them, owners those of what they share. With --json each has
    `off`, the call that closes it.
    """
    calls = call.client().exposure
    if is_count:
        found = calls.counts()
        call.one(found, [*found.kinds.items(), ("widest access allowed", found.access_ceiling)])
        return
    columns = [
        ("OPEN", lambda one: one.sentence),
        ("SINCE", lambda one: one.since),
        ("BY", lambda one: one.by),
        ("LAST USED", lambda one: terminal.cell(one.last_used_at) if one.last_used_at else "never"),
        ("CLOSED BY", _closing),
    ]
    call.rows(calls.list(kind=kind, q=search, sort=sort), columns, limit=limit, empty="Nothing is open.")


def _closing(one: Way) -> str:
    """Return the command that closes a way."""
    if one.kind == "external_link":
        return f"gatepost external set {one.id} --off"
    if one.kind == "key":
        place = one.off.path.split("/")
        ring = " --anybodys" if place[0] == "admin" else f" --project {place[1]}" if len(place) > 2 else ""  # noqa: PLR2004
        return f"gatepost keys delete {one.id}{ring}"
    return f"gatepost apps access {one.id} grants"
