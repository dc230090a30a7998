// SPDX-License-Identifier: MIT
// What applications do: send jobs in each of the ways there are, and look at every byte of the answer. Some leave
// before it comes.
import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";

import { ticketText } from "../clients/support/module_suite.mjs";
import { connectTo, request as spelled } from "../record/support/wire.mjs";
import { demo, jobsPath } from "../sdk/support/emulator.mjs";

const patienceMs = 120_000;
const impatienceMs = 200; // of those who leave
const largest = 100_000;
const executePath = `${jobsPath}/compute-modules/jobs/execute`;
let tickets = 0;

/**
 * Sends one job to a fleet. Gives { ticket, right, left, why }: a job that was lost must say why, and what has become
 * of one whose caller has left is not known here.
 */
export async function sendJob(fleet, random) {
    tickets++;
    const ticket = `${tickets}-${random.below(1 << 30).toString(36)}.`;
    const queryType = random.pick(["repeat", "stream"]);
    const query = { ticket, size: random.size(largest) };
    if (queryType === "stream") {
        query.pieces = 1 + random.below(20);
        query.size = Math.ceil(query.size / query.pieces);
    }
    const request = { deployedAppRid: fleet.app, deployedAppBranch: "master", queryType, query };
    const send = random.pick([execute, execute, submit, submit, leave]);
    const { text, why } = await send(fleet.server, request, random).catch(async (problem) => {
        throw new Error(`${problem.message}: ${await fleet.describe()}`, { cause: problem });
    });
    if (text !== undefined && text !== ticketText(query)) {
        assert.fail(`${fleet.name}: ${ticket} got ${text.length} wrong bytes: ${text.slice(0, 200)}`);
    }
    return { ticket, right: text !== undefined, left: send === leave, why };
}

function fetch(server, method, path, json) {
    const signal = AbortSignal.timeout(patienceMs);
    return server.fetch(method, path, { token: demo.token, json, signal });
}

/** The synchronous way. A stream whose module dies is cut, and never looks whole. */
async function execute(server, request) {
    const response = await fetch(server, "POST", executePath, request);
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
async function submit(server, request) {
    const response = await fetch(server, "POST", `${jobsPath}/deployed-apps/jobs`, request);
    assert.equal(response.status, 200);
    const job = await response.json();
    const end = Date.now() + patienceMs;
    let { status } = job;
    while (status.type === "queued" || status.type === "inProgress") {
        assert.ok(Date.now() < end, `job ${job.id} never ended`);
        const answer = await fetch(server, "GET", `${jobsPath}/jobs/${job.id}/status`);
        assert.equal(answer.status, 200);
        status = await answer.json();
    }
    if (status.type !== "succeeded") {
        return { why: `${status.type} ${status[status.type].exception.errorType.name}` };
    }
    const result = await fetch(server, "PUT", `${jobsPath}/jobs/result/v2`, { ...job, status });
    assert.equal(result.status, 200);
    return { text: await result.text() };
}

/** The synchronous way, by one who does not wait for the answer; or not for all of it. */
async function leave(server, request, random) {
    const body = JSON.stringify(request);
    const wire = await connectTo(server.url);
    const fields = [
        `Authorization: Bearer ${demo.token}`, "Content-Type: application/json", `Content-Length: ${body.length}`,
    ];
    const ask = server.books.asked("POST", executePath);
    await wire.send(spelled("POST", executePath, fields, body));
    await delay(random.below(impatienceMs));
    if (random.below(2) === 0) wire.close();
    else wire.reset();
    ask.cut({ arrived: false });
    return { why: "left" };
}
