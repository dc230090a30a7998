# SPDX-License-Identifier: MIT
# Reads a cassette, from cassettes/README.md alone: gives each exchange as a dict by (session, x).
import msgpack


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ 0x82F63B78 * (crc & 1)
    return crc ^ 0xFFFFFFFF


def exchanges(data):
    found, session, offset = {}, 0, 0
    unpacker = msgpack.Unpacker()
    unpacker.feed(data)
    for kind, crc, meta, *rest in unpacker:
        frame, offset = data[offset : unpacker.tell()], unpacker.tell()
        if crc32c(frame[:3] + bytes(4) + frame[7:]) != crc:
            raise ValueError("damaged frame")
        session += kind == 0
        if kind == 1:
            found[session, meta["x"]] = {1: meta, 2: b"", 5: b""}
        elif kind in (2, 5):
            found[session, meta["x"]][kind] += rest[0]
        elif kind in (4, 6):
            found[session, meta["x"]][kind] = meta
    return found
