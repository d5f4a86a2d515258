"""Use-cases of keys: made, shown, changed, rotated, taken back; for every kind of key."""
