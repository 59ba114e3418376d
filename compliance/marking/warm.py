"""Imported by the children of a sandbox before their first call: tables that never change."""

from compliance.marking import field

field.band()
field.basis()
field.blur()
