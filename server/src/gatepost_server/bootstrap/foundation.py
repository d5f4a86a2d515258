"""What every process of an instance is built on: folders, clock, store, secrets."""

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Final

from sqlalchemy import MetaData

from gatepost_server import (
    approvals,
    apps,
    audit,
    authn,
    authz,
    clients,
    connections,
    dataapis,
    identity,
    instance,
    jobs,
    keys,
    notify,
    projects,
    sharing,
    signing,
    usecases,
    vault,
)
from gatepost_server.audit import TrailRecorder
from gatepost_server.authn import Means
from gatepost_server.bootstrap.vaulting import safe_of
from gatepost_server.crypto import LAUNCH, SIGNING, Peppers, Seals
from gatepost_server.identity import SignIn
from gatepost_server.kernel.clock import Clock, clock_from
from gatepost_server.settings import Folders, Settings
from gatepost_server.store import Base, UnitOfWork, make_engine, sqlite_url

DOMAINS: Final = (
    authz,
    audit,
    signing,
    instance,
    identity,
    notify,
    jobs,
    keys,
    vault,
    approvals,
    sharing,
    usecases,
    connections,
    clients,
    projects,
    dataapis,
    apps,
    authn,
)
"""Loading these facades maps every table there is."""


def metadata() -> MetaData:
    """Return every table of the house, for migrations."""
    assert all(domain.__all__ for domain in DOMAINS)
    return Base.metadata


@dataclass(frozen=True)
class Foundation:
    """The store at hand, the time, and the means to identify callers."""

    settings: Settings
    folders: Folders
    clock: Clock
    uow: UnitOfWork
    peppers: Peppers
    means: Means
    sign_in: SignIn

    def safe(self) -> keys.Safe:
        """Open what the keys of applications are sealed with: for who starts them, or shows one again."""
        return keys.Safe(self.peppers, Seals.load(self.folders.secrets, LAUNCH))

    def signing(self) -> Seals:
        """Open what AppSecrets are sealed with: for who checks signatures, or shows a secret again."""
        return Seals.load(self.folders.secrets, SIGNING)

    @cached_property
    def vault(self) -> vault.Safe:
        """What credentials are sealed by: for who stores them, and the broker, which opens them.

        One for the process: making a key of a passphrase takes 64 MiB and a tenth of a second.
        """
        return safe_of(self.settings, self.folders)

    @classmethod
    def lay(cls, settings: Settings, *, pool_size: int = 8) -> "Foundation":
        """Open the store and the secrets of the instance that *settings* name."""
        folders = Folders(settings.data_dir.resolve())
        clock = clock_from(settings.test_clock)
        engine = make_engine(settings.store or sqlite_url(folders.database), pool_size=pool_size)
        peppers = Peppers.load(folders.secrets)
        return cls(
            settings=settings,
            folders=folders,
            clock=clock,
            uow=UnitOfWork(engine, clock, TrailRecorder()),
            peppers=peppers,
            means=Means(peppers, timedelta(seconds=settings.session_idle_ttl)),
            sign_in=SignIn(peppers, timedelta(seconds=settings.session_absolute_ttl)),
        )
