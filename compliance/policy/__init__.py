"""Rules as data: what binds a work, what it needs, and what would pass.

`pack` reads the laws and house rules, `ruling` judges by them, `explain` says why in sentences.
"""
