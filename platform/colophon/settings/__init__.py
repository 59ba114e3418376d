"""Settings in three sizes over one base; everything that an installation may choose is in `env`."""
