// SPDX-License-Identifier: MIT
// Requests of every shape: what the upstream has of them is what the client sent.
import assert from "node:assert/strict";
import { test } from "node:test";

import { readCassette } from "./support/cassette.mjs";
import { assertSameRequest } from "./support/compare.mjs";
import { fidelity } from "./support/fidelity.mjs";
import { startRecorder } from "./support/recorder.mjs";
import { requestCases } from "./support/request_cases.mjs";
import { always, startUpstream } from "./support/upstream.mjs";
import { chunked, connectTo, message, request } from "./support/wire.mjs";

const answer = message("HTTP/1.1 200 OK", ["Content-Length: 4"], "done");
const isChunked = "Transfer-Encoding: chunked";

fidelity("requests", requestCases);

test("a client of HTTP/1.0 is answered as such", async (t) => {
    const body = message("HTTP/1.1 200 OK", [isChunked, "X-Kept: yes"], chunked(["one", "two"]));
    const upstream = await startUpstream(t, always(body));
    const recorder = await startRecorder(t, upstream.url);
    const wire = await connectTo(recorder.url);
    await wire.send("GET /old HTTP/1.0\r\n\r\n");
    const got = await wire.answer();
    assert.equal(got.framing, "close");
    assert.equal(got.data.toString(), "onetwo");
    assert.equal(await wire.ended, "fin");
    wire.close();
    assert.deepEqual(got.fields.filter(([name]) => name === "X-Kept"), [["X-Kept", "yes"]]);
    assert.deepEqual(upstream.requests[0].fields, [["Host", upstream.host]]);
});

test("a request that names another server goes to the upstream all the same", async (t) => {
    const other = await startUpstream(t, always(answer));
    const upstream = await startUpstream(t, always(answer));
    const recorder = await startRecorder(t, upstream.url);
    const wire = await connectTo(recorder.url);
    await wire.send(`GET ${other.url}/path?query HTTP/1.1\r\nHost: ${other.host}\r\n\r\n`);
    assert.equal((await wire.answer()).status, 200);
    await wire.send(`GET /plain HTTP/1.1\r\nHost: ${other.host}\r\nX-Forwarded-Host: ${other.host}\r\n\r\n`);
    assert.equal((await wire.answer()).status, 200);
    wire.close();
    const plain = { method: "GET", version: "HTTP/1.1", fields: [], framing: "none", data: Buffer.alloc(0) };
    const rest = { sizes: [], trailers: [], whole: true };
    assertSameRequest(upstream.requests[0], { ...plain, ...rest, target: "/path?query" }, upstream.host);
    assert.equal(upstream.requests[1].target, "/plain");
    assert.equal(other.accepts, 0);
});

test("what is ours is never forwarded, nor recorded", async (t) => {
    const upstream = await startUpstream(t, always(answer));
    const recorder = await startRecorder(t, upstream.url);
    for (const [path, status] of [["/_emulate/health", 200], ["/_emulate", 404], ["/_emulate/nothing", 404]]) {
        assert.equal((await fetch(new URL(path, recorder.url))).status, status, path);
    }
    assert.equal(upstream.accepts, 0);
    await recorder.stopOnce();
    assert.deepEqual((await readCassette(recorder.cassette)).exchanges, []);
});
