"""Whether a browser's cookie may count for this request (security.md, "Cookies, CSRF"); pure."""

from gatepost_server.gateway.authorizer.asked import SAFE, Asked


def is_own_doing(asked: Asked, scheme: str) -> bool:
    """Tell whether a request with a cookie was made by the host's own pages, or by going there.

    Unsafe methods and WebSocket handshakes must name their own origin; reads are refused
    only when the browser says that another site's page embeds them.
    """
    origin = asked.one("origin")
    site = asked.one("sec-fetch-site")
    if origin is not None and origin.lower() != f"{scheme}://{asked.host}":
        return False
    if asked.is_upgrade:
        return origin is not None
    if asked.method not in SAFE:
        return origin is not None or site == "same-origin"
    return site in (None, "same-origin", "none") or asked.one("sec-fetch-mode") == "navigate"
