"""`gatepost clients calls` and `callers`: what an application called, from where, and what became of it."""

import click

from gatepost.cli.client_words import application
from gatepost.cli.find import client_called
from gatepost.cli.verb import Call, Verb
from gatepost.cli.words import ago


@click.command("calls", cls=Verb)
@application
@click.option("--api", metavar="API", help="Only of this data API: its id, slug or number.")
@click.option("--refused/--answered", default=None, help="Only those that were refused, or only the others.")
@click.option("--since", metavar="WHEN", help="Only after this time: 2027-01-31, or 7d, 12h for the last.")
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="How many at most.")
@click.pass_obj
def calls(
    call: Call, *, application: str, api: str | None, refused: bool | None, since: str | None, limit: int
) -> None:
    """List the calls of data APIs that an application of yours made, the latest first."""
    client = call.client()
    columns = [
        ("AT", lambda one: one.at),
        ("API", lambda one: one.api["name"] or one.api["id"]),
        ("CALL", lambda one: f"{one.operation} v{one.version} {one.stage}"),
        ("FROM", lambda one: one.ip),
        ("STATUS", lambda one: f"{one.status} {one.code or ''}".strip()),
        ("ROWS", lambda one: one.rows),
        ("MS", lambda one: one.ms),
    ]
    found = client.clients.calls(
        client_called(client, application).id, api=api, refused=refused,
        since=None if since is None else ago(since),
    )  # fmt: skip
    call.rows(found, columns, limit=limit, empty="It has called nothing.")


@click.command("callers", cls=Verb)
@application
@click.pass_obj
def callers(call: Call, *, application: str) -> None:
    """List from where it called in the last seven days: who needs its next AppSecret."""
    client = call.client()
    columns = [
        ("FROM", lambda one: one.ip),
        ("CALLS", lambda one: one.calls),
        ("LAST", lambda one: one.last_at),
    ]
    found = client.clients.recent_callers(client_called(client, application).id)
    call.rows(found, columns, limit=1000, empty="Nobody called with it in the last seven days.")
