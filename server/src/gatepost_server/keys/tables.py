"""Keys, their verifiers, and when they were last used."""

from datetime import datetime

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, Integer, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import TypeEngine

from gatepost_server.store import FOREVER, Base, Moment, Until, bookkeeping

_HAS_END = f"revoked_at IS NULL AND expires_at < {FOREVER}"
_GONE = "revoked_at IS NOT NULL"
_WIDE = f"revoked_at IS NULL AND (ip_allowlist IS NULL OR expires_at >= {FOREVER})"


def _searched(length: int) -> TypeEngine[str]:
    """Return a text that both engines order by its bytes, so that an index finds a beginning."""
    return String(length).with_variant(String(length, collation="C"), "postgresql")


def _some(name: str, *columns: str, sqlite: str, postgresql: str) -> Index:
    """Return an index of the few rows for which a condition holds."""
    return Index(name, *columns, sqlite_where=text(sqlite), postgresql_where=text(postgresql))


class KeyRow(Base):
    """A key; it stays listed after its end, its verifiers do not.

    `owner_id` is whose rights a personal key carries, or within whose rights another
    stays (its sponsor). `reach` lists nodes; NULL means everywhere.
    """

    __tablename__ = "api_keys"
    __table_args__ = (
        Index("ix_api_keys_public", "public_id", "id"),
        Index("ix_api_keys_owner", "owner_id", "id"),
        Index("ix_api_keys_kind", "kind", "id"),
        Index("ix_api_keys_project", "project_id", "id"),
        Index("ix_api_keys_run_as", "run_as_id"),
        # Few keys are disabled or deleted: lists of them do not walk all others. The names count:
        # SQLite takes the one that was made last of those that seem equally good, in this order.
        _some("ix_api_keys_disabled", "id", sqlite="is_enabled IS 0", postgresql="is_enabled IS false"),
        _some(
            "ix_api_keys_kind_disabled", "kind", "id",
            sqlite="is_enabled IS 0", postgresql="is_enabled IS false",
        ),
        _some("ix_api_keys_revoked", "id", sqlite=_GONE, postgresql=_GONE),
        _some("ix_api_keys_kind_revoked", "kind", "id", sqlite=_GONE, postgresql=_GONE),
        # Expired ones are listed by when they ended, which no walk by age finds soon.
        _some("ix_api_keys_ended", "kind", "expires_at", "id", sqlite=_HAS_END, postgresql=_HAS_END),
        # What is usable from anywhere, or for good, is listed by when it was made.
        _some("ix_api_keys_wide", "created_at", "id", sqlite=_WIDE, postgresql=_WIDE),
    )  # fmt: skip

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    public_id: Mapped[str] = mapped_column(_searched(10), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    description: Mapped[str] = mapped_column(String(500))
    prefix: Mapped[str] = mapped_column(String(14))
    last_four: Mapped[str] = mapped_column(String(4))
    owner_id: Mapped[str] = mapped_column(ForeignKey("principals.id"))
    created_by: Mapped[str] = mapped_column(String(40))
    project_id: Mapped[str | None] = mapped_column(String(40))
    reach: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    run_as_id: Mapped[str | None] = mapped_column(String(40))
    is_run_as_consented: Mapped[bool]
    cap: Mapped[int | None] = mapped_column(Integer)
    ip_allowlist: Mapped[str | None] = mapped_column(String(5000))
    is_enabled: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime | None] = mapped_column(Until, nullable=False)
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)
    revoked_by: Mapped[str | None] = mapped_column(String(40))


class KeyWordRow(Base):
    """A word of a key's name, in lower case: what a search among all keys goes by."""

    __tablename__ = "key_words"
    __table_args__ = (Index("ix_key_words_word", "word", "key_id"),)

    key_id: Mapped[str] = mapped_column(ForeignKey("api_keys.id"), primary_key=True)
    word: Mapped[str] = mapped_column(_searched(100), primary_key=True)


class CreatorKeyRow(Base):
    """Which app a creator's key belongs to, for whom it acts, and its text while it counts.

    `deployer_id` is who deployed: a person, or a key (whose sponsor owns the row of the key).
    The text is sealed, since the app is given it again at each start.
    """

    __tablename__ = "creator_keys"
    __table_args__ = (Index("ix_creator_keys_app", "app_id", "deployer_id"),)

    key_id: Mapped[str] = mapped_column(ForeignKey("api_keys.id"), primary_key=True)
    app_id: Mapped[str] = mapped_column(String(40))
    deployer_id: Mapped[str] = mapped_column(String(40))
    text_sealed: Mapped[bytes | None] = mapped_column(LargeBinary(400))


class KeyOriginRow(Base):
    """An origin whose pages may call the API with a key."""

    __tablename__ = "key_origins"
    __table_args__ = (Index("ix_key_origins_origin", "origin"),)

    key_id: Mapped[str] = mapped_column(ForeignKey("api_keys.id"), primary_key=True)
    origin: Mapped[str] = mapped_column(String(300), primary_key=True)


class ConsentRow(Base):
    """Somebody agreed to be the associated user of a project's keys."""

    __tablename__ = "run_as_consents"

    user_id: Mapped[str] = mapped_column(ForeignKey("principals.id"), primary_key=True)
    project_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    given_at: Mapped[datetime] = mapped_column(Moment)


class VerifierRow(Base):
    """What a presented secret is compared with; a key may have two while it is rotated."""

    __tablename__ = "key_verifiers"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    key_id: Mapped[str] = mapped_column(ForeignKey("api_keys.id"), index=True)
    last_four: Mapped[str] = mapped_column(String(4))
    mac: Mapped[bytes] = mapped_column(LargeBinary(32))
    pepper_version: Mapped[int] = mapped_column(Integer)
    replaced_at: Mapped[datetime | None] = mapped_column(Moment)
    until_at: Mapped[datetime | None] = mapped_column(Until, nullable=False)


class KeyUseRow(Base):
    """When, from where and by what a key was last used; written in batches."""

    __tablename__ = "key_uses"
    __table_args__ = bookkeeping()

    key_id: Mapped[str] = mapped_column(ForeignKey("api_keys.id"), primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)
    ip: Mapped[str | None] = mapped_column(String(45))
    agent: Mapped[str | None] = mapped_column(String(200))


class OldCallerRow(Base):
    """Who used a key's old secret while it still counts: from where, by what program, on which app.

    The empty text stands for what is not known, and as `app_id` for the API itself.
    """

    __tablename__ = "old_secret_callers"
    __table_args__ = bookkeeping()

    verifier_id: Mapped[str] = mapped_column(ForeignKey("key_verifiers.id"), primary_key=True)
    ip: Mapped[str] = mapped_column(String(45), primary_key=True)
    agent: Mapped[str] = mapped_column(String(200), primary_key=True)
    app_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    first_at: Mapped[datetime] = mapped_column(Moment)
    last_at: Mapped[datetime] = mapped_column(Moment)
    uses: Mapped[int] = mapped_column(BigInteger)


class OldSecretUseRow(Base):
    """How often a key's old secret was used by callers that are not kept one by one."""

    __tablename__ = "old_secret_uses"
    __table_args__ = bookkeeping()

    verifier_id: Mapped[str] = mapped_column(ForeignKey("key_verifiers.id"), primary_key=True)
    uses: Mapped[int] = mapped_column(BigInteger)
