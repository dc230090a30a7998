# SPDX-License-Identifier: MIT
# A reader of sixty lines in another language sees what ours sees:
# python3 test_reader.py CASSETTES FOUNDRY_CASSETTE
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

import reader

tool = sys.argv.pop()
cassettes = pathlib.Path(sys.argv.pop())
golden = (cassettes / "golden-1.cassette").read_bytes()
indexed = (cassettes / "golden-2.cassette").read_bytes()


def fnv1a(data):
    value = 0xCBF29CE484222325
    for byte in data:
        value = (value ^ byte) * 0x100000001B3 % 2**64
    return value.to_bytes(8, "big")


def sessions(data):
    """Each as (bytes from its beginning on, its frames)."""
    for offset, kind, meta, rest in reader.frames(data):
        if kind == 0:
            begin, found = offset, []
        found.append((offset - begin, kind, meta, rest))
        if kind == 7:
            yield data[begin:], found


def written(frames):
    """The cassette of these frames, as our own program writes it."""
    lines = "".join(json.dumps(frame) + "\n" for frame in frames)
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder, "one.cassette")
        subprocess.run([tool, "import", "--json", "-o", file], input=lines, text=True, check=True)
        return file.read_bytes()


session = {
    "kind": "session", "format": 1, "reader": 1, "recorder": "test/1", "upstream": "https://stack.example",
    "time": "2026-01-31T12:00:00.000Z", "redaction": {"version": 1, "secrets": "replaced"},
    "match": {"profile": "strict"},
}  # fmt: skip
head = {"x": 1, "t": 1, "version": "1.1", "headers": [], "framing": "chunked"}


class Reader(unittest.TestCase):
    def test_reads_the_golden_cassette(self):
        found = reader.exchanges(golden)
        self.assertEqual(list(found), [(1, 1), (1, 2)])
        first, second = found[1, 1], found[1, 2]
        self.assertEqual(first[1]["target"], "/api/v1/things?a=1&a=2")
        self.assertIn(["X-Latin", b"caf\xe9"], first[1]["headers"])
        self.assertEqual(first[2].decode(), '{"text": "gr\u00fc"}')
        self.assertEqual([first[4]["status"], first[4]["reason"]], [200, "Fine"])
        self.assertEqual(first[5].decode(), "abc\u00fc\n")
        self.assertEqual(first[6]["response"]["trailers"], [["X-Sum", "6"]])
        self.assertEqual(second[6]["outcome"], "refused")

    def test_bodies_of_all_cassettes_are_as_long_as_their_ends_say(self):
        for path in cassettes.glob("*.cassette"):
            for found in reader.exchanges(path.read_bytes()).values():
                if 6 in found:
                    self.assertEqual(len(found[2]), found[6]["request"]["bytes"])
                    self.assertEqual(len(found[5]), found[6]["response"]["bytes"])

    def test_an_index_leads_to_every_frame_of_every_exchange(self):
        for data, found in sessions(indexed):
            of_exchanges = {offset: (kind, meta) for offset, kind, meta, _ in found if "x" in meta}
            requests = [meta["x"] for _, kind, meta, _ in found if kind == 1]
            offset, kind, meta, rest = found[-2]
            self.assertEqual(kind, 8)
            self.assertEqual([meta["canonical"], meta["covers"]], [1, offset])
            self.assertEqual(meta["crc"], reader.crc32c(data[:offset]))
            self.assertEqual(found[-1][2]["index"], found[-1][0] - offset)
            rows = list(reader.rows(rest[0]))
            self.assertEqual([x for _, _, _, x, _, _ in rows], requests)
            for flags, _, _, x, response, offsets in rows:
                kinds = [of_exchanges.pop(at)[0] for at in offsets]
                self.assertEqual([kinds[0], kinds[-1] == 6], [1, bool(flags & 1)])
                self.assertEqual(kinds.index(4) if 4 in kinds else 0, response)
            self.assertEqual(of_exchanges, {})

    def test_an_index_tells_what_was_asked(self):
        _, found = next(sessions(indexed))
        rows = {x: row for *row, x, _, _ in reader.rows(found[-2][3][0])}
        self.assertEqual(rows[1], [3, 200, fnv1a(b"/api/v1/things/~user")])
        self.assertEqual(rows[2], [3 + 8, 201, fnv1a(b"/api/v1/things")])
        self.assertEqual(rows[3][:2], [3 + 4 + 16, 200])
        self.assertEqual(rows[4][:2], [3 + 16, 204])
        self.assertEqual([rows[5][:2], rows[6][:2], rows[7][:2]], [[1, 0], [0, 0], [3, 0]])

    def test_reads_where_a_body_broke_off(self):
        frames = [
            session,
            {"kind": "request", "method": "POST", "target": "/", **head},
            {"kind": "response", "status": 200, "reason": "OK", **head},
            {"kind": "response_body", "x": 1, "at": 0, "pace": [[1, 0]], "cuts": [2], "bytes": "part"},
            {"kind": "end", "x": 1, "t": 2, "outcome": "truncated", "request": {"bytes": 0, "wire": 0, "open": [0, 0]},
             "response": {"bytes": 4, "wire": 4, "open": [100, 2]}},
        ]  # fmt: skip
        found = reader.exchanges(written(frames))[1, 1]
        self.assertEqual(found[5].decode(), "part")
        self.assertEqual(found[6]["request"]["open"], [0, 0])
        self.assertEqual(found[6]["response"]["open"], [100, 2])

    def test_sees_a_flipped_bit_in_a_body(self):
        at = golden.index(b"abc\xc3")
        with self.assertRaises(ValueError):
            reader.exchanges(golden[:at] + b"b" + golden[at + 1 :])


unittest.main()
