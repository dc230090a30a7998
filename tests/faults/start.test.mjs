// SPDX-License-Identifier: MIT
// There is no memory, once or from then on, at one moment of a start or another: the program serves as if
// nothing had been, or says why it does not and ends with a status, and leaves nothing behind.
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { test } from "node:test";

import { seedFile } from "../sdk/support/emulator.mjs";
import { assertEndsWell, lives, stepOf } from "./support/lives.mjs";

const cassette = fileURLToPath(new URL("../../cassettes/session.cassette", import.meta.url));
const listen = ["--listen", "http://127.0.0.1:0", "--log-level", "warning"];
const seed = ["--seed", seedFile("demo.yaml")];
const record = ["--mode", "record", "--upstream", "http://127.0.0.1:9", "--cassette", "new.cassette"];

const starts = [
    { name: "a check of a seed", args: ["--check", ...seed], step: 47, output: /^$/ },
    { name: "with a seed", args: [...listen, ...seed], step: 53 },
    {
        name: "with TLS, its authority made anew",
        args: ["--listen", "https://127.0.0.1:0", "--tls-dir", "tls", "--log-level", "warning"],
        step: 151,
        leaves: /^(tls )?$/,
    },
    { name: "a replay", args: [...listen, "--mode", "replay", "--cassette", cassette], step: 53 },
    { name: "a recording", args: [...listen, ...record], step: 59, leaves: /^(new\.cassette )?$/ },
];
const output = /^(listening on https?:\/\/127\.0\.0\.1:\d+\nready\n)?$/;
const messages = /^foundry-emulator: |^--tls-dir: |: cannot be read: Cannot allocate memory$|^not enough memory for all/;

for (const manner of ["once", "after"]) {
    for (const start of starts) {
        test(`${start.name}: no memory ${manner === "once" ? "for one thing" : "from then on"}`, async (t) => {
            const counts = { whole: 0, refused: 0 };
            for await (const life of lives(t, start.args, { ...stepOf(start.step), manner })) {
                assertEndsWell(life, { messages });
                assert.match(life.stdout, start.output ?? output);
                assert.match(life.left, start.leaves ?? /^$/);
                counts[life.code === 0 ? "whole" : "refused"]++;
            }
            assert.ok(counts.whole > 0 && counts.refused > 0);
            t.diagnostic(`${counts.whole} started nevertheless, ${counts.refused} said why not`);
        });
    }
}
