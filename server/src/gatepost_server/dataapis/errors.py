"""Refusals of the domain; the codes are permanent."""

from collections.abc import Sequence

from gatepost_server.kernel.errors import Conflict, Denied, FieldFault, Invalid, NotFound, Precondition


class ApiNameTaken(Conflict):
    """The project has a data API of this name already; case makes no difference."""

    code = "api-name-taken"

    def __init__(self, name: str) -> None:
        super().__init__(f"The project has a data API {name} already. Choose another name.")


class SlugTaken(Conflict):
    """Another data API of the instance has this slug."""

    code = "slug-taken"

    def __init__(self, slug: str) -> None:
        super().__init__(f"The address {slug} is taken. Choose another slug.")


class UnknownVersion(NotFound):
    """There is no such version of the data API."""

    code = "unknown-api-version"

    def __init__(self, number: int) -> None:
        super().__init__(f"There is no version {number} of this data API.")


class DefinerLost(Precondition):
    """Who saved the version that is called may not use what it reads any more, or it is gone."""

    code = "api-definer-lost"

    def __init__(self) -> None:
        super().__init__(
            "This data API cannot read its source now. Somebody who may edit it has to save it again."
        )


class PersonNeeded(Denied):
    """A key tried to save what is run within the rights of whoever saves it."""

    code = "person-needed"

    def __init__(self) -> None:
        super().__init__(
            "A data API reads as whoever saved it, so a person saves it: in a session or by a personal key."
        )


class NotTried(Denied):
    """A console does not try this; it only reads, and gives nobody rows of others."""

    code = "not-tried"

    def __init__(self, why: str) -> None:
        super().__init__(why)


class NotUsable(Conflict):
    """Calls could not read over this connection as whoever saves the version."""

    code = "api-source-closed"

    def __init__(self, why: str) -> None:
        super().__init__(why)


class TemplateRefused(Invalid):
    """A template is not one SELECT that only reads, or a parameter stands where no value can."""

    code = "template-refused"

    def __init__(self, why: str, field: str = "sql") -> None:
        super().__init__("The SQL cannot be used.", faults=[FieldFault(field, why)])


class DefinitionRefused(Invalid):
    """A definition contradicts itself or its source."""

    code = "definition-refused"

    def __init__(self, faults: Sequence[FieldFault]) -> None:
        super().__init__("The data API cannot be made like this.", faults=faults)


class AskRefused(Invalid):
    """What a caller sent does not fit the data API."""

    code = "call-invalid"

    def __init__(self, faults: Sequence[FieldFault]) -> None:
        super().__init__("The call cannot be accepted.", faults=faults)


class OperationClosed(Denied):
    """The data API does not offer this operation."""

    code = "operation-closed"

    def __init__(self, operation: str) -> None:
        super().__init__(f"This data API has no operation {operation}.", params={"operation": operation})


class NotYourRows(Denied):
    """A row rule needs something of the caller that they have not, so none of the rows is theirs."""

    code = "rows-not-yours"

    def __init__(self) -> None:
        super().__init__("The row rules of this data API let you change nothing.")


class AlreadyAuthorized(Conflict):
    """The application may call the API in this stage already."""

    code = "already-authorized"

    def __init__(self, client: str) -> None:
        super().__init__(f"{client} may call this data API already. End that first, or extend it.")


class SourceGiven(Conflict):
    """The application may read the dataset already."""

    code = "dataset-authorized"

    def __init__(self, client: str) -> None:
        super().__init__(f"{client} may read this dataset already. End that first.")


class UnknownAuthorization(NotFound):
    """The application may not call that API anyway."""

    code = "unknown-authorization"

    def __init__(self) -> None:
        super().__init__("There is no such authorization any more.")
