"""The pixels of a hostile picture file. Runs in the sandbox; nothing else opens pictures for us."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from kernel.errors import Refused
from kernel.words import msgid

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image as Picture

MOST_PIXELS = 40_000_000
"""A 20 kB PNG can unfold to 169 megapixels; Pillow's own limit lets that pass with a warning."""
FORMATS = {
    "image/png": "PNG",
    "image/jpeg": "JPEG",
    "image/webp": "WEBP",
    "image/gif": "GIF",
    "image/tiff": "TIFF",
    "image/bmp": "BMP",
    "image/avif": "AVIF",
}


class NoPicture(Refused):
    code = "no_picture"
    status = 422
    says = msgid("The file is no picture we can read: {cause}.")
    remedy = msgid("Save it again as PNG or JPEG.")


class TooManyPixels(Refused):
    code = "too_many_pixels"
    status = 413
    says = msgid("The picture has more than {most} pixels.")
    remedy = msgid("Send a smaller picture.")


@contextmanager
def opened(path: Path, *, media_type: str) -> Iterator[Picture]:
    """Open the picture at ``path`` as the kind it is declared to be, with its pixels loaded.

    Raises:
        NoPicture: the kind is unknown to us, or the bytes are not of that kind, or end too early.
        TooManyPixels: it would unfold to more than `MOST_PIXELS`.
    """
    from PIL import Image

    try:
        form = FORMATS[media_type.split(";", maxsplit=1)[0]]
    except KeyError:
        raise NoPicture(cause=media_type) from None
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            with Image.open(path, formats=(form,)) as image:
                image.load()
                yield image
        except (Image.DecompressionBombWarning, Image.DecompressionBombError):
            raise TooManyPixels(most=MOST_PIXELS) from None
        except (OSError, ValueError, SyntaxError, EOFError) as error:
            # Pillow names the class of a damaged file by these four, without promising more.
            raise NoPicture(cause=type(error).__name__) from None


def frames(image: Picture) -> int:
    """Return how many frames there are. The extra pictures in a phone's JPEG (MPO) are not ours."""
    return 1 if image.format in ("JPEG", "MPO") else int(getattr(image, "n_frames", 1))


def rgb(image: Picture) -> NDArray[np.uint8]:
    """Return shape (height, width, 3), turned as its EXIF says, transparency laid on white."""
    import numpy as np
    from PIL import Image, ImageOps

    image = ImageOps.exif_transpose(image)  # a copy: the caller keeps the file it opened
    if image.mode.startswith(("I", "F")):
        deep = np.asarray(image, np.float64)
        top = 65535.0 if deep.max() > 255 else 255.0
        grey = np.clip(deep * (255.0 / top), 0, 255).astype(np.uint8)
        return np.repeat(grey[:, :, None], 3, axis=2)
    if image.has_transparency_data:
        clear = image.convert("RGBA")
        paper = Image.new("RGBA", clear.size, "white")
        image = Image.alpha_composite(paper, clear)
    return np.asarray(image.convert("RGB"), np.uint8)
