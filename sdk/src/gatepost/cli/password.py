"""`gatepost password`: change one's own, or set a new one with a reset code."""

import os

import click

from gatepost.address import DEFAULT_SERVER
from gatepost.cli import terminal
from gatepost.cli.login import warn_of_open_way
from gatepost.cli.verb import Call, Noun
from gatepost.cli.words import said_of
from gatepost.configuration import server_to_log_in
from gatepost.logins import Logins, config_folder
from gatepost.signing_in import reset_password


@click.group(cls=Noun)
def password() -> None:
    """Change your password, or set a new one with a reset code.

    Without a terminal to ask at, what is asked for is read from lines of the standard input.
    """


@password.command("change")
@click.pass_obj
def change(call: Call) -> None:
    """Change your password. Your other sessions end; keys do not.

    Asks for the present password and the new one; needs a login, since keys change none.
    """
    client = call.client()
    old = terminal.hidden("Present password")
    receipt = client.me.change_password(old, terminal.new_secret("New password"))
    call.done(receipt.raw, f"Your password is changed, and your other sessions are ended{said_of(receipt)}.")


@password.command("reset")
@click.option("--username", metavar="NAME", help="Whose password it is; default: ask.")
@click.pass_obj
def reset(call: Call, *, username: str | None) -> None:
    """Set a new password with the reset code that an administrator handed over.

    Asks for username, code and new password. The code is good for one hour and one use.
    """
    server = server_to_log_in(call.server, os.environ, Logins(config_folder(os.environ)), DEFAULT_SERVER)
    warn_of_open_way(server)
    name = username or terminal.line("Username")
    code = terminal.hidden("Reset code")
    reset_password(server, name, code, terminal.new_secret("New password"))
    sentence = f"The password of {name} at {server} is set. Sign in with `gatepost login`."
    call.done({"server": server.origin, "username": name}, sentence)
