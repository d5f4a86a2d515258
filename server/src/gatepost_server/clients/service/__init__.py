"""Use-cases of client applications."""
