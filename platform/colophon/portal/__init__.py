"""The team's web pages."""
