"""Is a work, or a part of it, somebody else's? Exact search with evidence that people can see.

`fingerprint.fingerprint` makes the rows that are kept of a registered work, `index.EmbeddedIndex`
searches them, and the checks `text_overlap` and `image_overlap` put what is found into findings.

**Evidence**, one dict per registered work, whole numbers only (no floats: evidence is signed).
Shares are permille, character offsets count Unicode code points, spans end behind their last
character, texts are decoded as UTF-8 without a byte order mark.

``spans`` (text_overlap)::

    {"kind": "spans", "work": "<uuid>", "stream": "text.en" | "text.zh", "severity": "strong",
     "pairs": [[here from, here to, there from, there to], ...],   # at most 100
     "runs": 3,          # how many pairs there are
     "words": 57,        # words, or Han characters, of the text that lie in shared runs
     "longest": 31,      # of them in the longest unbroken run
     "coverage": 412,    # share of the text's letters that lie in shared runs
     "of_work": 96}      # share of the registered text

``region`` (image_overlap)::

    {"kind": "region", "work": "<uuid>", "severity": "strong",
     "here": [[x, y], ...], "there": [[x, y], ...],   # 3 to 8 corners, each x and y in permille
                                                      # of that picture's width and height
     "here_permille": 1000, "there_permille": 360,    # areas of the two
     "mirrored": true, "degrees": 0,                  # mirrored first, then turned clockwise, the
                                                      # picture lies as the registered one does
     "scale_permille": 600,                           # in frames of 512 pixels on the long side
     "inliers": 84, "of": 97,                         # details that agree; 0 of 0: hash only
     "distance": null}                                # bits of 256 between hashes, where near

``term`` (word_bank)::

    {"kind": "term", "bank": "house", "version": "3", "word": "...", "category": "...",
     "at": [[from, to], ...], "times": 2}

``personal`` (personal_data; never the datum itself)::

    {"kind": "personal", "what": "email" | "resident_id" | "bank_card", "at": [[from, to], ...]}

``characters`` (file_sanity)::

    {"kind": "characters", "what": "bidi_controls", "at": [12, 40]}
"""

from __future__ import annotations

PRELOAD = (
    "compliance.similarity.looking",
    "compliance.checks.file_sanity",
    "cv2",
    "pdqhash",
    "PIL.ImageOps",
    "PIL.BmpImagePlugin",
    "PIL.GifImagePlugin",
    "PIL.JpegImagePlugin",
    "PIL.PngImagePlugin",
    "PIL.PpmImagePlugin",
    "PIL.WebPImagePlugin",
)
"""Modules a sandbox should import once, so that each look need not (0.3 s apiece)."""
