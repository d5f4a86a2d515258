"""`gatepost apps parameters`: typed values that the version of an application declares."""

import click

from gatepost.cli.find import app_called
from gatepost.cli.verb import Call, Noun
from gatepost.source_models import RuntimeParameter


def add_to(apps: Noun) -> None:
    """Add the verb to `gatepost apps`."""
    apps.add_command(parameters)


@click.command("parameters", cls=Noun.command_class)
@click.argument("app")
@click.option("--set", "sets", multiple=True, metavar="NAME=VALUE", help="Set it.")
@click.option("--unset", "unsets", multiple=True, metavar="NAME", help="Go back to its default.")
@click.pass_obj
def parameters(call: Call, *, app: str, sets: tuple[str, ...], unsets: tuple[str, ...]) -> None:
    """List the runtime parameters of an application, or set them.

    They are declared in metadata.yaml of its version. The application finds a change at its
    next start: `gatepost apps restart APP`.
    """
    client = call.client()
    meant = app_called(client, app)
    if not sets and not unsets:
        columns = [
            ("NAME", lambda one: one.name),
            ("TYPE", lambda one: one.type),
            ("VALUE", lambda one: one.value),
            ("DEFAULT", lambda one: one.default),
            ("ABOUT", lambda one: one.description),
        ]
        found = client.apps.runtime_parameters(meant.id)
        call.rows(found, columns, limit=1000, empty=f"The version of {meant.name} declares no parameters.")
        return
    known = {one.name: one for one in client.apps.runtime_parameters(meant.id)}
    changes: dict[str, object] = dict.fromkeys(unsets)
    for text in sets:
        name, equals, value = text.partition("=")
        if not equals:
            raise click.UsageError(f"Write --set {name}=VALUE.")
        changes[name] = _typed(known.get(name), value)
    client.apps.change_runtime_parameters(meant.id, changes)
    names = ", ".join(sorted(changes))
    said = f"{names}: changed. {meant.name} finds it at its next start: gatepost apps restart {meant.id}"
    call.done({"changed": sorted(changes)}, said)


def _typed(known: RuntimeParameter | None, text: str) -> object:
    kind = known.type if known is not None else "string"
    if kind == "boolean" and text.lower() in ("true", "false"):
        return text.lower() == "true"
    if kind == "numeric":
        for number in (int, float):
            try:
                return number(text)
            except ValueError:
                continue
    return text
