"""Laptops that carry classes: the same service on its own store, and the way home for what it holds."""
