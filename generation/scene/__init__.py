"""Procedural scenes: words -> scene graph -> picture. Used by the engine `house_scene`."""
