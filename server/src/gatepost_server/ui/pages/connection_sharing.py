"""Who may use a connection or a stored credential: what can be given on each, and what it means."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.heads import Snippet
from gatepost_server.ui.kit.notices import Note
from gatepost_server.ui.kit.tables import Choice
from gatepost_server.ui.pages import sharing
from gatepost_server.ui.pages.connections import ConnectionView, page
from gatepost_server.ui.pages.sharing import AccessPage, Shared

_CONNECTION: Final = [
    Choice("consumer", "Consumer: may use it, with credentials of their own"),
    Choice("editor", "Editor: may change and share it too"),
    Choice("owner", "Owner: may do everything, and delete it"),
]
_CREDENTIAL: Final = [Choice("consumer", "User: signs in with it, and never sees it")]


def shared_connection(connection_id: str, name: str) -> Shared:
    """Return a connection as a thing that is shared."""
    here = f"/connections/{connection_id}/access"
    return Shared(
        name, here, f"{here}/add", f"{here}/people", _CONNECTION,
        "They sign in with credentials of their own. Your credentials are not shared along with it.",
        "They are refused from their next request on. Their own credentials stay theirs.",
    )  # fmt: skip


def shared_credential(credential_id: str, name: str) -> Shared:
    """Return a credential as a thing that is shared, for use."""
    here = f"/credentials/{credential_id}/access"
    return Shared(
        name, here, f"{here}/add", f"{here}/people", _CREDENTIAL,
        "They sign in with it where you associated it, and nowhere else. Nobody sees the secret.",
        "They can no longer sign in with it, from their next request on.",
    )  # fmt: skip


def access(of: ConnectionView, holders: AccessPage, now: datetime, url: str) -> Component:
    """Return who holds what on a connection."""
    shared = shared_connection(of.one.id, of.one.name)
    note = Note(
        "To use a connection is not to sign in.",
        "Everybody brings credentials of their own, unless somebody shares theirs too.", "blue", "lock",
    )  # fmt: skip
    return page(of, "access", [sharing.people_section(shared, holders, now), note], url)


def share_commands(kind: str, node_id: str) -> Sequence[Snippet]:
    """Return how the same is given by the API."""
    body = '{"to": {"type": "user", "name": "ana"}, "role": "consumer"}'
    return [Snippet("API", f"POST /api/v1/{kind}/{node_id}/grants\n{body}")]
