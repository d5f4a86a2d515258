"""The authorizer: the one process that says which request may pass, and as whom.

Raw ASGI behind a unix socket. It reads facts, calls the pure decision, and remembers
nothing about rights.
"""

from gatepost_server.gateway.authorizer.door import Authorizer
from gatepost_server.gateway.authorizer.means import GateMeans
from gatepost_server.gateway.authorizer.serving import build_authorizer, serve

__all__ = ["Authorizer", "GateMeans", "build_authorizer", "serve"]
