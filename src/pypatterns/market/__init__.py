"""A small service, built as a whole: markets with a lifecycle, in a database, over HTTP. Start with README.md.

It imports nothing from the rest of this package, so that the folder can be copied.
"""
