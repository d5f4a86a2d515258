"""`gatepost profile`: one's own name and address."""

import click

from gatepost.cli.verb import Call, Verb
from gatepost.errors import Denied


@click.command(cls=Verb)
@click.option("--name", help="What people read.")
@click.option("--email", help="Where mail for you goes.")
@click.pass_obj
def profile(call: Call, *, name: str | None, email: str | None) -> None:
    """Show or change your name and address; changing needs a login, since keys change none."""
    client = call.client()
    mine = client.me.get().user
    if mine is None:
        raise Denied("Only a person has a profile; sign in with `gatepost login`.")
    if name is not None or email is not None:
        mine = client.me.edit(
            mine.display_name if name is None else name, (mine.email or "") if email is None else email
        )
    call.one(mine, [("username", mine.username), ("name", mine.display_name), ("email", mine.email)])
