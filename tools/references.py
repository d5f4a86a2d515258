"""Write docs/reference from what the code declares, or tell what is out of date.

`python tools/references.py` writes; `--check` compares and ends with 1 when a page is
stale. A page here has no other author than the code.
"""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import click
from reference_doors import api, openapi, problems

FOLDER: Final = Path(__file__).parents[1] / "docs" / "reference"
NOTE: Final = "<!-- Written by `make docs` from the code; edit the code instead. -->\n"


def settings() -> str:
    """Describe every setting: its variable, default and meaning."""
    from gatepost_server.settings import Settings

    rows = []
    for name, field in Settings.model_fields.items():
        default = "–" if field.default is None or field.default == "" else f"`{field.default}`"
        rows.append((f"`GATEPOST_{name.upper()}`", default, field.description or ""))
    intro = (
        "Set them in the environment; some have an option of `gatepost up` as well, which wins. "
        "`gatepost admin config show` prints what is in force and where it comes from.\n"
    )
    return "# Settings\n\n" + intro + "\n" + _table(("Variable", "Default", "Meaning"), rows)


def permissions() -> str:
    """Describe who may do what, from authz/policy.py."""
    from gatepost_server.authz.policy import Atom, Rung, policy

    roles = [(role.name, f"{Rung(role.cap).name} ({role.cap})") for role in policy.roles.values()]
    presets = [
        (kind.value, name, ", ".join(policy.names(mask)), ", ".join(policy.names(policy.closure(mask))))
        for kind, named in policy.presets.items()
        for name, mask in named.items()
    ]
    actions = []
    for action in policy.actions.values():
        on = action.on.value if action.on else ""
        need = Atom(action.atom).name if action.atom is not None else _self_need(action.need)
        actions.append((f"`{action.name}`", need, on, "yes" if action.is_recent else ""))
    implied = [
        (
            atom.name,
            Rung(policy.rung_of(atom)).name,
            ", ".join(_others(policy.names(policy.closure(1 << atom)), atom)),
        )
        for atom in Atom
    ]
    return (
        "# Permissions\n\nGrants only add; caps, windows and reach only narrow.\n"
        "\n## Server roles\n\n" + _table(("Role", "Highest rung"), roles)
        + "\n## Permissions and what they imply\n\n" + _table(("Permission", "Rung", "Implies"), implied)
        + "\n## Roles on a thing\n\n" + _table(("Thing", "Role", "Grants", "Means"), presets)
        + "\n## Actions\n\n" + _table(("Action", "Needs", "On", "Recent password"), actions)
    )  # fmt: skip


def _self_need(need: object) -> str:
    words = {"self": "one's own", "known": "any signed-in caller", "person": "a session or a personal key"}
    return words[str(getattr(need, "value", need))]


def _others(names: list[str], atom: object) -> list[str]:
    return [name for name in names if name != getattr(atom, "name", "")]


def rules() -> str:
    """Describe the rules by which calls are refused, from authz/rules.py."""
    from gatepost_server.authz.rules import WORDS

    rows = [(f"`{rule}`", words.asks, words.helps) for rule, words in WORDS.items()]
    intro = (
        "An explanation (`gatepost explain`, `GET /api/v1/explain`) names the first rule that was not met. "
        "They are asked in this order; a code never changes its meaning. Where a call was refused as it was "
        "sent, the rule is the code of the [problem](problems.md).\n"
    )
    return "# Rules of refusal\n\n" + intro + "\n" + _table(("Rule", "It asks that", "What helps"), rows)


def command_line() -> str:
    """Describe every verb of `gatepost`, from the commands themselves."""
    from gatepost.cli.exit_codes import MEANING
    from gatepost.cli.main import cli

    codes = [(str(int(code)), sentence) for code, sentence in MEANING.items()]
    parts = [f"## `{path}`\n\n```\n{text}\n```\n" for path, text in _helps(cli, "gatepost", None)]
    return (
        "# Command line\n\n" + "\n".join(parts) + "\n## Exit codes\n\n" + _table(("Code", "Meaning"), codes)
    )


def _helps(command: click.Command, path: str, parent: click.Context | None) -> Iterator[tuple[str, str]]:
    name = path.rpartition(" ")[2]
    context = click.Context(command, parent, name, max_content_width=100, **command.context_settings)
    context.terminal_width = 100
    yield path, command.get_help(context)
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            if inner := command.get_command(context, name):
                yield from _helps(inner, f"{path} {name}", context)


def _table(heads: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [heads, tuple("---" for _ in heads), *rows]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)


PAGES: Final[Mapping[str, Callable[[], str]]] = {
    "settings.md": settings,
    "permissions.md": permissions,
    "rules.md": rules,
    "command-line.md": command_line,
    "problems.md": problems,
    "api.md": api,
    "openapi.json": openapi,
}


def main(arguments: list[str]) -> int:
    """Write the pages, or with `--check` compare them; return the exit status."""
    stale = []
    for name, write in PAGES.items():
        page, text = FOLDER / name, (NOTE if name.endswith(".md") else "") + write()
        if page.exists() and page.read_text(encoding="utf-8") == text:
            continue
        stale.append(name)
        if "--check" not in arguments:
            page.parent.mkdir(parents=True, exist_ok=True)
            page.write_text(text, encoding="utf-8")
    if "--check" in arguments and stale:
        print(f"docs/reference is out of date: {', '.join(stale)}. Run `make docs`.")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
