"""What lessons measure and draw: a module a question, each with a function that measures and one that shows."""
