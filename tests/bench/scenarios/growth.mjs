// SPDX-License-Identifier: MIT
// How cost grows, with one thing at a time: what a server does in a second, and its slowest answer in a hundred. Draws a graph of
// each; a row says what is left, at the right end, of the throughput at the left one or, for bodies, how many bytes a second.
import { rmSync } from "node:fs";

import { makeCassette, planOf, replaying } from "../support/cassettes.mjs";
import { canDraw, draw } from "../support/graph.mjs";
import { load, request, runClient, writePlan } from "../support/load.mjs";
import { demoSeed, startOurs } from "../support/ours.mjs";
import { bearer, currentUser, target } from "./get_current.mjs";
import { planFor, startRecorder, startUpstream } from "./record.mjs";

const patient = ["--poll-timeout", "10m"];
const QUEUES = 125; // a queue may hold 10,000
const MIB = 1024 ** 2;

const graphs = [
    {
        name: "connections",
        title: "getCurrent",
        along: "connections",
        unit: "requests per second",
        sizes: [1, 4, 16, 64, 256, 1024, 4096],
        measure: overConnections,
    },
    {
        name: "runtimes",
        title: "jobs, a replica each runtime, 64 callers",
        along: "runtimes",
        unit: "jobs per second",
        sizes: [1, 10, 100, 1000, 10_000],
        measure: overRuntimes,
    },
    {
        name: "queued_jobs",
        title: "one job in, one out and answered",
        along: "queued jobs",
        unit: "jobs per second",
        sizes: [1, 10, 100, 1000, 10_000, 100_000, 1_000_000],
        measure: overQueuedJobs,
    },
    {
        name: "exchanges",
        title: "replay at random, 500 bytes each",
        along: "exchanges in the cassette",
        unit: "requests per second",
        sizes: [1, 10, 100, 1000, 10_000, 100_000, 1_000_000],
        measure: overCassette,
    },
    {
        name: "body_bytes",
        title: "record mode, one connection",
        along: "bytes of the body (0 is drawn at 1)",
        unit: "bytes per second",
        sizes: [0, 1024, 16 * 1024, 256 * 1024, MIB, 16 * MIB, 256 * MIB, 1024 * MIB],
        measure: overBody,
    },
];

const rowOf = ({ name, unit }) => ({
    name: `${unit} with the most ${name.replace("_", " ")}`,
    peer: "with the fewest that have any",
});
export const rows = graphs.map(rowOf);

/** One server for one point: what an earlier one has left does not count. */
async function withOurs(args, use) {
    const ours = await startOurs({ args });
    try {
        return await use(ours);
    } finally {
        await ours.stop();
    }
}

async function overConnections(bench, connections) {
    const body = await currentUser();
    const plan = await writePlan(bench.file("growth.plan"), [{ request: request("GET", target, { headers: [bearer] }), body }]);
    return withOurs(["--seed", demoSeed], async (ours) => {
        const found = await load(ours, plan, { connections, seconds: bench.seconds });
        return [found.requests_per_second, found.p99_us];
    });
}

function overRuntimes(bench, runtimes) {
    return withOurs(patient, async (ours) => {
        const found = await runClient("bench_jobs", [ours.port, runtimes, 1, 64, bench.seconds]);
        return [found.jobs_per_second, found.p99_us];
    });
}

function overQueuedJobs(bench, jobs) {
    return withOurs(patient, async (ours) => {
        const steps = Math.ceil(5000 * bench.seconds);
        const found = await runClient("bench_queue", [ours.port, QUEUES, jobs, steps]);
        return [found.jobs_per_second, found.p99_us];
    });
}

async function overCassette(bench, count) {
    const cassette = await makeCassette(bench.file(`growth-${count}.cassette`), count, 500);
    const plan = await planOf(bench.file("growth.plan"), count, 500);
    const point = await withOurs(replaying(cassette), async (ours) => {
        const found = await load(ours, plan, { seconds: bench.seconds, random: 1 });
        return [found.requests_per_second, found.p99_us];
    });
    rmSync(cassette);
    return point;
}

/** At least three of the large ones, a second's worth or so of the small ones. */
async function overBody(bench, bytes) {
    const name = `body-${bytes}`;
    const upstream = await startUpstream(bench, { [name]: bytes });
    if (!upstream) return undefined;
    try {
        const ours = await startRecorder(upstream, bench.file("growth.cassette"));
        try {
            const requests = Math.min(3000, Math.max(3, Math.round((256 * MIB) / Math.max(bytes, 1))));
            const found = await load(ours, await planFor(bench, name, bytes), { connections: 1, requests });
            return [found.bytes / found.seconds, found.p99_us];
        } finally {
            await ours.stop();
        }
    } finally {
        await upstream.stop();
    }
}

export async function run(bench) {
    for (const [index, graph] of graphs.entries()) {
        const sizes = bench.quick ? graph.sizes.slice(0, -2) : graph.sizes;
        const points = [];
        for (const size of sizes) {
            const measured = await graph.measure(bench, size);
            if (!measured) break;
            points.push([Math.max(size, 1), ...measured]);
        }
        if (points.length === 0) {
            bench.skip(rows[index], "nginx is not installed");
            continue;
        }
        const first = points.find(([, throughput]) => throughput > 0);
        bench.record({ ...rows[index], growth: points }, { unit: graph.unit === "bytes per second" ? "B/s" : "1/s", ours: [points.at(-1)[1]], peer: [first[1]] });
        if (canDraw()) draw(bench.out, graph.name, { ...graph, points });
    }
    if (!canDraw()) console.error("There is no gnuplot, so no graph is drawn; results.json has the points.");
    return rows.length;
}
