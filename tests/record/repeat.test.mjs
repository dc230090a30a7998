// SPDX-License-Identifier: MIT
// The same traffic in the same order gives the same frames, but for times, what chance has drawn, and the index
// of both; however the bytes came.
import assert from "node:assert/strict";
import { test } from "node:test";

import { readCassette } from "./support/cassette.mjs";
import { startRecorder } from "./support/recorder.mjs";
import { startUpstream } from "./support/upstream.mjs";
import { chunked, connectTo, message, request } from "./support/wire.mjs";

const ok = "HTTP/1.1 200 OK";
const isJson = "Content-Type: application/json";
const big = "0123456789abcdef".repeat(10_000); // more than two frames hold
const body = '{"access_token":"first-secret-of-them","expires_in":3599}';
const upload = "refresh_token=other-secret-of-them&note=first-secret-of-them";

const exchanges = [
    { send: request("GET", "/hello?a=b", ["Authorization: Bearer first-secret-of-them"]),
        answer: message(ok, ["Content-Length: 5"], "hello") },
    { send: request("POST", "/token", ["Content-Type: application/x-www-form-urlencoded",
        `Content-Length: ${upload.length}`], upload),
    answer: message(ok, [isJson, `Content-Length: ${body.length}`], body) },
    { send: request("GET", "/chunks"),
        answer: message(ok, ["Transfer-Encoding: chunked"], chunked(["one", "three", big, "x"], ["X-Sum: 1"])) },
    { send: request("PUT", "/big", [`Content-Length: ${big.length}`], big),
        answer: message("HTTP/1.1 204 No Content", []) },
];

/** Sends bytes in pieces of a size, each by itself. */
async function sendIn(wire, bytes, size) {
    for (let at = 0; at < bytes.length; at += size) {
        await wire.send(bytes.subarray(at, at + size));
        await new Promise(setImmediate);
    }
}

async function record(t, size) {
    let next = 0;
    const upstream = await startUpstream(t, async (wire) => {
        while (await wire.request()) await sendIn(wire, exchanges[next++].answer, size);
    });
    const recorder = await startRecorder(t, upstream.url);
    const wire = await connectTo(recorder.url);
    for (const { send } of exchanges) {
        await sendIn(wire, Buffer.from(send.replace("%HOST%", wire.host), "latin1"), size);
        assert.ok((await wire.answer()).whole);
    }
    wire.close();
    await recorder.stopOnce();
    const { frames } = await readCassette(recorder.cassette);
    const told = frames.filter(({ kind }) => !["index", "seal"].includes(kind));
    return told.map((frame) => comparable(frame, upstream.host));
}

/** A frame without times and addresses; placeholders by the order in which they come. */
function comparable({ t: _t, time: _time, pace: _pace, ...frame }, host) {
    const drawn = [];
    return JSON.stringify(frame).replaceAll(host, "HOST").replace(/fe~(\w+?)~[\w~-]+/g, (placeholder, kind) => {
        if (!drawn.includes(placeholder)) drawn.push(placeholder);
        return `<${kind} ${drawn.indexOf(placeholder)}, ${placeholder.length}>`;
    });
}

test("the same traffic, the same frames", async (t) => {
    const first = await record(t, 1 << 20);
    assert.ok(first.length > 12, `${first.length} frames`);
    for (const size of [1 << 20, 4096, 999]) assert.deepEqual(await record(t, size), first, `in pieces of ${size}`);
});
