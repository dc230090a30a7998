// SPDX-License-Identifier: MIT
// System calls that do less than they were asked for, or fail and would not the next time: no byte is lost, in any
// mode, with TLS and without. And those that fail for a reason: who asked is told, and the others go on.
import assert from "node:assert/strict";
import { constants } from "node:os";
import { test } from "node:test";

import { cassetteTool, exchangesOf, framesOf, readCassette } from "../record/support/cassette.mjs";
import { launchRecorder, startRecorder, temporaryFolder } from "../record/support/recorder.mjs";
import { answering, startUpstream } from "../record/support/upstream.mjs";
import { connectTo, message, request } from "../record/support/wire.mjs";
import { atEnd } from "../sdk/support/at_end.mjs";
import { demo, jobsPath, runtimesPath } from "../sdk/support/emulator.mjs";

process.env.FE_BINARY = process.env.FE_FAILING_EMULATOR;
const { EINTR, EIO, EMFILE, ENOSPC, EPIPE } = constants.errno;
const big = Buffer.from(Array.from({ length: 1_500_000 }, (_, i) => (i * 131 + (i >> 8)) % 256));
const runtime = `${runtimesPath}/${demo.runtime}`;
const asModule = `Module-Auth-Token: ${demo.moduleToken}`;
const asUser = [`Authorization: Bearer ${demo.token}`, "Content-Type: application/json"];
const job = `{"deployedAppRid":"${demo.app}","deployedAppBranch":"master","queryType":"any","query":{}}`;

async function ask(url, method, path, fields = [], body = "") {
    const wire = await connectTo(url);
    const length = method === "GET" ? [] : [`Content-Length: ${body.length}`];
    await wire.send(request(method, path, [...fields, ...length], body));
    const answer = await wire.answer(method);
    wire.close();
    return answer;
}

async function start(t, args, calls, listen = "http://127.0.0.1:0") {
    const program = await launchRecorder(["--listen", listen, "--log-level", "warning", ...args], {
        env: { FE_CALLS: calls, TMPDIR: await temporaryFolder(t) },
    });
    let stopped;
    program.stopOnce = (expected) => (stopped ??= program.stop(expected));
    atEnd(t, () => program.stopOnce());
    return program;
}

/** A job and its result, which is kept in a file: the answers to the module and to the caller. */
async function roundTrip(url) {
    const taking = ask(url, "GET", `${runtime}/job`, [asModule]);
    const executing = ask(url, "POST", `${jobsPath}/compute-modules/jobs/execute`, asUser, job);
    const { jobId } = JSON.parse((await taking).data).computeModuleJobV1;
    return { posted: await ask(url, "POST", `${runtime}/results/${jobId}`, [asModule], big), executing, jobId };
}

/** Not recv() and sendmsg(): when they do less, a socket is empty or full (epoll(7)), and that can only be had truly. */
const passing = [
    ...["read", "write", "pread", "send", "sendfile"].map((call) => [call, "short", 2]),
    ["read", EINTR, 3],
    ["write", EINTR, 2],
];
const named = ([call, how, every]) => `${call}: one in ${every} is ${how === "short" ? how : `interrupted`}`;
const tls = async (t) => ["--tls-dir", await temporaryFolder(t)];

for (const fault of passing) {
    for (const scheme of ["http", "https"]) {
        test(`emulate, ${scheme}, ${named(fault)}`, { timeout: 60_000 }, async (t) => {
            const args = ["--seed", demo.seed, ...(scheme === "https" ? await tls(t) : [])];
            const emulator = await start(t, args, fault.join(" "), `${scheme}://127.0.0.1:0`);
            const { posted, executing } = await roundTrip(emulator.url);
            const { status, data } = await executing;
            assert.deepEqual([posted.status, status], [204, 200]);
            assert.ok(data.equals(big));
        });
    }

    test(`record and replay, ${named(fault)}`, { timeout: 60_000 }, async (t) => {
        const answer = message("HTTP/1.1 200 OK", [`Content-Length: ${big.length}`], big);
        const upstream = await startUpstream(t, answering((wire) => wire.send(answer)));
        const env = { FE_CALLS: fault.join(" ") };
        const recorder = await startRecorder(t, upstream.url, { args: ["--log-level", "warning"], env });
        for (const target of ["/one", "/two"]) {
            const { status, data } = await ask(recorder.url, "POST", target, [], big);
            assert.ok(status === 200 && data.equals(big));
        }
        await recorder.stopOnce();
        const { exchanges, outcomes } = await readCassette(recorder.cassette);
        assert.deepEqual(outcomes, ["ok", "ok"]);
        for (const { request: asked, response } of exchanges) assert.ok(asked.data.equals(big) && response.data.equals(big));
        const replay = await start(t, ["--mode", "replay", "--cassette", recorder.cassette], fault.join(" "));
        for (const target of ["/one", "/two"]) {
            const { status, data } = await ask(replay.url, "POST", target, [], big);
            assert.ok(status === 200 && data.equals(big));
        }
    });
}

test("no room for a result: its caller has it as it comes, it is not there again, and the others go on", async (t) => {
    const emulator = await start(t, ["--seed", demo.seed], `write ${ENOSPC} 1`);
    const { posted, executing, jobId } = await roundTrip(emulator.url);
    const { status, data } = await executing;
    assert.deepEqual([posted.status, status], [204, 200]);
    assert.ok(data.equals(big));
    const body = JSON.stringify({ id: jobId, status: { type: "succeeded" } });
    const again = await ask(emulator.url, "PUT", `${jobsPath}/jobs/result/v2`, asUser, body);
    assert.ok(again.whole && again.status >= 400, String(again.status));
    assert.match(JSON.parse(again.data).errorName, /./);
    assert.equal((await ask(emulator.url, "GET", "/_emulate/health")).status, 200);
});

test("a client's connection breaks at a sending: it ends, and the next is served", async (t) => {
    const emulator = await start(t, ["--seed", demo.seed], `sendmsg ${EPIPE} 2`);
    const answers = [];
    for (let i = 0; i < 6; i++) answers.push(await ask(emulator.url, "GET", "/_emulate/health"));
    assert.deepEqual(answers.map(({ whole, status }) => Boolean(whole && status === 200)), [true, false, true, false, true, false]);
});

test("no descriptor for a client: it waits, and is served", async (t) => {
    const emulator = await start(t, ["--seed", demo.seed], `accept4 ${EMFILE} 2`);
    for (let i = 0; i < 6; i++) assert.equal((await ask(emulator.url, "GET", "/_emulate/health")).status, 200);
});

test("a disk that cannot be relied on ends the recording, and not the traffic", async (t) => {
    const upstream = await startUpstream(t, answering((wire) => wire.send(message("HTTP/1.1 200 OK", ["Content-Length: 2"], "ok"))));
    const env = { FE_CALLS: `fdatasync ${EIO} 3` };
    const recorder = await startRecorder(t, upstream.url, { args: ["--log-level", "warning", "--sync", "exchange"], env });
    for (let i = 0; i < 20; i++) assert.equal((await ask(recorder.url, "GET", `/${i}`)).data.toString(), "ok");
    await recorder.stopOnce({ code: 1 });
    assert.match(recorder.stderr, /recorded\.cassette: Input\/output error/);
    const { stdout, stderr } = await cassetteTool("verify", recorder.cassette);
    assert.match(stdout + stderr, /ok: |torn/);
    const kept = exchangesOf(await framesOf(recorder.cassette, { torn: true }));
    kept.forEach((exchange, i) => assert.equal(exchange.request.target, `/${i}`));
});
