"""Use-cases of applications and sources."""
