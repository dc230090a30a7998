# SPDX-License-Identifier: MIT
# Reads a cassette, from cassettes/README.md alone.
import itertools
import msgpack


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ 0x82F63B78 * (crc & 1)
    return crc ^ 0xFFFFFFFF


def frames(data):
    """Gives (offset, kind, meta, bytes)."""
    offset = 0
    unpacker = msgpack.Unpacker()
    unpacker.feed(data)
    for kind, crc, meta, *rest in unpacker:
        begin, offset = offset, unpacker.tell()
        if crc32c(data[begin : begin + 3] + bytes(4) + data[begin + 7 : offset]) != crc:
            raise ValueError("damaged frame")
        yield begin, kind, meta, rest


def exchanges(data):
    """Gives each exchange as a dict by (session, x)."""
    found, session = {}, 0
    for _, kind, meta, rest in frames(data):
        session += kind == 0
        if kind == 1:
            found[session, meta["x"]] = {1: meta, 2: b"", 5: b""}
        elif kind in (2, 5):
            found[session, meta["x"]][kind] += rest[0]
        elif kind in (4, 6):
            found[session, meta["x"]][kind] = meta
    return found


def rows(data):
    """Gives each row of an index's bytes as (flags, status, path, x, response, offsets)."""
    stream = iter(data)

    def take(count):
        return bytes(itertools.islice(stream, count))

    def number():
        groups = []
        for byte in stream:
            groups.append(byte & 0x7F)
            if byte < 0x80:
                return sum(group << 7 * i for i, group in enumerate(groups))

    for flags in stream:
        status, _, path = (take(count if flags & 2 else 0) for count in (2, 16, 8))
        take(16 if flags & 4 else 0)
        x, count, response = number(), number(), number()
        offsets = list(itertools.accumulate(number() for _ in range(count)))
        yield flags, int.from_bytes(status, "big"), path, x, response, offsets
