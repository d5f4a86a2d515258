"""Signed requests: who signed one, in the strict form or in that of vendors' clients, and nonces."""

from gatepost_server.signing.model import (
    WIDEST_WINDOW,
    WINDOW,
    Accepted,
    Nonces,
    Profile,
    Received,
    Refused,
    Signatories,
    Signatory,
    SigningSecret,
    Why,
)
from gatepost_server.signing.service import StoredNonces, spend_nonce, sweep_nonces
from gatepost_server.signing.verifier import Verifier
from gatepost_server.signing.wording import Answer, compatible_answer, strict_answer

__all__ = [
    "WIDEST_WINDOW",
    "WINDOW",
    "Accepted",
    "Answer",
    "Nonces",
    "Profile",
    "Received",
    "Refused",
    "Signatories",
    "Signatory",
    "SigningSecret",
    "StoredNonces",
    "Verifier",
    "Why",
    "compatible_answer",
    "spend_nonce",
    "strict_answer",
    "sweep_nonces",
]
