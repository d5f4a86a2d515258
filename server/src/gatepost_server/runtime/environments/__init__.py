"""Environments: what a bundle asks for, which Python there is, and how uv builds it."""

from gatepost_server.runtime.environments.builder import Environments
from gatepost_server.runtime.environments.interpreters import Interpreter, find_interpreters

__all__ = ["Environments", "Interpreter", "find_interpreters"]
