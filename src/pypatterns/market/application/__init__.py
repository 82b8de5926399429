"""What the service does, told against ports: no framework, no database, no HTTP."""
