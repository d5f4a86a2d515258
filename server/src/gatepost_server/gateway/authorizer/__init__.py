"""The authorizer: the one part that says which request may pass, and as whom.

HTTP behind a unix socket, without layers in between. It reads facts, calls the pure
decision, and remembers nothing about rights; so several may serve side by side.
"""

from gatepost_server.gateway.authorizer.door import Authorizer
from gatepost_server.gateway.authorizer.means import GateMeans
from gatepost_server.gateway.authorizer.serving import GateServer, build_authorizer, serve

__all__ = ["Authorizer", "GateMeans", "GateServer", "build_authorizer", "serve"]
