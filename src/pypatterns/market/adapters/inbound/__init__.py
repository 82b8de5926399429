"""What calls the service: HTTP."""
