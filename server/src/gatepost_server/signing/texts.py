"""The texts that are signed: one in the strict form, up to three in the compatible one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gatepost_server.signing.model import Profile, Received
from gatepost_server.signing.parameters import (
    Pair,
    check_unambiguous,
    checked_path,
    decoded_query,
    encoded_query,
    pairs_of,
)
from gatepost_server.signing.reading import Claim

_FORM = b"application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Signable:
    """What may have been signed, the likeliest text first, and the parameters it covers."""

    texts: Sequence[bytes]
    parameters: Mapping[str, str]
    has_form: bool = False


def parameters_of(request: Received, claim: Claim, profile: Profile) -> Mapping[str, str]:
    """Return the parameters of a request by name, as a signature of *profile* would cover them.

    Raises:
        Unreadable: they cannot be read in one way only.
    """
    return signable_of(request, claim, profile).parameters


def signable_of(request: Received, claim: Claim, profile: Profile) -> Signable:
    """Return what *request* may have been signed as.

    Raises:
        Unreadable: its path or parameters cannot be read in one way only.
    """
    path, query = checked_path(request.path), pairs_of(request.query)
    head = _head(request.method, claim)
    if profile is Profile.STRICT:
        text = head + _address(path, encoded_query(query))
        return Signable([text], {pair.name: pair.value for pair in query})
    has_form = _is_form(claim) and bool(request.body)
    form = pairs_of(request.body) if has_form else []
    check_unambiguous([*query, *form])
    # Vendors' gateways and clients agree that the form wins; nobody reads the other value later.
    parameters = {pair.name: pair.value for pair in (*query, *form)}
    addresses = [_address(path, decoded_query(parameters))]
    if not has_form and b"+" not in request.query:
        # Signed by clients that neither sort nor decode. A plus could stand here for itself, above
        # for a space: two meanings of one text. A form would not be covered at all.
        addresses += [_address(path, request.query), _address(path, _undecoded(query))]
    return Signable([head + one for one in dict.fromkeys(addresses)], parameters, has_form)


def _head(method: str, claim: Claim) -> bytes:
    lines = [claim.header(name) for name in (b"accept", b"content-md5", b"content-type", b"date")]
    lines += [name + b":" + claim.header(name.lower()) for name in claim.names]
    return b"".join(line + b"\n" for line in (method.encode(), *lines))


def _address(path: bytes, query: bytes) -> bytes:
    return path + b"?" + query if query else path


def _undecoded(query: Sequence[Pair]) -> bytes:
    return b"&".join(sorted(pair.sent.removesuffix(b"=") for pair in query))


def _is_form(claim: Claim) -> bool:
    return claim.header(b"content-type").split(b";")[0].strip().lower() == _FORM
