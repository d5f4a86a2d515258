"""What is sent about applications."""

from pydantic import Field

from gatepost_server.apps import Kind
from gatepost_server.http.v1.wire import Body


class AppForm(Body):
    """An app made from a bundle; without a name the bundle's own is taken."""

    name: str | None = None
    kind: Kind | None = None


class AppFromSource(Body):
    """An app made from a version of a source, the latest when none is named.

    With `client` a client application of one's own becomes one, by its own name if none is said.
    """

    name: str = ""
    source_id: str
    version: int | None = Field(None, ge=1)
    confirmed_authors: list[str] = Field([], max_length=100)
    client: str | None = Field(None, max_length=40)


class AppChange(Body):
    """What may be changed of an app; absent fields stay."""

    name: str | None = None
    access: str | None = None


class DeployIn(Body):
    """The version that an app is to go over to: of its source, or of `source_id`, which replaces it.

    `confirmed_authors` are the ids of others whose work in it one knows of; needed for all of them,
    unless one deployed this version before.
    """

    source_version: int = Field(ge=1)
    source_id: str | None = Field(None, max_length=100)
    confirmed_authors: list[str] = Field([], max_length=100)
