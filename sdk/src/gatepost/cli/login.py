"""`gatepost login`, `logout` and `whoami`."""

import os
import sys

import click

from gatepost.address import DEFAULT_SERVER, Address
from gatepost.cli import terminal
from gatepost.cli.verb import Call, Verb
from gatepost.configuration import KEY_VARIABLE, server_to_log_in
from gatepost.connecting import connect
from gatepost.errors import Unauthenticated
from gatepost.logins import Login, Logins, config_folder
from gatepost.loopback import Landing
from gatepost.models import Me
from gatepost.signing_in import Challenge, exchange, log_in


@click.command(cls=Verb)
@click.option("--password", "is_by_password", is_flag=True, help="Ask for name and password here.")
@click.option("--username", metavar="NAME", help="Name to sign in with; means --password.")
@click.option("--no-browser", is_flag=True, help="Only print the address; open it yourself.")
@click.option(
    "--timeout",
    type=click.IntRange(1),
    default=300,
    show_default=True,
    help="Seconds to wait for the browser.",
)
@click.pass_obj
def login(call: Call, *, is_by_password: bool, username: str | None, no_browser: bool, timeout: int) -> None:
    """Sign in, with the browser or by password.

    Opens the server's login page in the browser and waits until you are signed in there.
    With --password it asks here; without a terminal it reads name (unless --username is
    given) and password from the lines of the standard input.

    The session is kept in a file that only you can read; it ends like any session, at the
    latest when you run `gatepost logout`.
    """
    logins = Logins(config_folder(os.environ))
    server = server_to_log_in(call.server, os.environ, logins, DEFAULT_SERVER)
    warn_of_open_way(server)
    if is_by_password or username is not None:
        name = username or terminal.line("Username")
        made = log_in(server, name, terminal.hidden("Password"))
    else:
        made = _by_browser(server, timeout, opens=not no_browser)
    logins.keep(made)
    if os.environ.get(KEY_VARIABLE):
        terminal.note(
            f"{KEY_VARIABLE} is set and is used before this login; unset it to act as {made.username}."
        )
    answer = {
        "server": server.origin,
        "username": made.username,
        "must_change_password": made.must_change_password,
    }
    call.done(answer, f"Signed in at {server} as {made.username}.")
    if made.must_change_password:
        terminal.note("Somebody else has seen your password; change it with `gatepost password change`.")


@click.command(cls=Verb)
@click.pass_obj
def logout(call: Call) -> None:
    """Sign out and forget the login.

    The session ends at the server too, so that a copy of the file is of no use.
    """
    logins = Logins(config_folder(os.environ))
    server = server_to_log_in(call.server, {}, logins, DEFAULT_SERVER)
    if logins.at(server) is None:
        call.done({"server": server.origin, "was_signed_in": False}, f"You were not signed in at {server}.")
        return
    try:
        with connect(server.origin, None, {**os.environ, KEY_VARIABLE: ""}) as client:
            client.me.log_out()
    except Unauthenticated:
        terminal.note("The session had ended already.")
    logins.forget(server)
    call.done({"server": server.origin, "was_signed_in": True}, f"Signed out at {server}.")


@click.command(cls=Verb)
@click.pass_obj
def whoami(call: Call) -> None:
    """Say who you are signed in as, and where; inside an application, for whom it acts."""
    client = call.client()
    me = client.me.get()
    pairs = [("name", me.principal.name), ("kind", me.principal.kind), ("role", me.role)]
    acts = [] if me.on_behalf_of is None else [("acts for", me.on_behalf_of.name)]
    within = [] if me.app is None else [("application", me.app)]
    where = [("id", me.principal.id), ("server", client.server), ("through", _way_of(me))]
    call.one(me, [*pairs, *acts, *within, *where])


def _way_of(me: Me) -> str:
    """Say in words by what the server knew the caller."""
    if me.app is not None:
        return "the application's own way in"
    return "a login" if me.via_key is None else "an API key"


def _by_browser(server: Address, timeout: int, *, opens: bool) -> Login:
    challenge = Challenge.fresh()
    with Landing(challenge.state) as landing:
        page = challenge.page(server, landing.port)
        if not opens or not _has_screen() or click.launch(page) != 0:
            terminal.note(f"Open this address in a browser on this machine:\n{page}")
        else:
            terminal.note(f"Your browser opens {server}. If it does not, open:\n{page}")
        code = landing.wait(timeout)
    return exchange(server, code, challenge)


def _has_screen() -> bool:
    """Tell whether a browser can be seen here; without a screen its starter only complains."""
    return not sys.platform.startswith("linux") or bool(
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    )


def warn_of_open_way(server: Address) -> None:
    """Say so when what is typed travels readable."""
    if not server.is_secure and not server.is_loopback:
        terminal.note(f"Careful: the way to {server} is not encrypted; others on it can read along.")
