"""Helpers for all."""

import re

### BEGIN SOLUTION
### END SOLUTION
### BEGIN STARTER
# from fastapi.encoders import jsonable_encoder
#
#
# def as_json(thing: object) -> object:
#     """The thing as data that JSON can hold."""
#     return jsonable_encoder(thing)
### END STARTER


def slug_of(name: str) -> str:
    """The name as part of an address: "Tea futures" is "tea-futures"."""
    return "-".join(re.findall("[a-z0-9]+", name.lower()))
