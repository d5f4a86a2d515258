"""The Gatepost server; floors and rooms are described in docs/adr and each package."""
