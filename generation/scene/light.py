"""Light and colour: what the hour, the weather and the palette do to a scene."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

Colour = tuple[float, float, float]


def hexed(text: str) -> Colour:
    """Return the colour written ``rrggbb``, each part from 0 to 1."""
    return (int(text[:2], 16) / 255, int(text[2:4], 16) / 255, int(text[4:], 16) / 255)


def mix(a: Colour, b: Colour, share: float) -> Colour:
    """Return the colour that lies ``share`` of the way from ``a`` to ``b``."""
    return (
        a[0] + (b[0] - a[0]) * share,
        a[1] + (b[1] - a[1]) * share,
        a[2] + (b[2] - a[2]) * share,
    )


def times(a: Colour, b: Colour) -> Colour:
    """Return ``a`` seen in the light ``b``."""
    return (a[0] * b[0], a[1] * b[1], a[2] * b[2])


@dataclass(frozen=True, slots=True, kw_only=True)
class Light:
    """The colours of one hour. Painters multiply an object's own colour by ``lit`` or ``shade``."""

    top: Colour
    middle: Colour
    low: Colour
    sun: Colour
    haze: Colour
    lit: Colour
    shade: Colour
    cloud: Colour
    cloud_shade: Colour
    water: Colour
    lamps: float
    """0 by day, 1 when every window shines."""
    sun_height: float
    """Height of sun or moon over the horizon, as a share of the sky."""
    haze_depth: float = 0.62
    """How much of a far ridge is lost in the haze."""
    dark: bool = False

    def paint(self, colour: Colour, amount: float, *, depth: float = 0.0) -> Colour:
        """Return ``colour`` between shade (0) and light (1), ``depth`` of it lost in haze."""
        seen = mix(times(colour, self.shade), times(colour, self.lit), amount)
        return mix(seen, self.haze, depth)


def _light(colours: str, *, lamps: float, sun_height: float, dark: bool = False) -> Light:
    parts = (hexed(text) for text in colours.split())
    return Light(
        top=next(parts),
        middle=next(parts),
        low=next(parts),
        sun=next(parts),
        haze=next(parts),
        lit=next(parts),
        shade=next(parts),
        cloud=next(parts),
        cloud_shade=next(parts),
        water=next(parts),
        lamps=lamps,
        sun_height=sun_height,
        dark=dark,
    )


# top middle low sun haze lit shade cloud cloud-shade water
HOURS: Mapping[str, Light] = {
    "day": _light(
        "2f7fc4 7dbbe3 e4efe6 fff3c4 cfe3e6 fff8e8 6f86a3 fffdf6 b7cbdc 2f6f95",
        lamps=0.0,
        sun_height=0.7,
    ),
    "dawn": _light(
        "5d77ad cfa3b4 ffdcb0 fff0c0 f1d2bf ffe2c4 65688f ffe6d2 c79db0 5f7da0",
        lamps=0.25,
        sun_height=0.2,
    ),
    "sunset": _light(
        "38326e c4536a ffb45e fff1bd f0a077 ffc590 4c3a66 ffb98a 8c4a72 5a4a7c",
        lamps=0.8,
        sun_height=0.17,
    ),
    "night": _light(
        "080e2b 17285a 48609a f6f1dc 33467c 6a82be 222c58 56689f 202d5c 14244f",
        lamps=1.0,
        sun_height=0.66,
        dark=True,
    ),
}

_STORM = _light(
    "2e3742 5d6872 a9aea8 dfe3dc 8d979a b9bfbd 4b5561 7d868c 3c444e 46545e",
    lamps=0.5,
    sun_height=0.6,
)


def light_of(*, hour: str, weather: str) -> Light:
    """Return the light of ``hour`` (a key of `HOURS`) in ``weather``."""
    light = HOURS[hour]
    match weather:
        case "storm":
            return _toward(light, _STORM, 0.72 if not light.dark else 0.35)
        case "rain":
            return _toward(light, _STORM, 0.5 if not light.dark else 0.25)
        case "fog":
            pale = mix(light.low, light.haze, 0.5)
            return replace(
                light,
                top=mix(light.top, pale, 0.45),
                middle=mix(light.middle, pale, 0.4),
                haze=pale,
                haze_depth=0.88,
            )
        case "snow":
            pale = mix(light.haze, (0.95, 0.97, 1.0), 0.25 if light.dark else 0.5)
            return replace(light, top=mix(light.top, pale, 0.3), haze=pale, haze_depth=0.72)
    return light


def _toward(light: Light, other: Light, share: float) -> Light:
    return replace(
        light,
        top=mix(light.top, other.top, share),
        middle=mix(light.middle, other.middle, share),
        low=mix(light.low, other.low, share),
        sun=mix(light.sun, other.sun, share),
        haze=mix(light.haze, other.haze, share),
        lit=mix(light.lit, other.lit, share),
        shade=mix(light.shade, other.shade, share),
        cloud=mix(light.cloud, other.cloud, share),
        cloud_shade=mix(light.cloud_shade, other.cloud_shade, share),
        water=mix(light.water, other.water, share),
        lamps=max(light.lamps, 0.55 * share),
        haze_depth=0.74,
    )
