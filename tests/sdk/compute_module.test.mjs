// SPDX-License-Identifier: MIT
// @palantir/compute-module: the SDK's own module process against a runtime of ours.
import assert from "node:assert/strict";
import { test } from "node:test";

import { demo, jobsPath, runtimesPath, startEmulator } from "./support/emulator.mjs";
import { createRuntime, startModule } from "./support/module.mjs";

const app = "ri.foundry.main.deployed-app.functions";

async function startAll(t, { replicas = 1 } = {}) {
    const emulator = await startEmulator(t, { seed: demo.seed });
    const connection = await createRuntime(emulator, {
        runtimeId: "functions",
        deployedAppRid: app,
        pollTimeout: "100ms", // until a poll has ended, the SDK does not call itself responsive
    });
    for (let i = 0; i < replicas; i++) {
        await startModule(t, connection);
    }
    return emulator;
}

function execute(emulator, queryType, query = {}) {
    return emulator.fetch("POST", `${jobsPath}/compute-modules/jobs/execute`, {
        token: demo.token,
        json: { deployedAppRid: app, deployedAppBranch: "master", queryType, query },
    });
}

function submit(emulator, queryType, query = {}) {
    return emulator.ask("POST", `${jobsPath}/deployed-apps/jobs`, {
        token: demo.token,
        json: { deployedAppRid: app, deployedAppBranch: "master", queryType, query },
    });
}

async function finish(emulator, job) {
    let status = job.status;
    while (status.type === "queued" || status.type === "inProgress") {
        status = await emulator.ask("GET", `${jobsPath}/jobs/${job.id}/status`, { token: demo.token });
    }
    return status;
}

async function result(emulator, job) {
    const response = await emulator.fetch("PUT", `${jobsPath}/jobs/result/v2`, {
        token: demo.token,
        json: job,
    });
    assert.equal(response.status, 200);
    assert.equal(response.headers.get("content-type"), "application/octet-stream");
    return response.text();
}

test("a function's result is the answer to an execute", async (t) => {
    const emulator = await startAll(t);
    const response = await execute(emulator, "add", { a: 40, b: 2 });
    assert.equal(response.status, 200);
    assert.equal(response.headers.get("content-type"), "application/octet-stream");
    assert.equal(await response.text(), "42");
});

test("a job that is submitted can be followed to its result", async (t) => {
    const emulator = await startAll(t);
    const job = await submit(emulator, "add", { a: 1, b: 2 });
    assert.equal(typeof job.jobHandle, "string");
    assert.equal((await finish(emulator, job)).type, "succeeded");
    assert.equal(await result(emulator, job), "3");
});

test("what a function throws is a result like any other", async (t) => {
    const emulator = await startAll(t);
    const response = await execute(emulator, "fail");
    assert.equal(response.status, 200);
    assert.deepEqual(await response.json(), { error: "TypeError", reason: "bad" });
    const job = await submit(emulator, "fail");
    assert.equal((await finish(emulator, job)).type, "succeeded");
});

test("a function without a value has an empty result", async (t) => {
    const emulator = await startAll(t);
    const response = await execute(emulator, "nothing");
    assert.equal(response.status, 200);
    assert.equal(await response.text(), "");
});

test("a stream arrives byte for byte", async (t) => {
    const written = '{"big":12345678901234567890,"huge":1e400,"one":1.0,"a":"\\u00e9"}\n[]';
    const emulator = await startAll(t);
    assert.equal(await (await execute(emulator, "stream")).text(), written);
    const job = await submit(emulator, "stream");
    await finish(emulator, job);
    assert.equal(await result(emulator, job), written);
});

test("a stream's first chunk is there before the function goes on", async (t) => {
    const emulator = await startAll(t);
    const response = await execute(emulator, "held");
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    assert.deepEqual(await reader.read(), { done: false, value: '{"n":1}' });
    await execute(emulator, "release");
    assert.deepEqual(await reader.read(), { done: false, value: '{"n":2}' });
    assert.equal((await reader.read()).done, true);
});

test("the schemas of the definitions are reported", async (t) => {
    const emulator = await startAll(t);
    await execute(emulator, "add", { a: 0, b: 0 });
    const float = { type: "float", float: {} };
    const { schemas } = await emulator.ask("GET", `${runtimesPath}/functions`);
    assert.deepEqual(schemas, [
        {
            functionName: "add",
            inputs: [
                { name: "a", required: true, dataType: float, constraints: [] },
                { name: "b", required: true, dataType: float, constraints: [] },
            ],
            output: { type: "single", single: { dataType: float } },
        },
    ]);
});

test("two replicas share the jobs, and each job runs once", async (t) => {
    const emulator = await startAll(t, { replicas: 2 });
    const tickets = Array.from({ length: 40 }, (_, ticket) => ticket);
    const answers = await Promise.all(
        tickets.map(async (ticket) => (await execute(emulator, "who", { ticket })).json()),
    );
    assert.deepEqual(answers.map(({ ticket }) => ticket), tickets);
    assert.equal(new Set(answers.map(({ pid }) => pid)).size, 2);
    const { jobs } = await emulator.ask("GET", `${runtimesPath}/functions/jobs`);
    assert.equal(jobs.length, tickets.length);
});
