"""How fast the next case is claimed, and that nobody is given another's: ``python -m bench.claims``."""
