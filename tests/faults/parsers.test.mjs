// SPDX-License-Identifier: MIT
// There is no memory, once or from then on, while foundry-cassette reads cassettes, JSON and HTTP archives, makes
// their requests canonical, redacts them and writes them again: it does all of it, to the byte, or says that it
// could not. What it has not finished is never under the name that was asked for.
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";

import { exchange, sealed, toLines } from "../cassette_tool/support/frames.mjs";
import { toolOk } from "../cassette_tool/support/tool.mjs";
import { temporaryFolder } from "../record/support/recorder.mjs";
import { assertEndsWell, lives, stepOf } from "./support/lives.mjs";

const program = process.env.FE_FAILING_CASSETTE;
const type = (value) => [["Host", "stack.example"], ["Content-Type", value]];
const part = (name, body) => `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${body}\r\n`;
const letter = (name, value) => ({ [name]: value, list: [1, 2.5e3, null, true, "caf\u00e9"], deep: [[[{ a: {} }]]] });

/** Bodies of every form there is, with secrets in them. */
const exchanges = [
    exchange(1, "/multipass/api/oauth2/token?state=a%20b&code=abcdefgh12345678", {
        method: "POST", requestHeaders: type("application/x-www-form-urlencoded"),
        requestBody: "grant_type=password&password=pass%20word%2Bof%20mine&empty=&username=jane",
        headers: [["Content-Type", "application/json"], ["Set-Cookie", "session=abcdefghijklmnop; Path=/"]],
        body: JSON.stringify(letter("access_token", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJqYW5lIn0.c2lnbmF0dXJlc2lnbg")),
    }),
    exchange(2, "/files/%7Eupload/a%2Fb", {
        method: "PUT", requestHeaders: type("multipart/form-data; boundary=b"),
        requestBody: `${part("client_secret", "a very secret thing")}${part("file", "x".repeat(5000))}--b--\r\n`,
        body: "x".repeat(20_000),
    }),
    exchange(3, "/api/v2/things", {
        method: "POST", requestHeaders: type("application/json"),
        requestBody: JSON.stringify(letter("password", "a password that is long enough")),
        headers: [["Content-Type", "application/json"]], body: JSON.stringify(Array(300).fill(letter("name", "v"))),
    }),
];

/** Inputs in a folder: a cassette, its lines, an archive. */
async function makeInputs(t) {
    const folder = await temporaryFolder(t);
    const inputs = { cassette: join(folder, "in.cassette"), lines: join(folder, "in.jsonl"), har: join(folder, "in.har") };
    await writeFile(inputs.lines, toLines(sealed(exchanges)));
    await toolOk(["import", "--json", inputs.lines, "-o", inputs.cassette]);
    await toolOk(["export", "--har", inputs.cassette, "-o", inputs.har]);
    return inputs;
}

const commands = [
    ["cat", ({ cassette }) => ["cat", "--json", cassette]],
    ["show", ({ cassette }) => ["show", cassette, "1", "2", "3"]],
    ["verify", ({ cassette }) => ["verify", cassette]],
    ["stats", ({ cassette }) => ["stats", cassette]],
    ["lint", ({ cassette }) => ["lint", cassette]],
    ["ls", ({ cassette }) => ["ls", cassette]],
    ["merge", ({ cassette }) => ["merge", "-o", "out", cassette, cassette]],
    ["drop", ({ cassette }) => ["drop", cassette, "2", "-o", "out"]],
    ["import of JSON", ({ lines }) => ["import", "--json", lines, "-o", "out"]],
    ["import of an HTTP archive", ({ har }) => ["import", "--har", har, "-o", "out"]],
    ["export of an HTTP archive", ({ cassette }) => ["export", "--har", cassette, "-o", "out"]],
];

async function* both(first, second) {
    yield* first;
    yield* second;
}

for (const [name, argsOf] of commands) {
    test(name, async (t) => {
        const args = argsOf(await makeInputs(t));
        let expected;
        for await (const life of lives(t, args, { program, first: 1e9 })) expected = life;
        assert.ok([0, 2].includes(expected.code), expected.stderr);
        const counts = { whole: 0, refused: 0 };
        const own = Math.max(1, expected.seen - 500); // from here on each; the most are OpenSSL's, in front
        for (const manner of ["once", "after"]) {
            const early = lives(t, args, { program, ...stepOf(29), last: own - 1, manner });
            for await (const life of both(early, lives(t, args, { program, first: own, manner }))) {
                const isWhole = life.stderr === expected.stderr && life.code === expected.code;
                assertEndsWell(life, { isWhole });
                if (isWhole) assert.deepEqual([life.stdout, life.left], [expected.stdout, expected.left]);
                else assert.match(life.stderr, /out of memory|[Mm]emory|Cannot allocate/);
                if (!isWhole) assert.match(life.left, /^(out\.part )?$/);
                counts[isWhole ? "whole" : "refused"]++;
            }
        }
        t.diagnostic(JSON.stringify(counts));
    });
}
