"""Use-cases of mail: its server, its box, its courier."""
