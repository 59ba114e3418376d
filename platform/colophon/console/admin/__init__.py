"""The administrators' pages: people, roles, changes by two, banks, catalogues, packs, engines."""
