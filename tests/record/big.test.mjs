// SPDX-License-Identifier: MIT
// A gibibyte through the recorder, up and down: it stays small, and every byte is in the cassette.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { test } from "node:test";

import { startRecorder, watchMemory } from "./support/recorder.mjs";
import { answering, startUpstream } from "./support/upstream.mjs";
import { connectTo, message, request } from "./support/wire.mjs";

const bodyBytes = 2 ** 30;
const pieceBytes = 64 * 1024;

/** Sends the body; its sum. */
async function sendBody(wire) {
    const hash = createHash("sha256");
    const random = randomBytes(2 * pieceBytes);
    for (let at = 0; at < bodyBytes; at += pieceBytes) {
        const from = (at / pieceBytes) % pieceBytes; // no two pieces near one another are the same
        const piece = random.subarray(from, from + pieceBytes);
        hash.update(piece);
        assert.ok(await wire.send(piece), "it was cut off");
    }
    return hash.digest("hex");
}

async function readBody(wire) {
    const hash = createHash("sha256");
    for (let left = bodyBytes; left > 0; ) {
        const bytes = await wire.some();
        assert.ok(bytes.length > 0, "it ended early");
        hash.update(bytes);
        left -= bytes.length;
    }
    return hash.digest("hex");
}

async function recordedSum(file, direction) {
    const args = ["show", "--body", direction, file, "1"];
    const child = spawn(process.env.FE_CASSETTE, args, { stdio: ["ignore", "pipe", "inherit"] });
    const ended = once(child, "close");
    const hash = createHash("sha256");
    for await (const bytes of child.stdout) hash.update(bytes);
    const [code] = await ended;
    assert.equal(code, 0);
    return hash.digest("hex");
}

test("a gibibyte down", async (t) => {
    let sent;
    const upstream = await startUpstream(t, answering(async (wire) => {
        await wire.send(message("HTTP/1.1 200 OK", [
            "Content-Type: application/octet-stream", `Content-Length: ${bodyBytes}`,
        ]));
        sent = await sendBody(wire);
    }));
    const recorder = await startRecorder(t, upstream.url);
    const checkMemory = await watchMemory(t, recorder);
    const wire = await connectTo(recorder.url);
    await wire.send(request("GET", "/big"));
    await wire.heads();
    const got = await readBody(wire);
    assert.equal(got, sent);
    wire.close();
    await checkMemory();
    await recorder.stopOnce();
    assert.equal(await recordedSum(recorder.cassette, "response"), sent);
});

test("a gibibyte up", async (t) => {
    let got;
    const upstream = await startUpstream(t, async (wire) => {
        await wire.requestHead();
        got = await readBody(wire);
        await wire.send(message("HTTP/1.1 204 No Content", []));
    });
    const recorder = await startRecorder(t, upstream.url);
    const checkMemory = await watchMemory(t, recorder);
    const wire = await connectTo(recorder.url);
    await wire.send(request("PUT", "/big", ["Content-Type: application/octet-stream", `Content-Length: ${bodyBytes}`]));
    const sent = await sendBody(wire);
    assert.equal((await wire.answer("PUT")).status, 204);
    assert.equal(got, sent);
    wire.close();
    await checkMemory();
    await recorder.stopOnce();
    assert.equal(await recordedSum(recorder.cassette, "request"), sent);
});
