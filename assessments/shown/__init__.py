"""Questions as pages show them, a module for each look; the kinds themselves are in courses."""
