// SPDX-License-Identifier: MIT
// On a terminal: colours, cut to its width, and nothing that a recording says moves its cursor.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";

import { demo, exchange, sealed } from "./support/frames.mjs";
import { workshop } from "./support/tool.mjs";

/** What the program prints on a terminal of so many columns. */
function onTerminal(columns, args, env = {}) {
    const words = [process.env.FE_CASSETTE, ...args].map((word) => `'${word}'`).join(" ");
    return new Promise((resolve, reject) => {
        const child = execFile(
            "script",
            ["--quiet", "--return", "--command", `stty cols ${columns}; ${words}`, "/dev/null"],
            { env: { ...process.env, COLUMNS: "", TERM: "xterm", NO_COLOR: "", ...env } },
            (error, stdout) => (error ? reject(error) : resolve(stdout.replaceAll("\r\n", "\n"))),
        );
        child.stdin.end();
    });
}

const plain = (text) => text.replaceAll(/\x1b\[[0-9;]*m/g, "");

test("lines fit, and statuses have colours", async (t) => {
    const { make } = await workshop(t);
    const long = exchange(6, `/contour-backend-multiplexer/api/compute-modules/jobs/execute?trace=${"0".repeat(90)}`);
    const file = await make(sealed([...demo.slice(1, -1), long]));
    for (const columns of [80, 200]) {
        const text = await onTerminal(columns, ["ls", file]);
        for (const line of plain(text).trimEnd().split("\n")) {
            assert.ok([...line].length <= columns, `${columns}: ${line}`);
        }
        assert.match(text, /\x1b\[32m +200\x1b\[0m/);
        assert.match(text, /\x1b\[33m +404\x1b\[0m/);
        assert.match(text, /\x1b\[31mtimeout\x1b\[0m\n/);
        assert.match(plain(text), /^https:\/\/stack\.example {2}2026-01-31\n/m);
    }
    assert.match(plain(await onTerminal(80, ["ls", file])), /\/con[^ ]*….*execute /);
    assert.match(plain(await onTerminal(200, ["ls", file])), /jobs\/execute\?trace=0+… /);
});

test("NO_COLOR and a dumb terminal have none", async (t) => {
    const { make } = await workshop(t);
    const file = await make(demo);
    for (const env of [{ NO_COLOR: "1" }, { TERM: "dumb" }]) {
        assert.ok(!(await onTerminal(80, ["ls", file], env)).includes("\x1b"));
    }
});

test("controls are shown, not obeyed", async (t) => {
    const { make } = await workshop(t);
    const file = await make(sealed([
        exchange(1, "/\x1b]0;title\x07", { headers: [["X", "\x1b[2J"]], body: "one\x1b[31m\u009b2J\r\ntwo\n" }),
        exchange(2, "/json", { body: '{"a":"\u009b2J"}' }),
    ]));
    const text = plain((await onTerminal(120, ["ls", file])) + (await onTerminal(120, ["show", file, "1-2"])));
    assert.ok(!/[\x00-\x09\x0b-\x1f\x7f-\x9f]/.test(text));
    assert.match(text, /\/\\x1b\]0;title\\x07/);
    assert.match(text, /X: \\x1b\[2J\n/);
    assert.match(text, /one\\x1b\[31m\\xc2\\x9b2J\ntwo\n/);
    assert.match(text, /"a": "\\xc2\\x9b2J"/);
});

test("a long body is cut, and it is said how to get all of it", async (t) => {
    const { make } = await workshop(t);
    const lines = Array.from({ length: 1000 }, (_, i) => `line ${i}\n`).join("");
    const file = await make(sealed([
        exchange(1, "/text", { body: lines }),
        exchange(2, "/bytes", { body: { base64: Buffer.alloc(5000).toString("base64") } }),
    ]));
    const text = plain(await onTerminal(100, ["show", file, "1"]));
    assert.ok(text.includes("line 199\n") && !text.includes("line 200\n"));
    assert.match(text, /-- [\d.]+ kB more; all of it: foundry-cassette show .*demo\.cassette 1 \| less\n$/);
    assert.match(plain(await onTerminal(100, ["show", file, "2"])), /-- 4\.7 kB more; .* 2 --body response\n$/);
});
