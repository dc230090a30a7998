// SPDX-License-Identifier: MIT
// From exec to the first answer: with a seed, and as the replayer of a sealed cassette of 1 GB; and what the program takes at rest.
import { makeCassette, replaying, targetOf } from "../support/cassettes.mjs";
import { runClient } from "../support/load.mjs";
import { demoSeed, startOurs } from "../support/ours.mjs";
import { target as currentUser } from "./get_current.mjs";

export const rows = [
    { name: "exec to the first 200, median", target: "<= 10 ms", stretch: "6" },
    { name: "exec to the first 200, a sealed cassette of 1 GB, median", target: "<= 50 ms", stretch: "20" },
    { name: "memory at rest" },
];
const [plain, sealed, rest] = rows;

const quiet = ["--listen", "http://127.0.0.1:0", "--log-level", "error"];

async function starts(bench, row, target, args) {
    const ours = [];
    for (let round = 0; round < bench.rounds; round++) {
        const found = await runClient("bench_start", [bench.quick ? 3 : 25, target, process.env.FE_BINARY, ...quiet, ...args]);
        ours.push(found.p50_us / 1e3);
    }
    bench.record(row, { unit: "ms", ours });
}

export async function run(bench) {
    const [count, bytes] = bench.quick ? [1_000, 10_000] : [100_000, 10_000];
    await starts(bench, plain, currentUser, ["--seed", demoSeed]);
    const cassette = await makeCassette(bench.file("gigabyte.cassette"), count, bytes);
    await starts(bench, sealed, targetOf(count - 1), replaying(cassette));
    const ours = await bench.keep(startOurs());
    bench.record(rest, { unit: "KiB", ours: [ours.rssKiB()] });
}
