"""What comes in: which kind of file it is, where it ends, and its pixels. Runs in the sandbox."""
