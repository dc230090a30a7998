// SPDX-License-Identifier: MIT
// --deterministic: two runs of the same requests give the same bytes, in every mode. And the clock, by which all of
// it goes.
import assert from "node:assert/strict";
import { test } from "node:test";

import { exchange, sealed } from "../cassette_tool/support/frames.mjs";
import { connectTo, request, valueOf, valuesOf } from "../record/support/wire.mjs";
import { demo, jobsPath, runtimesPath, startEmulator } from "../sdk/support/emulator.mjs";
import { cassetteOf, inTurn, seedOf, without } from "./support/cassettes.mjs";
import { ask, recordStack, sourceOf, startRecording, startReplay } from "./support/replay.mjs";

const host = "127.0.0.1:4000"; // by which every run is called, whatever its port
const asJson = "Content-Type: application/json";
const asForm = "Content-Type: application/x-www-form-urlencoded";
const bearer = (token) => `Authorization: Bearer ${token}`;

/** Requests on one connection; `send()` gives an answer's JSON, for what the next ones need of it. */
class Transcript {
    answers = [];

    constructor(wire) {
        this.wire = wire;
        wire.host = host;
    }

    async send(method, target, fields = [], body = "") {
        const length = body === "" ? [] : [`Content-Length: ${body.length}`];
        await this.wire.send(request(method, target, [...fields, ...length], body));
        const { data, ...head } = await this.wire.answer(method);
        const text = data.toString("latin1");
        this.answers.push({ ...head, text });
        return text.startsWith("{") ? JSON.parse(text) : undefined;
    }
}

/** Tokens, people, a runtime and its job, and errors of every kind. */
async function everything(transcript) {
    const send = (...args) => transcript.send(...args);
    const service = `grant_type=client_credentials&client_id=${demo.service.id}&client_secret=${demo.service.secret}`;
    const { access_token: token } = await send("POST", "/multipass/api/oauth2/token", [asForm], service);
    await send("POST", "/multipass/api/oauth2/token", [asForm], service);
    await send("GET", "/api/v2/admin/users/getCurrent", [bearer(token)]);
    await send("GET", "/api/v2/admin/users/getCurrent", [bearer("nobody's")]);
    await send("GET", "/api/v2/ontologies", [bearer(demo.token)]);
    await send("GET", "/no/such/route", [bearer(demo.token)]);
    const job = await send("POST", `${jobsPath}/deployed-apps/jobs`, [asJson, bearer(demo.token)], JSON.stringify({
        deployedAppRid: demo.app, deployedAppBranch: "master", queryType: "any", query: { n: 1 },
    }));
    const asModule = `Module-Auth-Token: ${demo.moduleToken}`;
    await send("GET", "/interactive-module/api/internal-query/job", [asModule]);
    await send("POST", `/interactive-module/api/internal-query/results/${job.id}`, [asModule], "done");
    await send("GET", `${jobsPath}/jobs/${job.id}/status`, [bearer(demo.token)]);
    await send("GET", `${jobsPath}/jobs/${job.id}/result`, [bearer(demo.token)]);
}

/** What only the emulator has, in every mode. */
async function ownRoutes(transcript) {
    await transcript.send("POST", runtimesPath, [asJson], '{"runtimeId":"made"}');
    await transcript.send("GET", "/_emulate/clock");
    await transcript.send("GET", "/_emulate/misses");
}

/** What one run answers to `work`. */
async function transcriptOf(emulator, ...works) {
    const transcript = new Transcript(await connectTo(emulator.url));
    for (const work of works) await work(transcript);
    transcript.wire.close();
    await emulator.stop();
    return transcript.answers;
}

const quick = ["--poll-timeout", "100ms", "--status-timeout", "0"];
const emulatorOf = (t, ...args) => startEmulator(t, { seed: demo.seed, args: [...quick, ...args] });

/** Two runs are the same to the byte, and a run with another seed is not. `start(flag)` starts one. */
async function assertDeterministic(start) {
    const run = async (flag) => transcriptOf(await start(flag), everything, ownRoutes);
    const first = await run("--deterministic=7");
    assert.ok(first.every(({ whole }) => whole));
    assert.deepEqual(await run("--deterministic=7"), first);
    const texts = (answers) => answers.map(({ text }) => text);
    assert.notDeepEqual(texts(await run("--deterministic=8")), texts(first));
    assert.deepEqual(await run("--deterministic"), await run("--deterministic"));
}

test("emulate", (t) => assertDeterministic((flag) => emulatorOf(t, flag)));

test("record, of an upstream that is deterministic itself", (t) =>
    assertDeterministic(async (flag) => {
        const stack = await emulatorOf(t, flag);
        return startRecording(t, stack.url, { args: [flag, "--seed", demo.seed] });
    }));

for (const onMiss of ["emulate", "fail"]) {
    test(`replay, with --on-miss ${onMiss}`, async (t) => {
        const { cassette } = await recordStack(t, async (recorder) => {
            const transcript = new Transcript(await connectTo(recorder.url));
            await everything(transcript);
            transcript.wire.close();
        }, { args: quick });
        const fewer = await without(t, cassette, 2, 5, 10);
        await assertDeterministic((flag) =>
            startReplay(t, fewer, { seed: demo.seed, args: [...quick, flag, "--on-miss", onMiss] }));
    });
}

test("a run goes on where time is moved, and again the same", async (t) => {
    const run = async () => transcriptOf(await emulatorOf(t, "--deterministic"), everything, async (transcript) => {
        await transcript.send("PUT", "/_emulate/clock", [asJson], '{"advance":"1h"}');
        await transcript.send("GET", "/api/v2/ontologies", [bearer(demo.token)]);
    });
    const first = await run();
    assert.deepEqual(await run(), first);
    const [before, after] = [first.at(0), first.at(-1)].map(({ fields }) => Date.parse(valueOf(fields, "date")));
    assert.ok(after - before >= 3_600_000, `${after - before} ms`);
});

test("the clock speaks ISO 8601, and understands nothing else", async (t) => {
    const replay = await startReplay(t, await cassetteOf(t, inTurn(["/a", {}])));
    const set = (json) => replay.fetch("PUT", "/_emulate/clock", { json });
    const frozen = await (await set({ mode: "frozen", now: "2030-05-06T07:08:09Z" })).json();
    assert.deepEqual([frozen.mode, Date.parse(frozen.now)], ["frozen", Date.UTC(2030, 4, 6, 7, 8, 9)]);
    assert.match(frozen.now, /^2030-05-06T07:08:09(\.0+)?Z$/);
    for (const json of [
        {}, { mode: "slow" }, { now: "yesterday" }, { mode: "frozen", now: "2030-02-30T00:00:00Z" },
        { mode: "frozen", now: "2030-05-06" }, { mode: "frozen", now: 1893456000 }, { advance: "soon" }, { advance: 5 },
        { mode: "frozen", now: "2030-05-06T07:08:09+01:00" },
    ]) {
        assert.equal((await set(json)).status, 400, JSON.stringify(json));
        assert.deepEqual(await replay.ask("GET", "/_emulate/clock"), frozen);
    }
});

const recordedAt = "2026-01-31T12:00:00.000Z";
const body = JSON.stringify({
    issuedAt: "2026-01-31T12:00:00Z", list: [{ at: "2026-01-31T11:59:00.250Z" }], expires_in: 3600,
    untouched: "2026-01-31T12:00:00Z",
});
const dated = sealed([exchange(1, "/dated", {
    headers: [
        ["Date", "Sat, 31 Jan 2026 12:00:00 GMT"], ["Expires", "Sat, 31 Jan 2026 13:00:00 GMT"],
        ["Set-Cookie", "a=b; Expires=Sun, 01 Feb 2026 12:00:00 GMT; Path=/"], ["Set-Cookie", "c=d; Max-Age=60"],
        ["Cache-Control", "max-age=600"], ["Retry-After", "120"], ["Age", "5"],
        ["X-Date", "Sat, 31 Jan 2026 12:00:00 GMT"], ["Content-Type", "application/json"],
    ],
    body,
})], { time: recordedAt });

const rebaseSeed = 'server: {rules: [{path: "/dated", rebase: [/issuedAt, /list/0/at, /absent]}]}\n';

/** What /dated answers on another day, half a second past 07:08:09. */
async function answerOn(t, args) {
    const seed = await seedOf(t, rebaseSeed);
    const replay = await startReplay(t, await cassetteOf(t, dated), { seed, args });
    await replay.ask("PUT", "/_emulate/clock", { json: { mode: "frozen", now: "2030-05-06T07:08:09.500Z" } });
    const answer = await ask(replay.url, "GET", "/dated");
    assert.equal(sourceOf(answer), "replay;seq=1");
    return answer;
}

const kept = {
    "cache-control": "max-age=600", "retry-after": "120", age: "5", "x-date": "Sat, 31 Jan 2026 12:00:00 GMT",
};
const datesOf = ({ fields }) => ({
    date: valueOf(fields, "date"), expires: valueOf(fields, "expires"), cookies: valuesOf(fields, "set-cookie"),
});

test("--rebase moves points in time to now, and leaves durations alone", async (t) => {
    const answer = await answerOn(t, ["--rebase"]);
    assert.deepEqual(datesOf(answer), {
        date: "Mon, 06 May 2030 07:08:09 GMT",
        expires: "Mon, 06 May 2030 08:08:09 GMT",
        cookies: ["a=b; Expires=Tue, 07 May 2030 07:08:09 GMT; Path=/", "c=d; Max-Age=60"],
    });
    for (const [name, value] of Object.entries(kept)) assert.equal(valueOf(answer.fields, name), value);
    const { issuedAt, list, ...rest } = JSON.parse(answer.text);
    assert.deepEqual(rest, { expires_in: 3600, untouched: "2026-01-31T12:00:00Z" });
    const now = Date.UTC(2030, 4, 6, 7, 8, 9, 500);
    for (const [text, before] of [[issuedAt, 0], [list[0].at, 59_750]]) {
        assert.ok(Math.abs(Date.parse(text) - (now - before)) < 1000, text);
    }
});

test("without it, times are what they were", async (t) => {
    const answer = await answerOn(t, []);
    assert.deepEqual(datesOf(answer), {
        date: "Sat, 31 Jan 2026 12:00:00 GMT",
        expires: "Sat, 31 Jan 2026 13:00:00 GMT",
        cookies: ["a=b; Expires=Sun, 01 Feb 2026 12:00:00 GMT; Path=/", "c=d; Max-Age=60"],
    });
    assert.equal(answer.text, body);
});
