"""A class on paper: what is printed for it, and what is copied back from it."""
