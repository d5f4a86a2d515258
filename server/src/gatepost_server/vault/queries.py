"""Reads of stored credentials; never of a secret."""

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session

from gatepost_server.kernel.paging import Page, PageRequest, page_from
from gatepost_server.vault.model import Credential, CredentialType, Health
from gatepost_server.vault.tables import CredentialRow


def page_of_credentials(session: Session, page: PageRequest, visible: Select[str]) -> Page[Credential]:
    """Return a page of the *visible* credentials by name, searched by name and user."""
    query = select(CredentialRow).where(CredentialRow.id.in_(visible))
    for word in page.q.split()[:8]:
        is_named = CredentialRow.name.icontains(word, autoescape=True)
        query = query.where(or_(is_named, CredentialRow.user.icontains(word, autoescape=True)))
    position, by_name = page.position(2), func.lower(CredentialRow.name)
    if position is not None:
        name, credential_id = position
        query = query.where(or_(by_name > name, and_(by_name == name, CredentialRow.id > credential_id)))
    rows = session.execute(
        query.add_columns(by_name).order_by(by_name, CredentialRow.id).limit(page.limit + 1)
    )
    found = [(credential_of(row), name) for row, name in rows]
    return page_from(found, page, lambda one: (one[1], one[0].id)).map(lambda one: one[0])


def credential_of(row: CredentialRow) -> Credential:
    """Present a row."""
    return Credential(
        id=row.id,
        name=row.name,
        type=CredentialType(row.type),
        user=row.user,
        owner_id=row.owner_id,
        health=Health(row.health),
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
