"""What people outside see on an app's host before and after they are in; nothing of it from elsewhere."""

import html
from datetime import datetime
from typing import Final

from gatepost_server.gateway.authorizer.answers import Answer
from gatepost_server.gateway.authorizer.look import SIGN, STYLE

_POLICY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'"
)
_HEADERS: Final = (
    ("content-type", "text/html; charset=utf-8"),
    ("cache-control", "no-store"),
    # With no-referrer browsers send `Origin: null` with our own form, which then looks foreign.
    ("referrer-policy", "same-origin"),
    ("content-security-policy", _POLICY),
    ("x-content-type-options", "nosniff"),
)


def invited(app_name: str) -> Answer:
    """Ask somebody who followed the link of a mail to come in; looking at it changes nothing."""
    name = html.escape(app_name)
    return _page(
        200,
        f"Open “{app_name}”",
        f"<p>You are invited to the application “{name}”. It opens in this browser, for 30 days.</p>"
        "<p>The button can be used once. Open it where you want to work.</p>"
        "<form method=post><button>Open the application</button></form>",
    )


def welcome(app_name: str, address: str, ends_at: datetime) -> Answer:
    """Tell a guest that they are in, and how far that reaches."""
    return _page(
        200,
        "You are in",
        f"<p>You are a guest as <b>{html.escape(address)}</b>.</p><ul>"
        f"<li>You see only this application, “{html.escape(app_name)}”, and nothing else on this server.</li>"
        "<li>You have no account and no key: the application acts for itself, never in your name.</li>"
        f"<li>It stays open in this browser until {ends_at:%d %B %Y}, or until somebody ends it.</li></ul>"
        "<p class=alone><a class=main href='/' rel=noreferrer>Go to the application</a></p>",
    )


def used_up() -> Answer:
    """Say that the link of a mail leads nowhere."""
    return _page(
        410,
        "This link cannot be used any more",
        "<p>It was used already, an hour has passed, or the application is not shared with its address any "
        "more.</p><p>Open the link that you were given first, and ask there for a new mail.</p>",
    )


def over(decision_id: str, sign_in: str) -> Answer:
    """Tell a former guest that they are not let in any more, without saying why."""
    return _page(
        401,
        "Your access has ended",
        "<p>This browser was let in as a guest. That is over: the 30 days have passed, or whoever shares the "
        "application has ended it.</p><p>The link that you were given first mails you a new way in, if you "
        "are still on the list.</p>"
        f"<p><a href='{html.escape(sign_in)}'>Sign in with an account instead</a></p>"
        f"<footer class=alone>Decision {html.escape(decision_id)}</footer>",
    )


def _page(status: int, title: str, content: str) -> Answer:
    worded = html.escape(title)
    page = (
        "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>"
        f"<meta name=robots content=noindex><title>{worded}</title><style>{STYLE}</style>"
        f"<header>{SIGN}Gatepost</header><main><h1>{worded}</h1>{content}</main></html>"
    )
    return Answer(status, _HEADERS, page.encode())
