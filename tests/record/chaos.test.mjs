// SPDX-License-Identifier: MIT
// Clients and upstreams that do whatever comes to their minds, many at once. Nothing may break: who got a
// whole answer got the right one, and every exchange is in the cassette with its end. FE_CHAOS says how many
// exchanges, FE_SEED which.
import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";

import { Random } from "../soak/random.mjs";
import { readCassette } from "./support/cassette.mjs";
import { startRecorder } from "./support/recorder.mjs";
import { startUpstream } from "./support/upstream.mjs";
import { chunked, connectTo, message, request } from "./support/wire.mjs";

const count = Number(process.env.FE_CHAOS ?? 400);
const seed = Number(process.env.FE_SEED ?? 1);
const clients = 8;
const ok = "HTTP/1.1 200 OK";
const isChunked = "Transfer-Encoding: chunked";

const planOf = (target) => Object.fromEntries(new URL(target, "http://x").searchParams);
const bodyOf = ({ id, size }) => Buffer.alloc(Number(size), `${id} `);
const inChunks = (bytes, size) =>
    Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.subarray(i * size, (i + 1) * size));

async function sendIn(wire, bytes, size) {
    for (const piece of inChunks(bytes, size)) {
        if (!(await wire.send(piece))) return;
        await new Promise(setImmediate);
    }
}

/** How an upstream answers; what returns false has spoilt the connection. */
const answers = {
    length: (wire, body) => wire.send(message(ok, [`Content-Length: ${body.length}`], body)),
    chunks: (wire, body) => wire.send(message(ok, [isChunked], chunked(inChunks(body, 777), ["X-Sum: 1"]))),
    pieces: (wire, body) => sendIn(wire, message(ok, [isChunked], chunked(inChunks(body, 5000))), 3001),
    gzip: (wire, body) => {
        const coded = gzipSync(body);
        return wire.send(message(ok, ["Content-Encoding: gzip", `Content-Length: ${coded.length}`], coded));
    },
    interim: async (wire, body) => {
        await wire.send(message("HTTP/1.1 103 Early Hints", ["Link: </a>"]));
        return answers.length(wire, body);
    },
    close: async (wire, body) => {
        await wire.send(message(ok, ["Connection: close"], body));
        wire.finish();
        return false;
    },
    cut: async (wire, body) => {
        await wire.send(message(ok, [`Content-Length: ${body.length + 1}`], body));
        wire.finish();
        return false;
    },
    reset: async (wire, body) => {
        await wire.send(message(ok, [isChunked], chunked([body]).subarray(0, -5)));
        wire.reset();
        return false;
    },
    nothing: async (wire) => {
        wire.finish();
        return false;
    },
    garbage: async (wire, body) => {
        await wire.send(body);
        wire.finish();
        return false;
    },
};

async function serve(wire) {
    for (;;) {
        const head = await wire.requestHead();
        if (!head) break;
        const plan = planOf(head.target);
        const early = plan.early === "true";
        if (!early) await wire.body(head.fields, { otherwise: "none" });
        const goesOn = await answers[plan.answer](wire, bodyOf(plan));
        if (goesOn === false) return;
        if (early) await wire.body(head.fields, { otherwise: "none" });
    }
    wire.finish();
}

/** One exchange: how it is asked for, and when its client has had enough. */
function draw(random, id) {
    const answer = random.pick(Object.keys(answers));
    const upload = Buffer.alloc(random.size(200_000), "up");
    const target = `/?id=${id}&answer=${answer}&size=${random.size(300_000)}&early=${random.below(8) === 0}`;
    const shape = random.pick(["none", "length", "chunks"]);
    const send = {
        none: () => request(random.pick(["GET", "DELETE", "REPORT"]), target),
        length: () => request("POST", target, [`Content-Length: ${upload.length}`], upload),
        chunks: () => request("PUT", target, [isChunked], chunked(inChunks(upload, 4099))),
    }[shape]();
    const leaves = random.pick(["no", "no", "no", "no", "asking", "asked", "head", "body"]);
    return { target, answer, send, leaves, part: random.below(100) };
}

/** Whether the connection may be used for another exchange. */
async function ask(wire, { target, answer, send, leaves, part }, whole) {
    const upTo = leaves === "asking" ? Math.ceil((send.length * part) / 100) : send.length;
    const sent = wire.send(send.slice(0, upTo));
    if (leaves === "asking" || leaves === "asked") {
        await sent;
        return false;
    }
    const { head } = await wire.heads();
    if (!head || leaves === "head") return false;
    if (leaves === "body") {
        await wire.take(1);
        return false;
    }
    const body = await wire.answerBody(head, "GET");
    if (body.whole && head.status === 200) {
        const expected = bodyOf(planOf(target));
        assert.deepEqual(body.data, answer === "gzip" ? gzipSync(expected) : expected);
        whole.push(target);
    }
    return body.whole && !head.fields.some((field) => field.join(":") === "Connection:close") && await sent;
}

async function askMany(recorder, random, first, last, whole) {
    let wire;
    for (let id = first; id < last; id++) {
        if (!wire || wire.ending) wire = await connectTo(recorder.url);
        if (await ask(wire, draw(random, id), whole)) continue;
        if (random.below(2) === 0) wire.close();
        else wire.reset();
        wire = undefined;
    }
    wire?.close();
}

test(`${count} exchanges of chance`, async (t) => {
    const upstream = await startUpstream(t, serve);
    const recorder = await startRecorder(t, upstream.url, { args: ["--log-level", "warning"] });
    const whole = [];
    const each = Math.ceil(count / clients);
    await Promise.all(Array.from({ length: clients }, (_, i) =>
        askMany(recorder, new Random(seed * 1000 + i), i * each, (i + 1) * each, whole)));
    await recorder.stopOnce();
    const { exchanges, outcomes } = await readCassette(recorder.cassette);
    const outcomeOf = new Map(exchanges.map(({ request: { target }, outcome }) => [target, outcome]));
    for (const target of whole) assert.equal(outcomeOf.get(target), "ok", target);
    const counts = {};
    for (const outcome of outcomes) counts[outcome] = (counts[outcome] ?? 0) + 1;
    assert.deepEqual(Object.keys(counts).sort(), ["client_abort", "ok", "reset", "truncated"]);
    t.diagnostic(JSON.stringify(counts));
});
