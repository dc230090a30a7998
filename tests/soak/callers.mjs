// SPDX-License-Identifier: MIT
// What applications do: send jobs in each of the ways there are, and look at every byte of the answer.
import assert from "node:assert/strict";

import { demo, jobsPath } from "../sdk/support/emulator.mjs";
import { ticketText } from "../clients/support/module_suite.mjs";

const patienceMs = 120_000;
const largest = 100_000;
let tickets = 0;

/** Sends one job to a fleet. Gives { ticket, right, why }: a job that was lost must say why. */
export async function sendJob(emulator, fleet, random) {
    tickets++;
    const ticket = `${tickets}-${random.below(1 << 30).toString(36)}.`;
    const queryType = random.pick(["repeat", "stream"]);
    const query = { ticket, size: random.size(largest) };
    if (queryType === "stream") {
        query.pieces = 1 + random.below(20);
        query.size = Math.ceil(query.size / query.pieces);
    }
    const request = { deployedAppRid: fleet.app, deployedAppBranch: "master", queryType, query };
    const answer = await random.pick([execute, submit])(emulator, request);
    if (answer.why === undefined && answer.text !== ticketText(query)) {
        const { length } = answer.text;
        assert.fail(`${fleet.name}: ${ticket} got ${length} wrong bytes: ${answer.text.slice(0, 200)}`);
    }
    return { ticket, right: answer.why === undefined, why: answer.why };
}

function fetch(emulator, method, path, json) {
    const signal = AbortSignal.timeout(patienceMs);
    return emulator.fetch(method, `${jobsPath}${path}`, { token: demo.token, json, signal });
}

/** The synchronous way. A stream whose module dies is cut, and never looks whole. */
async function execute(emulator, request) {
    const response = await fetch(emulator, "POST", "/compute-modules/jobs/execute", request);
    if (response.status !== 200) {
        const error = await response.json();
        return { why: `${response.status} ${error.errorName}` };
    }
    try {
        return { text: await response.text() };
    } catch (problem) {
        assert.notEqual(problem.name, "TimeoutError");
        return { why: "cut" };
    }
}

/** The asynchronous way: submit, ask until it has ended, fetch the result. */
async function submit(emulator, request) {
    const response = await fetch(emulator, "POST", "/deployed-apps/jobs", request);
    assert.equal(response.status, 200);
    const job = await response.json();
    const end = Date.now() + patienceMs;
    let { status } = job;
    while (status.type === "queued" || status.type === "inProgress") {
        assert.ok(Date.now() < end, `job ${job.id} never ended`);
        const answer = await fetch(emulator, "GET", `/jobs/${job.id}/status`);
        assert.equal(answer.status, 200);
        status = await answer.json();
    }
    if (status.type !== "succeeded") {
        return { why: `${status.type} ${status[status.type].exception.errorType.name}` };
    }
    const result = await fetch(emulator, "PUT", "/jobs/result/v2", { ...job, status });
    assert.equal(result.status, 200);
    return { text: await result.text() };
}
