// SPDX-License-Identifier: MIT
// How fast every byte of a cassette of 1 GB is checked, beside sha256sum of the same file; on one core, the file in memory.
import { execFile } from "node:child_process";
import { statSync } from "node:fs";
import { promisify } from "node:util";

import { makeCassette } from "../support/cassettes.mjs";
import { serverCore } from "../support/contender.mjs";
import { alternate } from "../support/rounds.mjs";

const runProgram = promisify(execFile);

const row = { name: "foundry-cassette verify, bytes per second", peer: "sha256sum", target: ">= 2", stretch: "5" };
export const rows = [row];

export async function run(bench) {
    const [count, bytes] = bench.quick ? [1_000, 10_000] : [100_000, 10_000];
    const cassette = await makeCassette(bench.file("verify.cassette"), count, bytes);
    const { size } = statSync(cassette);
    const commands = [[process.env.FE_CASSETTE, "verify", cassette], ["sha256sum", cassette]];
    const [ours, peer] = await alternate(bench, commands, async (command) => {
        const begin = process.hrtime.bigint();
        await runProgram("taskset", ["-c", serverCore, ...command]);
        return size / (Number(process.hrtime.bigint() - begin) / 1e9);
    });
    bench.record(row, { unit: "B/s", ours, peer });
}
