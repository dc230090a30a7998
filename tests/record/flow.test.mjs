// SPDX-License-Identifier: MIT
// Connections, many at once and slow ones; and what the recorder costs.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";

import { readCassette } from "./support/cassette.mjs";
import { assertFailure } from "./support/compare.mjs";
import { connectionCases } from "./support/connection_cases.mjs";
import { fidelity } from "./support/fidelity.mjs";
import { startRecorder, watchMemory } from "./support/recorder.mjs";
import { always, answering, startUpstream } from "./support/upstream.mjs";
import { connectTo, message, request } from "./support/wire.mjs";

const ok = "HTTP/1.1 200 OK";
const answerWith = (body) => message(ok, [`Content-Length: ${body.length}`], body);

fidelity("connections", connectionCases);

const flowBytes = 64 << 20;
const stalledBytesMax = 48 << 20; // what the kernel takes for two connections, and some
const piece = Buffer.from(Array.from({ length: 65_536 }, (_, i) => (i * 31) % 251));
const sums = () => {
    const hash = createHash("sha256");
    for (let sent = 0; sent < flowBytes; sent += piece.length) hash.update(piece);
    return hash.digest("hex");
};

/** Waits until nobody takes any more of what is sent. */
async function stalled(socket) {
    for (let before = -1; before !== socket.bytesWritten; ) {
        before = socket.bytesWritten;
        await new Promise((resolve) => setTimeout(resolve, 300));
    }
    return socket.bytesWritten;
}

async function sendAll(wire) {
    for (let sent = 0; sent < flowBytes; sent += piece.length) await wire.send(piece);
}

async function sumOf(wire) {
    const hash = createHash("sha256");
    for (let left = flowBytes; left > 0; ) {
        const bytes = await wire.some();
        assert.ok(bytes.length > 0, "it ended early");
        hash.update(bytes);
        left -= bytes.length;
    }
    return hash.digest("hex");
}

test("a client that does not read makes the upstream wait", async (t) => {
    let sender;
    const upstream = await startUpstream(t, answering(async (wire) => {
        sender = wire.socket;
        await wire.send(message(ok, [`Content-Length: ${flowBytes}`]));
        await sendAll(wire);
    }));
    const recorder = await startRecorder(t, upstream.url);
    const checkMemory = await watchMemory(t, recorder);
    const wire = await connectTo(recorder.url);
    await wire.send(request("GET", "/"));
    await wire.heads();
    wire.socket.pause();
    const taken = await stalled(sender);
    assert.ok(taken < stalledBytesMax, `${taken} bytes were taken`);
    wire.socket.resume();
    assert.equal(await sumOf(wire), sums());
    await checkMemory();
    wire.close();
});

test("an upstream that does not read makes the client wait", async (t) => {
    let sum;
    const upstream = await startUpstream(t, async (wire, { meeting }) => {
        await wire.requestHead();
        wire.socket.pause();
        meeting.tell("paused");
        await meeting.heard("stalled");
        wire.socket.resume();
        sum = await sumOf(wire);
        await wire.send(answerWith("done"));
    });
    const recorder = await startRecorder(t, upstream.url);
    const checkMemory = await watchMemory(t, recorder);
    const wire = await connectTo(recorder.url);
    await wire.send(request("POST", "/", [`Content-Length: ${flowBytes}`]));
    await upstream.meeting.heard("paused");
    const sent = sendAll(wire);
    const taken = await stalled(wire.socket);
    assert.ok(taken < stalledBytesMax, `${taken} bytes were taken`);
    upstream.meeting.tell("stalled");
    await sent;
    assert.equal((await wire.answer("POST")).data.toString(), "done");
    assert.equal(sum, sums());
    await checkMemory();
    wire.close();
});

/** Waits until nobody is let in any more. */
async function closedFor(url) {
    for (;;) {
        const wire = await connectTo(url).catch(() => undefined);
        if (!wire) return;
        wire.close();
    }
}

test("who stops it waits for what is under way", async (t) => {
    const upstream = await startUpstream(t, answering(async (wire, _request, { meeting }) => {
        await wire.send(message(ok, ["Content-Length: 10"], "first"));
        await meeting.heard("stopping");
        await wire.send("other");
    }));
    const recorder = await startRecorder(t, upstream.url);
    const wire = await connectTo(recorder.url);
    await wire.send(request("GET", "/"));
    const { head } = await wire.heads();
    const stopped = recorder.stopOnce();
    await closedFor(recorder.url);
    upstream.meeting.tell("stopping");
    assert.equal((await wire.answerBody(head, "GET")).data.toString(), "firstother");
    wire.close();
    await stopped;
    assert.deepEqual((await readCassette(recorder.cassette)).outcomes, ["ok"]);
});

test("who waits for an answer when it is stopped is told so", async (t) => {
    const upstream = await startUpstream(t, answering((_wire, _request, { meeting }) => meeting.tell("asked")));
    const recorder = await startRecorder(t, upstream.url);
    const wire = await connectTo(recorder.url);
    await wire.send(request("GET", "/"));
    await upstream.meeting.heard("asked");
    const stopped = recorder.stopOnce();
    assertFailure(await wire.answer(), 503);
    wire.close();
    await stopped;
    assert.equal((await readCassette(recorder.cassette)).exchanges[0].response, undefined);
});

/** Milliseconds to the first byte of an answer, the median of many. */
async function firstByteMs(url) {
    const wire = await connectTo(url);
    const times = [];
    for (let i = 0; i < 300; i++) {
        const start = performance.now();
        await wire.send(request("GET", "/"));
        await wire.take(1);
        times.push(performance.now() - start);
        await wire.line();
        await wire.body(await wire.fields(), {});
    }
    wire.close();
    return times.sort((a, b) => a - b)[times.length / 2];
}

test("what it costs until the first byte", async (t) => {
    const upstream = await startUpstream(t, always(answerWith("hello")));
    const recorder = await startRecorder(t, upstream.url);
    const straight = await firstByteMs(upstream.url);
    const through = await firstByteMs(recorder.url);
    t.diagnostic(`first byte: ${straight.toFixed(3)} ms straight, ${(through - straight).toFixed(3)} ms added`);
});
