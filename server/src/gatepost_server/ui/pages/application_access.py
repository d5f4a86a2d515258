"""Who may open an application: general access, and the people who hold a role on it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.dialogs import ConfirmDialog
from gatepost_server.ui.kit.fields import RadioField
from gatepost_server.ui.kit.heads import Snippet
from gatepost_server.ui.kit.notices import Note
from gatepost_server.ui.kit.pieces import CardForm, Stack
from gatepost_server.ui.kit.tables import Choice
from gatepost_server.ui.pages import sharing
from gatepost_server.ui.pages.app_words import ACCESS_WORDS, access_options
from gatepost_server.ui.pages.application import AppView, page
from gatepost_server.ui.pages.applications import AppRow
from gatepost_server.ui.pages.pending import PendingRow, pending
from gatepost_server.ui.pages.sharing import AccessPage, AccessRow, Shared

ROLES: Final = [
    Choice("consumer", "Consumer: may open it"),
    Choice("editor", "Editor: may deploy, restart and share it too"),
    Choice("owner", "Owner: may do everything, and delete it"),
]


def shared_app(row: AppRow) -> Shared:
    """Return an application as a thing that is shared."""
    base = f"/applications/{row.id}"
    effect = "They are refused from their next request on; open pages close."
    if row.access != "grants":
        effect = f"{ACCESS_WORDS[row.access]} may still open it, so they may too."
    sentence = "People who may open it may see each other's work in it."
    return Shared(row.name, f"{base}/access", f"{base}/share", f"{base}/people", ROLES, sentence, effect)


def access(
    view: AppView,
    holders: AccessPage,
    asked: Sequence[PendingRow],
    *,
    ceiling: str,
    now: datetime,
    csrf: str,
    url: str,
) -> Component:
    """Return the tab that says who may open it, and on top who asks for it.

    Who may not share it sees the access type only.
    """
    row, base = view.row, f"/applications/{view.row.id}"
    if not view.row.may_share:
        owner = f"{row.owner} owns it and decides this." if row.owner else "Its owner decides this."
        note = Note(f"{ACCESS_WORDS[row.access]} may open it.", owner, "blue", "lock")
        return page(view, "access", note, now, csrf, url, same=same_sharing(row, url))
    choice = RadioField("access", "Who may open it", access_options(ceiling), row.access)
    form = CardForm(
        "General access", f"{base}/access", "Save", [choice], csrf, sentence=_ceiling_words(ceiling)
    )
    people = sharing.people_section(shared_app(row), holders, now)
    return page(
        view, "access", Stack([*pending(asked), people, form]), now, csrf, url, same=same_sharing(row, url)
    )


def _ceiling_words(ceiling: str) -> str:
    counts = "It counts beside the roles above, from the next request on."
    if ceiling == "anyone":
        return counts
    return (
        f"{counts} The widest that an administrator allows on this server is "
        f"“{ACCESS_WORDS[ceiling]}”; ask them when you need more."
    )


def anyone_dialog(row: AppRow, csrf: str, *, is_over: bool) -> ConfirmDialog:
    """Return the question before everybody may open an application."""
    base = f"/applications/{row.id}/access"
    return ConfirmDialog(
        f"Open {row.name} to anyone?",
        "Whoever reaches this server and knows the address opens it, without signing in.",
        f"{base}/anyone",
        "Open to anyone",
        csrf,
        base,
        [
            "It is listed under Outward exposure, where it can be closed again.",
            "Roles, and guests of its external link, stay as they are.",
        ],
        is_over=is_over,
        symbol="world",
    )


def remove_dialog(
    row: AppRow, grant: AccessRow, csrf: str, *, fault: str = "", is_over: bool
) -> ConfirmDialog:
    """Return the question before a role is taken away; it names both."""
    return sharing.remove_dialog(shared_app(row), grant, csrf, fault=fault, is_over=is_over)


def same_sharing(row: AppRow, url: str) -> list[Snippet]:
    """Return how the same is done by CLI and API."""
    body = '{"to": {"type": "user", "name": "lena"}, "role": "consumer", "until": null, "notify": true}'
    grants = f"{url}/api/v1/apps/{row.id}/grants"
    return [
        Snippet(
            "CLI",
            f"gatepost share {row.number} --with lena --with group:desk --rehearse\n"
            f"gatepost share {row.number} --with lena --role consumer --until 30d --notify --note Hello\n"
            f"gatepost apps grants {row.number}\n"
            f"gatepost grants {row.number} --remove-given-by lena\n"
            f"gatepost apps access {row.number} signed_in",
        ),
        Snippet(
            "curl",
            f"curl -H \"Authorization: Key $GATEPOST_API_KEY\" --json \\\n  '{body}' \\\n  {grants}",
        ),
    ]
