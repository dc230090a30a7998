// SPDX-License-Identifier: MIT
// What holds for a compute module of any language. Each suite says how its module is started.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";

import { demo, jobsPath, runtimesPath } from "../../sdk/support/emulator.mjs";

export const app = demo.app;

/** An answer of the synchronous execute. */
export function execute(emulator, queryType, query = {}) {
    return emulator.fetch("POST", `${jobsPath}/compute-modules/jobs/execute`, {
        token: demo.token,
        json: { deployedAppRid: app, deployedAppBranch: "master", queryType, query },
    });
}

export async function resultOf(emulator, queryType, query) {
    const response = await execute(emulator, queryType, query);
    const text = await response.text();
    assert.equal(response.status, 200, text);
    assert.equal(response.headers.get("content-type"), "application/octet-stream");
    return text;
}

/** Bytes that tell whose they are: the ticket of the job, again and again. */
export function ticketText({ ticket, size, pieces = 1 }) {
    const text = ticket.repeat(size / ticket.length + 1).slice(0, size);
    return JSON.stringify(text).repeat(pieces);
}

export const newTicket = () => randomBytes(6).toString("hex");

/**
 * Registers the tests. `start(t)` gives an emulator that a module serves; `failure` is what the body
 * of a failed function must match; `schemas` says whether the client reports its functions.
 */
export function proveModule(name, { start, failure, schemas }) {
    test(`${name}: a function's result is the answer to an execute`, async (t) => {
        const emulator = await start(t);
        assert.equal(await resultOf(emulator, "add", { a: 40, b: 2 }), "42");
    });

    test(`${name}: a job that is submitted can be followed to its result`, async (t) => {
        const emulator = await start(t);
        const job = await emulator.ask("POST", `${jobsPath}/deployed-apps/jobs`, {
            token: demo.token,
            json: {
                deployedAppRid: app,
                deployedAppBranch: "master",
                queryType: "add",
                query: { a: 1, b: 2 },
            },
        });
        let { status } = job;
        while (status.type === "queued" || status.type === "inProgress") {
            status = await emulator.ask("GET", `${jobsPath}/jobs/${job.id}/status`, { token: demo.token });
        }
        assert.equal(status.type, "succeeded");
        const result = await emulator.fetch("PUT", `${jobsPath}/jobs/result/v2`, {
            token: demo.token,
            json: job,
        });
        assert.equal(await result.text(), "3");
    });

    test(`${name}: what a function throws is a result like any other`, async (t) => {
        const emulator = await start(t);
        assert.match(await resultOf(emulator, "fail"), failure);
        assert.equal(await resultOf(emulator, "add", { a: 1, b: 1 }), "2");
    });

    test(`${name}: a stream arrives byte for byte`, async (t) => {
        const emulator = await start(t);
        const query = { ticket: newTicket(), size: 1000, pieces: 50 };
        assert.equal(await resultOf(emulator, "stream", query), ticketText(query));
    });

    test(`${name}: two megabytes arrive byte for byte`, async (t) => {
        const emulator = await start(t);
        const query = { ticket: newTicket(), size: 2_000_000 };
        assert.equal(await resultOf(emulator, "repeat", query), ticketText(query));
    });

    test(`${name}: thirty callers get each their own answer`, async (t) => {
        const emulator = await start(t);
        const queries = Array.from({ length: 30 }, (_, i) => ({ ticket: newTicket(), size: 7 ** (i % 6) }));
        const answers = await Promise.all(queries.map((query) => resultOf(emulator, "repeat", query)));
        assert.deepEqual(answers, queries.map(ticketText));
        const { jobs } = await emulator.ask("GET", `${runtimesPath}/${demo.runtime}/jobs`);
        assert.equal(jobs.length, queries.length);
    });

    test(`${name}: it ${schemas ? "reports" : "does not report"} its functions`, async (t) => {
        const emulator = await start(t);
        await resultOf(emulator, "add", { a: 0, b: 0 });
        const reported = (await emulator.ask("GET", `${runtimesPath}/${demo.runtime}`)).schemas;
        assert.deepEqual(reported.map(({ functionName }) => functionName), schemas ? ["add"] : []);
    });
}
