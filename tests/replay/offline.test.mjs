// SPDX-License-Identifier: MIT
// Replay reaches nobody: no connection is opened, whatever is asked. And the modes by the names that people know
// from elsewhere, some of which do reach the upstream.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";

import { readCassette } from "../record/support/cassette.mjs";
import { launchRecorder, plainEnvironment, runToEnd, temporaryFolder } from "../record/support/recorder.mjs";
import { answering, startUpstream } from "../record/support/upstream.mjs";
import { message } from "../record/support/wire.mjs";
import { atEnd } from "../sdk/support/at_end.mjs";
import { demo, startEmulator } from "../sdk/support/emulator.mjs";
import { cassetteOf, inTurn } from "./support/cassettes.mjs";
import { ask, missOf, sourceOf, startReplay } from "./support/replay.mjs";

const job = "/interactive-module/api/internal-query/job";
const form = ["Content-Type: application/x-www-form-urlencoded"];
const service = `grant_type=client_credentials&client_id=${demo.service.id}&client_secret=${demo.service.secret}`;

/** Why strace cannot be used here; undefined if it can. */
async function straceProblem(t) {
    const trace = join(await temporaryFolder(t), "trace");
    try {
        await promisify(execFile)("strace", ["-D", "-o", trace, "true"]);
        return undefined;
    } catch (problem) {
        return `strace does not work here: ${problem.stderr || problem.message}`;
    }
}

/** Starts the program; whom it speaks to first is in the file `trace`. */
async function startTraced(t, args) {
    const trace = join(await temporaryFolder(t), "trace");
    const program = await launchRecorder([...args, "--listen", "http://127.0.0.1:0"], {
        prefix: ["strace", "-D", "-f", "-qq", "-e", "trace=connect,sendto,sendmsg", "-o", trace],
        env: { ASAN_OPTIONS: "detect_leaks=0" }, // who looks for leaks is a tracer, too, and there can be but one
    });
    atEnd(t, () => program.kill());
    program.trace = trace;
    return program;
}

/** Everything that a client may ask for, of which the cassette has but the first. */
async function askAll(url) {
    const asked = [
        ["GET", "/known"], ["GET", "/known?more=1"], ["GET", "/unknown"], ["POST", "/known", [], "x"],
        ["POST", "/multipass/api/oauth2/token", form, service],
        ["GET", "/api/v2/admin/users/getCurrent", ["Authorization: Bearer demo-token"]],
        ["GET", job, ["Module-Auth-Token: demo-module-token"]],
        ["GET", "/_emulate/misses"], ["GET", "/_emulate/cassettes"], ["GET", "/_emulate/mode"],
    ];
    const answers = await Promise.all(asked.map((request) => ask(url, ...request)));
    assert.equal(sourceOf(answers[0]), "replay;seq=1");
    return answers;
}

for (const onMiss of ["fail", "emulate"]) {
    test(`--on-miss ${onMiss} opens no connection`, async (t) => {
        const problem = await straceProblem(t);
        if (problem) return t.skip(problem);
        const upstream = await startCounter(t);
        const cassette = await cassetteOf(t, inTurn(["/known", { body: "known" }]));
        const replay = await startTraced(t, [
            "--mode", "replay", "--cassette", cassette, "--on-miss", onMiss, "--strict", "--seed", demo.seed,
            "--upstream", upstream.url, "--poll-timeout", "100ms",
        ]);
        await askAll(replay.url);
        await replay.stop({ code: 3 });
        assert.doesNotMatch(await readFile(replay.trace, "utf8"), /sa_family=AF_INET/);
        assert.equal(upstream.accepts, 0);
    });
}

test("what strace would tell is told of a recorder", async (t) => {
    const problem = await straceProblem(t);
    if (problem) return t.skip(problem);
    const { upstream, cassette } = await prepare(t);
    const recorder = await startTraced(t, ["--mode", "record", "--cassette", cassette, "--upstream", upstream.url]);
    await ask(recorder.url, "GET", "/");
    await recorder.stop();
    assert.match(await readFile(recorder.trace, "utf8"), /connect\(.*sa_family=AF_INET/);
});

/** An upstream whose answers are numbered. */
async function startCounter(t) {
    let count = 0;
    return startUpstream(t, answering((wire) => {
        const body = `answer ${++count}`;
        return wire.send(message("HTTP/1.1 200 OK", [`Content-Length: ${body.length}`], body));
    }));
}

/** One run of a mode, from its start to its end: for each target, what was answered and by whom. */
async function run(t, mode, cassette, upstream, targets, { args = [] } = {}) {
    const emulator = await startEmulator(t, {
        env: plainEnvironment,
        args: ["--mode", mode, "--cassette", cassette, "--upstream", upstream.url, ...args],
    });
    const answers = [];
    for (const target of targets) {
        const answer = await ask(emulator.url, "GET", target);
        const { status, text } = answer;
        answers.push([sourceOf(answer).replace(/;miss=.*/, ";miss"), status === 200 ? text : status]);
    }
    await emulator.stop();
    return answers;
}

const targetsIn = async (cassette) => (await readCassette(cassette)).exchanges.map(({ request }) => request.target);

async function prepare(t) {
    const upstream = await startCounter(t);
    return { upstream, cassette: join(await temporaryFolder(t), "named.cassette") };
}

test("once records if there is nothing, and else replays, and fails", async (t) => {
    const { upstream, cassette } = await prepare(t);
    assert.deepEqual(await run(t, "once", cassette, upstream, ["/a"]), [["record", "answer 1"]]);
    const bytes = await readFile(cassette);
    assert.deepEqual(await run(t, "once", cassette, upstream, ["/a", "/b"]), [
        ["replay;seq=1", "answer 1"], ["fail;miss", 501],
    ]);
    assert.equal(upstream.requests.length, 1);
    assert.deepEqual(await readFile(cassette), bytes);
});

test("none replays, and fails", async (t) => {
    const { upstream, cassette } = await prepare(t);
    await run(t, "once", cassette, upstream, ["/a"]);
    assert.deepEqual(await run(t, "none", cassette, upstream, ["/a", "/b"]), [
        ["replay;seq=1", "answer 1"], ["fail;miss", 501],
    ]);
    assert.equal(upstream.requests.length, 1);
});

test("none without a cassette is a mistake", async (t) => {
    const { cassette } = await prepare(t);
    const { code, stderr } = await runToEnd(["--mode", "none", "--cassette", cassette, "--listen", "http://127.0.0.1:0"]);
    assert.deepEqual([code, stderr.split("\n").length], [2, 2], stderr);
    assert.match(stderr, /named\.cassette/);
});

test("new_episodes adds what is new, and replays it the next time", async (t) => {
    const { upstream, cassette } = await prepare(t);
    await run(t, "once", cassette, upstream, ["/a"]);
    assert.deepEqual(await run(t, "new_episodes", cassette, upstream, ["/a", "/b"]), [
        ["replay;seq=1", "answer 1"], ["record;miss", "answer 2"],
    ]);
    assert.deepEqual(await targetsIn(cassette), ["/a", "/b"]);
    assert.deepEqual(await run(t, "none", cassette, upstream, ["/b", "/a"]), [
        ["replay;seq=2", "answer 2"], ["replay;seq=1", "answer 1"],
    ]);
    assert.equal(upstream.requests.length, 2);
});

test("new_episodes begins with nothing, too", async (t) => {
    const { upstream, cassette } = await prepare(t);
    const [[source, text]] = await run(t, "new_episodes", cassette, upstream, ["/a"]);
    assert.match(source, /^record/);
    assert.equal(text, "answer 1");
    assert.deepEqual(await targetsIn(cassette), ["/a"]);
});

test("all records everything, and what it records takes the old one's place", async (t) => {
    const { upstream, cassette } = await prepare(t);
    await run(t, "all", cassette, upstream, ["/a", "/b"]);
    assert.deepEqual(await run(t, "all", cassette, upstream, ["/b"]), [["record", "answer 3"]]);
    assert.deepEqual(await targetsIn(cassette), ["/b"]);
    assert.deepEqual(await run(t, "none", cassette, upstream, ["/b"]), [["replay;seq=1", "answer 3"]]);
});

test("--on-miss upstream asks, and keeps nothing; --on-miss record keeps it", async (t) => {
    const { upstream, cassette } = await prepare(t);
    await run(t, "once", cassette, upstream, ["/a"]);
    const bytes = await readFile(cassette);
    const missing = (onMiss) => run(t, "replay", cassette, upstream, ["/a", "/b"], { args: ["--on-miss", onMiss] });
    assert.deepEqual(await missing("upstream"), [["replay;seq=1", "answer 1"], ["upstream;miss", "answer 2"]]);
    assert.deepEqual(await readFile(cassette), bytes);
    assert.deepEqual(await missing("record"), [["replay;seq=1", "answer 1"], ["record;miss", "answer 3"]]);
    assert.deepEqual(await targetsIn(cassette), ["/a", "/b"]);
});

test("--strict tells at the end what was missed and what was never used", async (t) => {
    const cassette = await cassetteOf(t, inTurn(["/a", { body: "a" }], ["/b", { body: "b" }], ["/c", { body: "c" }]));
    const start = (...args) => startReplay(t, cassette, { args: ["--strict", ...args] });
    const both = await start("--on-miss", "fail");
    await ask(both.url, "GET", "/b");
    const id = missOf(await ask(both.url, "GET", "/nothing"), "fail");
    const { cassettes: [facts] } = await both.ask("GET", "/_emulate/cassettes");
    assert.deepEqual([facts.exchanges, facts.used, facts.unused, facts.leftOut], [3, 1, 2, 0]);
    const told = both.stderr.length;
    await both.stop({ code: 3 });
    const end = both.stderr.slice(told);
    for (const text of [id, "/nothing", "GET /a", "GET /c"]) assert.ok(end.includes(text), `${text} in ${end}`);
    assert.doesNotMatch(end, /GET \/b\b/);

    const missed = await start(); // emulation has an answer, and yet it was a miss
    for (const target of ["/a", "/b", "/c"]) await ask(missed.url, "GET", target);
    missOf(await ask(missed.url, "GET", "/api/v2/ontologies"), "emulate");
    await missed.stop({ code: 3 });

    const neither = await start();
    for (const target of ["/a", "/b", "/c"]) await ask(neither.url, "GET", target);
    await neither.stop();
});
