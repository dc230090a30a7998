// SPDX-License-Identifier: MIT
// Upstreams that are dead, slow, broken or lying, and clients that leave: what the client is told, and
// what the cassette says of it. There is nothing here to compare with, as a recorder can only do better.
import assert from "node:assert/strict";
import { test } from "node:test";

import { assertFailure } from "./support/compare.mjs";
import { breaks, leavesAtPost, refusals, unasked } from "./support/failure_cases.mjs";
import { meetThrough } from "./support/fidelity.mjs";
import { answering, deadPort } from "./support/upstream.mjs";
import { chunked, message, request } from "./support/wire.mjs";

const ok = "HTTP/1.1 200 OK";
const isChunked = "Transfer-Encoding: chunked";
const oneChunk = chunked(["part"]).subarray(0, -5);

test("instead of an answer", { concurrency: 4 }, (t) =>
    Promise.all(refusals.map((given) =>
        t.test(given.name, { timeout: 60_000 }, async (one) => {
            const { answers, cassette } = await meetThrough(one, given);
            assertFailure(answers[0], given.status ?? 502);
            assert.deepEqual(cassette.outcomes, [given.outcome]);
            assert.equal(cassette.exchanges[0].response, undefined);
            assert.notEqual(cassette.exchanges[0].note, undefined);
        }),
    )),
);

test("in mid-answer", { concurrency: 4 }, (t) =>
    Promise.all(breaks.map((given) =>
        t.test(given.name, { timeout: 60_000 }, async (one) => {
            const { answers: [answer], cassette } = await meetThrough(one, given);
            assert.equal(answer.status, 200);
            assert.ok(!answer.whole);
            assert.match(answer.data.toString(), /part/);
            if (given.endsBy) assert.equal(answer.ending, given.endsBy);
            assert.doesNotMatch(answer.data.toString(), /(^|\n)0+\r\n\r\n$/);
            assert.deepEqual(cassette.outcomes, [given.outcome]);
            const { response } = cassette.exchanges[0];
            assert.equal(response.status, 200);
            assert.match(response.data.toString(), /^part/);
        }),
    )),
);

test("nobody listens", async (t) => {
    const at = `http://127.0.0.1:${await deadPort()}`;
    const { answers, cassette } = await meetThrough(t, { at, answer: "" });
    const { parameters } = assertFailure(answers[0], 502);
    for (const text of [parameters.reason, cassette.exchanges[0].note]) {
        assert.match(text, /connect/);
        assert.doesNotMatch(text, / after /, "how long it took, no two runs have in common");
    }
    assert.deepEqual(cassette.outcomes, ["refused"]);
});

/** Clients that leave: the upstream is told so, by the end of its connection. */
const leaving = [
    {
        name: "before the answer",
        client: async ({ connect, meeting }) => {
            const wire = await connect();
            await wire.send(request("GET", "/"));
            await meeting.heard("asked");
            wire.close();
            await meeting.heard("left");
            return [];
        },
        serve: answering(async (wire, _request, { meeting }) => {
            meeting.tell("asked");
            await wire.ended;
            meeting.tell("left");
        }),
    },
    {
        name: "in mid-answer",
        client: async ({ connect, meeting }) => {
            const wire = await connect();
            await wire.send(request("GET", "/"));
            await wire.heads();
            await wire.take(4);
            wire.reset();
            await meeting.heard("left");
            return [];
        },
        serve: answering(async (wire, _request, { meeting }) => {
            await wire.send(message(ok, [isChunked]), oneChunk);
            await wire.ended;
            meeting.tell("left");
        }),
    },
    {
        name: "while the answer is coming and coming",
        client: async ({ connect, meeting }) => {
            const wire = await connect();
            await wire.send(request("GET", "/"));
            await wire.heads();
            wire.close();
            await meeting.heard("left");
            return [];
        },
        serve: answering(async (wire, _request, { meeting }) => {
            await wire.send(message(ok, [isChunked]));
            while (!wire.ending && await wire.send(chunked(["more".repeat(10_000)]).subarray(0, -5)));
            meeting.tell("left");
        }),
    },
    {
        name: "in mid-upload",
        client: async ({ connect, meeting }) => {
            const wire = await connect();
            await wire.send(request("POST", "/", ["Content-Length: 100"], "part"));
            await meeting.heard("part");
            wire.reset();
            await meeting.heard("left");
            return [];
        },
        serve: async (wire, { meeting }) => {
            await wire.requestHead();
            await wire.take(4);
            meeting.tell("part");
            await wire.ended;
            meeting.tell("left");
        },
    },
];

test("the client leaves", { concurrency: 4 }, (t) =>
    Promise.all(leaving.map((given) =>
        t.test(given.name, { timeout: 60_000 }, async (one) => {
            const { cassette } = await meetThrough(one, given);
            assert.deepEqual(cassette.outcomes, ["client_abort"]);
        }),
    )),
);

test("an upload that is not chunked as it should be never looks whole", async (t) => {
    const { answers, upstream } = await meetThrough(t, {
        serve: async (wire, { requests }) => {
            const got = await wire.request();
            requests.push(got);
            if (got.whole) await wire.send(message(ok, ["Content-Length: 0"]));
            wire.finish();
        },
        client: async ({ connect }) => {
            const wire = await connect();
            await wire.send(request("POST", "/", [isChunked]), oneChunk, "zz\r\nmore\r\n0\r\n\r\n");
            return [await wire.answer("POST")];
        },
    });
    assert.equal(answers[0].status, 400);
    assert.ok(upstream.requests.every(({ whole }) => !whole));
});

test("what follows an answer unasked is nobody's answer", async (t) => {
    const { answers } = await meetThrough(t, unasked);
    assert.deepEqual(answers.map(({ data }) => data.toString()), ["/first", "/second", "/third"]);
});

test("a POST that may have been heard is not sent twice", async (t) => {
    const { answers, upstream, cassette } = await meetThrough(t, leavesAtPost);
    assert.equal(answers[0].status, 200);
    assertFailure(answers[1], 502);
    assert.deepEqual(upstream.requests.map(({ method }) => method), ["GET", "POST"]);
    assert.deepEqual(cassette.outcomes, ["ok", "reset"]);
});
