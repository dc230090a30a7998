// SPDX-License-Identifier: MIT
// Instructions per request of the five hottest routes. Each is counted in two runs with different numbers of requests, and the
// difference divided by that of the numbers: so the start drops out, and what remains is nearly the same on any day.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

import { bodyOf, makeCassette, planOf, replaying } from "../support/cassettes.mjs";
import { clientCore } from "../support/contender.mjs";
import { runJobs } from "../support/jobs.mjs";
import { load, request, writePlan } from "../support/load.mjs";
import { demoSeed, startOurs } from "../support/ours.mjs";
import { installed } from "../support/peers/installed.mjs";
import { alwaysReturns, startNginx } from "../support/peers/nginx.mjs";
import { bearer, currentUser, target } from "./get_current.mjs";
import { anyToken, tokenAnswer, tokenRequest } from "./token.mjs";

const FEW = 500;
const MANY = 2_500;
const BYTES = 1024;
const COUNT = 2_000;

const row = (what) => ({ name: `${what}, instructions per request` });
export const rows = ["getCurrent", "token", "replay of 1 KiB", "a job: execute, poll, result", "recording of 1 KiB"].map(row);
const [getCurrent, token, replay, job, recording] = rows;

const seeded = ["--seed", demoSeed];

/** Instructions of a life of the program, in which `work` has had so many requests answered. */
async function count(bench, args, work, number) {
    const file = bench.file("callgrind.out");
    const wrapper = ["valgrind", "--quiet", "--tool=callgrind", `--callgrind-out-file=${file}`];
    const ours = await startOurs({ args, wrapper });
    try {
        await work(ours, number);
    } finally {
        await ours.stop();
    }
    const [, instructions] = /^(?:summary|totals): (\d+)/m.exec(readFileSync(file, "utf8")) ?? [];
    assert.ok(instructions, ours.output);
    return Number(instructions);
}

async function perRequest(bench, row, args, work) {
    const few = await count(bench, args, work, FEW);
    const many = await count(bench, args, work, MANY);
    bench.record(row, { unit: "instructions", ours: [Math.round((many - few) / (MANY - FEW))] });
}

/** As many as are wanted on one connection, so that no two share a turn of the loop. */
const asked = (plan) => (ours, requests) => load(ours, plan, { connections: 1, requests });

async function countRecording(bench) {
    const body = bodyOf(0, BYTES);
    const upstream = await bench.keep(startNginx(bench.file("nginx"), { server: alwaysReturns(body), core: clientCore }));
    if (!upstream) return bench.skip(recording, "nginx is not installed");
    const plan = await planOf(bench.file("recording.plan"), COUNT, BYTES, { body });
    const to = ["--upstream", `http://127.0.0.1:${upstream.port}`];
    const args = ["--mode", "record", ...to, "--cassette", bench.file("recorded.cassette"), "--overwrite", "--sync", "none"];
    return perRequest(bench, recording, args, asked(plan));
}

export async function run(bench) {
    if (!installed("valgrind")) return rows.forEach((each) => bench.skip(each, "valgrind is not installed"));
    const user = { request: request("GET", target, { headers: [bearer] }), body: await currentUser() };
    await perRequest(bench, getCurrent, seeded, asked(await writePlan(bench.file("user.plan"), [user])));
    const anyAnswer = { request: tokenRequest, body: anyToken(await tokenAnswer()) };
    await perRequest(bench, token, seeded, asked(await writePlan(bench.file("token.plan"), [anyAnswer])));
    const cassette = await makeCassette(bench.file("callgrind.cassette"), COUNT, BYTES);
    await perRequest(bench, replay, replaying(cassette), asked(await planOf(bench.file("replay.plan"), COUNT, BYTES)));
    await perRequest(bench, job, seeded, runJobs);
    return countRecording(bench);
}
