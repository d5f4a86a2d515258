"""Who is calling: one answer for sessions, keys and apps, used by the gate and by the doors."""

from gatepost_server.authn.credentials import Presented, RequestFacts, cookie_names, presented
from gatepost_server.authn.facts import visit_of
from gatepost_server.authn.identify import BadCredential, Identified, Means, identify, still_good
from gatepost_server.authn.inside import NoKeyForApp, identify_inside, inside_again
from gatepost_server.authn.network import client_ip, ip_behind_gate, parse_proxies
from gatepost_server.authn.service.visiting import begin_visit, sweep_visits
from gatepost_server.authn.visits import Visit, visitor_key

__all__ = [
    "BadCredential",
    "Identified",
    "Means",
    "NoKeyForApp",
    "Presented",
    "RequestFacts",
    "Visit",
    "begin_visit",
    "client_ip",
    "cookie_names",
    "identify",
    "identify_inside",
    "inside_again",
    "ip_behind_gate",
    "parse_proxies",
    "presented",
    "still_good",
    "sweep_visits",
    "visit_of",
    "visitor_key",
]
