"""What a hostile application's page tries by itself in a tab, and what stops each attempt."""

ALONE = {
    # Another origin's answers are not for scripts: nothing here allows it (no CORS), and no cookie is sent.
    "read a page": "TypeError",
    "read the API": "TypeError",
    "read the API as a script": "refused",
    "read another application": "TypeError",
    # Sent, but as nobody, without the CSRF token and in another type: the test looks that nothing came of it.
    "call the API": "TypeError",
    "call the API unseen": "opaque",
    "post a form to the API": "sent",
    "post a form to sign out": "sent",
    # Handshakes need their own origin.
    "dial the control plane": "refused",
    "dial itself below the control plane": "refused",
    "dial another application": "refused",
    # frame-ancestors, and the same-origin policy about what the browser shows instead.
    "frame the control plane": "SecurityError",
    "frame another application": "SecurityError",
    # Cross-Origin-Opener-Policy cuts the tie, Open Solo makes none, and no page says where one came from.
    "open the control plane": "severed",
    "read who opened it": "null",
    "read where one came from": "nothing",
    # The same-origin policy: every application has an origin of its own, for good (Origin-Agent-Cluster).
    "read the storage of another application": "SecurityError",
    "become the domain": "SecurityError",
    # `Domain=` for another host is dropped by the browser, ours and `Domain=` from servers by the gate.
    "toss cookies": "dropped,dropped,dropped,dropped",
    "overflow the jar": "done",
    "toss cookies from its server": "dropped",
    "clear the site": "unsaid",
    # A worker serves its own origin only.
    "work for the control plane": "SecurityError",
    "work from the control plane": "SecurityError",
    "work for another application": "SecurityError",
}
