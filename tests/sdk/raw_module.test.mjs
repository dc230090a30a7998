// SPDX-License-Identifier: MIT
// A module without an SDK, to see every byte: what it is given is what the caller wrote, and what it
// posts is what the caller gets.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { test } from "node:test";

import { demo, jobsPath, runtimesPath, startEmulator } from "./support/emulator.mjs";

const runtime = `${runtimesPath}/${demo.runtime}`;
const asModule = { headers: { "Module-Auth-Token": demo.moduleToken } };

const query = '{"z":12345678901234567890, "y":1e400,\t"x":1.0,"w":"\\u00e9 \\/ é","z":[-0,0.10,[]]}';

function execute(emulator, queryText) {
    return emulator.fetch("POST", `${jobsPath}/compute-modules/jobs/execute`, {
        token: demo.token,
        headers: { "Content-Type": "application/json" },
        body: `{"deployedAppRid":"${demo.app}","deployedAppBranch":"master","queryType":"any","query":${queryText}}`,
    });
}

async function takeJob(emulator) {
    const response = await emulator.fetch("GET", `${runtime}/job`, asModule);
    assert.equal(response.status, 200);
    const text = await response.text();
    return { text, id: JSON.parse(text).computeModuleJobV1.jobId };
}

async function postResult(emulator, job, body, rest = {}) {
    const response = await emulator.fetch("POST", `${runtime}/results/${job.id}`, {
        headers: { ...asModule.headers, "Content-Type": "application/octet-stream" },
        body,
        ...rest,
    });
    assert.equal(response.status, 204);
    assert.equal(await response.text(), "");
}

test("the module is given the caller's own JSON text", async (t) => {
    const emulator = await startEmulator(t, { seed: demo.seed });
    const answer = execute(emulator, query);
    const job = await takeJob(emulator);
    assert.ok(job.text.includes(`"query":${query}`), job.text);
    const { type, computeModuleJobV1 } = JSON.parse(job.text);
    assert.equal(type, "computeModuleJobV1");
    assert.equal(computeModuleJobV1.queryType, "any");
    assert.match(computeModuleJobV1.jobId, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    assert.equal(typeof computeModuleJobV1.temporaryCredentialsAuthToken, "string");
    await postResult(emulator, job, query);
    assert.equal(await (await answer).text(), query);
});

for (const [name, bytes] of [
    ["empty", Buffer.alloc(0)],
    ["not text", Buffer.from([0, 255, 254, 13, 10, 0])],
    ["three mebibytes, kept in a file", randomBytes(3 << 20)],
]) {
    test(`a result that is ${name} comes back as it was`, async (t) => {
        const emulator = await startEmulator(t, { seed: demo.seed });
        const answer = execute(emulator, "null");
        const job = await takeJob(emulator);
        await postResult(emulator, job, bytes);
        const got = Buffer.from(await (await answer).arrayBuffer());
        assert.equal(got.length, bytes.length);
        assert.equal(sha256(got), sha256(bytes));
        const again = await emulator.fetch("PUT", `${jobsPath}/jobs/result/v2`, {
            token: demo.token,
            json: { id: job.id, status: { type: "succeeded" } },
        });
        assert.equal(sha256(Buffer.from(await again.arrayBuffer())), sha256(bytes));
    });
}

function sha256(bytes) {
    return createHash("sha256").update(bytes).digest("hex");
}

test("a result of many chunks and no known length is put together", async (t) => {
    const emulator = await startEmulator(t, { seed: demo.seed });
    const answer = execute(emulator, "null");
    const job = await takeJob(emulator);
    const chunks = Array.from({ length: 500 }, (_, i) => Buffer.from(`{"i":${i}}`));
    await postResult(emulator, job, Readable.from(chunks), { duplex: "half" });
    assert.equal(await (await answer).text(), Buffer.concat(chunks).toString());
});

test("a second result changes nothing and is no error", async (t) => {
    const emulator = await startEmulator(t, { seed: demo.seed });
    const answer = execute(emulator, "null");
    const job = await takeJob(emulator);
    await postResult(emulator, job, "first");
    await postResult(emulator, job, "second");
    assert.equal(await (await answer).text(), "first");
    const { job: kept } = await emulator.ask("GET", `${runtime}/jobs/${job.id}`);
    assert.equal(kept.result_body_utf8, "first");
});

test("a job whose caller has left is completed all the same", async (t) => {
    const emulator = await startEmulator(t, { seed: demo.seed });
    const caller = new AbortController();
    const answer = emulator.fetch("POST", `${jobsPath}/compute-modules/jobs/execute`, {
        token: demo.token,
        json: { deployedAppRid: demo.app, deployedAppBranch: "master", queryType: "any", query: {} },
        signal: caller.signal,
    });
    const job = await takeJob(emulator);
    caller.abort();
    await assert.rejects(answer, { name: "AbortError" });
    await postResult(emulator, job, "done");
    const status = await emulator.ask("GET", `${jobsPath}/jobs/${job.id}/status`, { token: demo.token });
    assert.equal(status.type, "succeeded");
});

test("a module that is given its caller's token may ask who that is", async (t) => {
    const emulator = await startEmulator(t, { seed: demo.seed });
    const { moduleAuthToken } = await emulator.ask("POST", runtimesPath, {
        json: { runtimeId: "speaks", deployedAppRid: "ri.app.speaks", authHeader: true },
    });
    await emulator.ask("POST", `${jobsPath}/deployed-apps/jobs`, {
        token: demo.token,
        json: { deployedAppRid: "ri.app.speaks", deployedAppBranch: "master", queryType: "any", query: {} },
    });
    const { authHeader, userId } = await emulator.ask("GET", "/job", {
        headers: { "Module-Auth-Token": moduleAuthToken },
    });
    assert.notEqual(authHeader, `Bearer ${demo.token}`);
    const user = await emulator.ask("GET", "/api/v2/admin/users/getCurrent", {
        headers: { Authorization: authHeader },
    });
    assert.equal(user.id, userId);
    assert.equal(user.username, "jane");
});
