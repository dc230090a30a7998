// SPDX-License-Identifier: MIT
// SIGTERM at random moments under load, in each mode: the program drains and ends with 0, every client has a
// whole answer or sees its connection end, and what a recorder has answered whole is in a cassette that is
// sealed. FE_STOPS says how often, FE_SEED which moments.
import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";

import { readCassette } from "../record/support/cassette.mjs";
import { launchRecorder, recordArguments, temporaryFolder } from "../record/support/recorder.mjs";
import { answering, startUpstream } from "../record/support/upstream.mjs";
import { chunked, connectTo, message, request } from "../record/support/wire.mjs";
import { cassetteOf, streamed } from "../replay/support/cassettes.mjs";
import { sealed } from "../cassette_tool/support/frames.mjs";
import { demo, jobsPath, runtimesPath } from "../sdk/support/emulator.mjs";
import { Random } from "../soak/random.mjs";

const stops = Math.ceil(Number(process.env.FE_STOPS ?? 99) / 3); // in each of three modes
const seed = Number(process.env.FE_SEED ?? 1);
const withinMs = 120; // SIGTERM comes at a random moment of so many
const largest = 300_000;
const runtime = `${runtimesPath}/${demo.runtime}`;
const asModule = `Module-Auth-Token: ${demo.moduleToken}`;
const asUser = `Authorization: Bearer ${demo.token}`;
const isChunked = "Transfer-Encoding: chunked";

/** A client on one connection, until that ends: `turn(ask)` asks, and gets whole answers only. */
async function go(url, turn) {
    const wire = await connectTo(url).catch(() => undefined);
    const gone = new Error("gone");
    const ask = async (method, target, fields, body = "", whole = true) => {
        const length = whole && body !== "" ? [`Content-Length: ${body.length}`] : [];
        if (!await wire.send(request(method, target, [...fields, ...length], body))) throw gone;
        const answer = await wire.answer(method);
        if (!answer.whole) throw gone;
        return answer;
    };
    try {
        while (wire && !wire.ending) await turn(ask, wire);
    } catch (problem) {
        if (problem !== gone) throw problem;
    } finally {
        wire?.close();
    }
}

const pieces = (body) => [body.subarray(0, body.length >> 1), body.subarray(body.length >> 1)];
const inChunks = (body) => chunked(pieces(body).filter(({ length }) => length > 0));
const resultOf = (size) => Buffer.alloc(size, "result");

/** Takes jobs and posts their results, with a length or in chunks; is parked when there are none. */
async function module(ask) {
    const { status, data } = await ask("GET", `${runtime}/job`, [asModule]);
    if (status === 204) return;
    assert.equal(status, 200);
    const { jobId, query } = JSON.parse(data).computeModuleJobV1;
    const body = resultOf(query.size);
    const path = `${runtime}/results/${jobId}`;
    const posted = query.size % 2 ? await ask("POST", path, [asModule, isChunked], inChunks(body), false)
        : await ask("POST", path, [asModule, "Content-Type: text/plain"], body);
    assert.ok([204, 404].includes(posted.status), String(posted.status));
}

/** Executes jobs, and looks at every byte of the results. */
const caller = (random) => async (ask) => {
    const size = 1 + random.size(largest);
    const job = JSON.stringify({
        deployedAppRid: demo.app, deployedAppBranch: "master", queryType: "any", query: { size },
    });
    const path = `${jobsPath}/compute-modules/jobs/execute`;
    const { status, data } = await ask("POST", path, [asUser, "Content-Type: application/json"], job);
    if (status === 200) assert.ok(data.equals(resultOf(size)), `a result of ${size} is wrong`);
    else assert.match(JSON.parse(data).errorName, /./);
};

const emulate = {
    name: "emulate",
    start: async () => ({
        args: ["--listen", "http://127.0.0.1:0", "--seed", demo.seed, "--log-level", "warning"],
        clients: (random) => [module, module, module, caller(random), caller(random), caller(random)],
    }),
};

/** What a target stands for: its body. */
const bodyOf = (target) => Buffer.alloc(Number(/\d+$/.exec(target)[0]), target);

function answerOf(target) {
    const body = bodyOf(target);
    return target.startsWith("/chunked")
        ? message("HTTP/1.1 200 OK", [isChunked], inChunks(body))
        : message("HTTP/1.1 200 OK", [`Content-Length: ${body.length}`], body);
}

/** Uploads and downloads of every size; it notes what it has had whole. */
const browser = (random, name, had) => async (ask) => {
    const target = `/${random.pick(["sized", "chunked"])}/${name}/${had.length}/${random.size(largest)}`;
    const upload = Buffer.alloc(1 + random.size(largest), "up");
    const { status, data } = await ask("POST", target, ["Content-Type: text/plain"], upload);
    if (status === 200) assert.ok(data.equals(bodyOf(target)));
    if (status === 200) had.push({ target, uploaded: upload.length });
};

async function assertRecorded(file, had) {
    const { exchanges } = await readCassette(file);
    const kept = new Map(exchanges.map((exchange) => [exchange.request.target, exchange]));
    for (const { target, uploaded } of had) {
        const { request: asked, response, outcome } = kept.get(target) ?? {};
        assert.deepEqual([target, outcome, asked?.data.length], [target, "ok", uploaded]);
        assert.ok(response.data.equals(bodyOf(target)));
    }
}

const record = {
    name: "record",
    start: async (t) => {
        const upstream = await startUpstream(t, answering((wire, { target }) => wire.send(answerOf(target))));
        const file = join(await temporaryFolder(t), "stopped.cassette");
        let had = [];
        return {
            args: recordArguments(upstream.url, file, ["--log-level", "warning"]),
            clients: (random) => {
                had = [];
                return Array.from({ length: 6 }, (_, i) => browser(random, i, had));
            },
            check: async () => {
                await assertRecorded(file, had);
                await rm(file);
                return had.length;
            },
        };
    },
};

const parts = ["one ", "two ", "three ", "four"];

/** Streams that take their time, as they were recorded. */
const watcher = (i) => async (ask) => {
    const { data } = await ask("GET", `/stream/${i}`, []);
    assert.equal(data.toString(), parts.join(""));
};

const replay = {
    name: "replay",
    start: async (t) => {
        const frames = Array.from({ length: 6 }, (_, i) => streamed(i + 1, `/stream/${i}`, parts, 10));
        const cassette = await cassetteOf(t, sealed(frames));
        const options = ["--mode", "replay", "--cassette", cassette, "--pace", "recorded", "--at-end", "reads=repeat"];
        return {
            args: ["--listen", "http://127.0.0.1:0", "--log-level", "warning", ...options],
            clients: () => Array.from({ length: 6 }, (_, i) => watcher(i)),
        };
    },
};

for (const [which, mode] of [emulate, record, replay].entries()) {
    test(`${mode.name}: SIGTERM at ${stops} moments (FE_SEED=${seed})`, { timeout: 600_000 }, async (t) => {
        const random = new Random(seed + which);
        const { args, clients, check } = await mode.start(t);
        let recorded = 0;
        for (let i = 0; i < stops; i++) {
            const program = await launchRecorder(args);
            const going = Promise.all(clients(random).map((turn) => go(program.url, turn)));
            await Promise.race([going, new Promise((resolve) => setTimeout(resolve, random.below(withinMs)))]);
            await program.stop();
            await going;
            recorded += (await check?.()) ?? 0;
        }
        if (check) t.diagnostic(`${recorded} exchanges were answered whole, and are in the cassettes`);
    });
}
