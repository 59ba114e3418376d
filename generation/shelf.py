"""The engines we have: ``ENGINES.get("house_scene")``."""

from generation import engines
from generation.engine import Engine
from kernel.shelf import Shelf

ENGINES: Shelf[Engine] = Shelf("engine", engines, "ENGINE")
