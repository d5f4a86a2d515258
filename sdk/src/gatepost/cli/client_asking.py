"""`gatepost clients request|join|renew`: ask for what somebody else decides."""

import click

from gatepost.cli import terminal
from gatepost.cli.client_words import application, validity_options, validity_said
from gatepost.cli.find import app_called, client_called
from gatepost.cli.verb import Call, Verb
from gatepost.request_models import Request

_reason = click.option("--reason", required=True, metavar="TEXT", help="What you need it for.")


@click.command("request", cls=Verb)
@click.argument("name")
@click.option("--group", required=True, metavar="GROUP", help="The application group; it decides.")
@click.option("--owner", "owners", multiple=True, metavar="USER", help="Who keeps it; repeat it.")
@click.option("--app", metavar="ID", help="Instead: an AppKey for this hosted application of yours.")
@click.option("--scenario", default="", help="What it is used for, in at most 128 characters.")
@click.option("--app-key", metavar="KEY", help="An AppKey of your own; asks for its AppSecret.")
@click.option("--ip-allowlist", metavar="LIST", help="From where it may call: 10.0.0.1;10.1.0.0/16.")
@_reason
@validity_options
@click.pass_obj
def request(
    call: Call,
    *,
    name: str,
    group: str,
    owners: tuple[str, ...],
    app: str | None,
    scenario: str,
    app_key: str | None,
    ip_allowlist: str | None,
    reason: str,
    days: int | None,
    until: str | None,
) -> None:
    """Ask for a client application, or for an AppKey of a hosted one."""
    if bool(owners) == bool(app):
        raise click.UsageError("Say --owner, or --app: a hosted application has owners.")
    fields: dict[str, object] = {"name": name, "group": group, "owners": list(owners), "scenario": scenario}
    if app_key is not None:
        fields |= {"app_key": app_key, "app_secret": terminal.new_secret("AppSecret").reveal()}
    fields |= {"ip_allowlist": ip_allowlist} if ip_allowlist else {}
    if app is not None:
        fields["app"] = app_called(call.client(), app).id
    validity = validity_said(days, until)
    _told(call, call.client().requests.ask("create_client", fields, reason=reason, validity=validity))


@click.command("join", cls=Verb)
@application
@_reason
@validity_options
@click.pass_obj
def join(call: Call, *, application: str, reason: str, days: int | None, until: str | None) -> None:
    """Ask to become a member of an application."""
    client = call.client()
    fields = {"client": client_called(client, application).id}
    validity = validity_said(days, until)
    _told(call, client.requests.ask("join_client", fields, reason=reason, validity=validity))


@click.command("renew", cls=Verb)
@application
@_reason
@validity_options
@click.pass_obj
def renew(call: Call, *, application: str, reason: str, days: int | None, until: str | None) -> None:
    """Ask for a later end of your membership."""
    client = call.client()
    meant = client_called(client, application)
    if meant.grant is None or meant.expires_at is None:
        raise click.UsageError(f"Your part in {meant.name} does not end, or you have none.")
    validity = validity_said(days, until)
    _told(call, client.requests.ask("renew", {"grant": meant.grant}, reason=reason, validity=validity))


def _told(call: Call, made: Request) -> None:
    call.done(made.raw, f"You asked {made.asks} ({made.id}). It waits for those who may decide.")
