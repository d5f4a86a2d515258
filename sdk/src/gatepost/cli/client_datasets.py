"""`gatepost clients datasets`: what an application may read, and asking for more."""

import click

from gatepost.cli import terminal
from gatepost.cli.client_words import application, validity_options, validity_said
from gatepost.cli.find import client_called
from gatepost.cli.verb import Call, Noun, yes_option

_dataset = click.argument("dataset")
_column = click.option(
    "--column", "columns", multiple=True, metavar="NAME", help="Only this column; repeat it."
)
_limit = click.option(
    "--limit", type=click.IntRange(1), default=50, show_default=True, help="How many at most."
)


@click.group(cls=Noun)
def datasets() -> None:
    """See which datasets an application may read at /gw/datasets. DATASET is an id, or PROJECT/name."""


@datasets.command("list")
@application
@_limit
@click.pass_obj
def list_(call: Call, *, application: str, limit: int) -> None:
    """List the datasets that an application may read."""
    client = call.client()
    columns = [
        ("DATASET", lambda one: f"{one.dataset['project']}/{one.dataset['name']}"),
        ("COLUMNS", lambda one: "all" if one.columns is None else " ".join(one.columns)),
        ("UNTIL", lambda one: one.until),
        ("ID", lambda one: one.dataset["id"]),
    ]
    found = client.clients.datasets.list(client_called(client, application).id)
    call.rows(found, columns, limit=limit, empty="It may read no dataset yet.")


@datasets.command("authorize")
@application
@_dataset
@_column
@validity_options
@click.pass_obj
def authorize(
    call: Call, *, application: str, dataset: str, columns: tuple[str, ...], days: int | None,
    until: str | None,
) -> None:  # fmt: skip
    """Let an application read a dataset that you may share."""
    client = call.client()
    given = client.clients.datasets.authorize(
        client_called(client, application).id, dataset, columns=list(columns) or None,
        validity=validity_said(days, until),
    )  # fmt: skip
    where = f"/gw/datasets/{given.dataset['id']}"
    call.done(given.raw, f"{given.client['name']} may read {given.dataset['name']} at {where}.")


@datasets.command("request")
@application
@_dataset
@_column
@click.option("--reason", required=True, metavar="TEXT", help="What you need it for.")
@validity_options
@click.pass_obj
def request(
    call: Call, *, application: str, dataset: str, columns: tuple[str, ...], reason: str, days: int | None,
    until: str | None,
) -> None:  # fmt: skip
    """Ask that an application of yours may read a dataset."""
    client = call.client()
    asked: dict[str, object] = {"client": client_called(client, application).id, "dataset": dataset}
    asked |= {"columns": [*columns]} if columns else {}
    made = client.requests.ask("use_dataset", asked, reason=reason, validity=validity_said(days, until))
    call.done(made.raw, f"You asked {made.asks} ({made.id}). It waits for those who may decide.")


@datasets.command("let-go")
@application
@_dataset
@yes_option
@click.pass_obj
def let_go(call: Call, *, application: str, dataset: str, is_agreed: bool) -> None:
    """Let an application of yours do without a dataset, by its id."""
    terminal.agree(f"Let {application!r} read {dataset} no more?", is_agreed=is_agreed)
    client = call.client()
    receipt = client.clients.datasets.let_go(client_called(client, application).id, dataset)
    call.done(receipt.raw, f"{application} may not read it any more.")


@datasets.command("readers")
@click.argument("project")
@_dataset
@_limit
@click.pass_obj
def readers(call: Call, *, project: str, dataset: str, limit: int) -> None:
    """List the applications that may read a dataset that you may share."""
    columns = [
        ("APPLICATION", lambda one: one.client["name"]),
        ("COLUMNS", lambda one: "all" if one.columns is None else " ".join(one.columns)),
        ("UNTIL", lambda one: one.until),
        ("BY", lambda one: one.by),
        ("ID", lambda one: one.id),
    ]
    found = call.client().clients.datasets.readers(project, dataset)
    call.rows(found, columns, limit=limit, empty="No application may read it yet.")


@datasets.command("end")
@click.argument("project")
@_dataset
@click.argument("authorization")
@yes_option
@click.pass_obj
def end(call: Call, *, project: str, dataset: str, authorization: str, is_agreed: bool) -> None:
    """Let an application read a dataset no more; its id is in `readers`."""
    terminal.agree(f"End the authorization {authorization} for {dataset!r}?", is_agreed=is_agreed)
    receipt = call.client().clients.datasets.end(project, dataset, authorization)
    call.done(receipt.raw, "The application may not read it any more.")
