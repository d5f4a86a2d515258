"""What the authorizer works with; built once, in `bootstrap`."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache

from gatepost_server.apps import Addresses
from gatepost_server.authn import Means, ip_behind_gate
from gatepost_server.authn.network import Network
from gatepost_server.gateway.authorizer.asserting import Asserted
from gatepost_server.gateway.authorizer.bad_keys import BadKeys
from gatepost_server.gateway.authorizer.notes import Notes
from gatepost_server.gateway.authorizer.reading import StandingReader
from gatepost_server.gateway.authorizer.visiting import Visits
from gatepost_server.gateway.envoy import Gate
from gatepost_server.gateway.headers import ADDRESSES
from gatepost_server.identity import SignIn
from gatepost_server.settings import Folders
from gatepost_server.store import UnitOfWork


@dataclass(frozen=True)
class GateMeans:
    """The store, the ways to identify, the addresses, and the notes that are written later."""

    uow: UnitOfWork
    reader: StandingReader
    authn: Means
    sign_in: SignIn
    proxies: tuple[Network, ...]
    gate: Gate
    folders: Folders
    body_limit: int
    notes: Notes
    visits: Visits
    bad_keys: BadKeys
    asserted: Asserted
    wake_seconds: float = 60.0
    page_seconds: float = 3.0

    @cached_property
    def addresses(self) -> Addresses:
        """Where content is found."""
        return Addresses(self.gate.control_origin, self.gate.apps_suffix, self.gate.apps_are_trusted)

    @cached_property
    def ip_of(self) -> Callable[[str | None], str | None]:
        """Return the caller's address for what X-Forwarded-For says; pure, so remembered."""
        proxies = self.proxies

        @lru_cache(maxsize=4096)
        def judged(line: str | None) -> str | None:
            return None if line is None else ip_behind_gate([(ADDRESSES, line)], proxies)

        return judged

    @cached_property
    def scheme(self) -> str:
        """How people reach this instance: http or https."""
        return self.gate.control_origin.partition("://")[0]
