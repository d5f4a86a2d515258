"""A whole instance whose people read a database: let there, and signed in by a stored credential."""

from callers import Caller, sign_in
from instances import Instance
from source_servers import PASSWORD, Source


def let_to(source: Source, house: Instance, **features: bool) -> Caller:
    """Return the administrator, who lets connections lead to *source* and turns *features* on."""
    admin = sign_in(house, "admin", house.password)
    allow = [f"127.0.0.1:{source.port}", f"[::1]:{source.port}"]
    wanted = {"stored_credentials": True, **features}
    admin.ok("PATCH", "settings", {"egress": {"allow": allow}, "features": wanted})
    return admin


def connected(owner: Caller, source: Source) -> dict[str, str]:
    """Return a connection of *owner*'s to *source* and the stored credential that signs in there, by id."""
    made = {"name": "Shop", "type": "postgresql", "params": source.params}
    connection = owner.ok("POST", "connections", made)["id"]
    stored = {"name": "Reader", "type": "basic", "user": "reader", "password": PASSWORD}
    credential = owner.ok("POST", "credentials", stored)["id"]
    owner.ok("PUT", f"connections/{connection}/credentials/{credential}")
    return {"connection_id": connection, "credential_id": credential}
