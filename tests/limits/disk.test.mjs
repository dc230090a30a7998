// SPDX-License-Identifier: MIT
// Results and bodies that memory should not hold go to files, and these may find no room: whose they are
// is told, and the others are served.
import assert from "node:assert/strict";
import { test } from "node:test";

import { plainEnvironment } from "../record/support/recorder.mjs";
import { connectTo, request } from "../record/support/wire.mjs";
import { cassetteOf, inTurn } from "../replay/support/cassettes.mjs";
import { atEnd } from "../sdk/support/at_end.mjs";
import { demo, jobsPath, runtimesPath, startEmulator } from "../sdk/support/emulator.mjs";

const megabytes = (n) => Buffer.alloc(n << 20, "full of it ");
const runtime = `${runtimesPath}/${demo.runtime}`;
const module = { "Module-Auth-Token": demo.moduleToken };

/** Submits a job, takes it as its module, and posts the result; the job's id, and the post's status. */
async function compute(emulator, result) {
    const { jobId } = await emulator.ask("POST", `${runtime}/jobs`, { json: { queryType: "any", query: 1 } });
    await emulator.ask("GET", `${runtime}/job`, { headers: module });
    const posted = await fetch(new URL(`${runtime}/results/${jobId}`, emulator.url), {
        method: "POST",
        headers: { ...module, "Content-Type": "application/octet-stream" },
        body: result,
    });
    return { jobId, status: posted.status };
}

const resultOf = (emulator, { jobId }) =>
    emulator.fetch("GET", `${jobsPath}/jobs/${jobId}/result`, { token: demo.token });

async function assertFailsForRoom(emulator) {
    const job = await compute(emulator, megabytes(4));
    assert.equal(job.status, 204); // its module has done what it could
    const answer = await resultOf(emulator, job);
    const { errorDescription } = await answer.json();
    assert.equal(answer.status, 500);
    assert.equal(errorDescription, "The emulator had no room to store the result.");
    assert.ok(emulator.stderr.includes(`the result of job ${job.jobId} is not kept: No `), emulator.stderr);
}

async function assertComputes(emulator, bytes) {
    const job = await compute(emulator, bytes);
    assert.equal(job.status, 204);
    const answer = await resultOf(emulator, job);
    assert.equal(answer.status, 200);
    assert.deepEqual(Buffer.from(await answer.arrayBuffer()), bytes);
}

test("a result that the disk has no room for fails its job, and no other", async (t) => {
    const emulator = await startEmulator(t, { seed: demo.seed, limits: "-f 4096" }); // 2 MiB
    await assertFailsForRoom(emulator);
    await assertComputes(emulator, Buffer.from('{"a":1}'));
});

test("so does one whose TMPDIR is gone", async (t) => {
    const env = { ...process.env, TMPDIR: "/nonexistent/folder" };
    const emulator = await startEmulator(t, { seed: demo.seed, env });
    await assertFailsForRoom(emulator);
    await assertComputes(emulator, Buffer.from('{"a":1}'));
});

test("a body that the disk has no room for is answered 503 before it is whole", async (t) => {
    const cassette = await cassetteOf(t, inTurn(["/upload", { method: "POST" }]));
    const args = ["--mode", "replay", "--cassette", cassette, "--on-miss", "fail"];
    const emulator = await startEmulator(t, { args, env: plainEnvironment, limits: "-f 4096" });
    const wire = await connectTo(emulator.url);
    atEnd(t, () => wire.close());
    await wire.send(request("POST", "/upload", [`Content-Length: ${8 << 20}`]), megabytes(4));
    const answer = await wire.answer("POST");
    assert.equal(answer.status, 503);
    assert.equal(JSON.parse(answer.data).errorDescription, "There is no room to keep this request's body.");
    await wire.send(megabytes(4), request("GET", "/_emulate/health"));
    assert.equal((await wire.answer()).status, 200);
});
