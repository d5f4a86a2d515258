"""Use-cases of rights: asking, granting, and keeping the tree of things."""
