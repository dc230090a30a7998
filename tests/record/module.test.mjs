// SPDX-License-Identifier: MIT
// @palantir/compute-module at work through the recorder: it polls there, and posts its results there.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

import { demo, jobsPath, startEmulator } from "../sdk/support/emulator.mjs";
import { createRuntime, startModule } from "../sdk/support/module.mjs";
import { cassetteTool, readCassette } from "./support/cassette.mjs";
import { startRecorder } from "./support/recorder.mjs";

const app = "ri.foundry.main.deployed-app.recorded";

/** The real sidecar's paths, which are not the emulator's own and are passed on. */
const sidecar = "/interactive-module/api/internal-query";

test("a job goes round, and is in the cassette without its tokens", async (t) => {
    const stack = await startEmulator(t, { seed: demo.seed });
    const recorder = await startRecorder(t, stack.url);
    const connection = await createRuntime(stack, {
        runtimeId: "recorded", deployedAppRid: app, pollTimeout: "100ms",
    });
    const env = {
        ...connection.env,
        GET_JOB_URI: `${recorder.url}${sidecar}/job`,
        POST_RESULT_URI: `${recorder.url}${sidecar}/results`,
        POST_SCHEMA_URI: `${recorder.url}${sidecar}/schemas`,
    };
    await startModule(t, { ...connection, env });
    const answer = await fetch(new URL(`${jobsPath}/compute-modules/jobs/execute`, recorder.url), {
        method: "POST",
        headers: { Authorization: `Bearer ${demo.token}`, "Content-Type": "application/json" },
        body: JSON.stringify({
            deployedAppRid: app, deployedAppBranch: "master", queryType: "add", query: { a: 40, b: 2 },
        }),
    });
    assert.equal(answer.status, 200);
    assert.equal(await answer.text(), "42");

    await recorder.stopOnce();
    const { exchanges } = await readCassette(recorder.cassette);
    const of = (pattern) => exchanges.filter(({ request }) => pattern.test(request.target));
    const [execute] = of(/\/execute$/);
    assert.deepEqual([execute.outcome, execute.response.data.toString()], ["ok", "42"]);
    const [result] = of(/\/results\//);
    assert.deepEqual([result.outcome, result.request.data.toString()], ["ok", "42"]);
    const jobs = of(/\/job$/).filter(({ response }) => response?.status === 200);
    assert.equal(jobs.length, 1);
    const job = JSON.parse(jobs[0].response.data).computeModuleJobV1;
    assert.equal(job.queryType, "add");
    assert.match(job.temporaryCredentialsAuthToken, /^fe~/);

    const { stdout: json } = await cassetteTool("cat", "--json", recorder.cassette);
    const places = [json, await readFile(recorder.cassette, "latin1"), recorder.stderr];
    for (const secret of [connection.moduleAuthToken, demo.token]) {
        assert.ok(places.every((text) => !text.includes(secret)));
    }
    const lint = await cassetteTool("lint", recorder.cassette);
    assert.ok(!/secret/i.test(lint.stdout), lint.stdout);
});
