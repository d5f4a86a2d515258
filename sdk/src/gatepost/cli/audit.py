"""`gatepost audit`: what was done and what was refused."""

from typing import Literal

import click

from gatepost.cli.verb import Call, Verb
from gatepost.cli.words import ago
from gatepost.models import Principal, name_of


@click.command(cls=Verb)
@click.option("--actor", metavar="NAME", help="Only what this person did: a username or id.")
@click.option("--key", metavar="ID", help="Only what came with this key.")
@click.option(
    "--on-behalf-of", metavar="NAME", help="Only what was done for this person or key: a name or id."
)
@click.option(
    "--run-as", metavar="NAME", help="Only what keys did with this associated user: a username or id."
)
@click.option("--action", metavar="ACTION", help="Only this action, like app:restart.")
@click.option("--kind", metavar="KIND", help="Only what was done to things of this kind, like app.")
@click.option("--resource", metavar="ID", help="Only what was done to this thing.")
@click.option(
    "--decision",
    type=click.Choice(("allowed", "denied")),
    help="Only what was allowed, or only what was refused (denied).",
)
@click.option("--request-id", metavar="ID", help="Only what this request did: its X-Request-Id.")
@click.option("--since", metavar="WHEN", help="Only after this time: 2027-01-31, or 7d, 12h for the last.")
@click.option("--until", metavar="WHEN", help="Only before this time.")
@click.option("-q", "--search", metavar="TEXT", help="Only what matches this text.")
@click.option(
    "--limit", type=click.IntRange(1), default=50, show_default=True, help="Show at most this many."
)
@click.pass_obj
def audit(
    call: Call, *, actor: str | None, key: str | None, on_behalf_of: str | None, run_as: str | None,
    action: str | None, kind: str | None, resource: str | None,
    decision: Literal["allowed", "denied"] | None, request_id: str | None, since: str | None,
    until: str | None, search: str | None, limit: int,
) -> None:  # fmt: skip
    """Show what was done and what was refused.

    Administrators see everything, others what they did themselves; newest first.
    """
    found = call.client().audit.list(
        actor=actor,
        action=action,
        kind=kind,
        resource=resource,
        decision=decision,
        request_id=request_id,
        via_key_id=key,
        on_behalf_of=on_behalf_of,
        run_as=run_as,
        since=ago(since) if since is not None else None,
        until=ago(until) if until is not None else None,
        q=search,
        limit=min(limit + 1, 200),
    )
    columns = [
        ("AT", lambda entry: entry.at),
        ("WHO", lambda entry: name_of(entry.actor)),
        ("ACTION", lambda entry: entry.action),
        ("ON", lambda entry: _thing(entry.resource)),
        ("DECISION", lambda entry: entry.decision),
        ("REASON", lambda entry: entry.reason),
        ("FROM", lambda entry: entry.ip),
    ]
    call.rows(found, columns, limit=limit, empty="Nothing is recorded that matches.")


def _thing(resource: Principal | None) -> str:
    """Return how a thing is called; empty when the call was about none."""
    return (resource.name or resource.id or "") if resource is not None else ""
