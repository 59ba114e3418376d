"""Engines that make works. No Django, no database, no idea that they are judged."""
