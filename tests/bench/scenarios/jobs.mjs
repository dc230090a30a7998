// SPDX-License-Identifier: MIT
// A job's way, beside plain requests on the same connections in between: how soon a parked poll is woken, alone and among many,
// how soon a caller has its result, and what a parked poll costs in memory.
import { runClient } from "../support/load.mjs";
import { startOurs } from "../support/ours.mjs";

const SAMPLES = 2000;
const RUNTIMES = 100;
const peer = "getCurrent, same run";

const wakeRow = (quantile, target, stretch) => ({
    name: `wake of a parked poll among 10,000, ${quantile}`,
    peer,
    target,
    stretch,
});
const memoryRow = (kind, target, stretch) => ({ name: `memory of a parked poll, ${kind}`, target, stretch });

export const rows = [
    wakeRow("p50", "<= 1.0", "0.8"),
    wakeRow("p99", "<= 2.0", undefined),
    memoryRow("plain", "<= 8 KiB", "2"),
    memoryRow("TLS", "<= 26 KiB", "16"),
    { name: "execute, poll, result, answer: 1 in flight, p50", peer, target: "<= 3.5", stretch: "3" },
    {
        name: "jobs per second, 16 runtimes of 4 replicas",
        peer: "nyrra-emulate",
        target: ">= 25",
        stretch: "50",
    },
    { name: "jobs per second, 16 runtimes of 4 replicas" },
];
const [wakeMedian, wakeTail, plainMemory, tlsMemory, trip, throughput, alone] = rows;

const patient = ["--poll-timeout", "10m"];

/** What bench_polls finds, of a server of its own each round, so that its memory is only that of these polls. */
async function polls(bench, { count, runtimes, tls }) {
    const found = [];
    for (let round = 0; round < bench.rounds; round++) {
        const listen = tls ? "https://127.0.0.1:0" : "http://127.0.0.1:0";
        const args = tls ? [...patient, "--tls-dir", bench.file("tls")] : patient;
        const ours = await startOurs({ args, listen });
        try {
            found.push(
                await runClient("bench_polls", [ours.port, tls ? "tls" : "plain", count, runtimes, SAMPLES, ours.pid]),
            );
        } finally {
            await ours.stop();
        }
    }
    return (key) => found.map((one) => one[key]);
}

export async function run(bench) {
    const plain = await polls(bench, { count: 10_000, runtimes: RUNTIMES });
    bench.record(wakeMedian, { unit: "us", ours: plain("wake_p50_us"), peer: plain("plain_p50_us") });
    bench.record(wakeTail, { unit: "us", ours: plain("wake_p99_us"), peer: plain("plain_p99_us") });
    bench.record(plainMemory, { unit: "KiB", ours: plain("kib_per_poll") });

    const tls = await polls(bench, { count: 5_000, runtimes: RUNTIMES, tls: true });
    bench.record(tlsMemory, { unit: "KiB", ours: tls("kib_per_poll") });

    const one = await polls(bench, { count: 1, runtimes: 1 });
    bench.record(trip, { unit: "us", ours: one("trip_p50_us"), peer: one("plain_p50_us") });
    await jobsPerSecond(bench);
}

/** The reference emulator is in no registry, so that our figure stands for itself. */
async function jobsPerSecond(bench) {
    const ours = await bench.keep(startOurs({ args: patient }));
    const found = [];
    for (let round = 0; round < bench.rounds; round++) {
        found.push(await runClient("bench_jobs", [ours.port, 16, 4, 64, bench.seconds]));
    }
    bench.record(alone, { unit: "1/s", ours: found.map((one) => one.jobs_per_second) });
    bench.skip(throughput, "it is in no registry of packages");
}
