"""The fields of a secret as forms send them."""

from typing import Annotated

from fastapi import Depends, Form

from gatepost_server.kernel.secret import Secret

Typed = Annotated[str, Form()]


def typed_secret(
    password: Typed = "",
    private_key: Typed = "",
    passphrase: Typed = "",
    token: Typed = "",
    secret_key: Typed = "",
    client_secret: Typed = "",
) -> dict[str, Secret]:
    """Return the fields of a secret that were filled in; lines end as everywhere but in forms."""
    sent = {
        "password": password, "private_key": private_key.replace("\r\n", "\n"), "passphrase": passphrase,
        "token": token, "secret_key": secret_key, "client_secret": client_secret,
    }  # fmt: skip
    return {name: Secret(text) for name, text in sent.items() if text}


TypedSecret = Annotated[dict[str, Secret], Depends(typed_secret)]
