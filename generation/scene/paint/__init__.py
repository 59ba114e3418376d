"""Painters: each takes the canvas, one element and its random stream, and paints it."""
