// SPDX-License-Identifier: MIT
// Faults in front of a replay: what they answer uses no recording, and what they do to an answer does not
// change whose turn it is.
import assert from "node:assert/strict";
import { test } from "node:test";

import { cassetteOf, inTurn } from "./support/cassettes.mjs";
import { ask, sourceOf, startReplay, strictly } from "./support/replay.mjs";

const inject = (replay, fault) => replay.ask("POST", "/_emulate/faults", { json: fault, status: 201 });
const get = (replay, target) => ask(replay.url, "GET", target);

test("an answer of a fault's own uses no recording", async (t) => {
    const cassette = await cassetteOf(t, inTurn(["/count", { body: "one" }], ["/count", { body: "two" }]));
    const replay = await startReplay(t, cassette, { args: strictly });
    await inject(replay, { path: "/count", status: 500, after: 1, count: 1 });
    const answers = [];
    for (let i = 0; i < 3; i++) answers.push(await get(replay, "/count"));
    assert.deepEqual(answers.map(sourceOf), ["replay;seq=1", "emulate;fault=1", "replay;seq=2"]);
    assert.deepEqual([answers[0].text, answers[1].status, answers[2].text], ["one", 500, "two"]);
    await replay.stop();
});

test("a recording that does not arrive was used", async (t) => {
    const cassette = await cassetteOf(t, inTurn(
        ["/count", { body: "one" }], ["/count", { body: "two" }], ["/count", { body: "three" }],
    ));
    const replay = await startReplay(t, cassette, { args: strictly });
    await inject(replay, { path: "/count", truncate: 2, count: 1 });
    await inject(replay, { path: "/count", reset: "answer", count: 1 });
    await inject(replay, { path: "/count", latency: "1ms", drip: { bytes: 1, every: "1ms" } });
    const cut = await get(replay, "/count");
    assert.deepEqual([cut.text, cut.whole, sourceOf(cut)], ["on", false, "replay;seq=1;fault=1"]);
    assert.equal((await get(replay, "/count")).ending, "reset");
    const late = await get(replay, "/count");
    assert.deepEqual([late.text, late.whole, sourceOf(late)], ["three", true, "replay;seq=3;fault=3"]);
    await replay.stop();
});

test("a write is found by its body when it was kept waiting, and a miss is still a miss", async (t) => {
    const cassette = await cassetteOf(t, inTurn(
        ["/write", { method: "POST", requestBody: "a", body: "A" }],
        ["/write", { method: "POST", requestBody: "b", body: "B" }],
    ));
    const replay = await startReplay(t, cassette);
    await inject(replay, { path: "/**", latency: "1ms" });
    const write = async (body) => ask(replay.url, "POST", "/write", [], body);
    assert.equal((await write("b")).text, "B");
    assert.equal((await write("a")).text, "A");
    const missed = await write("c");
    assert.deepEqual([missed.status, sourceOf(missed)], [501, "fail;miss=1;fault=1"]);
    const emulated = await get(replay, "/api/v2/admin/users/getCurrent");
    assert.deepEqual([emulated.status, sourceOf(emulated)], [401, "emulate;miss=2;fault=1"]);
});
