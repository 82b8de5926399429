"""An answer of tests asks for no names."""
