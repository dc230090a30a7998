// SPDX-License-Identifier: MIT
// One emulator, compute modules in every language, callers of every kind; replicas are killed and
// started at random. In the end every job must have ended, once, with its own bytes, or have been in
// the hands of a replica that was killed.
//
//   node soak.mjs [--seconds N] [--seed N]
import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import { fileURLToPath } from "node:url";

import { containerOf, modules, startTlsEmulator } from "../clients/support/container.mjs";
import { atEnd } from "../sdk/support/at_end.mjs";
import { demo, runtimesPath } from "../sdk/support/emulator.mjs";
import { createRuntime } from "../sdk/support/module.mjs";
import { sendJob } from "./callers.mjs";
import { Fleet } from "./fleet.mjs";
import { Random } from "./random.mjs";

const { values: options } = parseArgs({
    options: { seconds: { type: "string", default: "600" }, seed: { type: "string" } },
});
const seconds = Number(options.seconds);
const seed = Number(options.seed ?? randomInt(2 ** 31));
const phasesMin = 3;
const phaseMs = Math.min(30, seconds / phasesMin) * 1000;
const jobsPerPhaseMax = 2000; // results are kept until a phase ends: memory must not tell how fast it went
const replicasPerFleet = 2;
const callersPerFleet = 3;
const growthMax = 32 << 20;

// What has been freed is to be seen as free soon: the sanitizer keeps 256 MB of it otherwise.
process.env.ASAN_OPTIONS = ["quarantine_size_mb=8", process.env.ASAN_OPTIONS].filter(Boolean).join(":");

const typescript = fileURLToPath(new URL("../sdk/modules/tickets.mjs", import.meta.url));

function commands() {
    const { FE_PYTHON: python, FE_JAVA: java } = process.env;
    const go = existsSync(modules.go()[0]);
    return {
        typescript: [process.execPath, [typescript]],
        ...(python && { python2024: modules.python(2024), python2026: modules.python(2026) }),
        ...(java && { java: modules.java("http://placeholder") }),
        ...(go && { go: modules.go() }),
    };
}

async function startFleets(t, emulator) {
    const fleets = [];
    for (const [name, command] of Object.entries(commands())) {
        const app = `ri.foundry.main.deployed-app.${name}`;
        await createRuntime(emulator, { runtimeId: name, deployedAppRid: app });
        const environment = await containerOf(t, emulator, name);
        if (name === "java") command[1].splice(-1, 1, emulator.url);
        const fleet = new Fleet({ name, command, environment, app });
        atEnd(t, () => fleet.stop());
        for (let i = 0; i < replicasPerFleet; i++) fleet.start();
        fleets.push(fleet);
    }
    return fleets;
}

/** Kills and starts replicas until it is told to stop; then everybody is there again. */
async function harass(fleets, random, phase) {
    while (!phase.over) {
        await delay(100 + random.below(900));
        const fleet = random.pick(fleets);
        if (fleet.replicas.length > 0) await fleet.killOne(random);
        await delay(random.below(500));
        const lacking = fleets.filter(({ replicas }) => replicas.length < replicasPerFleet);
        if (lacking.length > 0) random.pick(lacking).start();
    }
    for (const fleet of fleets) {
        while (fleet.replicas.length < replicasPerFleet) fleet.start();
    }
}

async function call(emulator, fleet, random, phase, outcomes) {
    while (!phase.over && phase.jobs < jobsPerPhaseMax) {
        phase.jobs++;
        outcomes.push(await sendJob(emulator, fleet, random));
    }
}

async function listJobs(emulator, { name }) {
    return (await emulator.ask("GET", `${runtimesPath}/${name}/jobs`)).jobs;
}

/** What the emulator has kept of each fleet's jobs agrees with what their callers were told. */
async function compareJobs(emulator, fleet, outcomes) {
    // Whose caller was cut off may be unfinished yet: --job-timeout ends it.
    const end = Date.now() + 60_000;
    let jobs = await listJobs(emulator, fleet);
    while (jobs.some(({ status }) => !["succeeded", "failed"].includes(status)) && Date.now() < end) {
        await delay(200);
        jobs = await listJobs(emulator, fleet);
    }
    const count = (state) => jobs.filter(({ status }) => status === state).length;
    assert.deepEqual(
        { all: jobs.length, succeeded: count("succeeded"), failed: count("failed") },
        {
            all: outcomes.length,
            succeeded: outcomes.filter(({ right }) => right).length,
            failed: outcomes.filter(({ right }) => !right).length,
        },
        fleet.name,
    );
}

/** Some seconds of jobs and kills; then quiet, and the finished jobs are an hour old and forgotten. */
async function runPhase(emulator, fleets, random) {
    const phase = { over: false, jobs: 0 };
    const outcomes = new Map(fleets.map((fleet) => [fleet, []]));
    const harassment = harass(fleets, random, phase);
    const calls = fleets.flatMap((fleet) =>
        Array.from({ length: callersPerFleet }, () =>
            call(emulator, fleet, random, phase, outcomes.get(fleet))));
    const working = Promise.all(calls);
    await Promise.race([delay(phaseMs), working, harassment]);
    phase.over = true;
    await Promise.all([working, harassment]);
    for (const [fleet, sent] of outcomes) {
        await compareJobs(emulator, fleet, sent);
        fleet.check(sent);
        fleet.takers.clear();
    }
    await emulator.ask("PUT", "/_emulate/clock", { json: { advance: "61m" } });
    for (const { name } of fleets) {
        await emulator.ask("GET", `${runtimesPath}/${name}/jobs/any`, { status: 404 });
        assert.deepEqual(await emulator.ask("GET", `${runtimesPath}/${name}/jobs`), { jobs: [] });
    }
    return [...outcomes.values()].flat();
}

async function residentBytes(pid) {
    const status = await readFile(`/proc/${pid}/status`, "utf8");
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)[1]) * 1024;
}

const descriptors = async (pid) => (await readdir(`/proc/${pid}/fd`)).length;

test(`${seconds} s of jobs and killed replicas, seed ${seed}`, async (t) => {
    console.log(`seed ${seed}: run it again with --seed ${seed}`);
    const random = new Random(seed);
    const emulator = await startTlsEmulator(t, {
        seed: demo.seed,
        args: ["--job-timeout", "10s", "--execute-timeout", "5m", "--log-level", "warning"],
    });
    const { pid } = emulator.process;
    const descriptorsAtStart = await descriptors(pid);
    const fleets = await startFleets(t, emulator);
    const resident = [];
    const lost = {};
    let sent = 0;
    const endOfPhases = Date.now() + seconds * 1000;
    while (resident.length < phasesMin || Date.now() < endOfPhases) {
        const outcomes = await runPhase(emulator, fleets, random);
        resident.push(await residentBytes(pid));
        sent += outcomes.length;
        for (const { why } of outcomes.filter(({ right }) => !right)) {
            lost[why] = (lost[why] ?? 0) + 1;
        }
    }
    const kills = fleets.reduce((sum, fleet) => sum + fleet.kills, 0);
    console.log(`${fleets.map(({ name }) => name).join(", ")}: ${sent} jobs, ${kills} kills; lost in hand:`, lost);
    console.log(`resident after each phase, in MB: ${resident.map((bytes) => (bytes / 1e6) | 0).join(" ")}`);

    const settled = Math.max(...resident.slice(0, Math.ceil(resident.length / 3)));
    assert.ok(resident.at(-1) - settled < growthMax, `resident bytes: ${resident}`);
    await Promise.all(fleets.map((fleet) => fleet.stop()));
    const end = Date.now() + 30_000;
    while ((await descriptors(pid)) > descriptorsAtStart) {
        assert.ok(Date.now() < end, `${await descriptors(pid)} descriptors, ${descriptorsAtStart} at the start`);
        await delay(100);
    }
});
