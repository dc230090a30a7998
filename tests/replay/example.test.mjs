// SPDX-License-Identifier: MIT
// cassettes/session.cassette is what tools/record-example makes today, and a session like the recorded one can be
// had from it alone.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { framesOf, tool, toolOk } from "../cassette_tool/support/tool.mjs";
import { temporaryFolder } from "../record/support/recorder.mjs";
import { startReplay, strictly } from "./support/replay.mjs";

const pathOf = (name) => fileURLToPath(new URL(`../../${name}`, import.meta.url));
const committed = pathOf("cassettes/session.cassette");

/** Runs one of tools/ to its good end; what it said. */
async function run(name, ...args) {
    const child = spawn(pathOf(`tools/${name}`), args, { stdio: ["ignore", "pipe", "pipe"] });
    const said = { stdout: "", stderr: "" };
    for (const stream of ["stdout", "stderr"]) child[stream].setEncoding("utf8").on("data", (text) => (said[stream] += text));
    const [status] = await once(child, "close");
    assert.deepEqual({ status, stderr: said.stderr }, { status: 0, stderr: "" }, said.stdout);
    return said.stdout;
}

async function record(t) {
    const cassette = join(await temporaryFolder(t), "session.cassette");
    return { cassette, said: await run("record-example", cassette, "0") };
}

/** The bytes of a cassette, had its upstream been at another address. */
async function movedTo(cassette, upstream) {
    const [{ upstream: was }] = await framesOf(cassette);
    const { stdout } = await toolOk(["cat", "--json", cassette]);
    const hosts = [was, upstream].map((url) => new URL(url).host);
    const moved = `${cassette}.moved`;
    await toolOk(["import", "--json", "-o", moved], { input: stdout.replaceAll(...hosts) });
    return readFile(moved);
}

test("recorded anew, it is the same to the byte, and its session can be had from it alone", async (t) => {
    const { cassette, said } = await record(t);
    const [{ upstream }] = await framesOf(committed);
    assert.ok((await movedTo(cassette, upstream)).equals(await readFile(committed)),
        "cassettes/session.cassette is not what the emulator answers today: run tools/record-example");

    const emulator = await startReplay(t, committed, { args: strictly });
    assert.equal(await run("example-session", emulator.url), said);
    const { cassettes: [{ unused }] } = await emulator.ask("GET", "/_emulate/cassettes");
    assert.equal(unused, 0);
});

test("it has the kinds of answers that it is the example for", async () => {
    const frames = await framesOf(committed);
    const statuses = frames.filter(({ kind }) => kind === "response").map(({ status }) => status);
    for (const status of [200, 302, 401, 403, 404]) assert.ok(statuses.includes(status), `no ${status}`);
    assert.ok(frames.some(({ kind, cuts }) => kind === "response_body" && cuts?.length === 3), "nothing streamed");
});

test("nothing in it looks like a secret", async () => {
    assert.equal((await tool(["lint", committed])).status, 0);
});
