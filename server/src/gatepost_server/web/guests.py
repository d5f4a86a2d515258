"""Where guests of an app are led to: its own origin, from whatever door they were invited by."""

from gatepost_server.apps import Addresses, content_facts
from gatepost_server.authz import reader_of
from gatepost_server.settings import Settings
from gatepost_server.sharing import Home
from gatepost_server.store import Tx


def link_of(settings: Settings, link_id: str) -> str:
    """Return the address of an external link, which is told to people outside."""
    return f"{settings.public_url()}/external/{link_id}"


def home_of(settings: Settings, tx: Tx) -> Home:
    """Return what gives the address of an app's own origin."""
    addresses = Addresses.of(settings)

    def home(app_id: str) -> str:
        app = content_facts(reader_of(tx), app_id)
        assert app is not None, "only an app is shared with people outside"
        return addresses.origin_url(app.app_id, app.slug).rstrip("/")

    return home
