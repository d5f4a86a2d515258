"""`gatepost admin vault`: the key that stored credentials are sealed by, kept from the machine itself."""

import json
from dataclasses import asdict
from typing import Final

import click

from gatepost_server import bootstrap
from gatepost_server.kernel.actor import Origin, system_actor
from gatepost_server.settings import Settings
from gatepost_server.vault import Keeper, Standing

_ORIGIN: Final = Origin(request_id="vault", door="admin")
_VERBS: Final = ("status", "rotate", "rewrap")


def keeper_of(settings: Settings) -> Keeper:
    """Return who works on the vault of an instance, which may be running."""
    base = bootstrap.Foundation.lay(settings, pool_size=1)
    return Keeper(base.uow, base.vault, system_actor("vault"), _ORIGIN)


def look_after(settings: Settings, verb: str, *, as_json: bool) -> None:
    """Do one of the verbs and say how the vault is then; what remains is told on the way.

    Raises:
        Sealed: the key is not here, or not the right one.
        KeysElsewhere: a new key is the operator's to give.
    """
    assert verb in _VERBS, verb
    keeper = keeper_of(settings)
    if verb == "status":
        found = keeper.standing()
    else:
        found = (keeper.rotate if verb == "rotate" else keeper.rewrap)(_tell)
    if as_json:
        click.echo(json.dumps(asdict(found)))
    else:
        click.echo(_sentence(found))


def _tell(remaining: int) -> None:
    click.echo(f"{remaining} data keys remain to be moved.", err=True)


def _sentence(found: Standing) -> str:
    return (
        f"The vault is {found.state.value}; its key comes from: {found.source}. "
        f"{found.credentials} credentials under {found.data_keys} data keys, "
        f"{found.remaining} of them still to be moved to the present key."
    )
