"""What the exercises on hexagonal architecture build on: parts around the market's core that their prompts give."""
