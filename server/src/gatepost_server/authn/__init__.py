"""Who is calling: one answer for sessions and keys, used by the gate and by the doors."""

from gatepost_server.authn.credentials import Presented, RequestFacts, cookie_names, presented
from gatepost_server.authn.identify import BadCredential, Identified, Means, identify, still_good
from gatepost_server.authn.network import client_ip, ip_behind_gate, parse_proxies

__all__ = [
    "BadCredential",
    "Identified",
    "Means",
    "Presented",
    "RequestFacts",
    "client_ip",
    "cookie_names",
    "identify",
    "ip_behind_gate",
    "parse_proxies",
    "presented",
    "still_good",
]
