"""The component kit: the pieces that every page is made of."""
