"""Names of applications: what people type, slugs of hosts, references, addresses; pure."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Self

from gatepost_server.kernel.errors import FieldFault, Invalid
from gatepost_server.kernel.ids import hex_of, is_id
from gatepost_server.settings import Settings

_LONGEST_NAME: Final = 100
_SLUG_LENGTH: Final = range(3, 37)
_SEPARATOR: Final = "--"
_HEX: Final = re.compile(r"[0-9a-f]{24}")
_NUMBER: Final = re.compile(r"[1-9][0-9]{0,8}")


def checked_name(text: str, field: str = "name") -> str:
    """Return *text* as a name of an application or source.

    Raises:
        Invalid: empty, longer than 100 characters, or not printable.
    """
    name = unicodedata.normalize("NFC", text).strip()
    if not name or len(name) > _LONGEST_NAME or not name.isprintable():
        fault = FieldFault(field, f"1 to {_LONGEST_NAME} printable characters")
        raise Invalid("The name cannot be used.", faults=[fault], code="name-invalid")
    return name


def slug_of(name: str) -> str:
    """Return what stands for *name* in a host: 3 to 36 of `[a-z0-9-]`, never two hyphens in a row."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[: _SLUG_LENGTH.stop - 1].strip("-")
    return slug if len(slug) in _SLUG_LENGTH else f"app-{slug}".strip("-")


@dataclass(frozen=True)
class AppRef:
    """How an address names an app: exactly one of the two is set."""

    app_id: str | None = None
    number: int | None = None


@lru_cache(maxsize=4096)
def app_ref(text: str) -> AppRef | None:
    """Read an id, its 24 hex digits or a number; None when it can be none of them."""
    if _HEX.fullmatch(text):
        return AppRef(app_id=f"app_{text}")
    if is_id(text, "app"):
        return AppRef(app_id=text)
    return AppRef(number=int(text)) if _NUMBER.fullmatch(text) else None


@dataclass(frozen=True)
class Addresses:
    """Where content is found; built once from the settings.

    `public_url` has no slash at its end; `apps_host_suffix` follows the dot behind an
    app's label, port included. Without hosts of their own (*are_trusted*) apps have one address.
    """

    public_url: str
    apps_host_suffix: str
    are_trusted: bool = False

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Return where *settings* say that content is found."""
        return cls(settings.public_url(), settings.apps_host_suffix(), settings.apps_are_trusted)

    def content_url(self, app_id: str) -> str:
        """Return the address that programs call."""
        return f"{self.public_url}/content/{app_id}/"

    def origin_url(self, app_id: str, slug: str) -> str:
        """Return the address that browsers open: a host of the app's own, unless apps are trusted."""
        if self.are_trusted:
            return self.content_url(app_id)
        scheme, _, _ = self.public_url.partition("://")
        return f"{scheme}://{slug}{_SEPARATOR}{hex_of(app_id)}.{self.apps_host_suffix}/"


def app_id_of_label(label: str) -> str | None:
    """Return the app that a host's first label `{slug}--{hex}` names, or None."""
    _, separator, digits = label.rpartition(_SEPARATOR)
    return f"app_{digits}" if separator and _HEX.fullmatch(digits) else None
