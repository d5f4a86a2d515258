"""`gatepost settings`: what administrators set for the whole instance."""

import json
from collections.abc import Iterator, Mapping

import click

from gatepost.cli import terminal
from gatepost.cli.exit_codes import Exit
from gatepost.cli.verb import Call, Noun, list_options


@click.group(cls=Noun)
def settings() -> None:
    """Show and change the instance's settings."""


@settings.command("show")
@click.pass_obj
def show(call: Call) -> None:
    """Show all settings; secrets are left out."""
    _show(call, call.client().settings.get())


@settings.command("set")
@click.argument("assignments", metavar="NAME=VALUE...", nargs=-1, required=True)
@click.pass_obj
def set_(call: Call, *, assignments: tuple[str, ...]) -> None:
    """Change settings, all or none: `features.stored_credentials=true mail.port=587`.

    Values are read as JSON where they are (true, 587, null, lists), else as text. Write
    `NAME=-` to be asked for a secret, so that it stays out of your shell's history.
    """
    _show(call, call.client().settings.change(_nested(assignments)))


@settings.command("test-mail")
@click.argument("to", metavar="ADDRESS")
@click.pass_obj
def test_mail(call: Call, *, to: str) -> int:
    """Send a test mail, and say what the mail server made of it."""
    outcome = call.client().settings.test_mail(to)
    if call.is_json:
        terminal.as_json(outcome)
    else:
        terminal.note(str(outcome["detail"]))
    return Exit.OK if outcome["ok"] else Exit.FAILED


@settings.command("mails")
@list_options
@click.option("--state", metavar="STATE", help="Only those that are queued, sent or failed.")
@click.pass_obj
def mails(call: Call, *, search: str | None, limit: int, state: str | None) -> None:
    """List the mails of the instance, latest first, and how far they have come."""
    columns = [
        ("AT", lambda mail: mail.created_at),
        ("TO", lambda mail: mail.to),
        ("SUBJECT", lambda mail: mail.subject),
        ("STATE", lambda mail: mail.state),
        ("REASON", lambda mail: mail.reason),
        ("ID", lambda mail: mail.id),
    ]
    found = call.client().settings.mails(q=search, state=state)
    call.rows(found, columns, limit=limit, empty="There are no such mails.")


@settings.command("health")
@click.pass_obj
def health(call: Call) -> None:
    """Say in full how the instance is."""
    _show(call, call.client().settings.health())


def _show(call: Call, found: Mapping[str, object]) -> None:
    if call.is_json:
        terminal.as_json(found)
    else:
        terminal.facts(_flat(found))


def _flat(found: Mapping[str, object], above: str = "") -> Iterator[tuple[str, object]]:
    for name, value in sorted(found.items()):
        if isinstance(value, Mapping) and value:
            yield from _flat(value, f"{above}{name}.")
        else:
            yield above + name, value if isinstance(value, str) else json.dumps(value)


def _nested(assignments: tuple[str, ...]) -> dict[str, object]:
    changes: dict[str, object] = {}
    for assignment in assignments:
        name, equals, text = assignment.partition("=")
        *above, last = name.split(".")
        if not equals or not all((*above, last)):
            raise click.UsageError(f"{assignment!r} is not NAME=VALUE, like mail.port=587.")
        place = changes
        for part in above:
            inner = place.setdefault(part, {})
            if not isinstance(inner, dict):
                raise click.UsageError(f"{part!r} is given both a value and parts.")
            place = inner
        place[last] = _value(name, text)
    return changes


def _value(name: str, text: str) -> object:
    if text == "-":
        typed = terminal.ask_hidden(name)
        if typed is None:
            raise click.UsageError(f"There is no terminal to ask for {name} at.")
        return typed.reveal()
    try:
        value: object = json.loads(text)
    except ValueError:
        return text
    return value
