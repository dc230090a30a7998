// SPDX-License-Identifier: MIT
// Every case is met twice, straight and through the recorder. Client and upstream must not be able to tell
// which it was, and the cassette must hold what happened.
import assert from "node:assert/strict";
import { test } from "node:test";

import { assertSameAnswer, assertSameRequest } from "./compare.mjs";
import { assertRecorded, readCassette } from "./cassette.mjs";
import { startRecorder } from "./recorder.mjs";
import { always, startUpstream } from "./upstream.mjs";
import { connectTo, request } from "./wire.mjs";

const caseMs = 60_000;

/** The client of a case that names none: one request, one answer. */
export async function ask({ connect }, { method = "GET", send = request(method, "/") }) {
    const wire = await connect();
    await wire.send(send);
    return [await wire.answer(method)];
}

const byTarget = (a, b) => (a.target < b.target ? -1 : 1);

/** Meets the upstream at `url`: its answers, in the order of the client's requests. */
export async function meet(upstream, url, { client = ask, ...rest }) {
    const wires = [];
    const connect = async () => {
        const wire = await connectTo(url);
        wires.push(wire);
        return wire;
    };
    try {
        return await client({ connect, upstream, meeting: upstream.meeting, url }, rest);
    } finally {
        for (const wire of wires) wire.close();
    }
}

async function meetStraight(t, given) {
    const upstream = await startUpstream(t, given.serve ?? always(given.answer));
    const answers = await meet(upstream, upstream.url, given);
    return { answers, upstream };
}

/** Through a recorder, to its end: the answers, what the upstream saw, and what is in the cassette. */
export async function meetThrough(t, given) {
    const upstream = await startUpstream(t, given.serve ?? always(given.answer));
    const recorder = await startRecorder(t, given.at ?? upstream.url, { args: given.args, env: given.env });
    const answers = await meet(upstream, recorder.url, given);
    await recorder.stopOnce();
    return { answers, upstream, recorder, cassette: await readCassette(recorder.cassette) };
}

/** Pairs of what was seen on both ways; with `anyOrder`, by the requests' targets. */
function pairs(through, straight, anyOrder) {
    assert.equal(through.length, straight.length);
    const [a, b] = [through, straight].map((list) => (anyOrder ? [...list].sort(byTarget) : list));
    return a.map((one, i) => [one, b[i]]);
}

async function check(t, given) {
    const straight = await meetStraight(t, given);
    const through = await meetThrough(t, given);
    assert.equal(through.answers.length, straight.answers.length);
    through.answers.forEach((answer, i) => assertSameAnswer(answer, straight.answers[i]));
    for (const [got, expected] of pairs(through.upstream.requests, straight.upstream.requests, given.anyOrder)) {
        assertSameRequest(got, expected, through.upstream.host);
    }
    assertRecorded(through.cassette, {
        requests: straight.upstream.requests,
        answers: straight.answers,
        ...given,
    });
    await given.then?.({ straight, through });
}

/** Runs a list of cases: `{ name, send | client, answer | serve, args, outcomes, anyOrder, then }`. */
export function fidelity(name, cases) {
    test(name, { concurrency: 4 }, (t) =>
        Promise.all(cases.map((given) =>
            t.test(given.name, { timeout: caseMs }, (one) => check(one, given)),
        )),
    );
}
