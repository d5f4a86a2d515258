"""The command `gatepost`: finds the verb, runs it, and turns what happens into an exit code."""

import json
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

import click

from gatepost.cli import terminal
from gatepost.cli.exit_codes import Exit, exit_code_of
from gatepost.cli.lazy import LazyGroup
from gatepost.errors import GatepostError, TooMany, Unauthenticated
from gatepost.version import VERSION

_PACKAGE = "gatepost.cli."
OWN = {
    "apps": (_PACKAGE + "apps", "See and steer applications."),
    "apis": (_PACKAGE + "apis", "Keep data APIs: tables and queries that programs call."),
    "audit": (_PACKAGE + "audit", "Show what was done and what was refused."),
    "client-groups": (_PACKAGE + "client_groups", "Keep groups of client applications."),
    "clients": (_PACKAGE + "clients", "Keep applications that call with an AppKey."),
    "dashboards": (_PACKAGE + "dashboards", "See and keep the dashboards of a project."),
    "datasets": (_PACKAGE + "datasets", "See, fill and read the datasets of a project."),
    "deploy": (_PACKAGE + "deploy", "Publish a folder, or a new version of it."),
    "egress": (_PACKAGE + "egress", "Say which private places connections may lead to."),
    "explain": (_PACKAGE + "explain", "Explain why a call was refused, or would be."),
    "exposure": (_PACKAGE + "exposure", "List every way in from outside that you may close."),
    "external": (_PACKAGE + "external", "Share an application with people outside."),
    "grants": (_PACKAGE + "share", "List who holds what on a thing, or take something away."),
    "groups": (_PACKAGE + "groups", "See groups, and say who is in them."),
    "jobs": (_PACKAGE + "jobs", "See and cancel the long work that you asked for."),
    "keys": (_PACKAGE + "keys", "Make, list, rotate and delete API keys: yours, a project's, global ones."),
    "login": (_PACKAGE + "login", "Sign in, with the browser or by password."),
    "logout": (_PACKAGE + "login", "Sign out and forget the login."),
    "logs": (_PACKAGE + "logs", "Read the server's own logs. Those of an application: `gatepost apps logs`."),
    "organizations": (_PACKAGE + "organizations", "See and administer organizations."),
    "password": (_PACKAGE + "password", "Change your password, or set a new one with a reset code."),
    "profile": (_PACKAGE + "profile", "Show or change your name and address."),
    "projects": (_PACKAGE + "projects", "See and keep projects; they are named by their keys."),
    "requests": (_PACKAGE + "requests", "Ask for access, and decide what others ask."),
    "scenarios": (_PACKAGE + "scenarios", "See, make and run the scenarios of a project."),
    "sessions": (_PACKAGE + "sessions", "See and end the places where you are signed in."),
    "settings": (_PACKAGE + "settings", "Show and change the instance's settings."),
    "share": (_PACKAGE + "share", "Share a thing with people, groups and organizations."),
    "sources": (_PACKAGE + "sources", "See sources, and make their versions."),
    "unshare": (_PACKAGE + "share", "Stop sharing a thing with people and groups."),
    "connections": (_PACKAGE + "connections", "Say where data lies, and sign in there."),
    "credentials": (_PACKAGE + "credentials", "Store what you sign in with elsewhere."),
    "usecases": (_PACKAGE + "usecases", "Gather what belongs to one purpose."),
    "users": (_PACKAGE + "users", "See people, and administer their accounts."),
    "variables": (_PACKAGE + "variables", "See and set global variables."),
    "whoami": (_PACKAGE + "login", "Say who you are signed in as, and where."),
}
OUTSIDE = {
    "admin": "Administer the server on this machine.",
    "up": "Run a server on this machine.",
}


@click.group(
    cls=LazyGroup, own=OWN, outside=OUTSIDE, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.version_option(VERSION, prog_name="gatepost")
def cli() -> None:
    """Publish data apps behind one gate.

    Sign in once with `gatepost login`, then `gatepost deploy DIR`. Programs set
    GATEPOST_SERVER and GATEPOST_API_KEY instead of signing in.
    """


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run a command line and leave the process with its exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    sys.exit(run(given))


def run(arguments: Sequence[str]) -> int:
    """Run a command line and return its exit code; messages go to stderr."""
    try:
        answer = cli.main(args=list(arguments), prog_name="gatepost", standalone_mode=False)
    except Exception as fault:  # noqa: BLE001 - the outermost floor: whatever it is, people get a sentence
        return _report(fault, is_json="--json" in arguments)
    return answer if isinstance(answer, int) else Exit.OK


def _report(fault: Exception, *, is_json: bool) -> Exit:
    if isinstance(fault, click.Abort):
        is_interrupt = isinstance(fault.__cause__, KeyboardInterrupt)
        terminal.note("Stopped." if is_interrupt else "Nothing was done.")
        return Exit.INTERRUPTED if is_interrupt else Exit.FAILED
    if isinstance(fault, click.UsageError):
        _tell_usage(fault, is_json=is_json)
        return Exit.USAGE
    if isinstance(fault, GatepostError):
        _tell(fault, is_json=is_json)
        return exit_code_of(fault)
    if os.environ.get("GATEPOST_DEBUG"):
        raise fault
    said = f"Something unexpected happened ({type(fault).__name__}: {fault}). Run it again with"
    _tell(GatepostError(f"{said} GATEPOST_DEBUG=1 to see where.", code="unexpected"), is_json=is_json)
    return Exit.FAILED


def _tell_usage(fault: click.UsageError, *, is_json: bool) -> None:
    if is_json:
        click.echo(json.dumps({"code": "usage", "detail": fault.format_message()}), err=True)
    else:
        fault.show()


def _tell(error: GatepostError, *, is_json: bool) -> None:
    if is_json:
        click.echo(json.dumps(error.to_json(), ensure_ascii=False), err=True)
        return
    terminal.note(error.detail)
    for fault in error.errors:
        terminal.note(f"  {fault.field}: {fault.detail}")
    for sentence in _what_next(error):
        terminal.note(sentence)


def _what_next(error: GatepostError) -> list[str]:
    said = []
    if isinstance(error, Unauthenticated) and "gatepost login" not in error.detail:
        said.append("Sign in with `gatepost login`, or set GATEPOST_API_KEY to a key that is good.")
    if error.error_code == "confirm-required":
        said.append("Run it at a terminal, where it can ask for your password, or sign in again first.")
    if isinstance(error, TooMany) and error.retry_after is not None:
        said.append(f"Try again in {error.retry_after} seconds.")
    if error.decision_id is not None:
        said.append(f"Ask why: gatepost explain {error.decision_id}")
    if error.request_id is not None and error.status is not None and error.status >= 500:  # noqa: PLR2004 - HTTP's border
        said.append(f"Request {error.request_id}: quote it to an administrator.")
    return said
