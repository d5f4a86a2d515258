"""Random tokens for sessions and one-time codes."""

import secrets

from gatepost_server.kernel.secret import Secret


def new_token() -> Secret:
    """Make a URL-safe token of 256 random bits."""
    return Secret(secrets.token_urlsafe(32))
