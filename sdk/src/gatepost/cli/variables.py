"""`gatepost variables`: configuration for everybody's scenarios and applications."""

import json

import click

from gatepost.cli import terminal
from gatepost.cli.verb import Call, Noun, list_options, yes_option


@click.group(cls=Noun)
def variables() -> None:
    """See and set global variables; everybody's applications can read them, so no secrets."""


@variables.command("list")
@list_options
@click.pass_obj
def list_(call: Call, *, search: str | None, limit: int) -> None:
    """List the global variables by name."""
    columns = [
        ("NAME", lambda one: one.name),
        ("VALUE", lambda one: _written(one.value)),
        ("SET", lambda one: one.updated_at),
        ("BY", lambda one: one.by),
    ]
    found = call.client().variables.list(q=search)
    call.rows(found, columns, limit=limit, empty="There is none.")


@variables.command("get")
@click.argument("name")
@click.pass_obj
def get(call: Call, *, name: str) -> None:
    """Show one variable's value."""
    found = call.client().variables.get(name)
    call.done(found.raw, _written(found.value))


@variables.command("set")
@click.argument("assignment", metavar="NAME=VALUE")
@click.pass_obj
def set_(call: Call, *, assignment: str) -> None:
    """Set a variable; the value is read as JSON where it is (true, 5, lists), else as text."""
    name, equals, text = assignment.partition("=")
    if not equals or not name:
        raise click.UsageError(f"{assignment!r} is not NAME=VALUE.")
    made = call.client().variables.set(name, _read(text))
    call.done(made.raw, f"{made.name} is {_written(made.value)}; applications see it at their next start.")


@variables.command("delete")
@click.argument("name")
@yes_option
@click.pass_obj
def delete(call: Call, *, name: str, is_agreed: bool) -> None:
    """Take a variable away."""
    terminal.agree(f"Delete the global variable {name}?", is_agreed=is_agreed)
    call.client().variables.delete(name)
    call.done({"name": name}, f"{name} is deleted.")


def _read(text: str) -> object:
    try:
        value: object = json.loads(text)
    except ValueError:
        return text
    return value


def _written(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
