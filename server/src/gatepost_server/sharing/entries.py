"""Who outside may come in: the entries of the list, read strictly, and whom they let in; pure."""

import re
from collections.abc import Collection, Sequence
from typing import Final

import idna

from gatepost_server.kernel.errors import FieldFault, Invalid
from gatepost_server.notify import Address, BadAddress, parse_address

ENTRIES_MOST: Final = 500
_ENDING: Final = re.compile(r"[a-z]{2,}|xn--[a-z0-9-]+")
_SHOWN: Final = 80
OPEN_TO_ALL: Final = frozenset(
    [
        "126.com", "163.com", "aol.com", "free.fr", "fastmail.com", "gmail.com", "gmx.at", "gmx.ch",
        "gmx.com", "gmx.de", "gmx.net", "googlemail.com", "hey.com", "hotmail.co.uk", "hotmail.com",
        "hotmail.fr", "icloud.com", "laposte.net", "libero.it", "live.com", "mac.com", "mail.com",
        "mail.ru", "me.com", "msn.com", "naver.com", "orange.fr", "outlook.com", "outlook.de", "pm.me",
        "proton.me", "protonmail.com", "qq.com", "seznam.cz", "t-online.de", "tutanota.com", "web.de",
        "wp.pl", "yahoo.co.jp", "yahoo.co.uk", "yahoo.com", "yahoo.de", "yahoo.fr", "yandex.com",
        "yandex.ru", "zoho.com",
    ]
)  # fmt: skip
"""Domains at which everybody can have an address."""


def parse_outside(text: str) -> Address:
    """Read *text* as the one form in which an address is matched, stored and mailed.

    All of it is in lower case, its domain in ASCII (`xn--…`).

    Raises:
        BadAddress: it is not one plain address.
    """
    local, at, domain = text.strip().partition("@")
    found = parse_address(f"{local}{at}{_ascii(domain)}")
    return Address(found.local.lower(), found.domain)


def checked_entries(
    texts: Sequence[str], *, confirmed: Collection[str] = (), kept: Collection[str] = ()
) -> tuple[str, ...]:
    """Return *texts* as entries, `@domain` or an address, each once.

    A domain at which everybody can have an address has to be among *confirmed*, or *kept*
    from before.

    Raises:
        Invalid: some cannot be used; each of those is named, with what is wrong with it.
    """
    if len(texts) > ENTRIES_MOST:
        raise Invalid(
            "The list is too long.", faults=[FieldFault("allowed", f"at most {ENTRIES_MOST} entries")]
        )
    agreed = {*kept, *(_form(text)[0] for text in confirmed)}
    read = [(text, *_form(text)) for text in texts]
    faults = [
        FieldFault(f"allowed[{at}]", f"“{_short(text)}” {fault or _too_open(entry)}")
        for at, (text, entry, fault) in enumerate(read)
        if fault or (entry not in agreed and _too_open(entry))
    ]
    if faults:
        raise Invalid("Some entries cannot be used.", faults=faults, code="bad-entries")
    return tuple(dict.fromkeys(entry for _, entry, _ in read))


def is_listed(address: Address, allowed: Collection[str]) -> bool:
    """Tell whether an address, or its very domain, is among the entries."""
    return str(address) in allowed or f"@{address.domain}" in allowed


def addresses_of(allowed: Sequence[str]) -> list[str]:
    """Return the entries that are full addresses."""
    return [entry for entry in allowed if not entry.startswith("@")]


def _form(text: str) -> tuple[str, str]:
    """Return an entry in its one form, and what is wrong with it: one of the two is empty."""
    text = text.strip()
    local, at, _ = text.partition("@")
    if not at:
        return "", "is neither a domain such as @example.com nor an address such as ann@example.com"
    try:
        found = parse_outside(text if local else f"x{text}")
    except BadAddress:
        return "", "is not an address that mail can go to" if local else "is not the name of a domain"
    ending = found.domain.rpartition(".")
    if not ending[1]:
        return "", "has no ending such as .com"
    if not _ENDING.fullmatch(ending[2]):
        return "", "has an ending that no domain has"
    return (str(found) if local else f"@{found.domain}"), ""


def _too_open(entry: str) -> str:
    """Say why an entry is to be confirmed, if it is."""
    is_so = entry.startswith("@") and entry[1:] in OPEN_TO_ALL
    return (
        "lets in everybody, since everybody can have an address there; list addresses, or confirm it" * is_so
    )


def _ascii(domain: str) -> str:
    if domain.isascii():
        return domain
    try:
        return idna.encode(domain, uts46=True).decode()
    except idna.IDNAError as error:
        raise BadAddress from error


def _short(text: str) -> str:
    shown = "".join(letter for letter in text if letter.isprintable())
    return shown if len(shown) <= _SHOWN else f"{shown[: _SHOWN - 1]}…"
