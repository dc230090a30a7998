// SPDX-License-Identifier: MIT
// An upstream that dies at every byte of its answer, by FIN and by RST: the client has a 502, or an answer
// that it cannot take for a whole one, and the cassette holds what there was.
import assert from "node:assert/strict";
import { test } from "node:test";

import { readCassette } from "../record/support/cassette.mjs";
import { assertFailure } from "../record/support/compare.mjs";
import { startRecorder } from "../record/support/recorder.mjs";
import { answering, startUpstream } from "../record/support/upstream.mjs";
import { chunked, connectTo, message, request } from "../record/support/wire.mjs";

const clients = 8;
const ok = "HTTP/1.1 200 OK";
const text = "Content-Type: text/plain";
const pieces = ["first, ", ["1A;how=\"odd\"", "and then, not much later, "], "at last the end of it"];
const body = Buffer.from(pieces.map((piece) => [piece].flat().at(-1)).join(""));

const shapes = {
    sized: message(ok, [text, `Content-Length: ${body.length}`], body),
    chunked: message(ok, [text, "Transfer-Encoding: chunked"], chunked(pieces, ["X-Sum: 17"])),
    until_closed: message(ok, [text, "Connection: close"], body),
};
const headLength = (bytes) => bytes.indexOf("\r\n\r\n") + 4;

/** Every shape, ending behind each of its bytes, in each of the two ways. */
const cases = Object.entries(shapes).flatMap(([shape, bytes]) =>
    ["fin", "reset"].flatMap((how) =>
        Array.from({ length: bytes.length + 1 }, (_, length) => ({
            shape, how, length, bytes, target: `/${shape}/${how}/${length}`,
        })),
    ),
);
const byTarget = new Map(cases.map((one) => [one.target, one]));

const dying = answering(async (wire, { target }) => {
    const { how, length, bytes } = byTarget.get(target);
    if (length > 0) await wire.send(bytes.subarray(0, length));
    if (how === "reset") wire.reset();
    else wire.finish();
});

async function ask(url, { target }) {
    const wire = await connectTo(url);
    await wire.send(request("GET", target));
    const answer = await wire.answer();
    wire.close();
    return answer;
}

/** What a client could make of such bytes without the recorder, if all of them arrive. */
function expected({ shape, how, length, bytes }) {
    const head = headLength(bytes);
    const ended = shape === "until_closed" ? how === "fin" && length >= head : length === bytes.length;
    return { hasHead: length >= head, mayBeWhole: ended, mustBeWhole: ended && how === "fin" };
}

function assertAnswer(one, answer) {
    const { hasHead, mayBeWhole, mustBeWhole } = expected(one);
    if (!hasHead || (one.how === "reset" && answer.status !== 200)) {
        assertFailure(answer, 502);
        return;
    }
    assert.equal(answer.status, 200);
    assert.ok(mayBeWhole || !answer.whole, "it looks whole");
    assert.ok(!mustBeWhole || answer.whole, "it was whole");
    assert.ok(body.subarray(0, answer.data.length).equals(answer.data));
    if (answer.whole && one.shape !== "until_closed") assert.ok(answer.data.equals(body));
}

function assertKept(one, answer, { response, outcome }) {
    if (answer.status !== 200) {
        assert.equal(outcome, "reset");
        return;
    }
    assert.equal(response.status, 200);
    assert.ok(body.subarray(0, response.data.length).equals(response.data));
    assert.ok(response.data.length >= answer.data.length, "the client had more than was recorded");
    if (one.how === "fin") assert.equal(response.data.length, answer.data.length);
    if (answer.whole) assert.equal(outcome, "ok");
    else assert.match(outcome, one.how === "fin" ? /^truncated$/ : /^(truncated|reset)$/);
}

test(`an upstream dies at each of ${cases.length} moments`, { timeout: 120_000 }, async (t) => {
    const upstream = await startUpstream(t, dying);
    const recorder = await startRecorder(t, upstream.url, { args: ["--log-level", "error"] });
    const answers = new Map();
    const left = [...cases];
    await Promise.all(Array.from({ length: clients }, async () => {
        for (let one = left.pop(); one; one = left.pop()) answers.set(one, await ask(recorder.url, one));
    }));
    await recorder.stopOnce();
    const { exchanges } = await readCassette(recorder.cassette);
    const kept = new Map(exchanges.map((exchange) => [exchange.request.target, exchange]));
    assert.equal(kept.size, cases.length);
    for (const [one, answer] of answers) {
        try {
            assertAnswer(one, answer);
            assertKept(one, answer, kept.get(one.target));
        } catch (problem) {
            problem.message = `${one.target}: ${problem.message}`;
            throw problem;
        }
    }
});
