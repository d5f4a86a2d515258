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
EFFECT = {
    "gain_entry": 2,
    "have_it_already": 1,
    "names": ["Ann", "Bob"],
    "from_outside": 0,
    "not_counted": ["Desk"],
}
GIVER = {"id": "user_000000000000000000000001", "name": "Ada"}
NOT_TOLD = {"sent": False, "reason": "No mail goes out."}
RESET = {"reset_code": "once-only", "expires_in": 3600}
METRICS = {
    "range": "day", "begin": "2030-01-01T12:10:00Z", "end": "2030-01-02T12:05:00Z", "step_seconds": 600,
    "points": [
        {
            "at": "2030-01-02T12:00:00Z", "ran_seconds": 300.0, "cpu_cores": 0.25, "memory_bytes": 90_000_000,
            "memory_peak_bytes": 120_000_000, "requests": 12, "refused": 2, "failed": 1,
        },
    ],
    "limits": [
        {"name": "memory", "value": 512.0, "held": "exactly", "processes": 2},
        {"name": "cpu", "value": 1.0, "held": "not", "processes": 2},
    ],
}  # fmt: skip
SENT = {"ok": True, "code": "sent", "detail": "Sent."}
EXPLANATION = {
    "allowed": False,
    "rule": "not-granted",
    "missing": "EDIT",
    "steps": [{"rule": "not-granted", "passed": False, "says": "No grant gives ada EDIT.", "within": []}],
    "helps": "Whoever shares the thing can give the smallest grant.",
    "smallest_grant": {
        "permissions": ["EDIT"], "role": "editor", "on": {"kind": "app", "id": "app_1", "name": "my-site"},
        "to": {"kind": "user", "id": "usr_1", "name": "ada", "label": "Ada"}, "also_to": None,
    },
    "who_can": [{"kind": "user", "id": "usr_2", "name": "bob", "label": "Bob", "role": "owner"}],
    "caller": {"kind": "user", "name": "ada"},
    "action": "app:edit",
    "resource": {"kind": "app", "id": "app_1", "name": "my-site"},
    "decision": None,
}  # fmt: skip
