"""How refusals are put: the words and the status of each profile."""

from typing import Final, NamedTuple

from gatepost_server.kernel.errors import NO_GOOD_CREDENTIAL
from gatepost_server.signing.model import Refused, Why


class Answer(NamedTuple):
    """What a refused caller is told."""

    status: int
    code: str
    message: str


ECHO: Final = "Invalid Signature, Server StringToSign:"
"""What a vendor's client looks for when it shows both texts; kept to the letter."""

_UNKNOWN: Final = Answer(401, "unauthenticated", NO_GOOD_CREDENTIAL)

_STRICT: Final = {
    Why.UNSIGNED: _UNKNOWN,
    Why.UNKNOWN_KEY: _UNKNOWN,
    Why.WRONG_SIGNATURE: _UNKNOWN,
    Why.OTHER_BODY: _UNKNOWN,
    Why.UNTIMELY: Answer(401, "signature-untimely", "X-Ca-Timestamp is too far from the time here."),
    Why.REPLAYED: Answer(
        401, "signature-replayed", "X-Ca-Nonce was used before; every call takes a new one."
    ),
    Why.NO_STORE: Answer(503, "unavailable", "Signatures cannot be checked right now."),
}

_COMPATIBLE: Final = {
    Why.UNSIGNED: Answer(401, "A401ES", "Empty Signature"),
    Why.UNKNOWN_KEY: Answer(400, "A400AK", "Invalid AppKey"),
    Why.WRONG_SIGNATURE: Answer(400, "A400SG", "Invalid Signature"),
    Why.OTHER_BODY: Answer(400, "A400MD", "Invalid Content-MD5"),
    Why.UNTIMELY: Answer(400, "A400TE", "Timestamp Expired"),
    Why.REPLAYED: Answer(400, "A400NU", "Nonce Used"),
    Why.NO_STORE: Answer(503, "S503NA", "Service Unavailable"),
}


def strict_answer(refused: Refused) -> Answer:
    """Return what a caller of the strict form is told; wrong keys and wrong signatures read alike."""
    if refused.why is Why.MALFORMED:
        return Answer(400, "signature-malformed", refused.detail)
    return _STRICT[refused.why]


def compatible_answer(refused: Refused) -> Answer:
    """Return what a vendor's client is told, by the codes that are frozen here.

    The message holds no line break, and what was signed only where an owner allowed it.
    """
    if refused.why is Why.MALFORMED:
        return Answer(400, "I400HD", f"Invalid Header or Parameter: {refused.detail}")
    answer = _COMPATIBLE[refused.why]
    if refused.string_to_sign is None:
        return answer
    return answer._replace(message=f"{ECHO}`{refused.string_to_sign}`")
