"""One verifier for both profiles: the key, the signature, the time and body, at last the nonce."""

import hmac
import re
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import md5, sha256
from typing import Final

from gatepost_server.kernel.clock import Clock
from gatepost_server.kernel.errors import Unavailable
from gatepost_server.kernel.secret import Secret
from gatepost_server.signing.model import (
    WINDOW,
    Accepted,
    Nonces,
    Profile,
    Received,
    Refused,
    Signatories,
    Signatory,
    SigningSecret,
    Unreadable,
    Why,
)
from gatepost_server.signing.reading import BODY_HASH, Claim, claim_of, unsigned_claim_of
from gatepost_server.signing.texts import Signable, parameters_of, signable_of

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_APP_KEY: Final = re.compile(r"[A-Za-z0-9_-]{1,127}")
_CONTROLS: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_NOBODY: Final = SigningSecret("", Secret("no application has this secret, which is 43"), _EPOCH)
"""What requests with unknown keys are compared with, so that they take as long as others."""


@dataclass(frozen=True)
class Verifier:
    """Tells who signed a request. It answers with values and raises nothing of its own.

    Not checked here: from which address the call comes, what the application may call, how
    often, and whether an unsigned body will do (`Accepted.is_body_signed`).
    """

    signatories: Signatories
    nonces: Nonces
    clock: Clock
    window: timedelta = WINDOW

    def verify(self, request: Received, profile: Profile) -> Accepted | Refused:
        """Return who signed *request*, or why it is refused; spends its nonce only if all else held."""
        app_key = None
        try:
            claim = claim_of(request, profile)
            app_key = claim.app_key
            signable = signable_of(request, claim, profile)
            return self._judged(request, claim, signable)
        except Unreadable as fault:
            return Refused(fault.why, fault.detail, app_key)
        except Unavailable:
            return Refused(Why.NO_STORE, "Signatures cannot be checked right now.", app_key)

    def unsigned(self, request: Received, profile: Profile) -> Accepted | None:
        """Return whose AppKey an unsigned request carries, where its owners let listed addresses do.

        None for all others: `verify` says then what is wrong. From where the request comes is for
        the caller to check against `Accepted.ip_allowlist`. An application without a secret that
        counts calls nothing in this way either.
        """
        try:
            claim = unsigned_claim_of(request)
            if claim is None or not _APP_KEY.fullmatch(claim.app_key):
                return None
            found, now = self.signatories.find(claim.app_key), self.clock.now()
            if found is None or not found.is_ip_trusted or not found.ip_allowlist:
                return None
            if not any(one.signs_at(now) for one in found.secrets):
                return None
            return Accepted(
                found.application_id, claim.app_key, "", None, claim.stage,
                is_body_signed=not request.body, parameters=parameters_of(request, claim, profile),
                ip_allowlist=found.ip_allowlist, is_compatible=found.is_compatible, is_unsigned=True,
            )  # fmt: skip
        except (Unreadable, Unavailable):
            return None

    def _judged(self, request: Received, claim: Claim, signable: Signable) -> Accepted | Refused:
        key, now = claim.app_key, self.clock.now()
        signatory = self.signatories.find(key) if _APP_KEY.fullmatch(key) else None
        secrets = [one for one in signatory.secrets if one.signs_at(now)] if signatory else []
        secret = _signer(secrets or [_NOBODY], signable.texts, claim.signature)
        if signatory is None:
            return Refused(Why.UNKNOWN_KEY, "No application has this AppKey.", key)
        if secret is None or secret is _NOBODY:
            shown = _shown(signable.texts[0]) if signatory.is_debugging else None
            return Refused(Why.WRONG_SIGNATURE, "The signature does not fit.", key, shown)
        if not _is_body(request.body, claim):
            return Refused(Why.OTHER_BODY, "The body is not the one that was signed.", key)
        if abs(now - _EPOCH - timedelta(milliseconds=claim.timestamp_ms)) > self.window:
            detail = "X-Ca-Timestamp is too far from the time here."
            return Refused(Why.UNTIMELY, detail, key, application_id=signatory.application_id)
        if not self.nonces.spend(key, claim.nonce, self.window):
            detail = "X-Ca-Nonce was used before."
            return Refused(Why.REPLAYED, detail, key, application_id=signatory.application_id)
        return _accepted(request, claim, signable, signatory, secret)


def _accepted(
    request: Received, claim: Claim, signable: Signable, signatory: Signatory, secret: SigningSecret
) -> Accepted:
    hashed = claim.header(BODY_HASH) or claim.header(b"content-md5")
    return Accepted(
        signatory.application_id,
        claim.app_key,
        secret.id,
        secret.member_id,
        claim.stage,
        is_body_signed=signable.has_form or bool(hashed) or not request.body,
        parameters=signable.parameters,
        ip_allowlist=signatory.ip_allowlist,
        is_compatible=signatory.is_compatible,
    )


def _signer(
    secrets: Sequence[SigningSecret], texts: Sequence[bytes], signature: bytes
) -> SigningSecret | None:
    """Return the secret by which one of *texts* was signed; every pair is computed and compared."""
    signer = None
    for secret in secrets:
        key = secret.text.reveal().encode()
        for text in texts:
            if hmac.compare_digest(b64encode(hmac.digest(key, text, "sha256")), signature):
                signer = secret
    return signer


def _is_body(body: bytes, claim: Claim) -> bool:
    """Tell whether the hashes that were signed are those of *body*; an MD5 of nothing is refused."""
    by_md5, by_sha = claim.header(b"content-md5"), claim.header(BODY_HASH)
    found = True
    if by_md5:
        found = bool(body) and hmac.compare_digest(
            b64encode(md5(body, usedforsecurity=False).digest()), by_md5
        )
    if by_sha:
        found = found and hmac.compare_digest(sha256(body).hexdigest().encode(), by_sha)
    return found


def _shown(text: bytes) -> str:
    """Return a signed text on one line that fits into a header: breaks as `#`, no other controls."""
    return _CONTROLS.sub("", text.decode("utf-8", "replace").replace("\n", "#"))
