"""`gatepost clients apis`: what an application of yours may call."""

import click

from gatepost.cli import terminal
from gatepost.cli.client_words import application, validity_options, validity_said
from gatepost.cli.find import client_called
from gatepost.cli.verb import Call, Noun, yes_option


@click.group(cls=Noun)
def apis() -> None:
    """See which data APIs an application may call."""


@apis.command("list")
@application
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="How many at most.")
@click.pass_obj
def list_(call: Call, *, application: str, limit: int) -> None:
    """List the data APIs that an application may call."""
    client = call.client()
    columns = [
        ("API", lambda one: one.api["name"]),
        ("STAGE", lambda one: one.stage),
        ("FIELDS", lambda one: "all" if one.fields is None else " ".join(one.fields)),
        ("UNTIL", lambda one: one.until),
        ("ID", lambda one: one.api["id"]),
    ]
    found = client.clients.apis.list(client_called(client, application).id)
    call.rows(found, columns, limit=limit, empty="It may call no data API yet.")


@apis.command("request")
@application
@click.argument("api")
@click.option(
    "--stage", type=click.Choice(["production", "development"]), default="production", show_default=True,
    help="Where.",
)  # fmt: skip
@click.option("--field", "fields", multiple=True, metavar="NAME", help="Only this field; repeat it.")
@click.option("--reason", required=True, metavar="TEXT", help="What you need it for.")
@validity_options
@click.pass_obj
def request(
    call: Call,
    *,
    application: str,
    api: str,
    stage: str,
    fields: tuple[str, ...],
    reason: str,
    days: int | None,
    until: str | None,
) -> None:
    """Ask that an application may call a data API (its id, slug or number), or for longer, or for more."""
    client = call.client()
    asked: dict[str, object] = {"client": client_called(client, application).id, "api": api, "stage": stage}
    asked |= {"fields": [*fields]} if fields else {}
    made = client.requests.ask("use_api", asked, reason=reason, validity=validity_said(days, until))
    call.done(made.raw, f"You asked {made.asks} ({made.id}). It waits for those who may decide.")


@apis.command("let-go")
@application
@click.argument("api")
@yes_option
@click.pass_obj
def let_go(call: Call, *, application: str, api: str, is_agreed: bool) -> None:
    """Let an application of yours do without a data API (its id, slug or number)."""
    client = call.client()
    one = client_called(client, application)
    terminal.agree(f"Let {one.name} no longer call {api}?", is_agreed=is_agreed)
    receipt = client.clients.apis.let_go(one.id, api)
    call.done(receipt.raw, f"{one.name} does without {api} now.")
