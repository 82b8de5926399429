"""What may cross between judge and child: plain data in length-prefixed JSON frames, and nothing else.

JSON has no tuple, bytes, set, Decimal, datetime, NaN; those travel as `{"!": tag, "v": …}`. An object of any other type
arrives as an `Opaque` (its type's name and repr), which equals nothing that a check could expect. No pickle: decoding
never builds an object that the other end chose.

>>> decode(encode({"price": Decimal("1.10"), "at": (1, 2)}))
{'price': Decimal('1.10'), 'at': (1, 2)}
"""

from __future__ import annotations

import base64
import re
import struct
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from json import dumps, loads  # by name: an answer may replace them in their module
from typing import Any

LARGEST_FRAME = 8 << 20  # bytes
DEEPEST = 60  # levels of nesting
MOST_VALUES = 200_000  # values in one result
LONGEST_REPR = 300  # characters
WIDEST_INT = 4096  # bits: below the 4300 digits that json refuses
HEADER = struct.Struct(">I")

_TOO_LARGE = f"it is larger than {LARGEST_FRAME >> 20} MiB"
_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")


class WireError(Exception):
    """The bytes are no frame, or the frame holds no data that `encode` could have written."""


class TooLarge(Exception):
    """A result with more values than `MOST_VALUES`, or more bytes than `LARGEST_FRAME`."""


@dataclass(frozen=True, eq=False, slots=True)
class Opaque:
    """An object that is not plain data, as text. Two of them are never equal: nothing is known of what they stood for."""

    type: str
    text: str

    def __repr__(self) -> str:
        """Its text, and its type where the text does not name it: a subclass of int that reads "6" is no 6."""
        return self.text if self.type in self.text else f"{self.text} (of type {self.type})"


def encode(value: object) -> Any:
    """Turn a value into what `json.dumps` takes, by exact type. Runs `__repr__` of other objects, so only the child calls it.

    Raises `TooLarge`.
    """
    return _Encoder().encode(value, 0)


def decode(data: Any) -> Any:
    """Rebuild the value. Raises `WireError` if `encode` did not write this."""
    if _is_deeper(data, 3 * (DEEPEST + 1)):  # a dict with keys of all kinds takes three levels
        raise WireError("nested deeper than any result")
    try:
        return _decode(data)
    except (LookupError, TypeError, ValueError, ArithmeticError, RecursionError) as error:
        raise WireError(f"not plain data: {type(error).__name__}") from None


def _is_deeper(data: Any, most: int) -> bool:
    level = [data] if type(data) in (dict, list) else []
    for _ in range(most):
        if not level:
            return False
        inner = (each.values() if type(each) is dict else each for each in level)
        level = [
            each for values in inner for each in values if type(each) is dict or type(each) is list
        ]
    return bool(level)


def pack(message: dict[str, Any]) -> bytes:
    """One frame: four bytes of length (big-endian), then the JSON text. Raises `TooLarge`."""
    body = dumps(message, allow_nan=False).encode("ascii")
    if len(body) > LARGEST_FRAME:
        raise TooLarge(_TOO_LARGE)
    return HEADER.pack(len(body)) + body


class Frames:
    """Cuts a stream of bytes into messages, however the bytes arrive."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[dict[str, Any]]:
        """The messages that are complete now. Raises `WireError` on anything that `pack` did not write."""
        self._buffer += data
        messages = []
        while (message := self._next()) is not None:
            messages.append(message)
        return messages

    def _next(self) -> dict[str, Any] | None:
        if len(self._buffer) < HEADER.size:
            return None
        (length,) = HEADER.unpack_from(self._buffer)
        if length > LARGEST_FRAME:
            raise WireError(f"a frame of {length} bytes")
        end = HEADER.size + length
        if len(self._buffer) < end:
            return None
        body = bytes(self._buffer[HEADER.size : end])
        del self._buffer[:end]
        try:
            message = loads(body, parse_constant=_refuse)
        except (ValueError, RecursionError):
            raise WireError("a frame that is not JSON") from None
        if type(message) is not dict:
            raise WireError("a frame that is not an object")
        return message


class _Encoder:
    def __init__(self) -> None:
        self._values = 0
        self._size = 0  # characters and bytes of text

    def encode(self, value: object, depth: int) -> Any:
        self._values += 1
        if self._values > MOST_VALUES:
            raise TooLarge(f"it has more than {MOST_VALUES:,} values")
        kind: Any = type(value)  # compared by `is` alone: a metaclass may call it equal to anything
        if kind is str or kind is bytes:
            self._take(len(value))  # type: ignore[arg-type]  # narrowed by `is`
        if value is None or kind is bool or kind is str:
            return value
        if kind is int and value.bit_length() <= WIDEST_INT:  # type: ignore[attr-defined]  # narrowed by `kind is int`
            return value
        if kind is float:
            return value if value - value == 0 else _tag("float", repr(value))  # type: ignore[operator]  # ditto; inf and nan are not JSON
        if id(kind) in _WRITERS:
            return _tag(kind.__name__, _WRITERS[id(kind)](value))
        if id(kind) in _CONTAINERS:
            return self._container(value, kind, depth + 1)
        return _opaque(value)

    def _take(self, size: int) -> None:
        """Count text before it is copied: what is refused in the end must not cost a gigabyte first."""
        self._size += size
        if self._size > LARGEST_FRAME:
            raise TooLarge(_TOO_LARGE)

    def _container(self, value: Any, kind: type, depth: int) -> Any:
        if depth > DEEPEST:
            return _tag(
                "opaque", [kind.__name__, f"<{kind.__name__} nested deeper than {DEEPEST}>"]
            )
        if kind is dict:
            return self._dict(value, depth)
        items = [self.encode(item, depth) for item in value]
        if kind is list:
            return items
        if kind is tuple:
            return _tag("tuple", items)
        return _tag(kind.__name__, sorted(items, key=lambda item: dumps(item, sort_keys=True)))

    def _dict(self, value: dict[Any, Any], depth: int) -> Any:
        if all(type(key) is str for key in value) and "!" not in value:
            return {key: self.encode(item, depth) for key, item in value.items()}
        return _tag(
            "dict",
            [[self.encode(key, depth), self.encode(item, depth)] for key, item in value.items()],
        )


def _tag(tag: str, value: Any) -> dict[str, Any]:
    return {"!": tag, "v": value}


def type_name(kind: type) -> str:
    """A type's name, whatever its metaclass says."""
    return str(vars(type)["__qualname__"].__get__(kind))


def unaddressed(text: str) -> str:
    """Without the addresses of objects, which say nothing and are others in the next run.

    >>> unaddressed("<generator object pages at 0x7f22936>")
    '<generator object pages>'
    """
    return _ADDRESS.sub("", text)


def _opaque(value: object) -> dict[str, Any]:
    name = type_name(type(value))
    try:
        text = f"<int of {value.bit_length():,} bits>" if type(value) is int else repr(value)
    except BaseException as error:  # noqa: BLE001 - a repr may raise anything; that it did is all there is to tell
        text = f"<{name} whose repr raised {type_name(type(error))}>"
    return _tag("opaque", [name, unaddressed(str.__str__(text)[:LONGEST_REPR])])


def _refuse(constant: str) -> Any:
    raise ValueError(constant)


def _decimal(text: str) -> Decimal | Opaque:
    """A signalling NaN raises an error when it is compared: no check expects that."""
    value = Decimal(text)
    return Opaque("Decimal", "Decimal('sNaN')") if value.is_snan() else value


def _pairs(items: Iterable[list[Any]]) -> dict[Any, Any]:
    return {_decode(key): _decode(value) for key, value in items}


_SCALARS: dict[type, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {
    bytes: (
        lambda value: base64.b64encode(value).decode("ascii"),
        lambda text: base64.b64decode(text, validate=True),
    ),
    Decimal: (str, _decimal),
    datetime: (datetime.isoformat, datetime.fromisoformat),
    date: (date.isoformat, date.fromisoformat),
    time: (time.isoformat, time.fromisoformat),
    timedelta: (
        lambda value: [value.days, value.seconds, value.microseconds],
        lambda parts: timedelta(*parts),
    ),
}
_WRITERS = {id(kind): write for kind, (write, _) in _SCALARS.items()}
_CONTAINERS = frozenset(map(id, (list, tuple, set, frozenset, dict)))
_READERS: dict[str, Callable[[Any], Any]] = {
    kind.__name__: read for kind, (_, read) in _SCALARS.items()
} | {
    "float": float,
    "tuple": lambda items: tuple(map(_decode, items)),
    "set": lambda items: set(map(_decode, items)),
    "frozenset": lambda items: frozenset(map(_decode, items)),
    "dict": _pairs,
    "opaque": lambda parts: Opaque(str(parts[0]), str(parts[1])),
}


def _decode(data: Any) -> Any:
    if type(data) is list:
        return [_decode(item) for item in data]
    if type(data) is not dict:
        return data
    if "!" not in data:
        return {key: _decode(value) for key, value in data.items()}
    return _READERS[data["!"]](data["v"])
