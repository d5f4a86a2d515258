"""Use cases: what belongs to one purpose, linked without lending anybody a right."""

from gatepost_server.usecases.errors import AlreadyLinked, NotLinked
from gatepost_server.usecases.model import LINKED, Link, Usecase
from gatepost_server.usecases.service.keeping import (
    change_usecase,
    create_usecase,
    delete_usecase,
    get_usecase,
    list_usecases,
)
from gatepost_server.usecases.service.linking import (
    count_usecases_of,
    link,
    linkable_usecases,
    linked,
    list_links,
    unlink,
    usecases_of,
)

__all__ = [
    "LINKED",
    "AlreadyLinked",
    "Link",
    "NotLinked",
    "Usecase",
    "change_usecase",
    "count_usecases_of",
    "create_usecase",
    "delete_usecase",
    "get_usecase",
    "link",
    "linkable_usecases",
    "linked",
    "list_links",
    "list_usecases",
    "unlink",
    "usecases_of",
]
