// SPDX-License-Identifier: MIT
// Who gets which recording, and when: turns, ends, the barrier that a write is, polls, and recorded time.
import assert from "node:assert/strict";
import { test } from "node:test";

import { exchange, sealed } from "../cassette_tool/support/frames.mjs";
import { connectTo, request } from "../record/support/wire.mjs";
import { answeredAfter, cassetteOf, inTurn, numbered, streamed } from "./support/cassettes.mjs";
import { ask, missOf, sourceOf, startReplay, strictly } from "./support/replay.mjs";

const failing = ["--on-miss", "fail"];
const many = 32;

const post = (options) => ({ method: "POST", requestBody: "x", ...options });
const get = (replay, target) => ask(replay.url, "GET", target);
const write = (replay, target) => ask(replay.url, "POST", target, [], "x");

async function start(t, frames, args = failing) {
    return startReplay(t, await cassetteOf(t, frames), { args });
}

/** The texts of so many answers, asked for one after the other. */
async function texts(count, asking) {
    const answers = [];
    for (let i = 0; i < count; i++) answers.push((await asking()).text);
    return answers;
}

/** Milliseconds that something takes, and what comes of it. */
async function timed(something) {
    const start = performance.now();
    const answer = await something();
    return { answer, ms: performance.now() - start };
}

test("the k-th request gets the k-th answer", async (t) => {
    const replay = await start(t, inTurn(
        ["/count", { body: "one" }], ["/other", { body: "other" }], ["/count", { body: "two" }],
        ["/write", post({ body: "first" })], ["/count", { body: "three" }], ["/write", post({ body: "second" })],
    ), strictly);
    const answers = [];
    for (let i = 0; i < 3; i++) answers.push(await get(replay, "/count"));
    assert.deepEqual(answers.map(({ text }) => text), ["one", "two", "three"]);
    assert.deepEqual(answers.map(sourceOf), ["replay;seq=1", "replay;seq=3", "replay;seq=5"]);
    assert.equal(sourceOf(await get(replay, "/other")), "replay;seq=2");
    assert.deepEqual(await texts(2, () => write(replay, "/write")), ["first", "second"]);
    await replay.stop();
});

for (const [what, options] of [["reads", {}], ["writes", post()]]) {
    test(`of ${many} clients at once, each gets an answer of its own: ${what}`, async (t) => {
        const bodies = Array.from({ length: many }, (_, i) => `ticket ${String(i).padStart(2, "0")}`);
        const replay = await start(t, inTurn(...bodies.map((body) => ["/ticket", { ...options, body }])), strictly);
        const asking = what === "reads" ? get : write;
        const answers = await Promise.all(bodies.map(() => asking(replay, "/ticket")));
        assert.deepEqual(answers.map(({ text }) => text).sort(), bodies);
        await replay.stop();
    });
}

const twoOfEach = inTurn(
    ["/read", { body: "r1" }], ["/write", post({ body: "w1" })], ["/read", { body: "r2" }],
    ["/write", post({ body: "w2" })],
);

test("at the end, a read is answered as it was last, and a write is missed", async (t) => {
    const replay = await start(t, twoOfEach);
    assert.deepEqual(await texts(4, () => get(replay, "/read")), ["r1", "r2", "r2", "r2"]);
    assert.equal(sourceOf(await get(replay, "/read")), "replay;seq=3");
    assert.deepEqual(await texts(2, () => write(replay, "/write")), ["w1", "w2"]);
    const answer = await write(replay, "/write");
    assert.equal(answer.status, 501);
    missOf(answer, "fail");
    assert.equal(JSON.parse(answer.text).why, "used_up");
});

test("--at-end turns both round", async (t) => {
    const replay = await start(t, twoOfEach, [...failing, "--at-end", "reads=miss", "--at-end", "writes=repeat"]);
    assert.deepEqual(await texts(2, () => get(replay, "/read")), ["r1", "r2"]);
    missOf(await get(replay, "/read"), "fail");
    assert.deepEqual(await texts(4, () => write(replay, "/write")), ["w1", "w2", "w2", "w2"]);
});

test("no read is answered from beyond a write that is still to come, whatever the query", async (t) => {
    const replay = await start(t, inTurn(
        ["/thing?full=1", { body: "old" }], ["/thing?force=1", post({ body: "done" })],
        ["/thing?full=1", { body: "new" }], ["/thing?brief=1", { body: "brief" }], ["/thing/part", { body: "part" }],
    ), strictly);
    assert.deepEqual(await texts(3, () => get(replay, "/thing?full=1")), ["old", "old", "old"]);
    const early = await get(replay, "/thing?brief=1");
    missOf(early, "fail");
    assert.equal(JSON.parse(early.text).why, "too_early");
    assert.equal((await get(replay, "/thing/part")).text, "part");
    assert.equal((await write(replay, "/thing?force=1")).text, "done");
    assert.deepEqual(await texts(2, () => get(replay, "/thing?full=1")), ["new", "new"]);
    assert.equal((await get(replay, "/thing?brief=1")).text, "brief");
    await replay.stop({ code: 3 });
});

test("who reads less often than was recorded is told what was so behind the write", async (t) => {
    const replay = await start(t, inTurn(
        ["/thing", { body: "one" }], ["/thing", { body: "two" }], ["/thing", post()], ["/thing", { body: "three" }],
    ));
    assert.equal((await get(replay, "/thing")).text, "one");
    await write(replay, "/thing");
    assert.equal((await get(replay, "/thing")).text, "three");
});

const unauthorized = { status: 401, reason: "Unauthorized", body: "who?" };

test("a 401 is replayed in its turn, and not again", async (t) => {
    const replay = await start(t, inTurn(
        ["/me", unauthorized], ["/me", { body: "jane" }], ["/you", { body: "omar" }], ["/you", unauthorized],
        ["/you", post()], ["/you", { body: "omar again" }],
    ));
    assert.deepEqual(await texts(4, () => get(replay, "/me")), ["who?", "jane", "jane", "jane"]);
    assert.deepEqual(await texts(3, () => get(replay, "/you")), ["omar", "who?", "omar"]);
    await write(replay, "/you");
    assert.deepEqual(await texts(2, () => get(replay, "/you")), ["omar again", "omar again"]);
});

const jobPath = "/interactive-module/api/internal-query/job";
const pollHeaders = {
    requestHeaders: [["Host", "stack.example"], ["Module-Auth-Token", "fe~module_auth_token~k3j9k3j9k3j9k3j9"]],
};
const idle = (ms) => [jobPath, { ...pollHeaders, status: 204, reason: "No Content", ms }];
const job = (id) => [jobPath, { ...pollHeaders, body: id }];
const poll = (replay, path = jobPath) => timed(() => ask(replay.url, "GET", path, ["Module-Auth-Token: live"]));

const idleMsMin = 90; // it is held 100 ms, and clocks are not of one mind
const missMsMin = 900;

test("an idle poll is held, as long as it was or nearly", { timeout: 60_000 }, async (t) => {
    const replay = await start(t, inTurn(idle(1), job("a"), idle(120_000)));
    const first = await poll(replay);
    assert.deepEqual([first.answer.status, first.ms >= idleMsMin], [204, true], `${first.ms} ms`);
    assert.equal((await poll(replay)).answer.text, "a");
    const second = await poll(replay); // of two minutes
    assert.deepEqual([second.answer.status, second.ms >= idleMsMin], [204, true], `${second.ms} ms`);
});

test("polls that had nothing to tell a thousand times are one, and stay idle at the end", async (t) => {
    const replay = await start(t, inTurn(...Array.from({ length: 1000 }, () => idle(20)), job("a"), idle(20)), strictly);
    assert.equal((await poll(replay)).answer.status, 204);
    assert.equal((await poll(replay)).answer.text, "a");
    for (let i = 0; i < 3; i++) {
        const { answer, ms } = await poll(replay);
        assert.deepEqual([answer.status, ms >= idleMsMin], [204, true], `${ms} ms`);
    }
    await replay.stop();
});

test("of polls at once, each job goes to one, and the others are held", async (t) => {
    const replay = await start(t, inTurn(job("a"), job("b"), job("c"), idle(20)), strictly);
    const polls = await Promise.all(Array.from({ length: many }, () => poll(replay)));
    const [busy, held] = [200, 204].map((status) => polls.filter(({ answer }) => answer.status === status));
    assert.deepEqual(busy.map(({ answer }) => answer.text).sort(), ["a", "b", "c"]);
    assert.equal(held.length, many - 3);
    assert.ok(held.every(({ ms }) => ms >= idleMsMin));
    await replay.stop();
});

test("a poll that misses is held, too: clients would spin", async (t) => {
    const replay = await start(t, inTurn(job("a")), [...failing, "--at-end", "polls=miss"]);
    assert.equal((await poll(replay)).answer.text, "a");
    for (const [path, why] of [[jobPath, "used_up"], ["/job", "unknown"]]) {
        const { answer, ms } = await poll(replay, path);
        missOf(answer, "fail");
        assert.deepEqual([answer.status, JSON.parse(answer.text).why, ms >= missMsMin], [501, why, true], `${ms} ms`);
    }
});

test("a poll of a module that nobody knows is held before it is told so", { timeout: 20_000 }, async (t) => {
    const replay = await start(t, inTurn(["/a", {}]), []);
    for (const path of [jobPath, "/job"]) {
        const { answer, ms } = await poll(replay, path);
        missOf(answer, "emulate");
        assert.deepEqual([answer.status, ms >= missMsMin], [401, true], `${ms} ms`);
    }
});

const halfHour = 1800;

test("a job of half an hour is done in seconds", { timeout: 20_000 }, async (t) => {
    const status = (type) => ["/jobs/1/status", { body: `{"type":"${type}"}` }];
    const list = numbered([
        ["/jobs", post({ body: '{"id":"1"}' })], status("queued"), ...Array(30).fill(status("inProgress")),
        status("succeeded"),
    ]);
    const result = streamed(list.length + 1, "/jobs/1/result", ["part ", "by ", "part"], 60_000);
    const slow = list.map((frames, i) => answeredAfter((i * halfHour) / list.length, frames));
    const replay = await start(t, sealed([...slow, result]), strictly);
    assert.equal((await write(replay, "/jobs")).text, '{"id":"1"}');
    const seen = [];
    while (seen.at(-1) !== "succeeded") seen.push(JSON.parse((await get(replay, "/jobs/1/status")).text).type);
    assert.equal(seen.length, 32);
    const answer = await get(replay, "/jobs/1/result");
    assert.deepEqual([answer.text, answer.sizes], ["part by part", ["5", "3", "4", "0"]]);
    await replay.stop();
});

/** Milliseconds until each chunk of an answer was there, and their sizes. */
async function arrivals(url, target) {
    const wire = await connectTo(url);
    const start = performance.now();
    await wire.send(request("GET", target));
    await wire.heads();
    const seen = [];
    for (let size = -1; size !== 0; ) {
        size = Number.parseInt(await wire.line(), 16);
        await wire.take(size + 2);
        seen.push({ size, ms: performance.now() - start });
    }
    wire.close();
    return seen;
}

for (const [pace, gapMs] of [["recorded", 150], ["x10", 1500]]) {
    test(`--pace ${pace}: time passes, and the chunks are the same`, async (t) => {
        const frames = sealed([streamed(1, "/stream", ["one", "three", "seven"], gapMs)]);
        const replay = await start(t, frames, [...strictly, "--pace", pace]);
        const seen = await arrivals(replay.url, "/stream");
        assert.deepEqual(seen.map(({ size }) => size), [3, 5, 5, 0]);
        seen.slice(0, 3).forEach(({ ms }, i) => assert.ok(ms >= 150 * (i + 1) - 15, `chunk ${i} after ${ms} ms`));
        await replay.stop();
    });
}

test("an idle poll is held as long as it was, at the recorded pace", async (t) => {
    const replay = await start(t, sealed([answeredAfter(0.4, exchange(1, jobPath, idle(1)[1]))]), [
        ...strictly, "--pace", "recorded",
    ]);
    const { answer, ms } = await poll(replay);
    assert.deepEqual([answer.status, ms >= 390], [204, true], `${ms} ms`);
});

test("a reset begins all cassettes again", async (t) => {
    const one = await cassetteOf(t, inTurn(["/a", { body: "a1" }], ["/a", { body: "a2" }]), "one.cassette");
    const two = await cassetteOf(t, inTurn(["/b", post({ body: "b1" })], ["/a", { body: "a3" }]), "two.cassette");
    const replay = await startReplay(t, [one, two], { args: strictly });
    const round = async () => [...await texts(3, () => get(replay, "/a")), (await write(replay, "/b")).text];
    const first = await round();
    assert.deepEqual(first, ["a1", "a2", "a3", "b1"]);
    await replay.ask("POST", "/_emulate/reset", { status: 204 });
    const { cassettes } = await replay.ask("GET", "/_emulate/cassettes");
    assert.deepEqual(cassettes.map(({ path, exchanges, used }) => ({ path, exchanges, used })), [
        { path: one, exchanges: 2, used: 0 }, { path: two, exchanges: 2, used: 0 },
    ]);
    assert.deepEqual(await round(), first);
    await replay.stop();
});
