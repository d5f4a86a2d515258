"""What is open and to whom, in one sentence each; pure."""

from collections.abc import Sequence

from gatepost_server.keys import Key, KeyKind
from gatepost_server.sharing import OpenLink


def of_link(name: str, link: OpenLink) -> str:
    """Say whom an external link lets in, and how many are in."""
    whom = (
        _listed(link.allowed) if link.allowed else "Nobody yet, since its list is empty, but people outside"
    )
    return f"{whom} may open {name} by its link and a mail, without an account; {_guests(link.guests)}."


def of_anyone(name: str) -> str:
    """Say that an application is open to everybody."""
    return f"Anybody who knows its address may open {name}, without signing in."


def holder_of(key: Key, project: str | None) -> str:
    """Return as whom, or with what, a key acts."""
    owner = f"its owner {key.owner.label}" if key.owner is not None else "its owner"
    if key.kind is KeyKind.PERSONAL:
        return owner
    if key.kind is KeyKind.CREATOR:
        return f"{owner}, up to the level of its application,"
    if key.is_global_admin:
        return "an administrator of the whole server"
    return f"a key of the project {project}" if project else "a global key"


def of_key(key: Key, acts: str, app_name: str | None = None) -> str:
    """Say from where whoever has a key may use it, as whom, and until when; an app's key by its app."""
    called = f"the key of the application {app_name}" if app_name else f"the key {key.name}"
    where = "from any address"
    if key.ip_allowlist is not None:
        where = f"from {counted(len(key.ip_allowlist.split(';')), 'listed address', 'listed addresses')}"
    pages = ""
    if key.allowed_origins:
        shown = key.allowed_origins[0]
        more = len(key.allowed_origins) - 1
        pages = f", and so may pages of {shown}" + (f" and {more} more" if more else "")
    end = "without an end" if key.expires_at is None else f"until {key.expires_at:%d %B %Y}"
    return f"Whoever has {called} may act as {acts} {where}, {end}{pages}."


def counted(count: int, one: str, many: str = "") -> str:
    """Return a number with its noun."""
    return f"{count} {one if count == 1 else many or one + 's'}"


def _listed(entries: Sequence[str]) -> str:
    """Say who is on the list: the entries themselves while they are few."""
    domains = [entry for entry in entries if entry.startswith("@")]
    addresses = len(entries) - len(domains)
    if len(entries) == 1:
        return f"Everybody with an address {entries[0]}" if domains else entries[0]
    parts = [counted(len(domains), "domain")] * bool(domains) + [
        counted(addresses, "address", "addresses")
    ] * bool(addresses)
    return f"People of {' and '.join(parts)} outside"


def _guests(count: int) -> str:
    if not count:
        return "nobody is signed in"
    return f"{counted(count, 'guest')} {'is' if count == 1 else 'are'} signed in"
