// SPDX-License-Identifier: MIT
// A disk that is full ends the recording, loudly, and not the traffic. Who may not mount a small one is
// given a limit on the size of files instead.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";

import { atEnd } from "../sdk/support/at_end.mjs";
import { cassetteTool, exchangesOf, framesOf } from "./support/cassette.mjs";
import { recordArguments, runToEnd, startRecorder, temporaryFolder } from "./support/recorder.mjs";
import { always, startUpstream } from "./support/upstream.mjs";
import { connectTo, message, request } from "./support/wire.mjs";

const diskBytes = 1 << 20;
const body = Buffer.alloc(50_000, "full of it ");
const answer = message("HTTP/1.1 200 OK", [`Content-Length: ${body.length}`], body);

/** A folder on a disk that is soon full; undefined if it may not be had. */
async function smallDisk(t) {
    const folder = await temporaryFolder(t);
    try {
        execFileSync("mount", ["-t", "tmpfs", "-o", `size=${diskBytes}`, "none", folder], { stdio: "ignore" });
    } catch {
        return undefined;
    }
    atEnd(t, () => execFileSync("umount", [folder]));
    return folder;
}

const limited = (bytes) => ["prlimit", `--fsize=${bytes}`];

async function recordingOf(recorder) {
    const answer = await fetch(new URL("/_emulate/cassettes", recorder.url));
    return (await answer.json()).cassettes[0];
}

/** Asks until the recorder says that it does not record any more, and a few times on. */
async function askUntilFull(recorder) {
    const wire = await connectTo(recorder.url);
    let asked = 0;
    for (let more = 5; more > 0; more -= (await recordingOf(recorder)).recording ? 0 : 1) {
        await wire.send(request("GET", `/${asked}`));
        assert.deepEqual((await wire.answer()).data, body);
        assert.ok(++asked < 1000, "it never noticed");
    }
    wire.close();
    return asked;
}

async function assertGoesOn(t, options) {
    const upstream = await startUpstream(t, always(answer));
    const recorder = await startRecorder(t, upstream.url, { args: ["--log-level", "warning"], ...options });
    const asked = await askUntilFull(recorder);
    const facts = await recordingOf(recorder);
    await recorder.stopOnce({ code: 1 });
    assert.ok(recorder.stderr.includes(recorder.cassette), recorder.stderr);
    const { code, stdout, stderr } = await cassetteTool("verify", recorder.cassette);
    assert.equal(code, 0, stdout + stderr);
    const whole = exchangesOf(await framesOf(recorder.cassette)).filter(({ outcome }) => outcome === "ok");
    assert.ok(whole.length > 0 && whole.length < asked, `${whole.length} of ${asked}`);
    assert.ok(facts.lost > 0, JSON.stringify(facts));
    for (const [i, { request: { target }, response }] of whole.entries()) {
        assert.equal(target, `/${i}`);
        assert.deepEqual(response.data, body);
    }
}

test("a disk that fills up", async (t) => {
    const folder = await smallDisk(t);
    if (!folder) return t.skip("nothing can be mounted here");
    await assertGoesOn(t, { cassette: join(folder, "full.cassette") });
});

test("a file that may not grow", async (t) => {
    await assertGoesOn(t, { prefix: limited(diskBytes) });
});

test("no room at the start", async (t) => {
    const folder = await smallDisk(t);
    if (!folder) return t.skip("nothing can be mounted here");
    await writeFile(join(folder, "filler"), Buffer.alloc(diskBytes + 1)).catch(() => {});
    const file = join(folder, "none.cassette");
    const { code, stderr } = await runToEnd(recordArguments("http://127.0.0.1:1", file));
    assert.equal(code, 2, stderr);
    assert.match(stderr, /^.*none\.cassette.*\n$/);
    assert.deepEqual(await readdir(folder), ["filler"]);
});

test("no file may be written at all", async (t) => {
    const { FE_SANITIZE = "", FE_COVERAGE } = process.env;
    if (/thread/.test(FE_SANITIZE) || FE_COVERAGE === "ON") return t.skip("this build writes files of its own");
    const file = join(await temporaryFolder(t), "none.cassette");
    const { code, stderr } = await runToEnd(recordArguments("http://127.0.0.1:1", file), { prefix: limited(0) });
    assert.equal(code, 2, stderr);
    assert.match(stderr, /^.*none\.cassette.*\n$/);
});
