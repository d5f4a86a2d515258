"""Nonces that were spent."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from gatepost_server.store import Base, Moment, bookkeeping


class SpentNonceRow(Base):
    """A nonce by which a signed request of an AppKey was accepted, and until when it may not come again."""

    __tablename__ = "spent_nonces"
    __table_args__ = bookkeeping()

    app_key: Mapped[str] = mapped_column(String(127), primary_key=True)
    nonce: Mapped[str] = mapped_column(String(64), primary_key=True)
    until: Mapped[datetime] = mapped_column(Moment, index=True)
