// SPDX-License-Identifier: MIT
// Faults in front of the recorder: they are the client's to see, and never the upstream's doing.
import assert from "node:assert/strict";
import { test } from "node:test";

import { readCassette } from "./support/cassette.mjs";
import { startRecorder } from "./support/recorder.mjs";
import { answering, startUpstream } from "./support/upstream.mjs";
import { chunked, connectTo, message, request, valueOf } from "./support/wire.mjs";

const text = "0123456789";
const ok = "HTTP/1.1 200 OK";
const chunks = chunked(["0123", "456", "789"], ["X-Sum: 10"]);
const answers = {
    "/length": message(ok, [`Content-Length: ${text.length}`], text),
    "/chunks": message(ok, ["Transfer-Encoding: chunked"], chunks),
    "/close": message(ok, ["Connection: close"], text),
};

const serveAll = answering(async (wire, { target }) => {
    await wire.send(answers[target]);
    if (target === "/close") wire.finish();
});

async function start(t, serve = serveAll) {
    const upstream = await startUpstream(t, serve);
    const recorder = await startRecorder(t, upstream.url);
    return { upstream, recorder };
}

async function inject(recorder, fault) {
    const answer = await fetch(new URL("/_emulate/faults", recorder.url), {
        method: "POST", body: JSON.stringify(fault),
    });
    assert.equal(answer.status, 201, await answer.text());
}

async function ask(recorder, target, fields = []) {
    const wire = await connectTo(recorder.url);
    await wire.send(request("GET", target, fields));
    const answer = await wire.answer();
    wire.close();
    return answer;
}

const sourceOf = ({ fields }) => valueOf(fields, "x-foundry-emulator");

test("what is answered by a fault does not reach the upstream, and is not recorded", async (t) => {
    const { upstream, recorder } = await start(t);
    await inject(recorder, { path: "/length", status: 503 });
    await inject(recorder, { path: "/chunks", expiredToken: true });
    await inject(recorder, { path: "/close", reset: true });

    const refused = await ask(recorder, "/length", ["Origin: http://app.example"]);
    assert.deepEqual([refused.status, sourceOf(refused)], [503, "emulate;fault=1"]);
    assert.equal(valueOf(refused.fields, "access-control-allow-origin"), "http://app.example");
    const expired = await ask(recorder, "/chunks", ["Authorization: Bearer some-token"]);
    assert.deepEqual([expired.status, JSON.parse(expired.data).parameters], [401, { error: "EXPIRED" }]);
    assert.equal((await ask(recorder, "/close")).ending, "reset");
    assert.equal(upstream.requests.length, 0);

    assert.equal((await ask(recorder, "/chunks")).status, 200); // it shows no token
    await recorder.stopOnce();
    const { exchanges } = await readCassette(recorder.cassette);
    assert.deepEqual(exchanges.map(({ request: { target } }) => target), ["/chunks"]);
    assert.ok(!recorder.stderr.includes("some-token"));
});

const impairments = {
    "cut short": {
        fault: { truncate: 5 },
        seen: ({ data, whole }) => assert.deepEqual([data.toString(), whole], ["01234", false]),
    },
    "cut to nothing": {
        fault: { truncate: 0 },
        seen: ({ status, data, whole }) => assert.deepEqual([status, data.toString(), whole], [200, "", false]),
    },
    "not cut, being shorter": {
        fault: { truncate: 10 },
        seen: ({ data, whole }) => assert.deepEqual([data.toString(), whole], [text, true]),
    },
    dripping: {
        fault: { drip: { bytes: 3, every: "1ms" } },
        seen: ({ data, whole }) => assert.deepEqual([data.toString(), whole], [text, true]),
    },
    lost: {
        fault: { reset: "answer" },
        seen: ({ status, ending }) => assert.deepEqual([status, ending], [undefined, "reset"]),
    },
};

for (const [what, { fault, seen }] of Object.entries(impairments)) {
    test(`an answer that is ${what} for its client is recorded as the upstream gave it`, async (t) => {
        const { recorder } = await start(t);
        await inject(recorder, { path: "/**", ...fault });
        for (const target of Object.keys(answers)) {
            const answer = await ask(recorder, target);
            seen(answer);
            if (answer.fields) assert.equal(sourceOf(answer), "record;fault=1");
        }
        await recorder.stopOnce();
        const { exchanges } = await readCassette(recorder.cassette);
        assert.deepEqual(
            exchanges.map(({ request: { target }, outcome, response }) => [target, outcome, response.data.toString()]),
            Object.keys(answers).map((target) => [target, "ok", text]),
        );
        assert.deepEqual(exchanges[1].response.trailers, [["X-Sum", "10"]]);
    });
}

test("a client that waits to be told to go on is told, also where its answer will be lost", async (t) => {
    let body;
    const { recorder } = await start(t, async (wire) => {
        const head = await wire.requestHead();
        await wire.send(message("HTTP/1.1 100 Continue", []));
        body = await wire.body(head.fields, { otherwise: "none" });
        await wire.send(answers["/length"]);
    });
    await inject(recorder, { path: "/**", reset: "answer" });
    const wire = await connectTo(recorder.url);
    await wire.send(request("POST", "/length", ["Expect: 100-continue", "Content-Length: 4"]));
    assert.equal((await wire.answerHead())?.status, 100);
    await wire.send("body");
    assert.equal(await wire.ended, "reset");
    wire.close();
    assert.equal(body.data.toString(), "body");
});

test("a client is cut off at once, however long the upstream still has to say", async (t) => {
    const { upstream, recorder } = await start(t, answering(async (wire, _request, { meeting }) => {
        await wire.send(message(ok, ["Transfer-Encoding: chunked"], "3\r\nabc\r\n3\r\ndef\r\n"));
        await meeting.heard("cut off");
        await wire.send("3\r\nghi\r\n0\r\n\r\n");
        meeting.tell("said");
    }));
    await inject(recorder, { path: "/**", truncate: 4, count: 1 });
    const { data, ending } = await ask(recorder, "/stream");
    assert.deepEqual([data.toString(), ending], ["abcd", "fin"]);
    upstream.meeting.tell("cut off");
    await upstream.meeting.heard("said");
    assert.equal((await ask(recorder, "/stream")).data.toString(), "abcdefghi");
    await recorder.stopOnce();
    const { exchanges } = await readCassette(recorder.cassette);
    assert.deepEqual(exchanges.map(({ outcome, response }) => [outcome, response.data.toString()]), [
        ["ok", "abcdefghi"], ["ok", "abcdefghi"],
    ]);
});

test("a request that was kept waiting is passed on as it came", async (t) => {
    const { upstream, recorder } = await start(t);
    await inject(recorder, { path: "/**", latency: "1ms", jitter: "1ms" });
    const wire = await connectTo(recorder.url);
    const body = chunked(["some", ["5;x=y", "thing"]], ["X-After: all"]);
    await wire.send(request("POST", "/length", ["Transfer-Encoding: chunked"]), body.subarray(0, 9));
    await wire.send(body.subarray(9));
    const answer = await wire.answer();
    assert.deepEqual([answer.data.toString(), sourceOf(answer)], [text, "record;fault=1"]);
    await wire.send(request("GET", "/length"));
    assert.equal((await wire.answer()).data.toString(), text);
    wire.close();
    const [{ data, sizes, trailers }] = upstream.requests;
    assert.deepEqual([data.toString(), sizes, trailers], ["something", ["4", "5;x=y", "0"], [["X-After", "all"]]]);
    await recorder.stopOnce();
    const { exchanges } = await readCassette(recorder.cassette);
    assert.deepEqual(exchanges.map(({ outcome, request: { data: sent } }) => [outcome, sent.toString()]), [
        ["ok", "something"], ["ok", ""],
    ]);
});
