"""Another market service that keeps the rules."""
