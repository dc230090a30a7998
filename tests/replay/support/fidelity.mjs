// SPDX-License-Identifier: MIT
// Every case is met through the recorder; then its upstream goes, and it is met in replay. The client must not
// be able to tell which it was.
import assert from "node:assert/strict";
import { test } from "node:test";

import { ask, meet, meetThrough } from "../../record/support/fidelity.mjs";
import { assertReplayed } from "./likeness.mjs";
import { sourceOf, startReplay, strictly } from "./replay.mjs";

const caseMs = 60_000;

/** Node.js takes bytes and a reset that come at once for bytes and an end; but what was reset takes no more bytes. */
const endingOf = async (wire) => (wire.ending !== "fin" || (await wire.send("x")) ? wire.ending : "reset");

/** The same client, which looks twice at how its answer broke off. */
const lookingTwice = ({ client = ask, ...given }) => ({
    ...given,
    client: async ({ connect, ...context }, rest) => {
        const wires = [];
        const connectAndKeep = async () => wires[wires.push(await connect()) - 1];
        const answers = await client({ ...context, connect: connectAndKeep }, rest);
        for (const answer of answers) if (answer.ending) answer.ending = await endingOf(wires[0]);
        return answers;
    },
});

/** In replay nobody is at the other end to be waited for. */
const nobody = { accepts: 0, meeting: { tell() {}, heard: async () => {} } };

const byTarget = (a, b) => (a.request.target < b.request.target ? -1 : 1);

/** Each recording has been played, and once. */
function assertEachOnce(answers) {
    const seqs = answers.filter(({ fields }) => fields).map((answer) => sourceOf(answer));
    const all = seqs.map((_source, i) => `replay;seq=${i + 1}`);
    assert.deepEqual(seqs.sort(), all.sort());
}

/** Records a case, and plays it: what the client saw each time, and from whom. */
async function check(t, written) {
    const given = lookingTwice(written);
    const { answers, upstream, recorder, cassette } = await meetThrough(t, given);
    await upstream.close();
    const replay = await startReplay(t, recorder.cassette, { args: strictly });
    const host = new URL(replay.url).host;
    const replayed = { answers: await meet(nobody, replay.url, given), host };
    await replay.stop();
    const { exchanges } = cassette;
    const ordered = given.anyOrder ? [...exchanges].sort(byTarget) : exchanges;
    assertReplayed(replayed, { answers, host: recorder.host }, ordered);
    assertEachOnce(replayed.answers);
}

/** Runs a list of cases, as the recorder's suites do. */
export function replayFidelity(name, cases) {
    test(name, { concurrency: 4 }, (t) =>
        Promise.all(cases.map((given) =>
            t.test(given.name, { timeout: caseMs }, (one) => check(one, given)),
        )),
    );
}
