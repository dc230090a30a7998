// SPDX-License-Identifier: MIT
// kill -9 at random moments under load: what the recorder has said to be written is in the file, and the file
// opens. FE_KILLS says how often, FE_SEED which moments. Whatever a client has had whole for 50 ms should be
// there too; how long ago it had what is not there is told, and held to FE_SETTLED_MS on a machine that has
// nothing else to do.
import assert from "node:assert/strict";
import { rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";

import { Random } from "../soak/random.mjs";
import { cassetteTool, exchangesOf, framesOf, readCassette } from "./support/cassette.mjs";
import { launchRecorder, recordArguments, runToEnd, temporaryFolder } from "./support/recorder.mjs";
import { answering, startUpstream } from "./support/upstream.mjs";
import { chunked, connectTo, message, request } from "./support/wire.mjs";

const kills = Number(process.env.FE_KILLS ?? 30);
const seed = Number(process.env.FE_SEED ?? 1);
const clients = 4;
const settledMs = Number(process.env.FE_SETTLED_MS ?? Infinity);
const roundMs = 200; // a kill comes at a random moment within
const roundsAFile = 5;

/** What a target stands for: its body, short more often than long. */
const bodyOf = (target) => Buffer.alloc(Number(/\d+$/.exec(target)[0]), target);

function startLoad(t) {
    return startUpstream(t, answering((wire, { target }) => {
        const body = bodyOf(target);
        const half = body.length >> 1;
        return wire.send(target.startsWith("/chunked")
            ? message("HTTP/1.1 200 OK", ["Transfer-Encoding: chunked"],
                chunked([body.subarray(0, half), body.subarray(half)].filter(({ length }) => length > 0)))
            : message("HTTP/1.1 200 OK", [`Content-Length: ${body.length}`], body));
    }));
}

/** A client that asks until it is cut off; it notes when it has had each answer whole. */
async function askOn(recorder, random, name, had) {
    const wire = await connectTo(recorder.url).catch(() => undefined); // it may be dead before
    for (let i = 0; wire && !wire.ending; i++) {
        const shape = random.pick(["chunked", "sized"]);
        const target = `/${shape}/${name}/${i}/${random.size(30_000)}`;
        const upload = Buffer.alloc(random.size(10_000), "up");
        await wire.send(request("POST", target, [`Content-Length: ${upload.length}`], upload));
        const answer = await wire.answer("POST");
        if (!answer.whole) break;
        assert.deepEqual(answer.data, bodyOf(target));
        had.push({ target, uploaded: upload.length, at: performance.now() });
    }
    wire?.close();
}

/** Looks at how many exchanges are said to be written, again and again, until it is cut off. */
async function watchFacts(recorder, facts) {
    const wire = await connectTo(recorder.url).catch(() => undefined);
    while (wire && !wire.ending) {
        await wire.send(request("GET", "/_emulate/cassettes"));
        const answer = await wire.answer();
        if (!answer.whole) break;
        facts.written = JSON.parse(answer.data).cassettes[0].exchanges;
    }
    wire?.close();
}

/** One life of the recorder: what its clients had when it was killed, and what it had said to be written. */
async function liveAndDie(upstream, file, random, round) {
    const args = recordArguments(upstream.url, file, ["--append", "--sync", "exchange", "--log-level", "warning"]);
    const recorder = await launchRecorder(args);
    const [had, facts] = [[], { written: 0 }];
    const asking = Array.from({ length: clients }, (_, i) => askOn(recorder, random, `${round}.${i}`, had));
    asking.push(watchFacts(recorder, facts));
    await new Promise((resolve) => setTimeout(resolve, random.below(roundMs)));
    const at = performance.now();
    await recorder.kill();
    await Promise.all(asking);
    return { had: had.map((one) => ({ ...one, ageMs: at - one.at })), ...facts };
}

/** How many exchanges have ended in a file's last session. */
function endedLast(frames) {
    const last = frames.map(({ kind }) => kind).lastIndexOf("session");
    return frames.slice(last).filter(({ kind }) => kind === "end").length;
}

/** Holds the file to what is known of it; gives the oldest of what its clients had and it has not. */
async function assertHolds(file, { had, written = 0, torn = true }) {
    const { code, stdout, stderr } = await cassetteTool("verify", file);
    assert.ok(code === 0 || (torn && /torn/.test(stderr)), stdout + stderr);
    const frames = await framesOf(file, { torn: code !== 0 });
    assert.ok(endedLast(frames) >= written, `${endedLast(frames)} are there, ${written} were written`);
    const kept = new Map(exchangesOf(frames).map((exchange) => [exchange.request.target, exchange]));
    let oldest = 0;
    for (const { target, uploaded, ageMs } of had) {
        const { request: asked, response, outcome } = kept.get(target) ?? {};
        if (outcome) {
            assert.deepEqual([outcome, asked.data.length], ["ok", uploaded]);
            assert.deepEqual(response.data, bodyOf(target));
        } else {
            oldest = Math.max(oldest, ageMs);
        }
    }
    assert.ok(oldest < settledMs, `what a client had for ${oldest.toFixed(1)} ms is lost`);
    return { isTorn: code !== 0, oldest };
}

test(`killed ${kills} times`, async (t) => {
    const random = new Random(seed);
    const upstream = await startLoad(t);
    const folder = await temporaryFolder(t);
    let [torn, total, oldest] = [0, 0, 0];
    for (let first = 0; first < kills; first += roundsAFile) {
        const file = join(folder, `${first}.cassette`);
        for (let round = first; round < Math.min(first + roundsAFile, kills); round++) {
            const life = await liveAndDie(upstream, file, random, round);
            const found = await assertHolds(file, life);
            torn += found.isTorn;
            total += life.had.length;
            oldest = Math.max(oldest, found.oldest);
        }
        const last = await launchRecorder(recordArguments(upstream.url, file, ["--append"]));
        await last.stop();
        await assertHolds(file, { had: [], torn: false });
        await rm(file);
    }
    t.diagnostic(`${total} exchanges, ${torn} torn files; what was lost was at most ${oldest.toFixed(1)} ms old`);
});

test("what follows a torn end is read again", async (t) => {
    const random = new Random(seed);
    const upstream = await startLoad(t);
    const file = join(await temporaryFolder(t), "again.cassette");
    await liveAndDie(upstream, file, random, 0);
    const recorder = await launchRecorder(recordArguments(upstream.url, file, ["--append"]));
    const wire = await connectTo(recorder.url);
    await wire.send(request("GET", "/sized/again/7"));
    assert.equal((await wire.answer()).data.length, 7);
    wire.close();
    await recorder.stop();
    const { exchanges, outcomes } = await readCassette(file);
    assert.equal(exchanges.at(-1).request.target, "/sized/again/7");
    assert.equal(outcomes.at(-1), "ok");
});

test("an overwritten cassette is there until the new one is sealed", async (t) => {
    const upstream = await startLoad(t);
    const file = join(await temporaryFolder(t), "kept.cassette");
    const ask = async (recorder, target) => {
        const wire = await connectTo(recorder.url);
        await wire.send(request("GET", target));
        await wire.answer();
        wire.close();
    };
    const targetsOf = async (name) => exchangesOf(await framesOf(name)).map((exchange) => exchange.request.target);
    const first = await launchRecorder(recordArguments(upstream.url, file));
    await ask(first, "/sized/old/1");
    await first.stop();
    const killed = await launchRecorder(recordArguments(upstream.url, file, ["--overwrite"]));
    await ask(killed, "/sized/lost/2");
    assert.deepEqual(await targetsOf(file), ["/sized/old/1"]);
    await killed.kill();
    assert.deepEqual(await targetsOf(file), ["/sized/old/1"]);

    const part = `${file}.part`;
    const refused = await runToEnd(recordArguments(upstream.url, file, ["--overwrite"]));
    assert.equal(refused.code, 2, refused.stderr);
    assert.match(refused.stderr, /kept\.cassette\.part/);
    assert.equal((await cassetteTool("verify", part)).code, 0);
    await rm(part);
    const last = await launchRecorder(recordArguments(upstream.url, file, ["--overwrite"]));
    await ask(last, "/sized/new/3");
    await last.stop();
    assert.deepEqual(await targetsOf(file), ["/sized/new/3"]);
    await assert.rejects(stat(part), { code: "ENOENT" });
});
