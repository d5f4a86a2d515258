"""What an app finds in its environment of a data connection, password and all; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from gatepost_server.kernel.secret import Secret

FIRST_PORT: Final = 8091
"""Of an app's own loopback, where the first of its connections is; the next ones follow."""
HOST: Final = "127.0.0.1"


@dataclass(frozen=True)
class Given:
    """A connection that a deployment is given, by the name its code has for it."""

    name: str
    user: str
    password: Secret
    database: str


@dataclass(frozen=True)
class Withheld:
    """A connection that it is not given, and why, as its log says it."""

    name: str
    why: str


@dataclass(frozen=True)
class Environment:
    """What a deployment is given, and what not."""

    given: Sequence[Given] = ()
    withheld: Sequence[Withheld] = ()


def stem_of(name: str) -> str:
    """Return what the variables of a connection begin with; `-` and `_` are the same there."""
    return f"GATEPOST_CONNECTION_{name.upper().replace('-', '_')}"


def variables_of(given: Given, port: int) -> Mapping[str, str]:
    """Return the variables of a connection whose way begins at *port*.

    No TLS is asked for on the way there: it is the app's own loopback, and Gatepost agrees on TLS
    with the database as the connection demands it.
    """
    stem, password = stem_of(given.name), given.password.reveal()
    user, word, database = (quote(text, safe="") for text in (given.user, password, given.database))
    return {
        f"{stem}_URL": f"postgresql://{user}:{word}@{HOST}:{port}/{database}?sslmode=disable",
        f"{stem}_HOST": HOST,
        f"{stem}_PORT": str(port),
        f"{stem}_DATABASE": given.database,
        f"{stem}_USER": given.user,
        f"{stem}_PASSWORD": password,
    }
