// SPDX-License-Identifier: MIT
// A frame that no tool of ours would write.

/** CRC-32C, a bit at a time. */
function crc32c(bytes) {
    let crc = ~0;
    for (const byte of bytes) {
        crc ^= byte;
        for (let i = 0; i < 8; i++) crc = (crc >>> 1) ^ (crc & 1 ? 0x82f63b78 : 0);
    }
    return ~crc >>> 0;
}

/** Msgpack, as far as a session needs it. */
function pack(value) {
    if (typeof value === "number") return Buffer.of(value);
    if (typeof value === "string") return Buffer.concat([Buffer.of(0xa0 | value.length), Buffer.from(value)]);
    const entries = Object.entries(value);
    return Buffer.concat([Buffer.of(0x80 | entries.length), ...entries.flat().map(pack)]);
}

/** The first frame of a cassette, of whatever version. */
export function sessionFrame({ format, reader }) {
    const meta = pack({
        format, reader,
        recorder: "another/1", upstream: "http://127.0.0.1:1", time: "2026-01-31T12:00:00.000Z",
        redaction: { version: 1, secrets: "replaced" },
        match: { profile: "strict" },
    });
    const frame = Buffer.concat([Buffer.of(0x93, 0, 0xce, 0, 0, 0, 0), meta]);
    frame.writeUInt32BE(crc32c(frame), 3);
    return frame;
}
