"""One's own API keys."""

from pydantic import BaseModel

from gatepost_server import keys
from gatepost_server.http.v1.key_shapes import ChangeIn, DraftIn, KeyOut, RotatedOut, RotateIn
from gatepost_server.http.v1.wire import PageOut, PageQuery, ReceiptOut, page_out
from gatepost_server.keys import KeyStatus
from gatepost_server.web import ActionRouter, ApiCall

router = ActionRouter(tags=["keys"])


class KeyIn(DraftIn):
    """A personal key to be made; `role` lowers it below one's own."""

    role: str | None = None


class KeyMade(KeyOut):
    """A new key with its text, shown only here."""

    key: str


class KeyText(BaseModel):
    """The text of a key that could be shown again."""

    key: str


@router.makes("/keys", status_code=201, action="key:create")
def create_key(call: ApiCall, body: KeyIn) -> KeyMade:
    """Make a personal key; its text is in this answer and nowhere else."""
    with call.begin() as tx:
        issued = keys.issue_personal_key(
            tx,
            call.house.peppers,
            call.house.key_rules,
            name=body.name,
            expiry=body.expiry,
            role=body.role,
            ip_allowlist=body.ip_allowlist or "",
            description=body.description,
        )
        return KeyMade(**KeyOut.of(issued.key, tx.now).model_dump(), key=issued.text.reveal())


@router.reads("/keys", action="key:list")
def list_keys(call: ApiCall, page: PageQuery, status: KeyStatus | None = None) -> PageOut[KeyOut]:
    """List one's own keys: personal ones, and those of the applications that act for one."""
    with call.read() as tx:
        return page_out(keys.list_keys(tx, page, status), lambda key: KeyOut.of(key, tx.now))


@router.reads("/keys/{key_id}", action="key:list")
def get_key(call: ApiCall, key_id: str) -> KeyOut:
    """Return one of one's own keys."""
    with call.read() as tx:
        return KeyOut.of(keys.get_key(tx, key_id), tx.now)


@router.changes("/keys/{key_id}", action="key:edit")
def change_key(call: ApiCall, key_id: str, body: ChangeIn) -> KeyOut:
    """Change what is said about one of one's own keys, disable or enable it."""
    with call.begin() as tx:
        changed = KeyOut.of(keys.change_key(tx, call.house.key_rules, key_id, body.change()), tx.now)
    call.house.collect_receipt()
    return changed


@router.makes("/keys/{key_id}/rotate", action="key:rotate")
def rotate_key(call: ApiCall, key_id: str, body: RotateIn) -> RotatedOut:
    """Give one of one's own keys a new secret; the old one counts on for the overlap."""
    with call.begin() as tx:
        rotated = RotatedOut.of(*keys.rotate_key(tx, call.house.peppers, key_id, body.overlap))
    call.house.collect_receipt()
    return rotated


@router.makes("/keys/{key_id}/end-old", action="key:delete")
def end_old_secret(call: ApiCall, key_id: str) -> ReceiptOut:
    """End the old secret of one of one's own keys now."""
    with call.begin() as tx:
        keys.end_old_secret(tx, key_id)
    return ReceiptOut.of(call.house.collect_receipt())


@router.makes("/keys/{key_id}/reveal", action="key:reveal")
def reveal_key(call: ApiCall, key_id: str) -> KeyText:
    """Show the text of an application's key again, to the user whom the application acts for."""
    with call.begin() as tx:
        return KeyText(key=keys.reveal_key(tx, call.house.safe.seals, key_id).reveal())


@router.removes("/keys/{key_id}", action="key:delete")
def delete_key(call: ApiCall, key_id: str) -> ReceiptOut:
    """Delete one of one's own keys; it is refused everywhere when this answers."""
    with call.begin() as tx:
        keys.revoke_key(tx, key_id)
    return ReceiptOut.of(call.house.collect_receipt())
