// SPDX-License-Identifier: MIT
// A result of a gibibyte goes from its module to its caller, and the emulator stays small.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { request } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { test } from "node:test";

import { demo, jobsPath, runtimesPath, startEmulator } from "./support/emulator.mjs";

const runtime = `${runtimesPath}/${demo.runtime}`;
const asModule = { "Module-Auth-Token": demo.moduleToken };
const resultBytes = 2 ** 30;
const chunkBytes = 64 * 1024;
const growthBytesMax = 16 * 2 ** 20;

async function memoryBytes(pid, what) {
    const status = await readFile(`/proc/${pid}/status`, "utf8");
    return 1024 * Number(new RegExp(`^${what}:\\s+(\\d+) kB$`, "m").exec(status)[1]);
}

/** Sanitizers keep what has been freed: their memory says nothing about ours. */
const sanitized = Boolean(process.env.FE_SANITIZE);

function* pieces(hash) {
    const random = randomBytes(2 * chunkBytes);
    for (let at = 0; at < resultBytes; at += chunkBytes) {
        const from = (at / chunkBytes) % chunkBytes; // no two pieces near one another are the same
        const piece = random.subarray(from, from + chunkBytes);
        hash.update(piece);
        yield piece;
    }
}

async function respond(outgoing) {
    const [response] = await once(outgoing, "response");
    return response;
}

test("a gibibyte passes through an execute, and is not held in memory", async (t) => {
    const emulator = await startEmulator(t, { seed: demo.seed, args: ["--execute-timeout", "10m"] });
    const idle = await memoryBytes(emulator.process.pid, "VmRSS");
    const caller = request(new URL(`${jobsPath}/compute-modules/jobs/execute`, emulator.url), {
        method: "POST",
        headers: { Authorization: `Bearer ${demo.token}`, "Content-Type": "application/json" },
    });
    caller.end(JSON.stringify({ deployedAppRid: demo.app, deployedAppBranch: "master", queryType: "any", query: {} }));
    const answer = respond(caller);
    const { computeModuleJobV1: job } = await emulator.ask("GET", `${runtime}/job`, { headers: asModule });

    const posted = createHash("sha256");
    const module = request(new URL(`${runtime}/results/${job.jobId}`, emulator.url), {
        method: "POST",
        headers: { ...asModule, "Content-Type": "application/octet-stream" },
    });
    const accepted = respond(module);
    const sent = pipeline(Readable.from(pieces(posted)), module);

    const got = createHash("sha256");
    let gotBytes = 0;
    for await (const piece of await answer) {
        got.update(piece);
        gotBytes += piece.length;
    }
    await sent;
    assert.equal((await accepted).statusCode, 204);
    assert.equal(gotBytes, resultBytes);
    assert.equal(got.digest("hex"), posted.digest("hex"));
    if (!sanitized) {
        const growth = (await memoryBytes(emulator.process.pid, "VmHWM")) - idle;
        assert.ok(growth <= growthBytesMax, `grew by ${growth} bytes`);
        t.diagnostic(`grew by ${growth} bytes`);
    }

    // It is more than is kept: the caller has had it, and that is what anybody else is told.
    const status = await emulator.ask("GET", `${jobsPath}/jobs/${job.jobId}/status`, { token: demo.token });
    assert.equal(status.type, "succeeded");
    const refusal = await emulator.ask("PUT", `${jobsPath}/jobs/result/v2`, {
        token: demo.token,
        json: { id: job.jobId },
        status: 404,
    });
    assert.equal(refusal.errorName, "Default:NotFound");
});
