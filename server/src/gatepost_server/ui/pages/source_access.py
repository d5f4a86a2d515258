"""Who holds a role on a source, and what each role lets them do."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.facts import KindTile
from gatepost_server.ui.kit.heads import ButtonLink, Crumb, PageHead, SameWith, Snippet
from gatepost_server.ui.kit.pieces import Stack
from gatepost_server.ui.kit.tables import Choice
from gatepost_server.ui.pages.sharing import AccessPage, Shared, people_section
from gatepost_server.ui.pages.sources import SourceRow

_ROLES: Final = [
    Choice("consumer", "Consumer: may see its files and publish applications from it"),
    Choice("editor", "Editor: may change and share it too"),
    Choice("owner", "Owner: may do everything, and delete it"),
]


def shared_source(source_id: str, name: str) -> Shared:
    """Return a source as a thing that is shared."""
    here = f"/sources/{source_id}/access"
    return Shared(
        name, here, f"{here}/add", f"{here}/people", _ROLES,
        "They see its files and versions. Applications made from it are shared by themselves.",
        "They are refused from their next request on. Applications that they made from it go on.",
    )  # fmt: skip


def access(row: SourceRow, holders: AccessPage, now: datetime) -> Component:
    """Return who holds what on a source."""
    shared = shared_source(row.id, row.name)
    share = ButtonLink("Share", shared.add, "primary", "user-plus", opens_dialog=True)
    crumbs = [
        Crumb("Application sources", "/sources"),
        Crumb(row.name, f"/sources/{row.id}"),
        Crumb("Access"),
    ]
    head = PageHead(
        f"Access to {row.name}", "Who may see its files, change them, and share it.", crumbs,
        [SameWith(share_commands(row.id)), share], KindTile("box", size="lg"),
    )  # fmt: skip
    return Stack([head, people_section(shared, holders, now)])


def share_commands(source_id: str) -> Sequence[Snippet]:
    """Return how the same is done by CLI and API."""
    body = '{"to": {"type": "user", "name": "lena"}, "role": "consumer"}'
    return [
        Snippet(
            "CLI",
            f"gatepost share source:{source_id} --with lena --role consumer\n"
            f"gatepost grants source:{source_id}",
        ),
        Snippet("API", f"POST /api/v1/sources/{source_id}/grants\n{body}"),
    ]
