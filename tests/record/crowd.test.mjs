// SPDX-License-Identifier: MIT
// More requests at once than there are connections to the upstream: the rest wait in line.
import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";

import { atEnd } from "../sdk/support/at_end.mjs";
import { exchangesOf, framesOf } from "./support/cassette.mjs";
import { startRecorder } from "./support/recorder.mjs";
import { answering, startUpstream } from "./support/upstream.mjs";
import { connectTo, message, request } from "./support/wire.mjs";

const connections = 1024; // FE_LIMIT_UPSTREAM_CONNECTIONS
const answer = message("HTTP/1.1 200 OK", ["Content-Length: 2"], "ok");

/** Asks for `path` on a connection of its own. */
async function ask(t, recorder, path) {
    const wire = await connectTo(recorder.url);
    atEnd(t, () => wire.close());
    await wire.send(request("GET", path));
    return wire;
}

/** Until the recorder has logged something of the kind. */
async function logged(recorder, pattern) {
    while (!pattern.test(recorder.stderr)) await once(recorder.process.stderr, "data");
}

test("a request that finds all connections in use has the first that gets free", async (t) => {
    const upstream = await startUpstream(t, answering(async (wire, _request, { requests, meeting }) => {
        if (requests.length === connections) meeting.tell("full");
        await meeting.heard("go on");
        await wire.send(answer);
    }));
    const recorder = await startRecorder(t, upstream.url);
    const wires = await Promise.all(Array.from({ length: connections }, (_, i) => ask(t, recorder, `/${i}`)));
    await upstream.meeting.heard("full");

    for (const name of ["second", "third"]) wires.push(await ask(t, recorder, `/${name}`));
    const left = await ask(t, recorder, "/left");
    left.close();
    await logged(recorder, /target=\/left .*outcome=gone/);
    assert.equal(upstream.requests.length, connections);

    upstream.meeting.tell("go on");
    const answers = await Promise.all(wires.map((wire) => wire.answer()));
    assert.ok(answers.every(({ status, data }) => status === 200 && data.toString() === "ok"));
    const asked = upstream.requests.map(({ target }) => target);
    assert.deepEqual(asked.slice(connections).sort(), ["/second", "/third"]);
    assert.equal(upstream.accepts, connections);

    wires.forEach((wire) => wire.close());
    await recorder.stopOnce();
    const outcomes = exchangesOf(await framesOf(recorder.cassette)).map(({ outcome }) => outcome);
    assert.deepEqual(
        [outcomes.filter((outcome) => outcome === "ok").length, outcomes.length],
        [connections + 2, connections + 3],
    );
});
