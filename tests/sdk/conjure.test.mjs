// SPDX-License-Identifier: MIT
// Conjure clients of the multiplexer: requests as conjure-lite sends them, which Palantir's generated clients
// call, and every answer, in every state of a job and of an app, held to the generated types.
import assert from "node:assert/strict";
import { test } from "node:test";

import { conjureFetch } from "conjure-lite";

import { mistakes } from "./support/conjure_types.mjs";
import { demo, runtimesPath, startEmulator } from "./support/emulator.mjs";
import { startModule } from "./support/module.mjs";

const jobs = "/module-group-multiplexer/jobs";
const apps = "/deployed-apps";
const bytes = "application/octet-stream";

/** The services, as their generated functions would call them; keeps what they answered, with its type. */
class Conjure {
    answers = [];

    constructor(emulator) {
        this.emulator = emulator;
        this.context = {
            baseUrl: emulator.url,
            servicePath: "/contour-backend-multiplexer/api",
            tokenProvider: async () => demo.token,
        };
    }

    call(method, path, body, params) {
        return conjureFetch(this.context, path, method, body, params);
    }

    async typed(type, ...request) {
        const json = await this.call(...request);
        this.answers.push({ type, json });
        return json;
    }

    /** The Job, without the two members that live stacks send and the published types do not know. */
    async job(...request) {
        const { jobHandle, persistJobResult, ...job } = await this.call(...request);
        assert.equal(JSON.parse(jobHandle).jobId, job.id);
        assert.equal(persistJobResult, null);
        this.answers.push({ type: "M.Job", json: job });
        return job;
    }

    submit(jobId) {
        return this.job("POST", jobs, {
            extraResourceManagementAttributionRids: [],
            jobId,
            jobParameters: { type: "container", container: {} },
            moduleGroupName: demo.runtime,
            query: { n: 1 },
            queryType: "any",
            resourceManagementAttributionRid: "ri.compass.main.folder.demo",
            resourceManagementMetadata: [],
        });
    }

    /** The job's state by all versions of the status, and by submitting it once more. */
    async state(job) {
        const statuses = [
            await this.typed("M.JobStatus", "GET", `${jobs}/${job.id}/status`),
            await this.typed("M.JobStatus", "PUT", `${jobs}/status/v2`, job),
            await this.typed("M.JobStatus", "PUT", `${jobs}/status/v3`, job),
            (await this.submit(job.id)).status,
        ];
        for (const status of statuses) {
            assert.deepEqual(status, statuses[0]);
        }
        return statuses[0];
    }

    async results(job) {
        const answers = [
            await conjureFetch(this.context, `${jobs}/${job.id}/result`, "GET", undefined, {}, undefined, bytes),
            await conjureFetch(this.context, `${jobs}/result/v2`, "PUT", job, {}, undefined, bytes),
            await conjureFetch(this.context, `${jobs}/result/v3`, "PUT", job, {}, undefined, bytes),
        ];
        return Promise.all(answers.map((blob) => blob.text()));
    }

    asModule(method, path, rest = {}) {
        const headers = { "Module-Auth-Token": demo.moduleToken };
        return this.emulator.ask(method, `${runtimesPath}/${demo.runtime}${path}`, { headers, ...rest });
    }

    async takeJob(job) {
        const { computeModuleJobV1: taken } = await this.asModule("GET", "/job");
        assert.equal(taken.jobId, job.id);
    }

    async postResult(job, body) {
        const path = `${runtimesPath}/${demo.runtime}/results/${job.id}`;
        const headers = { "Module-Auth-Token": demo.moduleToken };
        const answer = await fetch(new URL(path, this.emulator.url), { method: "POST", headers, body });
        assert.equal(answer.status, 204);
    }

    advance(by) {
        return this.emulator.ask("PUT", "/_emulate/clock", { json: { advance: by } });
    }
}

async function start(t, ...args) {
    const options = ["--status-timeout", "0", "--poll-timeout", "10ms", ...args];
    return new Conjure(await startEmulator(t, { seed: demo.seed, args: options }));
}

test("the types find what is no answer", () => {
    const exception = { args: [], errorInstanceId: "", errorType: { code: "", name: "" }, message: "" };
    const wrong = [
        { type: "running", running: {} },
        { type: "inProgress", inProgress: {} },
        { type: "queued", queued: { queueInfo: "SOON" } },
        { type: "failed", failed: { message: "no exception" } },
        { type: "canceled", canceled: { exception, more: 1 } },
    ].map((json) => ({ type: "M.JobStatus", json }));
    const right = { type: "M.JobStatus", json: { type: "canceled", canceled: { exception } } };
    assert.deepEqual(mistakes([right]), []);
    assert.equal(mistakes(wrong).length, wrong.length);
});

test("a job is what the types say in every state", async (t) => {
    const conjure = await start(t, "--job-timeout", "1h", "--queue-timeout", "1h");
    const done = await conjure.submit("done");
    assert.deepEqual(await conjure.state(done), {
        type: "queued",
        queued: { queueInfo: "SCALING_UP_FROM_0" },
    });
    await conjure.takeJob(done);
    assert.equal((await conjure.state(done)).type, "inProgress");
    await conjure.postResult(done, '{"a":1}{"b": 2.0}');
    assert.equal((await conjure.state(done)).type, "succeeded");
    assert.deepEqual(await conjure.results(done), Array(3).fill('{"a":1}{"b": 2.0}'));

    const canceled = [await conjure.submit("c1"), await conjure.submit("c2"), await conjure.submit("c3")];
    assert.deepEqual(canceled[0].status.queued, { queueInfo: "NORMAL_OPERATION" });
    await conjure.takeJob(canceled[0]);
    assert.equal(await conjure.call("DELETE", `${jobs}/c1`), undefined);
    assert.equal(await conjure.call("DELETE", jobs, canceled[1]), undefined);
    assert.equal(await conjure.call("DELETE", `${jobs}/v3`, canceled[2]), undefined);
    for (const job of canceled) {
        assert.equal((await conjure.state(job)).type, "canceled");
    }
    await conjure.postResult(canceled[0], "late");
    assert.equal((await conjure.state(canceled[0])).type, "canceled");

    const unanswered = await conjure.submit("unanswered");
    await conjure.takeJob(unanswered);
    const untaken = await conjure.submit("untaken");
    const soft = await conjure.submit("soft");
    assert.equal(await conjure.call("PUT", `${jobs}/soft/soft-cancel`), undefined);
    assert.equal((await conjure.state(soft)).type, "canceled");
    await conjure.advance("59m");
    assert.equal((await conjure.state(unanswered)).type, "inProgress");
    assert.deepEqual((await conjure.state(untaken)).queued, { queueInfo: "SCALING_UP_FROM_0" });
    await conjure.advance("1m");
    assert.equal((await conjure.state(unanswered)).type, "failed");
    assert.equal((await conjure.state(untaken)).type, "canceled");
    assert.deepEqual(mistakes(conjure.answers), []);
});

test("a deployed app is what the types say in every state", async (t) => {
    const conjure = await start(t);
    const master = `${apps}/${demo.app}/master`;
    const schemas = [{ functionName: "add", inputs: [], output: { type: "single" } }];
    async function look() {
        const status = await conjure.typed("M.ComputeModuleStatus", "GET", `${master}/status`);
        const { replicaId, state } = status.currentReplicaSet.replicas[0];
        await conjure.typed("M.ModuleStatus", "GET", `${master}/${replicaId}/diagnostics`);
        return state.state;
    }
    assert.equal(await look(), "STARTING");
    assert.equal(await conjure.call("GET", "/module-group-multiplexer/schemas", undefined, { rid: demo.app, branch: "master" }), null);
    await conjure.asModule("GET", "/job", { status: 204 });
    await conjure.asModule("POST", "/schemas", { status: 204, json: schemas });
    assert.equal(await look(), "RESPONSIVE");
    await conjure.advance("1m");
    assert.equal(await look(), "UNRESPONSIVE");

    const list = "Array<M.QueryRunnerSchema>";
    const query = { rid: demo.app, branch: "master" };
    const read = await conjure.typed(list, "GET", "/module-group-multiplexer/schemas", undefined, query);
    assert.deepEqual(read, [{ ...schemas[0], issues: [] }]);
    assert.deepEqual(await conjure.typed(list, "GET", `${master}/function-schemas`), read);

    const app = await conjure.typed("M.GetDeployedAppResponse", "GET", `${apps}/${demo.app}`);
    assert.deepEqual(await conjure.typed("M.GetDeployedAppResponse", "GET", `${apps}/${demo.app}/v2`), app);
    const page = await conjure.typed(
        "M.GetRunningDeployedAppsPaginatedResponse",
        "POST",
        `${apps}/running-paginated`,
        { pageSize: 50, pageToken: null },
    );
    assert.deepEqual(page, { deployedApps: [app], nextPageToken: null });
    assert.equal(await conjure.call("PUT", `${master}/dev-mode`, {}), undefined);
    assert.deepEqual(mistakes(conjure.answers), []);
});

test("refusals are Conjure's errors", async (t) => {
    const conjure = await start(t);
    const request = { deployedAppRid: "ri.nobody", deployedAppBranch: "master", queryType: "any", query: {} };
    for (const path of ["compute-modules/jobs/execute", "deployed-apps/jobs/execute", "deployed-apps/jobs"]) {
        await assert.rejects(conjure.call("POST", `/module-group-multiplexer/${path}`, request), (error) => {
            const { errorInstanceId, ...body } = error.body;
            assert.equal(error.status, 403);
            assert.match(errorInstanceId, /^[0-9a-f-]{36}$/);
            assert.deepEqual(body, {
                errorCode: "PERMISSION_DENIED",
                errorName: "Contour:InsufficientPermission",
                parameters: {},
            });
            return true;
        });
    }
    await assert.rejects(conjure.call("GET", `${jobs}/nobody/status`), { status: 404 });
});

test("a real module's functions run for both kinds of execute", async (t) => {
    const conjure = await start(t);
    const connection = await conjure.emulator.ask("POST", runtimesPath, {
        json: { runtimeId: demo.runtime, deployedAppRid: demo.app },
    });
    await startModule(t, connection);
    const request = { deployedAppRid: demo.app, deployedAppBranch: "master", queryType: "add", query: { a: 40, b: 2 } };
    for (const kind of ["compute-modules", "deployed-apps"]) {
        const path = `/module-group-multiplexer/${kind}/jobs/execute`;
        const blob = await conjureFetch(conjure.context, path, "POST", request, {}, "application/json", bytes);
        assert.equal(await blob.text(), "42");
    }
});
