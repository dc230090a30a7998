// SPDX-License-Identifier: MIT
// TLS handshakes that break off at every byte, by FIN, by RST and by bytes of chance: those of clients, and those
// of an upstream. Nobody else is harmed, and no descriptor is left.
import assert from "node:assert/strict";
import { once } from "node:events";
import { readdir, readFile } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { connect as connectTls } from "node:tls";

import { readCassette } from "../record/support/cassette.mjs";
import { assertFailure } from "../record/support/compare.mjs";
import { startRecorder, temporaryFolder } from "../record/support/recorder.mjs";
import { always, startUpstream } from "../record/support/upstream.mjs";
import { Wire, connectTo, message, request } from "../record/support/wire.mjs";
import { atEnd } from "../sdk/support/at_end.mjs";
import { startEmulator } from "../sdk/support/emulator.mjs";
import { stepOf } from "./support/lives.mjs";

const versions = ["TLSv1.2", "TLSv1.3"];
const chance = Buffer.from(Array.from({ length: 64 }, (_, i) => (i * 151 + 7) % 256));
const concurrent = 8;

/** How a connection breaks off. */
const breaks = {
    fin: (socket) => socket.end(),
    reset: (socket) => socket.resetAndDestroy(),
    chance: (socket) => socket.end(chance),
};

/** Works a list off, several things at a time. */
async function each(list, work) {
    const left = [...list];
    await Promise.all(Array.from({ length: concurrent }, async () => {
        for (let one = left.pop(); one !== undefined; one = left.pop()) await work(one);
    }));
}

async function listening(t, onConnection) {
    const open = new Set();
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
        open.add(socket);
        socket.on("error", () => {}).once("close", () => open.delete(socket));
        onConnection(socket);
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    atEnd(t, () => {
        server.close();
        for (const socket of open) socket.destroy();
    });
    return server.address().port;
}

/** What a client says first. */
async function helloOf(t, version) {
    const heard = Promise.withResolvers?.() ?? deferred();
    const port = await listening(t, (socket) => socket.once("data", heard.resolve));
    const client = connectTls({ port, minVersion: version, maxVersion: version }).on("error", () => {});
    const hello = await heard.promise;
    client.destroy();
    return hello;
}

function deferred() {
    const one = {};
    one.promise = new Promise((resolve) => (one.resolve = resolve));
    return one;
}

/** Sends the beginning of a client's first flight, breaks off, and waits for the other side to do so, too. */
async function breakHello(port, { hello, length, how }) {
    const socket = connect({ port, allowHalfOpen: true, noDelay: true });
    const wire = new Wire(socket);
    await once(socket, "connect");
    if (length > 0) await wire.send(hello.subarray(0, length));
    breaks[how](socket);
    await wire.rest();
    wire.close();
}

/**
 * A relay to `to` that breaks its client off behind so many bytes of one direction: "up", to the server, or "down".
 * `passed` has what a whole connection takes.
 */
async function startRelay(t, to, direction) {
    const relay = { passed: 0, cut: undefined };
    relay.port = await listening(t, (client) => {
        const { length = Infinity, how } = relay.cut ?? {};
        const server = connect({ port: to, allowHalfOpen: true, noDelay: true }).on("error", () => client.destroy());
        const [from, into] = direction === "up" ? [client, server] : [server, client];
        into.pipe(from);
        let passed = 0;
        from.on("data", (bytes) => {
            if (passed >= length) return;
            into.write(bytes.subarray(0, length - passed));
            passed += bytes.length;
            relay.passed = Math.max(relay.passed, passed);
            if (passed >= length) breaks[how](into);
        });
        from.on("end", () => into.end());
        client.on("close", () => server.destroy());
        server.on("close", () => client.destroy());
    });
    return relay;
}

async function descriptorsOf(program) {
    return (await readdir(`/proc/${program.process.pid}/fd`)).length;
}

/** Waits for it to have no more than before: it learns of the last ends a moment after we do. */
async function settleTo(program, before) {
    while (await descriptorsOf(program) > before) await new Promise(setImmediate);
}

async function assertServes(url) {
    const wire = await connectTo(url);
    await wire.send(request("GET", "/_emulate/health"));
    const { status, whole } = await wire.answer();
    assert.deepEqual({ status, whole }, { status: 200, whole: true });
    wire.close();
}

const startTls = async (t) =>
    startEmulator(t, { listen: "https://127.0.0.1:0", args: ["--tls-dir", await temporaryFolder(t), "--log-level", "error"] });

test("clients that break off in their first flight", { timeout: 120_000 }, async (t) => {
    const emulator = await startTls(t);
    const { port } = new URL(emulator.url);
    await assertServes(emulator.url);
    const before = await descriptorsOf(emulator);
    const hellos = await Promise.all(versions.map((version) => helloOf(t, version)));
    const cases = hellos.flatMap((hello) => Object.keys(breaks).flatMap((how) =>
        Array.from({ length: hello.length + 1 }, (_, length) => ({ hello, length, how })),
    ));
    const waiting = connectTo(emulator.url); // one that is in the middle of it all
    await each(cases, (one) => breakHello(port, one));
    (await waiting).close();
    await assertServes(emulator.url);
    await settleTo(emulator, before);
    t.diagnostic(`${cases.length} handshakes were broken off`);
});

for (const version of versions) {
    test(`clients that break off in their last flight, ${version}`, { timeout: 120_000 }, async (t) => {
        const emulator = await startTls(t);
        const relay = await startRelay(t, new URL(emulator.url).port, "up");
        await assertServes(emulator.url);
        const before = await descriptorsOf(emulator);
        const shake = () => new Promise((resolve) => {
            const client = connectTls({ port: relay.port, rejectUnauthorized: false, minVersion: version, maxVersion: version });
            client.on("error", () => {}).on("close", resolve).on("secureConnect", () => client.end());
            client.resume();
        });
        const { length: first } = await helloOf(t, version);
        await shake();
        const total = relay.passed;
        const { first: offset, step } = stepOf(3);
        let count = 0;
        for (const how of Object.keys(breaks)) {
            for (let length = first + offset - 1; length <= total; length += step, count++) {
                relay.cut = { length, how };
                await shake();
            }
        }
        await assertServes(emulator.url);
        await settleTo(emulator, before);
        t.diagnostic(`${count} handshakes of ${total} bytes were broken off behind the first ${first}`);
    });
}

test("an upstream that breaks off", { timeout: 240_000 }, async (t) => {
    const folder = await temporaryFolder(t);
    const maker = await startEmulator(t, { listen: "https://127.0.0.1:0", args: ["--tls-dir", folder] });
    await maker.stop();
    const [cert, key] = await Promise.all(["cert.pem", "key.pem"].map((name) => readFile(join(folder, name))));
    const answer = message("HTTP/1.1 200 OK", ["Content-Length: 6", "Connection: close"], "secure");
    const upstream = await startUpstream(t, always(answer), { tls: { cert, key } });
    const relay = await startRelay(t, upstream.port, "down");
    const args = ["--upstream-ca", join(folder, "ca.pem"), "--log-level", "error"];
    const recorder = await startRecorder(t, `https://127.0.0.1:${relay.port}`, { args });
    const ask = async () => {
        const wire = await connectTo(recorder.url);
        await wire.send(request("GET", "/"));
        const got = await wire.answer();
        wire.close();
        return got;
    };
    assert.equal((await ask()).data.toString(), "secure");
    const before = await descriptorsOf(recorder);
    const { passed: total } = relay;
    const { first, step } = stepOf(29);
    const outcomes = ["ok"];
    for (const how of Object.keys(breaks)) {
        for (let length = first; length < total; length += step) {
            relay.cut = { length, how };
            const got = await ask();
            if (got.status === 200) assert.ok(!got.whole || got.data.toString() === "secure");
            else assertFailure(got, 502);
            outcomes.push(got.status === 200 && got.whole ? "ok" : "not");
        }
    }
    relay.cut = undefined;
    assert.equal((await ask()).data.toString(), "secure");
    await settleTo(recorder, before);
    await recorder.stopOnce();
    const cassette = await readCassette(recorder.cassette);
    const kept = cassette.outcomes.map((outcome) => (outcome === "ok" ? outcome : "not"));
    assert.deepEqual(kept, [...outcomes, "ok"]);
    t.diagnostic(`${outcomes.length - 1} of an upstream's handshakes and answers of ${total} bytes were broken off`);
});
