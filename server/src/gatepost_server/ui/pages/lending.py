"""What an application asks to do in one's name: the note, the question, the list on the profile."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Final
from urllib.parse import urlencode

from gatepost_server.apps import KeyScopeLevel
from gatepost_server.authn import Asked, Lent
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.dialogs import ConfirmDialog
from gatepost_server.ui.kit.facts import Text, Timestamp
from gatepost_server.ui.kit.heads import ButtonLink, Snippet
from gatepost_server.ui.kit.notices import Note
from gatepost_server.ui.kit.pieces import Card, SettingRow, Stack

_MAY: Final = {
    KeyScopeLevel.NONE: "nothing",
    KeyScopeLevel.VIEWER: "read",
    KeyScopeLevel.USER: "read and write",
    KeyScopeLevel.ADMIN: "read, write and delete",
}


def note(app_id: str, asked: Asked) -> Note:
    """Say on an application's page what it asks of whoever looks at it."""
    headline = f"This application asks to {_MAY[asked.level]} in your name{_on(asked)}."
    until = _MAY[asked.until_then]
    sentence = f"Until you agree it may {until} what you may {until}." if until != "nothing" else ""
    sentence = sentence or "Until you agree it does nothing in your name."
    look = ButtonLink("Look closer", f"/applications/{app_id}/lend", extra="btn-sm", opens_dialog=True)
    return Note(headline, sentence, "blue", "user-check", look)


def _on(asked: Asked) -> str:
    return "" if asked.reach is None else f" on {', '.join(asked.reach)} alone"


def _same_words(asked: Asked) -> str:
    body: dict[str, object] = {"level": asked.level.value, "deployed_by": asked.deployer_id}
    if asked.reach is not None:
        body["visitor_reach"] = list(asked.reach)
    return json.dumps(body)


def _agreed_to(asked: Asked) -> str:
    """Return what one has seen, as the form's address says it."""
    seen = [("level", asked.level.value), ("by", asked.deployer_id)]
    return urlencode([*seen, *(("reach", one) for one in asked.reach or ())])


def agree_dialog(
    app_id: str, name: str, asked: Asked, csrf: str, url: str, *, is_over: bool, fault: str = ""
) -> ConfirmDialog:
    """Ask whether an application may act in one's name."""
    call = f"curl -X PUT {url}/api/v1/me/visitor-consents/{app_id} \\\n  --json '{_same_words(asked)}'"
    return ConfirmDialog(
        f"Let {name} {_MAY[asked.level]} in your name{_on(asked)}?",
        f"{asked.deployer_name} deployed it. It counts while you use it, and for what you may do yourself.",
        f"/applications/{app_id}/lend?{_agreed_to(asked)}",
        "Agree",
        csrf,
        f"/applications/{app_id}",
        [
            "It never administers, shares or makes keys for you.",
            "The audit names the application beside you.",
            "You are asked again when it wants more, other data, or when somebody else deploys it.",
            "You can take it back on your profile.",
        ],
        fault=fault,
        is_over=is_over,
        is_danger=False,
        symbol="user-check",
        same=[Snippet("API", call)],
    )


def card(lent: Sequence[Lent], now: datetime) -> Component:
    """Return the card of the profile with the applications that one agreed to."""
    title = "Applications that act in my name"
    if not lent:
        return Card(title, Text("None. Those that want to change something in your name ask you first."))
    rows: list[Component] = [
        SettingRow(
            one.name or one.app_id,
            f"It may {_MAY[one.level]} what you may; agreed {Timestamp(one.agreed_at, now).words}."
            + ("" if one.counts else " It counts no more: the application has changed and asks again."),
            ButtonLink(
                "Take back", f"/profile/lent/{one.app_id}/take-back", "danger-line", opens_dialog=True
            ),
        )
        for one in lent
    ]
    return Card(title, Stack(rows))


def take_back_dialog(app_id: str, name: str, csrf: str, *, is_over: bool) -> ConfirmDialog:
    """Ask before a consent is taken back."""
    return ConfirmDialog(
        f"Take back what {name} may do in your name?",
        "You can agree again on its page.",
        f"/profile/lent/{app_id}/take-back",
        "Take back",
        csrf,
        "/profile",
        ["From its next call on it reaches no more than it would if you had never agreed."],
        is_over=is_over,
        symbol="user-off",
    )
