"""`gatepost apps lend` and `lent`: what applications may do in one's name."""

import click

from gatepost.cli import terminal
from gatepost.cli.find import app_called
from gatepost.cli.verb import Call, Noun, yes_option
from gatepost.cli.words import said_of


def add_to(apps: Noun) -> None:
    """Add the verbs to `gatepost apps`."""
    apps.add_command(lend)
    apps.add_command(lent)


@click.command("lend", cls=Noun.command_class)
@click.argument("app")
@click.option("--take-back", "is_over", is_flag=True, help="Agree no longer.")
@yes_option
@click.pass_obj
def lend(call: Call, *, app: str, is_over: bool, is_agreed: bool) -> None:
    """Let an application act in your name while you use it, as far as it asks; needs a login.

    It never administers, shares or makes keys for you. You are asked again when it wants more,
    or when somebody else deploys it.
    """
    client = call.client()
    if is_over:
        known = next((one for one in client.lending.list() if app in (one.app, one.name)), None)
        app_id = app_called(client, app).id if known is None else known.app
        receipt = client.lending.take_back(app_id)
        call.done(receipt.raw, f"{app} does no more in your name{said_of(receipt)}.")
        return
    meant = app_called(client, app)
    asked = client.lending.asked(meant.id)
    if asked.level is None or asked.deployed_by is None:
        call.done(asked.raw, f"{meant.name} asks for nothing in your name.")
        return
    by = asked.deployed_by
    on = "" if asked.visitor_reach is None else f", on {', '.join(asked.visitor_reach)} alone"
    question = f"Let {meant.name}, which {by.name} deployed, act in your name, up to level {asked.level}{on}?"
    terminal.agree(question, is_agreed=is_agreed)
    client.lending.agree(meant.id, asked.level, by.id, asked.visitor_reach)
    said = f"{meant.name} may act in your name up to level {asked.level}{on}, while you use it."
    call.done({"app": meant.id, "level": asked.level}, said)


@click.command("lent", cls=Noun.command_class)
@click.pass_obj
def lent(call: Call) -> None:
    """List the applications that may act in your name."""
    columns = [
        ("APP", lambda one: one.name or one.app),
        ("LEVEL", lambda one: one.level),
        ("AGREED", lambda one: one.agreed_at),
        ("COUNTS", lambda one: "yes" if one.counts else "asks again"),
        ("ID", lambda one: one.app),
    ]
    call.rows(call.client().lending.list(), columns, limit=1000, empty="No application acts in your name.")
