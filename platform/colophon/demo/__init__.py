"""The main job, end to end, as a stranger sees it: `make demo`."""
