"""What administrators decide for the whole server: policies, stored and audited."""

from gatepost_server.instance.model import Policies
from gatepost_server.instance.service import change_policies, policies, read_policies

__all__ = ["Policies", "change_policies", "policies", "read_policies"]
