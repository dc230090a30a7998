// SPDX-License-Identifier: MIT
// From recordings to emulation without a seam: a job that was submitted in a recording goes on, whatever of it was
// recorded besides.
import assert from "node:assert/strict";
import { test } from "node:test";

import { readCassette } from "../record/support/cassette.mjs";
import { demo, jobsPath, runtimesPath } from "../sdk/support/emulator.mjs";
import { without } from "./support/cassettes.mjs";
import { missOf, recordStack, sourceOf, startReplay, strictly } from "./support/replay.mjs";

const polls = { runtime: `${runtimesPath}/${demo.runtime}`, sidecar: "/interactive-module/api/internal-query" };
const asModule = { headers: { "Module-Auth-Token": demo.moduleToken } };
const asked = { token: demo.token };
const quick = ["--status-timeout", "0", "--poll-timeout", "100ms"];

/** A caller of jobs: what it is answered, and by whom. */
class Caller {
    sources = [];

    constructor(emulator) {
        this.emulator = emulator;
    }

    async call(method, path, rest = {}) {
        const answer = await this.emulator.fetch(method, `${jobsPath}${path}`, { ...asked, ...rest });
        this.sources.push(sourceOf(answer));
        return answer;
    }

    async json(method, path, rest) {
        const answer = await this.call(method, path, rest);
        assert.equal(answer.status, 200, await answer.clone().text());
        return answer.json();
    }

    submit() {
        return this.json("POST", "/deployed-apps/jobs", {
            json: { deployedAppRid: demo.app, deployedAppBranch: "master", queryType: "add", query: { a: 40, b: 2 } },
        });
    }

    async status({ id }) {
        return (await this.json("GET", `/jobs/${id}/status`)).type;
    }

    result({ id }) {
        return this.call("GET", `/jobs/${id}/result`);
    }

    async cancel({ id }) {
        const answer = await this.call("DELETE", `/jobs/${id}`);
        assert.ok([200, 204].includes(answer.status), await answer.text());
    }
}

/** The calls that send the job back: by its handle, or by its id. */
class SendingCaller extends Caller {
    async status({ jobHandle }) {
        return (await this.json("PUT", "/jobs/status/v3", { json: { jobHandle } })).type;
    }

    result({ id }) {
        return this.call("PUT", "/jobs/result/v2", { json: { id } });
    }

    async cancel({ id }) {
        const answer = await this.call("DELETE", "/jobs/v3", { json: { id } });
        assert.ok([200, 204].includes(answer.status), await answer.text());
    }
}

const statuses = /\/status(\/v3)?$/;
const statusesAndResults = /\/(status|result)(\/v[23])?$/;

/** Whatever holds for a job that is named in the path holds for one that is sent back. */
function testEach(name, body) {
    test(name, (t) => body(t, Caller));
    test(`${name} (sent back)`, (t) => body(t, SendingCaller));
}

/** What a module does with its next job. */
async function serve(emulator, base, text) {
    const job = await emulator.ask("GET", `${base}/job`, asModule);
    const { jobId } = job.computeModuleJobV1;
    const answer = await emulator.fetch("POST", `${base}/results/${jobId}`, { ...asModule, body: text });
    assert.equal(answer.status, 204);
    return job.computeModuleJobV1;
}

/** Submits a job and follows it to its result; the module meets the stack itself. */
async function follow(recorder, stack, By = Caller) {
    const caller = new By(recorder);
    const job = await caller.submit();
    assert.equal(await caller.status(job), "queued");
    await serve(stack, polls.runtime, "42");
    assert.equal(await caller.status(job), "succeeded");
    assert.equal(await (await caller.result(job)).text(), "42");
    return job;
}

const recordJob = (t, work = follow, By = Caller) =>
    recordStack(t, (recorder, stack) => work(recorder, stack, By), { args: quick });

/** The numbers of the exchanges with such a target. */
async function numbersOf(cassette, pattern) {
    const { exchanges } = await readCassette(cassette);
    return exchanges.flatMap(({ request }, i) => (pattern.test(`${request.method} ${request.target}`) ? [i + 1] : []));
}

/** Records a job, drops what fits, and starts the replay of the rest. */
async function replayWithout(t, pattern, { work, By = Caller, args = [], seed = demo.seed } = {}) {
    const { seen, cassette } = await recordJob(t, work, By);
    const numbers = await numbersOf(cassette, pattern);
    assert.notEqual(numbers.length, 0);
    const replay = await startReplay(t, await without(t, cassette, ...numbers), { seed, args: [...quick, ...args] });
    return { job: seen, replay, caller: new By(replay) };
}

testEach("a job is replayed from its submit to its result", async (t, By) => {
    const { seen, cassette } = await recordJob(t, follow, By);
    const replay = await startReplay(t, cassette, { seed: demo.seed, args: strictly });
    const caller = new By(replay);
    assert.deepEqual(await caller.submit(), seen);
    assert.deepEqual([await caller.status(seen), await caller.status(seen)], ["queued", "succeeded"]);
    assert.equal(await (await caller.result(seen)).text(), "42");
    assert.deepEqual(caller.sources, [1, 2, 3, 4].map((seq) => `replay;seq=${seq}`));
    await replay.stop();
});

testEach("without its states: it has succeeded, as there is a result", async (t, By) => {
    const { caller } = await replayWithout(t, statuses, { By });
    const job = await caller.submit();
    const answer = await caller.call("GET", `/jobs/${job.id}/status`);
    assert.equal((await answer.json()).type, "succeeded");
    assert.equal(await (await caller.result(job)).text(), "42");
    assert.deepEqual(caller.sources, ["replay;seq=1", `emulate;miss=${missOf(answer)}`, "replay;seq=2"]);
});

test("without its result: the states that were recorded say that it has one, and the miss that it has not", async (t) => {
    const { caller } = await replayWithout(t, /\/result$/);
    const job = await caller.submit();
    assert.deepEqual([await caller.status(job), await caller.status(job)], ["queued", "succeeded"]);
    const answer = await caller.result(job);
    const id = missOf(answer);
    assert.ok(answer.status >= 500, `${answer.status}`);
    assert.ok((await answer.text()).includes(id));
});

testEach("without anything but its submit: a live module computes it", async (t, By) => {
    for (const base of Object.values(polls)) {
        const { replay, caller, job: recorded } = await replayWithout(t, statusesAndResults, { By });
        const job = await caller.submit();
        assert.equal(job.id, recorded.id);
        assert.equal(await caller.status(job), "queued");
        const taken = await serve(replay, base, "live");
        assert.deepEqual([taken.jobId, taken.queryType, taken.query], [job.id, "add", { a: 40, b: 2 }]);
        assert.equal(await caller.status(job), "succeeded");
        assert.equal(await (await caller.result(job)).text(), "live");
    }
});

/** Here the module meets the recorder, so that what it does is recorded, too. */
async function followBoth(recorder) {
    const caller = new Caller(recorder);
    const job = await caller.submit();
    await serve(recorder, polls.sidecar, "42");
    assert.equal(await (await caller.result(job)).text(), "42");
    return job;
}

test("without its result: it is what its module posted", async (t) => {
    const { caller } = await replayWithout(t, /GET .*\/result$/, { work: followBoth });
    const job = await caller.submit();
    const answer = await caller.result(job);
    missOf(answer, "emulate");
    assert.equal(await answer.text(), "42");
});

test("a job that nobody submitted is nobody's", async (t) => {
    const { caller } = await replayWithout(t, /\/(status|result)$/);
    const answer = await caller.call("GET", "/jobs/00000000-0000-4000-8000-000000000000/status");
    missOf(answer, "emulate");
    assert.equal(answer.status, 404);
});

testEach("a job that is canceled in emulation is emulation's from then on", async (t, By) => {
    const { seen: job, cassette } = await recordJob(t, follow, By);
    const replay = await startReplay(t, cassette, { seed: demo.seed, args: quick });
    const caller = new By(replay);
    await caller.submit();
    assert.equal(await caller.status(job), "queued");
    await caller.cancel(job);
    assert.equal(await caller.status(job), "canceled");
    const result = await caller.result(job);
    assert.ok(result.status >= 400, `${result.status}`);
    assert.equal(await caller.status(job), "canceled");
    const [submitted, queued, ...rest] = caller.sources;
    assert.deepEqual([submitted, queued], ["replay;seq=1", "replay;seq=2"]);
    for (const source of rest) assert.match(source, /^emulate/);
});

async function cancelIt(recorder, stack, By) {
    const caller = new By(recorder);
    const job = await caller.submit();
    await caller.cancel(job);
    assert.equal(await caller.status(job), "canceled");
    return job;
}

testEach("a cancel is replayed, and without its states the job is canceled all the same", async (t, By) => {
    const { caller } = await replayWithout(t, statuses, { work: cancelIt, By });
    const job = await caller.submit();
    await caller.cancel(job);
    assert.deepEqual(caller.sources, ["replay;seq=1", "replay;seq=2"]);
    assert.equal(await caller.status(job), "canceled");
});

testEach("without its cancel: emulation cancels it, and its recorded states fit", async (t, By) => {
    const { caller } = await replayWithout(t, /^DELETE /, { work: cancelIt, By });
    const job = await caller.submit();
    await caller.cancel(job);
    assert.match(caller.sources[1], /^emulate;miss=/);
    assert.equal(await caller.status(job), "canceled");
});

test("with --on-miss fail nothing is continued", async (t) => {
    const { caller } = await replayWithout(t, /\/status$/, { args: ["--on-miss", "fail"] });
    const job = await caller.submit();
    const answer = await caller.call("GET", `/jobs/${job.id}/status`);
    missOf(answer, "fail");
    assert.equal(answer.status, 501);
});

test("after a reset the job is the recording's again", async (t) => {
    const { seen: job, cassette } = await recordJob(t);
    const replay = await startReplay(t, cassette, { seed: demo.seed, args: quick });
    const caller = new Caller(replay);
    await caller.submit();
    await caller.cancel(job);
    await replay.ask("POST", "/_emulate/reset", { status: 204 });
    caller.sources = [];
    await caller.submit();
    assert.deepEqual([await caller.status(job), await caller.status(job)], ["queued", "succeeded"]);
    assert.deepEqual(caller.sources, [1, 2, 3].map((seq) => `replay;seq=${seq}`));
});

test("a route that emulation does not have is a miss that says so", async (t) => {
    const { replay } = await replayWithout(t, /\/status$/);
    const answer = await replay.fetch("GET", "/foundry-metadata/api/unknown", asked);
    assert.equal(answer.status, 501);
    const id = missOf(answer, "fail");
    assert.match(answer.headers.get("content-type"), /^application\/problem\+json/);
    assert.equal((await answer.json()).id, id);
});
