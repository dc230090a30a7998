// SPDX-License-Identifier: MIT
// What could be understood in two ways is refused in every mode, in the same way, and never passed on.
import assert from "node:assert/strict";
import { test } from "node:test";

import { startRecorder } from "../record/support/recorder.mjs";
import { startUpstream } from "../record/support/upstream.mjs";
import { connectTo, request, valueOf } from "../record/support/wire.mjs";
import { cassetteOf, inTurn } from "../replay/support/cassettes.mjs";
import { startReplay } from "../replay/support/replay.mjs";
import { atEnd } from "../sdk/support/at_end.mjs";
import { demo, startEmulator } from "../sdk/support/emulator.mjs";
import { refusedBodies, refusedHeads } from "./support/refused.mjs";

const next = request("GET", "/api/v2/next");

function assertRefused(answer, status, name) {
    assert.equal(answer.status, status, name);
    assert.equal(valueOf(answer.fields, "content-type"), "application/json", name);
    assert.equal(valueOf(answer.fields, "connection"), "close", name);
    const error = JSON.parse(answer.data.toString());
    assert.deepEqual(Object.keys(error), ["errorCode", "errorName", "errorInstanceId", "parameters"], name);
    assert.ok(error.parameters.reason.endsWith("."), name);
}

async function assertRefuses(url, [name, status, input]) {
    const wire = await connectTo(url);
    await wire.send(input, next);
    assertRefused(await wire.answer(), status, name);
    assert.equal((await wire.rest()).length, 0, `${name}: something was served behind it`);
    assert.equal(wire.ending, "fin", name);
    wire.close();
}

test("emulate mode refuses it, closes, and serves the others", async (t) => {
    const emulator = await startEmulator(t, { seed: demo.seed, listen: "http://127.0.0.1:0" });
    const other = await connectTo(emulator.url);
    atEnd(t, () => other.close());
    for (const row of refusedHeads) await assertRefuses(emulator.url, row);
    await other.send(request("GET", "/_emulate/health"));
    assert.equal((await other.answer()).status, 200);
});

test("record mode refuses it, and its upstream sees nothing of it", async (t) => {
    const upstream = await startUpstream(t, async (wire) => {
        assert.equal(await wire.request(), undefined, "the upstream got a request");
    });
    const recorder = await startRecorder(t, upstream.url);
    for (const row of refusedHeads) await assertRefuses(recorder.url, row);
    assert.equal(upstream.accepts, 0);
});

test("replay mode refuses it, and takes no recording for it", async (t) => {
    const cassette = await cassetteOf(t, inTurn(["/a"]));
    const replay = await startReplay(t, [cassette], { args: ["--on-miss", "fail"] });
    for (const row of refusedHeads) await assertRefuses(replay.url, row);
    const wire = await connectTo(replay.url);
    await wire.send(request("GET", "/a"));
    assert.equal((await wire.answer()).status, 200);
    wire.close();
});

test("a body that is badly chunked is refused where it is read", async (t) => {
    const emulator = await startEmulator(t, { seed: demo.seed, listen: "http://127.0.0.1:0" });
    const path = "/multipass/api/oauth2/token";
    for (const [name, status, input] of refusedBodies) {
        await assertRefuses(emulator.url, [name, status, input.replace("/api/v2/a", path)]);
    }
});

test("OPTIONS *, an absolute target, encoded slashes and HTTP/1.0 are understood", async (t) => {
    const emulator = await startEmulator(t, { seed: demo.seed, listen: "http://127.0.0.1:0" });
    const wire = await connectTo(emulator.url);
    atEnd(t, () => wire.close());
    const { host } = new URL(emulator.url);
    const good = [
        ["OPTIONS", request("OPTIONS", "*"), 204],
        ["GET", request("GET", `http://${host}/_emulate/health`), 200],
        ["GET", request("GET", `HTTP://${host}/_emulate/health?x`), 200],
        ["GET", request("GET", "/_emulate%2Fhealth"), 404],
        ["GET", request("GET", "/x/../_emulate/health"), 404],
        ["GET", request("GET", "/x/%2e%2e/_emulate/health"), 404],
        ["GET", `\r\n\r\n${request("GET", "/_emulate/health")}`, 200],
        ["GET", "GET /_emulate/health HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", 200],
        ["GET", request("GET", "/_emulate/health", ["Connection: TE, close"]), 200],
    ];
    for (const [method, text, status] of good) {
        await wire.send(text);
        assert.equal((await wire.answer(method)).status, status, text);
    }
    assert.equal(await wire.ended, "fin");
});
