"""The only place that builds objects, picks implementations and fills the doors' needs.

Each process of an instance starts in one `serve_…` function. What one needs is imported
when it is called: a process loads its own part of the house and no other.
"""
# ruff: noqa: PLC0415  (see above)

from gatepost_server.bootstrap.foundation import Foundation, metadata
from gatepost_server.settings import Settings

__all__ = [
    "Foundation",
    "metadata",
    "serve_authorizer",
    "serve_broker",
    "serve_calls",
    "serve_control",
    "serve_runtime",
    "serve_worker",
]


def serve_control(settings: Settings) -> None:
    """Serve the control plane on its socket until SIGTERM."""
    from gatepost_server.bootstrap.control import serve

    serve(settings)


def serve_authorizer(settings: Settings, number: int = 1) -> None:
    """Serve authorizer *number* on its socket until SIGTERM."""
    from gatepost_server.bootstrap.gate import serve

    serve(settings, number)


def serve_broker(settings: Settings) -> None:
    """Open credentials and connections for the others until SIGTERM."""
    from gatepost_server.bootstrap.broker import serve

    serve(settings)


def serve_calls(settings: Settings) -> None:
    """Serve calls of data APIs until SIGTERM."""
    from gatepost_server.bootstrap.calls import serve

    serve(settings)


def serve_runtime(settings: Settings) -> None:
    """Build and run applications until SIGTERM."""
    from gatepost_server.bootstrap.runtime import serve

    serve(settings)


def serve_worker(settings: Settings) -> None:
    """Run the background jobs until SIGTERM."""
    from gatepost_server.bootstrap.worker import serve

    serve(settings)
