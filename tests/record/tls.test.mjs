// SPDX-License-Identifier: MIT
// Upstreams by https, and through a proxy: whom the recorder believes, and whom it talks to.
import assert from "node:assert/strict";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { test } from "node:test";

import { atEnd } from "../sdk/support/at_end.mjs";
import { startEmulator } from "../sdk/support/emulator.mjs";
import { assertFailure } from "./support/compare.mjs";
import { readCassette } from "./support/cassette.mjs";
import { startRecorder, temporaryFolder } from "./support/recorder.mjs";
import { always, answering, startUpstream } from "./support/upstream.mjs";
import { Wire, chunked, connectTo, message, request, valueOf } from "./support/wire.mjs";

const ok = "HTTP/1.1 200 OK";
const answer = message(ok, ["Content-Length: 6"], "secure");

/** A CA, and a certificate of it for this machine and for stack.test: the emulator makes them for its own use. */
async function makeIdentity(t) {
    const folder = await temporaryFolder(t);
    const args = ["--tls-dir", folder, "--tls-name", "stack.test"];
    const emulator = await startEmulator(t, { listen: "https://127.0.0.1:0", args });
    await emulator.stop();
    const [cert, key] = await Promise.all(["cert.pem", "key.pem"].map((name) => readFile(join(folder, name))));
    return { ca: join(folder, "ca.pem"), tls: { cert, key } };
}

async function ask(url, target = "/") {
    const wire = await connectTo(url);
    await wire.send(request("GET", target));
    const got = await wire.answer();
    wire.close();
    return got;
}

async function recordOne(t, upstream, { target, ...options }) {
    const recorder = await startRecorder(t, upstream, options);
    const got = await ask(recorder.url, target);
    await recorder.stopOnce();
    return { got, recorder, cassette: await readCassette(recorder.cassette) };
}

test("an upstream with a certificate of a CA that is named", async (t) => {
    const { ca, tls } = await makeIdentity(t);
    const upstream = await startUpstream(t, always(answer), { tls });
    const { got, cassette } = await recordOne(t, upstream.url, { args: ["--upstream-ca", ca] });
    assert.equal(got.data.toString(), "secure");
    assert.deepEqual(cassette.outcomes, ["ok"]);
    assert.equal(cassette.frames[0].upstream, upstream.url);
    assert.equal(valueOf(upstream.requests[0].fields, "host"), upstream.host);
});

test("it streams over TLS, both ways at once", async (t) => {
    const { ca, tls } = await makeIdentity(t);
    const upstream = await startUpstream(t, async (wire) => {
        await wire.requestHead();
        await wire.send(message(ok, ["Transfer-Encoding: chunked"]));
        for (let i = 0; i < 5; i++) {
            await wire.line();
            await wire.send(chunked([await wire.line()]).subarray(0, -5));
        }
        await wire.take(5);
        await wire.send(chunked([]));
    }, { tls });
    const recorder = await startRecorder(t, upstream.url, { args: ["--upstream-ca", ca] });
    const wire = await connectTo(recorder.url);
    await wire.send(request("POST", "/", ["Transfer-Encoding: chunked"]));
    assert.equal((await wire.heads()).head.status, 200);
    for (const part of ["a", "bb", "ccc", "dddd", "eeeee"]) {
        const bytes = chunked([part]).subarray(0, -5);
        await wire.send(bytes);
        assert.deepEqual(await wire.take(bytes.length), bytes);
    }
    await wire.send(chunked([]));
    assert.equal((await wire.take(5)).toString(), "0\r\n\r\n");
    wire.close();
});

const refusals = [
    {
        name: "a certificate of a CA that nobody named",
        args: async () => [],
    },
    {
        name: "a certificate of another CA",
        args: async (t) => ["--upstream-ca", (await makeIdentity(t)).ca],
    },
    {
        name: "a certificate for another name",
        host: "127.0.0.2",
        args: async (_t, ca) => ["--upstream-ca", ca],
    },
    {
        name: "a server that speaks no TLS",
        serve: async (wire) => {
            await wire.some();
            await wire.send(message("HTTP/1.1 400 Bad Request", ["Content-Length: 0"]));
            wire.finish();
        },
        args: async (_t, ca) => ["--upstream-ca", ca],
    },
];

for (const { name, args, host, serve } of refusals) {
    test(`${name} is refused`, async (t) => {
        const { ca, tls } = await makeIdentity(t);
        const upstream = await startUpstream(t, serve ?? always(answer), { tls: serve ? undefined : tls, host });
        const at = upstream.url.replace("http:", "https:");
        const { got, cassette } = await recordOne(t, at, { args: await args(t, ca) });
        assertFailure(got, 502);
        assert.deepEqual(cassette.outcomes, ["tls"]);
        assert.deepEqual(upstream.requests, []);
    });
}

test("--upstream-insecure believes anybody, and says so", async (t) => {
    const { tls } = await makeIdentity(t);
    const upstream = await startUpstream(t, always(answer), { tls });
    const { got, recorder } = await recordOne(t, upstream.url, { args: ["--upstream-insecure"] });
    assert.equal(got.data.toString(), "secure");
    assert.match(recorder.stderr, /--upstream-insecure/);
});

/** A proxy that knows CONNECT, and leads wherever it is asked to one and the same place. */
async function startProxy(t, { port, refuses = false }) {
    const asked = [];
    const sockets = new Set();
    const server = createServer(async (socket) => {
        sockets.add(socket.on("error", () => {}));
        const wire = new Wire(socket);
        const head = await wire.requestHead();
        asked.push(head);
        if (refuses) {
            await wire.send(message("HTTP/1.1 407 Proxy Authentication Required", ["Content-Length: 0"]));
            return wire.finish();
        }
        const onward = connect(port, "127.0.0.1").on("error", () => {});
        sockets.add(onward);
        await once(onward, "connect");
        await wire.send("HTTP/1.1 200 Connection established\r\n\r\n");
        socket.removeAllListeners("data");
        socket.pipe(onward).pipe(socket);
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    atEnd(t, () => {
        server.close();
        for (const socket of sockets) socket.destroy();
    });
    return { asked, url: `http://127.0.0.1:${server.address().port}` };
}

test("HTTPS_PROXY leads to an upstream that only the proxy knows", async (t) => {
    const { ca, tls } = await makeIdentity(t);
    const upstream = await startUpstream(t, answering((wire) => wire.send(message("HTTP/1.1 302 Found", [
        "Location: https://stack.test:443/next", "Content-Location: https://STACK.test/here",
        "Set-Cookie: a=b; Domain=.stack.test", "Content-Length: 0",
    ]))), { tls });
    const proxy = await startProxy(t, upstream);
    const { got, recorder, cassette } = await recordOne(t, "https://stack.test", {
        args: ["--upstream-ca", ca],
        env: { HTTPS_PROXY: proxy.url },
    });
    assert.deepEqual(proxy.asked.map(({ method, target }) => [method, target]), [["CONNECT", "stack.test:443"]]);
    assert.equal(valueOf(upstream.requests[0].fields, "host"), "stack.test");
    assert.equal(valueOf(got.fields, "location"), `${recorder.url}/next`);
    assert.equal(valueOf(got.fields, "content-location"), `${recorder.url}/here`);
    assert.equal(valueOf(got.fields, "set-cookie"), "a=b");
    assert.deepEqual(cassette.outcomes, ["ok"]);
});

test("NO_PROXY leads past it", async (t) => {
    const { ca, tls } = await makeIdentity(t);
    const upstream = await startUpstream(t, always(answer), { tls });
    const proxy = await startProxy(t, upstream);
    const { got } = await recordOne(t, upstream.url, {
        args: ["--upstream-ca", ca],
        env: { HTTPS_PROXY: proxy.url, NO_PROXY: "127.0.0.1" },
    });
    assert.equal(got.status, 200);
    assert.deepEqual(proxy.asked, []);
});

test("a proxy that refuses is an upstream that cannot be reached", async (t) => {
    const { ca, tls } = await makeIdentity(t);
    const upstream = await startUpstream(t, always(answer), { tls });
    const proxy = await startProxy(t, { ...upstream, refuses: true });
    const { got, cassette } = await recordOne(t, upstream.url, {
        args: ["--upstream-ca", ca],
        env: { HTTPS_PROXY: proxy.url },
    });
    assertFailure(got, 502);
    assert.deepEqual(cassette.outcomes, ["refused"]);
    assert.equal(upstream.accepts, 0);
});
