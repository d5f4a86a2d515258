"""Headers that only the gate may write: one list, for Envoy, tests and the authorizer."""

import re
from typing import Final

FORGED_PREFIXES: Final = (
    "x-gatepost-",
    "x-gp-",
    "x-datarobot-",
    "x-user-",
    "posit-connect-",
    "rstudio-connect-",
    "shiny-server-",
    "x-rsc-",
    "x-ca-",
    "x-dku-",
    "x-envoy-",
    "x-auth-request-",
    "x-forwarded-",
)
"""Every name that begins so is dropped from what a client sends, but for `CREDENTIALS`."""

FORGED_NAMES: Final = (
    "remote-user",
    "x-remote-user",
    "forwarded",
    "x-real-ip",
    "x-client-ip",
    "true-client-ip",
    "cf-connecting-ip",
    "x-original-url",
    "x-rewrite-url",
    "x-http-method",
    "x-http-method-override",
    "x-method-override",
)
"""These names are dropped from what a client sends."""

CREDENTIALS: Final = ("authorization", "x-rsc-authorization")
"""Where a key may be presented; read by the authorizer, never passed to an app."""

CSRF: Final = "x-gatepost-csrf"
"""Sent back by our own pages to the control plane: the one `x-gatepost-` a client writes."""

ADDRESSES: Final = "x-forwarded-for"
"""Kept as sent, with Envoy's own peer appended: its right end can be believed."""

EXCEPTIONS: Final = ("x-rsc-authorization", CSRF, ADDRESSES)
"""Names under a forged prefix that pass the door, because their reader is ours."""

SIGNED: Final = "x-ca-"
"""How the headers of a signed call begin. They pass the door to data APIs, and to nothing else."""

VISITOR: Final = ("x-gatepost-visitor-key", "x-datarobot-api-key", "posit-connect-user-session-token")
"""Under which names an app gets its visitor's key; written by the gate alone."""

EMAIL: Final = "x-user-email"
"""Under which name an app gets a person's address, a guest's proved one; written by the gate alone."""

USER: Final = "x-user-id"
"""Under which name an app gets the 24 hex digits of a person with an account; written by the gate alone."""

ASSERTION: Final = "x-gatepost-assertion"
"""Under which name an app gets a signed statement of who is calling; written by the gate alone."""

AFFINITY: Final = "x-gp-affinity"
"""Names one of several processes; the relay keeps it from the app."""

UNSENT: Final = "x-gp-unsent"
"""Said by a relay whose process was gone before a request reached it; no app may say it."""

PREFIX: Final = "x-gp-prefix"
"""Tells the filter of cookies below which prefix an answer was given; it takes it off."""

HOP_TOKENS: Final = ("close", "keep-alive", "upgrade", "te", "trailer", "trailers", "transfer-encoding",
                     "proxy-connection", "http2-settings")  # fmt: skip
"""What a Connection header may name; anything else would remove an injected header."""


def forged_pattern() -> str:
    """Return one RE2 pattern that matches every name to be dropped at the door, and no other."""
    branches = [re.escape(name) for name in FORGED_NAMES]
    for prefix in FORGED_PREFIXES:
        if prefix == SIGNED:
            continue
        kept = [name.removeprefix(prefix) for name in EXCEPTIONS if name.startswith(prefix)]
        branches.append(re.escape(prefix) + (_anything_but(kept[0]) if kept else ".*"))
    return "|".join(branch.replace("\\-", "-") for branch in branches)


def is_forged(name: str) -> bool:
    """Tell whether a client's header of this (lower-case) name is kept from applications and our pages."""
    if name in EXCEPTIONS:
        return False
    return name in FORGED_NAMES or name.startswith(FORGED_PREFIXES)


def _anything_but(word: str) -> str:
    """Write "any text except *word*" without look-ahead, which RE2 does not have."""
    shorter = "|".join(f"{re.escape(word[:i])}(?:[^{re.escape(word[i])}].*)?" for i in range(len(word)))
    return f"(?:{shorter}|{re.escape(word)}.+)"
