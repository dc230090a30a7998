// SPDX-License-Identifier: MIT
// The switch at run time: whole and by path, in the file and by request; and what was begun ends as it began.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

import { sealed } from "../cassette_tool/support/frames.mjs";
import { readCassette } from "../record/support/cassette.mjs";
import { plainEnvironment } from "../record/support/recorder.mjs";
import { answering, startUpstream } from "../record/support/upstream.mjs";
import { connectTo, message, request } from "../record/support/wire.mjs";
import { demo, jobsPath, runtimesPath, startEmulator } from "../sdk/support/emulator.mjs";
import { cassetteOf, inTurn, seedOf, streamed } from "./support/cassettes.mjs";
import { ask, missOf, sourceOf, startRecording, startReplay } from "./support/replay.mjs";

const me = "/multipass/api/me";
const asJane = [`Authorization: Bearer ${demo.token}`];
const modePath = "/_emulate/mode";

const setMode = (emulator, json) => emulator.ask("PUT", modePath, { json });
const modeOf = (emulator) => emulator.ask("GET", modePath);
const sourcesOf = async (emulator, ...targets) => {
    const sources = [];
    for (const target of targets) {
        sources.push(sourceOf(await ask(emulator.url, "GET", target, asJane)).replace(/[;=].*/, ""));
    }
    return sources;
};

/** An upstream that says what it was asked for. */
const startEcho = (t) =>
    startUpstream(t, answering((wire, { target }) =>
        wire.send(message("HTTP/1.1 200 OK", [`Content-Length: ${target.length}`], target)),
    ));

/** A replay that knows /a and me, with an upstream behind it. */
async function start(t, args = []) {
    const upstream = await startEcho(t);
    const cassette = await cassetteOf(t, inTurn(["/a", { body: "recorded" }], [me, { body: "recorded" }]));
    const replay = await startReplay(t, cassette, { seed: demo.seed, args: ["--upstream", upstream.url, ...args] });
    return { upstream, cassette, replay };
}

test("the mode is told, and set as a whole", async (t) => {
    const { replay, upstream } = await start(t);
    assert.deepEqual(await modeOf(replay), { mode: "replay", routes: [] });
    assert.deepEqual(await sourcesOf(replay, me), ["replay"]);
    await setMode(replay, { mode: "emulate" });
    assert.deepEqual(await modeOf(replay), { mode: "emulate", routes: [] });
    const answer = await ask(replay.url, "GET", me, asJane);
    assert.deepEqual([sourceOf(answer), JSON.parse(answer.text).username], ["emulate", "jane"]);
    assert.equal((await replay.ask("GET", "/_emulate/health")).mode, "emulate");
    await setMode(replay, { mode: "record" });
    assert.deepEqual(await sourcesOf(replay, me), ["record"]);
    assert.equal(upstream.requests.length, 1);
    await setMode(replay, { mode: "replay" });
    assert.deepEqual(await sourcesOf(replay, me, "/a"), ["replay", "replay"]);
});

test("routes say otherwise for some paths, until they are set again", async (t) => {
    const { replay } = await start(t);
    const routes = [{ path: "/multipass/**", mode: "emulate" }, { path: "/live/*", mode: "record" }];
    await setMode(replay, { routes });
    assert.deepEqual(await modeOf(replay), { mode: "replay", routes });
    assert.deepEqual(await sourcesOf(replay, me, "/a", "/live/1", "/live/1/2"), ["emulate", "replay", "record", "fail"]);
    await setMode(replay, { mode: "emulate" });
    assert.deepEqual((await modeOf(replay)).mode, "emulate");
    await setMode(replay, { mode: "replay", routes: [] });
    assert.deepEqual(await modeOf(replay), { mode: "replay", routes: [] });
    assert.deepEqual(await sourcesOf(replay, me), ["replay"]);
});

test("the first route that fits decides", async (t) => {
    const { replay } = await start(t);
    await setMode(replay, { routes: [{ path: me, mode: "replay" }, { path: "/multipass/**", mode: "emulate" }] });
    assert.deepEqual(await sourcesOf(replay, me, "/multipass/api/token/ttl"), ["replay", "emulate"]);
});

test("three modes in one process, by the file", async (t) => {
    const upstream = await startEcho(t);
    const apps = "/contour-backend-multiplexer/api/app";
    const cassette = await cassetteOf(t, inTurn([apps, { body: "recorded app" }]));
    const seed = await seedOf(t, `
server:
  mode: record
  routes:
    - path: "/multipass/**"
      mode: emulate
    - path: "/contour-backend-multiplexer/**"
      mode: replay
`);
    const emulator = await startEmulator(t, {
        seed, env: plainEnvironment,
        args: ["--seed", demo.seed, "--cassette", cassette, "--append", "--upstream", upstream.url],
    });
    assert.deepEqual(await sourcesOf(emulator, me, apps, "/other"), ["emulate", "replay", "record"]);
    assert.deepEqual(await modeOf(emulator), {
        mode: "record",
        routes: [{ path: "/multipass/**", mode: "emulate" }, { path: "/contour-backend-multiplexer/**", mode: "replay" }],
    });
    await emulator.stop();
    assert.deepEqual(upstream.requests.map(({ target }) => target), ["/other"]);
    const { exchanges } = await readCassette(cassette);
    assert.deepEqual(exchanges.map(({ request: { target } }) => target), [apps, "/other"]);
});

test("what is recorded when the mode changes is recorded to its end", async (t) => {
    const upstream = await startUpstream(t, answering(async (wire, _request, { meeting }) => {
        await wire.send(message("HTTP/1.1 200 OK", ["Content-Length: 10"], "first"));
        meeting.tell("begun");
        await meeting.heard("switched");
        await wire.send("other");
    }));
    const recorder = await startRecording(t, upstream.url);
    const answer = ask(recorder.url, "GET", "/held");
    await upstream.meeting.heard("begun");
    await setMode(recorder, { mode: "emulate" });
    assert.deepEqual(await sourcesOf(recorder, "/held"), ["emulate"]);
    upstream.meeting.tell("switched");
    const { text, ...rest } = await answer;
    assert.deepEqual([text, sourceOf(rest)], ["firstother", "record"]);
    await recorder.stop();
    const { exchanges, outcomes } = await readCassette(recorder.cassette);
    assert.deepEqual([outcomes, exchanges[0].response.data.toString()], [["ok"], "firstother"]);
});

test("what is replayed when the mode changes is replayed to its end", async (t) => {
    const cassette = await cassetteOf(t, sealed([streamed(1, "/slow", ["one", "two"], 300)]));
    const replay = await startReplay(t, cassette, { args: ["--pace", "recorded"] });
    const wire = await connectTo(replay.url);
    await wire.send(request("GET", "/slow"));
    const { head } = await wire.heads();
    await setMode(replay, { mode: "emulate" });
    assert.deepEqual(await sourcesOf(replay, "/slow"), ["emulate"]);
    const body = await wire.answerBody(head, "GET");
    assert.deepEqual([sourceOf(head), body.data.toString(), body.whole], ["replay;seq=1", "onetwo", true]);
    wire.close();
});

test("what is emulated when the mode changes is emulated to its end", async (t) => {
    const { cassette } = await start(t);
    const emulator = await startEmulator(t, { seed: demo.seed, args: ["--cassette", cassette] });
    const execute = emulator.fetch("POST", `${jobsPath}/compute-modules/jobs/execute`, {
        token: demo.token,
        json: { deployedAppRid: demo.app, deployedAppBranch: "master", queryType: "any", query: {} },
    });
    const asModule = { headers: { "Module-Auth-Token": demo.moduleToken } };
    const runtime = `${runtimesPath}/${demo.runtime}`;
    const { computeModuleJobV1: { jobId } } = await emulator.ask("GET", `${runtime}/job`, asModule);
    await setMode(emulator, { mode: "replay" });
    await emulator.fetch("POST", `${runtime}/results/${jobId}`, { ...asModule, body: "done" });
    const answer = await execute;
    assert.deepEqual([sourceOf(answer), await answer.text()], ["emulate", "done"]);
});

test("recording that is switched on adds to the first cassette, and replay then has it", async (t) => {
    const { replay, upstream, cassette } = await start(t, ["--on-miss", "fail"]);
    const before = await readFile(cassette);
    missOf(await ask(replay.url, "GET", "/new"), "fail");
    await setMode(replay, { mode: "record" });
    assert.equal(sourceOf(await ask(replay.url, "GET", "/new")), "record");
    assert.equal(sourceOf(await ask(replay.url, "GET", "/newer")), "record");
    await setMode(replay, { mode: "replay" });
    const answers = [];
    for (const target of ["/newer", "/new", "/a"]) answers.push(await ask(replay.url, "GET", target));
    assert.deepEqual(answers.map(({ text }) => text), ["/newer", "/new", "recorded"]);
    assert.deepEqual(answers.map(sourceOf), ["replay;seq=4", "replay;seq=3", "replay;seq=1"]);
    await setMode(replay, { mode: "record" });
    await ask(replay.url, "GET", "/newest");
    await replay.stop();
    assert.equal(upstream.requests.length, 3);
    const after = await readFile(cassette);
    assert.deepEqual(after.subarray(0, before.length), before);
    const { exchanges } = await readCassette(cassette);
    assert.deepEqual(exchanges.map(({ request: { target } }) => target), ["/a", me, "/new", "/newer", "/newest"]);
});

/** How often a process has a file in its memory. */
async function mappingsOf({ process: { pid } }, file) {
    const maps = await readFile(`/proc/${pid}/maps`, "utf8");
    return maps.split("\n").filter((line) => line.endsWith(file)).length;
}

test("recordings that others have taken the place of are closed when nobody is answered from them", async (t) => {
    const upstream = await startEcho(t);
    const cassette = await cassetteOf(t, sealed([streamed(1, "/slow", ["one", "two"], 60_000)]));
    const replay = await startReplay(t, cassette, { args: ["--pace", "recorded", "--upstream", upstream.url] });
    const wire = await connectTo(replay.url);
    await wire.send(request("GET", "/slow"));
    await wire.heads();
    const recordMore = async (target) => {
        await setMode(replay, { mode: "record" });
        await ask(replay.url, "GET", target);
        await setMode(replay, { mode: "replay" });
    };
    const opened = await mappingsOf(replay, cassette);
    for (const target of ["/a", "/b", "/c"]) await recordMore(target);
    assert.equal(await mappingsOf(replay, cassette), 2 * opened);
    wire.reset();
    const hasEnded = async () => (await replay.ask("GET", "/_emulate/journal")).exchanges.some(({ target }) => target === "/slow");
    while (!(await hasEnded()));
    await recordMore("/d");
    assert.equal(await mappingsOf(replay, cassette), opened);
});

test("a recorder answers from what it has recorded", async (t) => {
    const upstream = await startEcho(t);
    const recorder = await startRecording(t, upstream.url);
    await ask(recorder.url, "GET", "/once");
    await setMode(recorder, { mode: "replay" });
    const answer = await ask(recorder.url, "GET", "/once");
    assert.deepEqual([answer.text, sourceOf(answer)], ["/once", "replay;seq=1"]);
    assert.equal(upstream.requests.length, 1);
});

test("recording cannot be switched on without an upstream, nor replay without a cassette", async (t) => {
    const emulator = await startEmulator(t);
    for (const json of [{ mode: "record" }, { mode: "replay" }, { routes: [{ path: "/a/**", mode: "replay" }] }]) {
        const answer = await emulator.fetch("PUT", modePath, { json });
        assert.equal(answer.status, 400, JSON.stringify(json));
        assert.match(await answer.text(), json.mode === "record" ? /--upstream/ : /--cassette/);
    }
    assert.deepEqual(await modeOf(emulator), { mode: "emulate", routes: [] });
});

const nonsense = [
    "", "{", "[]", '"replay"', "null", "{}", '{"mode":"sleep"}', '{"mode":5}', '{"mode":null}',
    '{"mode":"emulate","more":1}', '{"mode":"emulate","mode":"record"}', '{"routes":{}}', '{"routes":["/a"]}',
    '{"routes":[{"path":"/a"}]}', '{"routes":[{"mode":"emulate"}]}', '{"routes":[{"path":"/a","mode":"no"}]}',
    '{"routes":[{"path":"a","mode":"emulate"}]}', '{"routes":[{"path":"","mode":"emulate"}]}',
    '{"routes":[{"path":"/a","mode":"emulate","more":1}]}', '{"mode":"emulate","routes":[{"path":"/a","mode":"no"}]}',
    '{"mode":"no","routes":[]}',
];

test("what cannot be understood is refused, and changes nothing", async (t) => {
    const { replay } = await start(t);
    const routes = [{ path: "/multipass/**", mode: "emulate" }];
    await setMode(replay, { routes });
    for (const body of nonsense) {
        const headers = { "Content-Type": "application/json" };
        const answer = await replay.fetch("PUT", modePath, { body, headers });
        assert.equal(answer.status, 400, body);
        assert.deepEqual(await modeOf(replay), { mode: "replay", routes }, body);
    }
    assert.deepEqual(await sourcesOf(replay, me, "/a"), ["emulate", "replay"]);
});
