// SPDX-License-Identifier: MIT
// All modes at once, with clients of all kinds; replicas, clients and the upstream are killed at random. In the end
// the books must be balanced: each request was answered or refused once, or cut off by somebody who says so; each
// job has ended once; all bytes are equal; and nothing has grown, or is left.
//
//   node soak.mjs [--seconds N | --hours N] [--seed N]
import { randomInt } from "node:crypto";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";

import { alike, signedIn, workOn } from "./applications.mjs";
import { sendJob } from "./callers.mjs";
import { killClients, killReplicas, killUpstream, moveClocks, switchModes } from "./harassment.mjs";
import { Phase } from "./phase.mjs";
import { Random } from "./random.mjs";
import { patienceMs } from "./server.mjs";
import { startTopology } from "./topology.mjs";
import { visitOn } from "./visitors.mjs";

const { values: options } = parseArgs({
    options: { seconds: { type: "string" }, hours: { type: "string" }, seed: { type: "string" } },
});
const seconds = Number(options.seconds ?? (options.hours ?? 120 / 3600) * 3600);
const seed = Number(options.seed ?? randomInt(2 ** 31));
const phasesMin = 3;
const phaseMs = Math.min(30, seconds / phasesMin) * 1000;
const phasesPerRecorder = 10;
const jobsPerPhaseMax = 2000; // results are kept until a phase ends: memory must not tell how fast it went
const callersPerFleet = 3;
const finishMs = 180_000; // more than the patience of any client

async function call(fleet, random, phase) {
    while (!phase.over && phase.jobs < jobsPerPhaseMax) {
        phase.jobs++;
        fleet.note(await sendJob(fleet, random));
    }
}

const callers = (fleets, random, phase) =>
    fleets.flatMap((fleet) =>
        Array.from({ length: callersPerFleet }, (_, i) =>
            call(fleet, random.of(`caller ${i} of ${fleet.name} at ${fleet.server.name}`), phase)));

/** Everybody who asks, and everybody who disturbs, each with random numbers of their own. */
function everybody({ stack, replayer, upstream, recorders, fleets, known, knownSessions }, random, phase, counts) {
    const { recorder, mixed } = recorders;
    const missedSince = (start) => upstream.missedSince(start);
    const failsAgain = () => upstream.kills > 0; // the one in all modes replays what it has recorded of its deaths
    const visit = (server, name, more) => {
        const urls = server.urls;
        const given = { name: `${name}-${phase.number}`, urls, books: server.books, known, thinkMs: 60 };
        return visitOn({ ...given, random: random.of(name), ...more }, phase);
    };
    const work = (server, more) =>
        workOn({ server, known: knownSessions, random: random.of(`work at ${server.name}`), ...more }, phase);
    const mortals = (server) => {
        const own = random.of(`deaths at ${server.name}`);
        const given = { urls: server.urls, known, seed: own.below(2 ** 31), random: own, counts };
        return killClients(server, given, phase);
    };
    return [
        ...callers([...fleets, ...recorders.fleets], random, phase),
        work(stack), work(replayer, { names: alike }),
        work(recorder, { missedSince }), work(mixed, { missedSince, failsAgain, names: signedIn }),
        visit(stack, "stack-1"), visit(stack, "stack-2"), visit(replayer, "replayer"),
        visit(recorder, "recorder-1", { missedSince, thinkMs: 300 }),
        visit(recorder, "recorder-2", { missedSince, thinkMs: 300 }),
        visit(mixed, "mixed", { missedSince: (start) => failsAgain() || missedSince(start), thinkMs: 200 }),
        mortals(stack), mortals(replayer),
        killReplicas([...fleets, ...recorders.fleets], random.of("replicas"), phase),
        killUpstream(upstream, random.of("upstream"), phase),
        switchModes(mixed, random.of("modes"), phase),
        moveClocks([stack, replayer, recorder, mixed], random.of("clocks"), phase),
    ];
}

const lastingOf = ({ stack, replayer }) => [stack, replayer];
const serversOf = (topology) => [...lastingOf(topology), ...topology.recorders.servers];

/** Who does not come to an end waits for something, which is in the books. */
async function finish(working, servers) {
    const late = delay(finishMs, "late", { ref: false });
    if ((await Promise.race([working, late])) !== "late") return;
    for (const { books } of servers) await books.balance(0);
    throw new Error("the phase is over, and somebody goes on; nothing is lacking in the books");
}

/** Lets everybody go on until it is over; or one fails, and then it is over for all. */
async function goThrough(phase, all, servers) {
    const working = Promise.all(all);
    const problem = await Promise.race([phase.pause(phaseMs), working]).then(() => undefined, (reason) => reason);
    phase.end();
    if (!problem) return finish(working, servers);
    await finish(Promise.allSettled(all), servers).catch(() => {});
    const dead = servers.find(({ process }) => process.exitCode !== null || process.signalCode !== null);
    throw dead ? new Error(`${dead.name} has ended by itself: ${dead.stderr}`, { cause: problem }) : problem;
}

/** Some seconds of work and disturbance; then quiet, in which the books are balanced, and an hour passes. */
async function runPhase(topology, random, phase, counts) {
    await goThrough(phase, everybody(topology, random, phase, counts), serversOf(topology));
    const fleets = [...topology.fleets, ...topology.recorders.fleets];
    for (const fleet of fleets) {
        for (const { right, left, why } of await fleet.settle()) {
            const what = right ? "answered" : left ? "left" : `lost: ${why}`;
            counts.jobs[what] = (counts.jobs[what] ?? 0) + 1;
        }
    }
    for (const server of serversOf(topology)) {
        await server.ask("PUT", "/_emulate/clock", { json: { advance: "61m" } });
    }
    for (const fleet of fleets) await fleet.checkForgotten();
    for (const server of serversOf(topology)) {
        await server.books.balance(patienceMs);
        server.resident.push(await server.residentBytes());
    }
    for (const server of lastingOf(topology)) server.books.clear();
}

async function endRecorders({ recorders }) {
    await recorders.end();
    for (const server of recorders.servers) server.report();
}

async function end(topology, counts) {
    await endRecorders(topology);
    await Promise.all(topology.fleets.map((fleet) => fleet.stop()));
    for (const server of lastingOf(topology)) {
        await server.close();
        server.report();
    }
    const kills = topology.fleets.reduce((sum, fleet) => sum + fleet.kills, 0);
    console.log(`killed: ${kills} replicas, ${counts.clients} clients, the upstream ${topology.upstream.kills} times`);
    console.log("jobs:", counts.jobs, "recorded:", topology.recorders.outcomes);
}

test(`${seconds} s in all modes, with seed ${seed}`, async (t) => {
    console.log(`seed ${seed}: run it again with --seed ${seed}`);
    const random = new Random(seed);
    const counts = { jobs: {}, clients: 0 };
    const topology = await startTopology(t, random);
    const endOfPhases = Date.now() + seconds * 1000;
    for (let number = 1; number <= phasesMin || Date.now() < endOfPhases; number++) {
        if (number % phasesPerRecorder === 0) {
            await endRecorders(topology);
            await topology.recorders.start();
        }
        await runPhase(topology, random.of(`phase ${number}`), new Phase(number), counts);
    }
    await end(topology, counts);
});
