"""`gatepost requests`: ask for access, and decide what others ask."""

from typing import TYPE_CHECKING

import click

from gatepost.cli import terminal
from gatepost.cli.verb import Call, Noun
from gatepost.cli.words import APP_ROLES, when
from gatepost.shape import stamp

if TYPE_CHECKING:
    from gatepost.request_models import Request

_BOXES = ("to_decide", "submitted", "decided")


@click.group(cls=Noun)
def requests() -> None:
    """Ask for access, and decide what others ask."""


@requests.command("list")
@click.option(
    "--box", type=click.Choice(_BOXES), default="to_decide", show_default=True, help="Which requests."
)
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="Show at most so many.")
@click.pass_obj
def list_(call: Call, *, box: str, limit: int) -> None:
    """List what waits for you, what you asked for, or what is decided."""
    columns = [
        ("WHO", lambda one: one.asker.name),
        ("ASKS", lambda one: one.asks),
        ("REASON", lambda one: one.reason),
        ("STATE", lambda one: one.state),
        ("ASKED", lambda one: one.created_at),
        ("ID", lambda one: one.id),
    ]
    empty = {
        "to_decide": "Nothing waits for you.",
        "submitted": "You have asked for nothing.",
        "decided": "Nothing is decided yet.",
    }[box]
    call.rows(call.client().requests.list(box), columns, limit=limit, empty=empty)


@requests.command("notices")
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="Show at most so many.")
@click.pass_obj
def notices(call: Call, *, limit: int) -> None:
    """List what of yours ends soon: memberships, authorizations, AppSecrets."""
    columns = [
        ("WHAT", lambda one: one.ends),
        ("ENDS", lambda one: one.ends_at),
        ("DAYS", lambda one: one.days),
    ]
    call.rows(call.client().requests.notices(), columns, limit=limit, empty="Nothing of yours ends soon.")


@requests.command("policies")
@click.argument("kind", required=False)
@click.argument("who", nargs=-1)
@click.pass_obj
def policies(call: Call, *, kind: str | None, who: tuple[str, ...]) -> None:
    """Show who approves what; or say it of a KIND: keepers, administrators, or names and group:NAME."""
    settings = call.client().settings
    if kind is not None and not who:
        raise click.UsageError("Say who: keepers, administrators, or names.")
    if kind is not None:
        said: object = who[0] if who in (("keepers",), ("administrators",)) else list(who)
        settings.change({"policies": {"approvers": {kind: said}}})
    approvers = settings.get()["policies"]
    shown = approvers["approvers"] if isinstance(approvers, dict) else {}
    if call.is_json:
        terminal.as_json(dict(shown))
        return
    terminal.facts([(name, one if isinstance(one, str) else ", ".join(one)) for name, one in shown.items()])


@requests.command("show")
@click.argument("request")
@click.pass_obj
def show(call: Call, *, request: str) -> None:
    """Show a request that you made or may decide."""
    one = call.client().requests.get(request)
    pairs = [
        ("Who", one.asker.name), ("Asks", one.asks), ("Reason", one.reason), ("Validity", _said(one)),
        ("State", one.state), ("Waits for", ", ".join(one.waits_for)),
        ("Approved less", _less(one)), ("Asked", one.created_at), ("Ends", one.expires_at),
        ("Decided", one.decided_at), ("By", one.decided_by), ("Note", one.note), ("Id", one.id),
    ]  # fmt: skip
    call.one(one, pairs)


@requests.command("ask")
@click.argument("app")
@click.option("--reason", required=True, metavar="TEXT", help="What you need it for; who decides reads it.")
@click.option(
    "--role", type=click.Choice(APP_ROLES), default="consumer", show_default=True, help="What you want to do."
)
@click.option("--days", type=click.IntRange(1), default=90, show_default=True, help="From the approval on.")
@click.option("--until", metavar="WHEN", help="Instead of days: 2027-01-31, 30d or 12h.")
@click.option("--permanent", "is_permanent", is_flag=True, help="Instead of days: for good.")
@click.pass_obj
def ask(
    call: Call, *, app: str, reason: str, role: str, days: int, until: str | None, is_permanent: bool
) -> None:
    """Ask for access to an application, by its id or number."""
    if until is not None and is_permanent:
        raise click.UsageError("--until and --permanent exclude each other.")
    validity: dict[str, object] | str = {"days": days}
    if is_permanent:
        validity = "permanent"
    elif until is not None:
        validity = {"until": stamp(when(until))}
    made = call.client().requests.ask_access(app, role=role, reason=reason, validity=validity)
    call.done(made.raw, f"You asked {made.asks} ({made.id}). It waits for those who may decide.")


@requests.command("approve")
@click.argument("request")
@click.option("--note", default="", metavar="TEXT", help="A word to who asked.")
@click.option("--days", type=click.IntRange(1), help="For a shorter time than was asked.")
@click.option("--role", help="A smaller role than was asked.")
@click.option("--field", "fields", multiple=True, metavar="NAME", help="Only this field; repeat it.")
@click.pass_obj
def approve(
    call: Call, *, request: str, note: str, days: int | None, role: str | None, fields: tuple[str, ...]
) -> None:
    """Approve a request, or less than it asks for; it is done at once."""
    client = call.client()
    less: dict[str, object] = {} if days is None else {"validity": {"days": days}}
    less |= {"role": role} if role else {}
    less |= {"fields": list(fields)} if fields else {}
    made = client.requests.approve(client.requests.get(request), note=note, narrower=less)
    call.done(made.raw, f"{made.asker.name} asked {made.asks}: approved.")


@requests.command("reject")
@click.argument("request")
@click.option("--note", default="", metavar="TEXT", help="A word to who asked.")
@click.pass_obj
def reject(call: Call, *, request: str, note: str) -> None:
    """Refuse a request."""
    client = call.client()
    made = client.requests.reject(client.requests.get(request), note=note)
    call.done(made.raw, f"{made.asker.name} asked {made.asks}: refused.")


@requests.command("withdraw")
@click.argument("request")
@click.pass_obj
def withdraw(call: Call, *, request: str) -> None:
    """Take back what you asked for."""
    made = call.client().requests.withdraw(request)
    call.done(made.raw, f"Withdrawn: you asked {made.asks}.")


def _less(request: "Request") -> str | None:
    """Say what was approved where that is less than was asked for."""
    if not request.granted:
        return None
    return ", ".join(f"{name}: {value}" for name, value in request.granted.items())


def _said(request: "Request") -> str:
    """Say for how long something is asked."""
    validity = request.validity
    if isinstance(validity, dict) and "days" in validity:
        return f"{validity['days']} days"
    return f"until {validity['until']}" if isinstance(validity, dict) else str(validity)
