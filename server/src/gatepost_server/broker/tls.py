"""TLS as a connection demands it: none, encrypted, or with a server whose name was verified."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager

from gatepost_server.broker.trial import StepFailed
from gatepost_server.connections import Code, Target

DISABLE, REQUIRE, VERIFY = "disable", "require", "verify-full"


def demanded(target: Target) -> str:
    """Return what *target* demands; where it says nothing, the strictest."""
    return str(target.params.get("tls", VERIFY))


def authorities(target: Target) -> str | None:
    """Return the certificates that *target* trusts, as PEM; None: those this machine trusts."""
    given = target.params.get("ca")
    return None if given is None else str(given)


def context_of(target: Target) -> ssl.SSLContext:
    """Return a context that verifies as *target* demands, and no less.

    Raises:
        StepFailed: the target's own certificates cannot be read.
    """
    if demanded(target) == REQUIRE:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return context
    try:
        return ssl.create_default_context(cadata=authorities(target))
    except (ssl.SSLError, ValueError):
        raise StepFailed(Code.TLS_UNTRUSTED) from None


@contextmanager
def told() -> Iterator[None]:
    """Say in a fixed word why TLS was not agreed on.

    Raises:
        StepFailed: it was not.
    """
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        is_name = error.verify_code in _OTHER_NAME
        raise StepFailed(Code.TLS_NAME if is_name else Code.TLS_UNTRUSTED) from None
    except TimeoutError:
        raise StepFailed(Code.TOO_SLOW) from None
    except (ssl.SSLError, OSError):
        raise StepFailed(Code.TLS_FAILED) from None


_OTHER_NAME = (62, 64)
"""X509_V_ERR_HOSTNAME_MISMATCH and X509_V_ERR_IP_ADDRESS_MISMATCH."""
