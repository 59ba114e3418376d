"""The embedded stack: a PostgreSQL of our own, its roles, and the supervisor of every process."""
