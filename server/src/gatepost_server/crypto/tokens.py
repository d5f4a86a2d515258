"""Random tokens for sessions and one-time codes, random ids for links."""

import secrets

from gatepost_server.kernel.secret import Secret


def new_token() -> Secret:
    """Make a URL-safe token of 256 random bits."""
    return Secret(secrets.token_urlsafe(32))


def new_link_id() -> str:
    """Make a URL-safe id of 128 random bits, for links that are told to many."""
    return secrets.token_urlsafe(16)
