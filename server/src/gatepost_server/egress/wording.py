"""The rules in words, for pages and answers."""

from collections.abc import Mapping
from typing import Final

from gatepost_server.egress.judging import Rule

SAYS: Final[Mapping[Rule, str]] = {
    Rule.METADATA: "Addresses where clouds tell machines their secrets are never dialed.",
    Rule.LINK_LOCAL: "Link-local addresses are never dialed.",
    Rule.MULTICAST: "Multicast addresses are never dialed.",
    Rule.UNSPECIFIED: "The unspecified address is never dialed.",
    Rule.RESERVED: "Reserved addresses are never dialed.",
    Rule.LISTENER: "Gatepost itself listens there; it is never dialed.",
    Rule.STORE: "Gatepost keeps its own data there; it is never dialed.",
    Rule.LISTED: "An entry of the list lets it through.",
    Rule.LOOPBACK: "This machine itself is dialed only at an address and port that are on the list.",
    Rule.PRIVATE: "Private addresses are dialed only when they are on the list.",
    Rule.PUBLIC: "Public addresses are dialed.",
}
"""What each rule says; an entry opens only what `LOOPBACK` and `PRIVATE` speak of."""
