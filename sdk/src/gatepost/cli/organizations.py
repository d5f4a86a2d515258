"""`gatepost organizations`: tenants, and whether they share with each other."""

import click

from gatepost.administered import Organization
from gatepost.cli import terminal
from gatepost.cli.verb import Call, Noun, list_options, yes_option
from gatepost.cli.words import said_of
from gatepost.errors import NotFound


@click.group(cls=Noun)
def organizations() -> None:
    """See and administer organizations."""


@organizations.command("list")
@list_options
@click.pass_obj
def list_(call: Call, *, search: str | None, limit: int) -> None:
    """List the organizations that you may know of."""
    columns = [
        ("NAME", lambda one: one.name),
        ("SHARES OUTSIDE", lambda one: one.allows_outside_sharing),
        ("ID", lambda one: one.id),
    ]
    found = call.client().organizations.list(q=search)
    call.rows(found, columns, limit=limit, empty="There is none.")


@organizations.command("create")
@click.argument("name")
@click.option("--share-outside", is_flag=True, help="Let its people share with other organizations.")
@click.pass_obj
def create(call: Call, *, name: str, share_outside: bool) -> None:
    """Make an organization."""
    made = call.client().organizations.create(name, allows_outside_sharing=share_outside)
    call.done(made.raw, f"{made.name} is made ({made.id}).")


@organizations.command("rename")
@click.argument("organization")
@click.argument("name")
@click.pass_obj
def rename(call: Call, *, organization: str, name: str) -> None:
    """Give an organization another name."""
    meant = _called(call, organization)
    changed = call.client().organizations.change(meant.id, name=name)
    call.done(changed.raw, f"It is called {changed.organization.name} now.")


@organizations.command("open")
@click.argument("organization")
@click.pass_obj
def open_(call: Call, *, organization: str) -> None:
    """Let its people share with those of other organizations that are open too."""
    meant = _called(call, organization)
    changed = call.client().organizations.change(meant.id, allows_outside_sharing=True)
    call.done(changed.raw, f"{meant.name} may share with organizations that are open too.")


@organizations.command("close")
@click.argument("organization")
@yes_option
@click.pass_obj
def close(call: Call, *, organization: str, is_agreed: bool) -> None:
    """Forbid sharing outside; what is shared across its border ends at once."""
    meant = _called(call, organization)
    question = f"Close {meant.name}? Whatever is shared across its border ends."
    terminal.agree(question, is_agreed=is_agreed)
    changed = call.client().organizations.change(meant.id, allows_outside_sharing=False)
    gone = (
        f"{changed.ended.get('grants', 0)} roles and {changed.ended.get('memberships', 0)} memberships ended"
    )
    call.done(changed.raw, f"{meant.name} is closed; {gone}{said_of(changed)}.")


def _called(call: Call, text: str) -> Organization:
    for one in call.client().organizations.list():
        if text in (one.id, one.name):
            return one
    raise NotFound(f"There is no organization {text!r} that you may see.")
