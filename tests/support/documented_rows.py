"""Things as the documented server shows them, before anybody changes them."""

RECEIPT = {
    "revoked": True,
    "epoch": 7,
    "gates": [{"id": "gate-1", "confirmed_at": "2027-01-02T03:04:05Z"}],
    "connections_closed": 2,
    "took_ms": 3.5,
}
AUDIT_ENTRY = {
    "at": "2027-01-02T03:04:05Z",
    "actor": {"kind": "user", "id": "user_0123456789abcdef01234567", "name": "ada"},
    "via_key_id": None,
    "action": "app:restart",
    "resource": {"kind": "app", "id": "app_000000000000000000000001"},
    "decision": "allowed",
    "reason": "owner",
    "ip": "127.0.0.1",
    "request_id": "req_1",
}
RESET = {"reset_code": "once-only", "expires_in": 3600}
