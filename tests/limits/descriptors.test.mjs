// SPDX-License-Identifier: MIT
// More clients than there is room for: who is too many is told so, who has a connection is served, and as
// soon as there is room, everybody is.
import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { test } from "node:test";

import { startRecorder } from "../record/support/recorder.mjs";
import { startUpstream } from "../record/support/upstream.mjs";
import { connectTo, message, request } from "../record/support/wire.mjs";
import { demo, startEmulator } from "../sdk/support/emulator.mjs";
import { atEnd } from "../sdk/support/at_end.mjs";

const health = request("GET", "/_emulate/health");

async function open(t, emulator) {
    const wire = await connectTo(emulator.url);
    atEnd(t, () => wire.close());
    return wire;
}

async function ask(wire) {
    await wire.send(health);
    return (await wire.answer()).status;
}

/** Connections that are served, until one is not. */
async function fill(t, emulator) {
    const served = [];
    for (;;) {
        const wire = await open(t, emulator);
        await wire.send(health);
        const answer = await wire.answer();
        if (answer.status !== 200) return { served, answer, ending: await wire.ended };
        served.push(wire);
    }
}

const occurrences = (text, part) => text.split(part).length - 1;

test("one connection too many is answered 503 and closed, and the others are served", async (t) => {
    const emulator = await startEmulator(t, { seed: demo.seed, limits: "-n 64" });
    const { served, answer, ending } = await fill(t, emulator);
    assert.equal(served.length, 36); // three quarters, and of these, three quarters again
    assert.equal(answer.status, 503);
    const { errorCode, errorName, errorInstanceId, parameters } = JSON.parse(answer.data.toString());
    assert.deepEqual([errorCode, errorName], ["CUSTOM_SERVER", "Http:ServiceUnavailable"]);
    assert.match(errorInstanceId, /^[0-9a-f-]{36}$/);
    assert.deepEqual(parameters, { reason: "There are too many connections." });
    assert.equal(ending, "fin");
    for (const wire of served) assert.equal(await ask(wire), 200);

    served.shift().close();
    await served[0].send(health);
    await served[0].answer();
    const { served: next } = await fill(t, emulator);
    assert.equal(next.length, 1);
    assert.equal(occurrences(emulator.stderr, "no more are served"), 1);
});

test("a quarter of the descriptors is left for files", async (t) => {
    const emulator = await startEmulator(t, { seed: demo.seed, limits: "-n 64" });
    const { served } = await fill(t, emulator);
    const silent = await Promise.all(Array.from({ length: 30 }, () => open(t, emulator)));
    assert.equal(await ask(served[0]), 200);
    const used = (await readdir(`/proc/${emulator.process.pid}/fd`)).length;
    assert.ok(used <= 64 - 4, `${used} descriptors are in use`);
    silent.forEach((wire) => wire.close());
    assert.equal(await ask(served[1]), 200);
});

test("without descriptors, accepting waits, says so once, and goes on", async (t) => {
    const emulator = await startEmulator(t, { seed: demo.seed, limits: "-n 14" });
    const before = (await readdir(`/proc/${emulator.process.pid}/fd`)).length;
    const room = 14 - before;
    const wires = [];
    for (let i = 0; i < room + 3; i++) wires.push(await open(t, emulator));
    assert.equal(await ask(wires[0]), 200);
    const waiting = wires.slice(room);
    const answers = waiting.map((wire) => ask(wire));
    assert.equal(await ask(wires[1]), 200);
    assert.ok(waiting.every((wire) => wire.ahead === 0));
    for (const wire of wires.slice(0, room)) wire.close();
    assert.deepEqual(await Promise.all(answers), [200, 200, 200]);
    assert.equal(occurrences(emulator.stderr, "cannot accept connections for now"), 1);
});

test("a recorder with few descriptors asks its upstream one after the other, and everybody is answered", async (t) => {
    const clients = 30;
    const upstream = await startUpstream(t, async (wire, { meeting }) => {
        while (await wire.request()) {
            meeting.tell("asked");
            await meeting.heard("go on");
            await wire.send(message("HTTP/1.1 200 OK", ["Content-Length: 2"], "ok"));
        }
    });
    const recorder = await startRecorder(t, upstream.url, { prefix: ["sh", "-c", 'ulimit -n 64; exec "$0" "$@"'] });
    const wires = await Promise.all(Array.from({ length: clients }, () => open(t, recorder)));
    await Promise.all(wires.map((wire, i) => wire.send(request("GET", `/${i}`))));
    await upstream.meeting.heard("asked");
    await wires[0].send(request("GET", "/again"));
    upstream.meeting.tell("go on");
    for (const wire of wires) assert.equal((await wire.answer()).status, 200);
    assert.equal((await wires[0].answer()).status, 200);
    assert.ok(upstream.accepts <= 9, `${upstream.accepts} connections`);
    assert.doesNotMatch(recorder.stderr, /cannot accept/);
});

test("the soft limit of descriptors is no limit", async (t) => {
    const emulator = await startEmulator(t, { seed: demo.seed, limits: "-S -n 32" });
    const wires = await Promise.all(Array.from({ length: 100 }, () => open(t, emulator)));
    const statuses = await Promise.all(wires.map(ask));
    assert.ok(statuses.every((status) => status === 200));
});
