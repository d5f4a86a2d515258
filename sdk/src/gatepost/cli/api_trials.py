"""`gatepost apis test`: a data API tried as its console tries it."""

import click

from gatepost.cli import terminal
from gatepost.cli.find import client_called
from gatepost.cli.verb import Call


@click.command("test")
@click.argument("project")
@click.argument("api")
@click.option("--param", "pairs", multiple=True, metavar="NAME=VALUE", help="What to send; repeat it.")
@click.option(
    "--stage", type=click.Choice(["development", "production"]), default="development", show_default=True,
    help="Which version is tried; the one in development is for its editors.",
)  # fmt: skip
@click.option("--row", "is_row", is_flag=True, help="Get the one row of a key instead of a list.")
@click.option("--field", "fields", multiple=True, metavar="FIELD", help="Only this field; repeat it.")
@click.option("--limit", type=click.IntRange(1, 100), help="How many rows at most.")
@click.option("--as", "application", metavar="APPLICATION", help="See it as this client application.")
@click.pass_obj
def test(
    call: Call, *, project: str, api: str, pairs: tuple[str, ...], stage: str, is_row: bool,
    fields: tuple[str, ...], limit: int | None, application: str | None,
) -> None:  # fmt: skip
    """Try a data API: its first rows as you would get them, a hundred at most."""
    client = call.client()
    more: dict[str, object] = {"stage": stage, "operation": "get" if is_row else "list"}
    more |= {"fields": [*fields]} if fields else {}
    more |= {} if limit is None else {"limit": limit}
    more |= {"client": client_called(client, application).id} if application else {}
    tried = client.apis.test(project, api, _sent(pairs), **more)
    if call.is_json:
        terminal.as_json(tried.raw)
        return
    terminal.table([str(one["name"]) for one in tried.columns], [list(row) for row in tried.rows])
    more_rows = "; there are more" if tried.truncated else ""
    terminal.note(f"{len(tried.rows)} rows of version {tried.version} in {tried.ms} ms{more_rows}.")
    if tried.left_out:
        terminal.note(f"Left out: {', '.join(tried.left_out)}.")


def _sent(pairs: tuple[str, ...]) -> dict[str, object]:
    """Return what is sent; a name that is said twice takes several values."""
    sent: dict[str, object] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name:
            raise click.UsageError(f"--param is NAME=VALUE, and {pair!r} is not.")
        before = sent.get(name)
        if before is None:
            sent[name] = value
        else:
            sent[name] = [*before, value] if isinstance(before, list) else [before, value]
    return sent
