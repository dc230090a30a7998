// SPDX-License-Identifier: MIT
// Upstreams that are dead, slow, broken or lying, and clients that leave: what the client is told, and
// what the cassette says of it. There is nothing here to compare with, as a recorder can only do better.
import assert from "node:assert/strict";
import { test } from "node:test";

import { assertFailure } from "./support/compare.mjs";
import { meetThrough } from "./support/fidelity.mjs";
import { answering, deadPort } from "./support/upstream.mjs";
import { chunked, message, request } from "./support/wire.mjs";

const ok = "HTTP/1.1 200 OK";
const isChunked = "Transfer-Encoding: chunked";
const withLength = (length) => message(ok, [`Content-Length: ${length}`]);
const oneChunk = chunked(["part"]).subarray(0, -5);
const silent = ["--upstream-timeout", "500ms"];

/** What an upstream does once it has a request: a list of sendings, and how it ends. */
const doing = (parts, end = () => {}) => ({
    serve: answering(async (wire) => {
        for (const part of parts) await wire.send(part);
        await end(wire);
    }),
});

/** The same, but it ends when the client has seen all of it: what is on its way when a reset comes is lost. */
const doingOnceSeen = (parts, end) => ({
    serve: answering(async (wire, _request, { meeting }) => {
        for (const part of parts) await wire.send(part);
        await meeting.heard("part");
        await end(wire);
    }),
    client: async ({ connect, meeting }) => {
        const wire = await connect();
        await wire.send(request("GET", "/"));
        const { interim, head } = await wire.heads();
        const seen = Buffer.concat([await wire.take(1), await wire.some()]);
        meeting.tell("part");
        const data = Buffer.concat([seen, await wire.rest()]);
        return [{ interim, ...head, data, ending: wire.ending }];
    },
});

const fin = (wire) => wire.finish();
const reset = (wire) => wire.reset();

/** No answer of the upstream's: `status` and `outcome` say what became of it. */
const refused = [
    { name: "a reset instead of an answer", ...doing([], reset), outcome: "reset" },
    { name: "the connection's end instead of an answer", ...doing([], fin), outcome: "reset" },
    { name: "an end within the status line", ...doing(["HTTP/1.1 20"], fin), outcome: "reset" },
    { name: "an end within the fields", ...doing([`${ok}\r\nX-One: 1\r\nX-Tw`], fin), outcome: "reset" },
    { name: "a reset within the fields", ...doing([`${ok}\r\nX-One: 1\r\n`], reset), outcome: "reset" },
    { name: "something that is not HTTP", ...doing(["SSH-2.0-OpenSSH_9.2\r\n"], fin), outcome: "reset" },
    {
        name: "bytes of chance",
        ...doing([Buffer.from("\x00\xff\x16\x03\x01\r\n\r\n", "latin1")], fin),
        outcome: "reset",
    },
    {
        name: "two lengths",
        ...doing([message(ok, ["Content-Length: 4", "Content-Length: 5"], "part")]),
        outcome: "reset",
    },
    { name: "a length that is none", ...doing([message(ok, ["Content-Length: 4x"], "part")]), outcome: "reset" },
    { name: "a length below nothing", ...doing([message(ok, ["Content-Length: -1"], "part")]), outcome: "reset" },
    {
        name: "a length and chunks",
        ...doing([message(ok, ["Content-Length: 4", isChunked], chunked(["part"]))]),
        outcome: "reset",
    },
    { name: "a head without an end", ...doing([`${ok}\r\n${"X-More: of it\r\n".repeat(100_000)}`]), outcome: "reset" },
    { name: "silence", args: silent, ...doing([]), status: 504, outcome: "timeout" },
    { name: "silence after half a head", args: silent, ...doing([`${ok}\r\nX-One:`]), status: 504, outcome: "timeout" },
    {
        name: "silence after an interim answer",
        args: silent,
        ...doing([message("HTTP/1.1 103 Early Hints", ["Link: </a>"])]),
        status: 504,
        outcome: "timeout",
    },
];

test("instead of an answer", { concurrency: 4 }, (t) =>
    Promise.all(refused.map((given) =>
        t.test(given.name, { timeout: 60_000 }, async (one) => {
            const { answers, cassette } = await meetThrough(one, given);
            assertFailure(answers[0], given.status ?? 502);
            assert.deepEqual(cassette.outcomes, [given.outcome]);
            assert.equal(cassette.exchanges[0].response, undefined);
            assert.notEqual(cassette.exchanges[0].note, undefined);
        }),
    )),
);

/** An answer that does not come to its end: what came is passed on, and the client can tell that it is not whole. */
const broken = [
    { name: "a reset in mid-body", ...doingOnceSeen([withLength(100), "part"], reset), outcome: "reset" },
    { name: "an end in mid-body", ...doing([withLength(100), "part"], fin), outcome: "truncated" },
    { name: "a reset between chunks", ...doingOnceSeen([message(ok, [isChunked]), oneChunk], reset), outcome: "reset" },
    { name: "an end between chunks", ...doing([message(ok, [isChunked]), oneChunk], fin), outcome: "truncated" },
    { name: "an end within a chunk", ...doing([message(ok, [isChunked]), "64\r\npart"], fin), outcome: "truncated" },
    {
        name: "an end before the trailers' end",
        ...doing([message(ok, [isChunked]), oneChunk, "0\r\nX-Sum: 1\r\n"], fin),
        outcome: "truncated",
    },
    {
        name: "a chunk whose size is none",
        ...doingOnceSeen([message(ok, [isChunked]), oneChunk], (wire) => wire.send("zz\r\nmore\r\n")),
        outcome: "reset",
    },
    {
        name: "a chunk that is longer than it says",
        ...doingOnceSeen([message(ok, [isChunked]), oneChunk], (wire) => wire.send("2\r\nmore\r\n0\r\n\r\n")),
        outcome: "reset",
    },
    {
        name: "a reset of what ends with its connection",
        ...doingOnceSeen([message(ok, ["Connection: close"]), "part"], reset),
        endsBy: "reset",
        outcome: "reset",
    },
    {
        name: "silence in mid-body",
        args: silent,
        ...doing([withLength(100), "part"]),
        outcome: "timeout",
    },
];

test("in mid-answer", { concurrency: 4 }, (t) =>
    Promise.all(broken.map((given) =>
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
    const { answers } = await meetThrough(t, {
        serve: answering(async (wire, { target }) => {
            await wire.send(
                message(ok, [`Content-Length: ${target.length}`], target),
                message(ok, ["Content-Length: 5"], "stray"),
            );
        }),
        client: async ({ connect }) => {
            const wire = await connect();
            const answers = [];
            for (const target of ["/first", "/second", "/third"]) {
                await wire.send(request("GET", target));
                answers.push(await wire.answer());
            }
            return answers;
        },
    });
    assert.deepEqual(answers.map(({ data }) => data.toString()), ["/first", "/second", "/third"]);
});

test("a POST that may have been heard is not sent twice", async (t) => {
    const { answers, upstream, cassette } = await meetThrough(t, {
        serve: answering(async (wire, { method }) => {
            if (method === "GET") await wire.send(message(ok, ["Content-Length: 0"]));
            else wire.finish();
        }),
        client: async ({ connect }) => {
            const wire = await connect();
            await wire.send(request("GET", "/"));
            const first = await wire.answer();
            await wire.send(request("POST", "/", ["Content-Length: 5"], "hello"));
            return [first, await wire.answer("POST")];
        },
    });
    assert.equal(answers[0].status, 200);
    assertFailure(answers[1], 502);
    assert.deepEqual(upstream.requests.map(({ method }) => method), ["GET", "POST"]);
    assert.deepEqual(cassette.outcomes, ["ok", "reset"]);
});
