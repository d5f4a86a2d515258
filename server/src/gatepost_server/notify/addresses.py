"""Mail addresses: read strictly, once; what was read is what is compared, stored and mailed."""

import re
from dataclasses import dataclass
from typing import Final

from gatepost_server.notify.errors import BadAddress

# RFC 5321's atoms without the characters by which parsers have been led astray
# (security.md, "Address matching"): no quotes, comments, percent, bang, equals sign.
_LOCAL: Final = re.compile(r"[A-Za-z0-9#$&'*+/?^_`{|}~-]+(\.[A-Za-z0-9#$&'*+/?^_`{|}~-]+)*")
_LABEL: Final = r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_DOMAIN: Final = re.compile(rf"{_LABEL}(\.{_LABEL})*")
_NAMED: Final = re.compile(r"(?P<name>[^<>\"\\]{1,100}?)\s*<(?P<address>[^<>]+)>")
_LOCAL_LENGTH: Final = 64
_LENGTH: Final = 254


@dataclass(frozen=True)
class Address:
    """One mailbox; the domain is in lower case. `str()` gives `local@domain`."""

    local: str
    domain: str

    def __str__(self) -> str:
        return f"{self.local}@{self.domain}"


def parse_address(text: str) -> Address:
    """Read *text* as one plain address, `local@domain`; domains beyond ASCII as `xn--…`.

    Raises:
        BadAddress: it is anything else.
    """
    local, at, domain = text.partition("@")
    is_good = at and len(text) <= _LENGTH and len(local) <= _LOCAL_LENGTH
    if not is_good or not _LOCAL.fullmatch(local) or not _DOMAIN.fullmatch(domain):
        raise BadAddress
    return Address(local, domain.lower())


def is_address(text: str) -> bool:
    """Tell whether *text* is one plain address that mail can be sent to."""
    try:
        parse_address(text)
    except BadAddress:
        return False
    return True


def parse_sender(text: str) -> tuple[str, Address]:
    """Read *text* as `local@domain` or `Name <local@domain>`.

    Raises:
        BadAddress: it is neither.
    """
    found = _NAMED.fullmatch(text.strip())
    if found is None:
        return "", parse_address(text.strip())
    name = found["name"].strip()
    if not name.isprintable():
        raise BadAddress
    return name, parse_address(found["address"])
