"""Bytes of AMQP 0-9-1, where pamqp's own functions say too little or change what they read."""

import struct
from collections.abc import Iterator
from typing import Any

from pamqp import base, commands, constants, decode, encode, header
from pamqp.exceptions import UnmarshalingException

from deploy.embedded.broker.errors import AmqpError

GREETING = b"AMQP\x00\x00\x09\x01"
FRAME_OVERHEAD = 8
CONTENT_HEADER = struct.Struct(">HxxQH")
# pamqp lets these through when a frame lies about the lengths and depths inside it.
UNREADABLE = (
    UnmarshalingException,
    ValueError,
    TypeError,
    KeyError,
    OverflowError,
    OSError,
    RecursionError,
    struct.error,
)


def frame(kind: int, channel: int, payload: bytes) -> bytes:
    return b"".join((struct.pack(">BHI", kind, channel, len(payload)), payload, constants.FRAME_END_CHAR))


def frames(received: bytearray, frame_max: int) -> Iterator[tuple[int, int, bytes]]:
    """Take the whole frames out of what was received: type, channel, payload. Raises AmqpError."""
    while len(received) >= constants.FRAME_HEADER_SIZE:
        kind, channel, size = struct.unpack_from(">BHI", received)
        if size > frame_max - FRAME_OVERHEAD:
            raise AmqpError(501, f"a frame of {size} bytes is longer than the {frame_max} agreed on")
        end = constants.FRAME_HEADER_SIZE + size
        if len(received) <= end:
            return
        if received[end] != constants.FRAME_END:
            raise AmqpError(501, "a frame does not end where it says")
        payload = bytes(received[constants.FRAME_HEADER_SIZE : end])
        del received[: end + 1]
        yield kind, channel, payload


def method_frame(channel: int, method: base.Frame) -> bytes:
    return frame(constants.FRAME_METHOD, channel, struct.pack(">I", method.index) + method.marshal())


def read_method(payload: bytes) -> base.Frame:
    try:
        method: base.Frame = commands.INDEX_MAPPING[struct.unpack_from(">I", payload)[0]]()
        method.unmarshal(payload[4:])
    except UNREADABLE as error:
        raise AmqpError(502, f"unreadable method: {error!r}") from error
    return method


def read_header(payload: bytes) -> header.ContentHeader:
    content = header.ContentHeader()
    try:
        content.unmarshal(payload)
    except UNREADABLE as error:
        raise AmqpError(502, f"unreadable content header: {error!r}") from error
    return content


def content_header(properties: commands.Basic.Properties, body_size: int) -> bytes:
    """The payload of a content header frame."""
    flags, parts = 0, []
    for name in properties.__slots__:
        value = getattr(properties, name)
        if value is not None and value != "":
            flags |= properties.flags[name]
            parts.append(table(value) if name == "headers" else properties.encode_property(name, value))
    return CONTENT_HEADER.pack(commands.Basic.frame_id, body_size, flags) + b"".join(parts)


def table(fields: dict[str, Any]) -> bytes:
    """A field table that keeps doubles and bytes, which pamqp narrows or refuses."""
    encoded = b"".join(encode.short_string(name) + _field(value) for name, value in fields.items())
    return encode.long_uint(len(encoded)) + encoded


def read_table(encoded: bytes) -> dict[str, Any]:
    return decode.field_table(encoded)[1]


def _field(value: Any) -> bytes:
    match value:
        case float():
            return b"d" + encode.double(value)
        case bytes():
            return b"S" + encode.long_uint(len(value)) + value
        case dict():
            return b"F" + table(value)
        case list():
            encoded = b"".join(map(_field, value))
            return b"A" + encode.long_uint(len(encoded)) + encoded
        case _:
            return encode.encode_table_value(value)
