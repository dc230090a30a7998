# SPDX-License-Identifier: MIT
# A reader of thirty lines in another language sees what ours sees: python3 test_reader.py CASSETTES
import pathlib
import sys
import unittest

import reader

cassettes = pathlib.Path(sys.argv.pop())
golden = (cassettes / "golden-1.cassette").read_bytes()


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
                self.assertEqual(len(found[2]), found[6]["request"]["bytes"])
                self.assertEqual(len(found[5]), found[6]["response"]["bytes"])

    def test_sees_a_flipped_bit_in_a_body(self):
        at = golden.index(b"abc\xc3")
        with self.assertRaises(ValueError):
            reader.exchanges(golden[:at] + b"b" + golden[at + 1 :])


unittest.main()
