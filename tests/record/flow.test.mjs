// SPDX-License-Identifier: MIT
// Connections, many at once and slow ones; and what the recorder costs.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";

import { readCassette } from "./support/cassette.mjs";
import { assertFailure } from "./support/compare.mjs";
import { fidelity } from "./support/fidelity.mjs";
import { startRecorder, watchMemory } from "./support/recorder.mjs";
import { always, answering, startUpstream } from "./support/upstream.mjs";
import { connectTo, message, request } from "./support/wire.mjs";

const ok = "HTTP/1.1 200 OK";
const answerWith = (body) => message(ok, [`Content-Length: ${body.length}`], body);
const many = 50;
const numbered = Array.from({ length: many }, (_, i) => `/parallel/${String(i).padStart(2, "0")}`);

fidelity("connections", [
    {
        name: "fifty at once, none of which is answered before all have come",
        anyOrder: true,
        serve: async (wire, upstream) => {
            const got = await wire.request();
            upstream.requests.push(got);
            if (upstream.requests.length === many) upstream.meeting.tell("all");
            await upstream.meeting.heard("all");
            await wire.send(answerWith(`${got.target} ${got.data}`.repeat(1000)));
        },
        client: ({ connect }) =>
            Promise.all(numbered.map(async (target) => {
                const wire = await connect();
                const body = `of ${target}`;
                await wire.send(request("POST", target, [`Content-Length: ${body.length}`], body));
                return wire.answer("POST");
            })),
    },
    {
        name: "requests sent ahead are answered in their order",
        serve: answering((wire, { target, data }) => wire.send(answerWith(`${target} ${data}`))),
        client: async ({ connect }) => {
            const wire = await connect();
            await wire.send(
                request("GET", "/1"), request("POST", "/2", ["Content-Length: 3"], "two"), request("GET", "/3"),
            );
            return [await wire.answer(), await wire.answer("POST"), await wire.answer()];
        },
    },
    {
        name: "connections to the upstream are used again, whoever's request it is",
        answer: answerWith("again"),
        client: async ({ connect, upstream }) => {
            const answers = [];
            const kept = await connect();
            for (let i = 0; i < 5; i++) {
                for (const wire of [kept, await connect()]) {
                    await wire.send(request("GET", `/${i}`));
                    answers.push(await wire.answer());
                }
            }
            upstream.used = upstream.accepts;
            return answers;
        },
        then: ({ through }) => assert.equal(through.upstream.used, 1),
    },
    {
        name: "a connection that the upstream says it closes is not used again",
        serve: answering(async (wire) => {
            await wire.send(message(ok, ["Content-Length: 3", "Connection: close"], "bye"));
            wire.finish();
        }),
        client: async ({ connect }) => {
            const answers = [];
            for (let i = 0; i < 3; i++) {
                const wire = await connect();
                await wire.send(request("GET", `/${i}`));
                answers.push(await wire.answer());
            }
            return answers;
        },
        then: ({ through }) => assert.equal(through.upstream.accepts, 3),
    },
    {
        name: "a connection that the upstream has closed meanwhile is no error",
        serve: answering(async (wire, { target }, { meeting }) => {
            await wire.send(answerWith("once"));
            wire.socket.end(() => meeting.tell(`closed after ${target}`));
        }),
        client: async ({ connect, meeting }) => {
            const answers = [];
            for (const target of ["/1", "/2", "/3"]) {
                const wire = await connect();
                await wire.send(request("POST", target, ["Content-Length: 4"], "body"));
                answers.push(await wire.answer("POST"));
                await meeting.heard(`closed after ${target}`);
            }
            return answers;
        },
    },
    {
        name: "a client that closes its sending side gets its answer",
        serve: answering(async (wire, _request, { meeting }) => {
            await wire.send(message(ok, ["Content-Length: 10"], "first"));
            await meeting.heard("half closed");
            await wire.send("other");
        }),
        client: async ({ connect, meeting }) => {
            const wire = await connect();
            await wire.send(request("GET", "/"));
            const { interim, head } = await wire.heads();
            wire.socket.end(() => meeting.tell("half closed"));
            return [{ interim, ...head, ...(await wire.answerBody(head, "GET")) }];
        },
    },
]);

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
