"""The web interface: pages rendered on the server; `door.router(needs)` is its way in."""
