"""A large archive to measure on: ``python -m bench.archive --home var/archive --scale 0.1``.

A handful of works go the real way (engine, checks, packs, a release); SQL then copies their rows,
set by set, with other people, dates, titles and states. So every copied row has the shape that the
code of today gives it, and a column that is added tomorrow is copied, too.

It is no Django command, because nobody should run it on a platform in use: it makes a database of
its own below ``--home``. While rows are copied, triggers rest and secondary indexes are away
(`checking.py` makes them again); what triggers would have written is written set by set, with the
product's own functions. Afterwards every foreign key is looked up again, as is that no row hangs on
another tenant's. What it leaves out: no Merkle tree over the copied events (they are pending), job
moves of one batch share one event, only works with a release have a chain of events of their own,
and the sealed files of copied publications are not in the store.
"""
