// SPDX-License-Identifier: MIT
// Clients that send a byte now and then, for real: they are told so when their time is over, and meanwhile
// the others are served.
import assert from "node:assert/strict";
import { connect } from "node:net";
import { test } from "node:test";

import { connectTo, request } from "../record/support/wire.mjs";
import { demo, startEmulator } from "../sdk/support/emulator.mjs";
import { temporaryFolder } from "../record/support/recorder.mjs";

const byteEveryMs = 200;

/** Sends a byte again and again until the other side has ended. */
function dribble(wire, byte) {
    const timer = setInterval(() => wire.send(byte), byteEveryMs);
    return wire.ended.finally(() => clearInterval(timer));
}

async function dribbleHead(url) {
    const wire = await connectTo(url);
    await wire.send("GET /_emulate/health HTTP/1.1\r\nHost: localhost\r\nX: ");
    const ended = dribble(wire, "x");
    const answer = await wire.answer();
    assert.equal(answer.status, 408);
    const { errorCode, errorName } = JSON.parse(answer.data);
    assert.deepEqual([errorCode, errorName], ["TIMEOUT", "Default:Timeout"]);
    await ended;
    wire.close();
}

/** A handshake record that announces more than will come in time. */
async function dribbleHandshake(url) {
    const { hostname, port } = new URL(url);
    const socket = connect({ host: hostname, port: Number(port) });
    const ended = new Promise((resolve) => {
        for (const event of ["end", "error", "close"]) socket.on(event, resolve);
    });
    socket.write(Buffer.from([0x16, 0x03, 0x01, 0x20, 0x00]));
    const timer = setInterval(() => socket.write(Buffer.of(0)), byteEveryMs);
    await ended.finally(() => clearInterval(timer));
    socket.destroy();
}

test("a head, and a TLS handshake, that dribble are cut off, and the others are served", async (t) => {
    const listen = ["--listen", "https://127.0.0.1:0", "--tls-dir", await temporaryFolder(t)];
    const emulator = await startEmulator(t, { seed: demo.seed, listen: "http://127.0.0.1:0", args: listen });
    const [plain, tls] = emulator.urls;
    const slow = [dribbleHead(plain), dribbleHead(plain), dribbleHead(tls), dribbleHandshake(tls)];
    let waiting = true;
    const all = Promise.all(slow).finally(() => (waiting = false));
    const wire = await connectTo(plain);
    while (waiting) {
        await wire.send(request("GET", "/_emulate/health"));
        assert.equal((await wire.answer()).status, 200);
        await new Promise((resolve) => setTimeout(resolve, byteEveryMs));
    }
    await all;
    wire.close();
});
