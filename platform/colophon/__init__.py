"""The Django project: people, prompts, outputs, and the one gate between them and the public."""

VERSION = "0.1.0"
