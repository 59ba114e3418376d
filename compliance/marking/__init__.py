"""Marks and labels: what is written into a work before it is signed, and read back from its bytes.

`recipe.mark` and `recipe.read_back` are the way in; what they do runs in the sandboxed child.
"""

PRELOAD = (
    "compliance.marking.child",
    "compliance.marking.warm",
    "PIL.ImageDraw",
    "PIL.ImageFont",
    "PIL.ImageOps",
    "PIL.JpegImagePlugin",
    "PIL.PngImagePlugin",
)
"""For `Sandbox(preload=...)`: what every call needs, imported and worked out once."""
