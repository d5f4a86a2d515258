"""`gatepost sessions`: where one is signed in."""

import click

from gatepost.cli import terminal
from gatepost.cli.verb import Call, Noun, yes_option
from gatepost.cli.words import said_of


@click.group(cls=Noun)
def sessions() -> None:
    """See and end the places where you are signed in."""


@sessions.command("list")
@click.option(
    "--limit", type=click.IntRange(1), default=200, show_default=True, help="Show at most this many."
)
@click.pass_obj
def list_(call: Call, *, limit: int) -> None:
    """List your sessions."""
    columns = [
        ("ID", lambda session: session.id),
        ("SIGNED IN", lambda session: session.created_at),
        ("LAST USED", lambda session: session.last_used_at),
        ("FROM", lambda session: session.ip),
        ("WITH", lambda session: session.user_agent or session.client),
        ("", lambda session: "this one" if session.is_this_one else ""),
    ]
    call.rows(call.client().sessions.list(), columns, limit=limit, empty="You are signed in nowhere.")


@sessions.command("end")
@click.argument("session_id", metavar="SESSION")
@yes_option
@click.pass_obj
def end(call: Call, *, session_id: str, is_agreed: bool) -> None:
    """Sign out there, at once."""
    terminal.agree(f"End the session {session_id}?", is_agreed=is_agreed)
    receipt = call.client().sessions.end(session_id)
    call.done(receipt.raw, f"The session is ended{said_of(receipt)}.")
