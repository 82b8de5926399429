"""What a market is and may do: the rules, in the standard library alone."""
