"""What the service calls: two stores, which pass the same contract tests, and the system's clock and ids."""
