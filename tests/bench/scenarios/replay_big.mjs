// SPDX-License-Identifier: MIT
// Recorded answers of 1 MiB, beside nginx that sends the same bodies from files with sendfile.
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";

import { bodyOf, makeCassette, planOf, replaying, targetOf } from "../support/cassettes.mjs";
import { load } from "../support/load.mjs";
import { startOurs } from "../support/ours.mjs";
import { startNginx } from "../support/peers/nginx.mjs";
import { compareUnderLoad } from "../support/rounds.mjs";

const BYTES = 1 << 20;
const COUNT = 64;
const SEED = 1;

const peer = "nginx, files by sendfile";
const row = { name: "replay of 1 MiB bodies, bytes per second", peer, target: ">= 1.0", stretch: "1.15" };
const cost = { name: "replay of 1 MiB bodies, CPU per request", peer };
export const rows = [row, cost];

function writeFiles(dir) {
    for (let number = 0; number < COUNT; number++) {
        const file = path.join(dir, targetOf(number).split("?")[0]);
        mkdirSync(path.dirname(file), { recursive: true });
        writeFileSync(file, bodyOf(number, BYTES));
    }
}

export async function run(bench) {
    const cassette = await makeCassette(bench.file("big.cassette"), COUNT, BYTES);
    const plan = await planOf(bench.file("big.plan"), COUNT, BYTES);
    const root = bench.file("root");
    const http = "sendfile on; tcp_nopush on; open_file_cache max=1000;";
    const ours = await bench.keep(startOurs({ args: replaying(cassette) }));
    const nginx = await bench.keep(startNginx(bench.file("nginx"), { http, server: `root ${root};` }));
    if (!nginx) return rows.forEach((each) => bench.skip(each, "nginx is not installed"));
    writeFiles(root);
    return compareUnderLoad(bench, {
        ours,
        peer: nginx,
        rows: [
            [row, "bytes_per_second"],
            [cost, "cpu_ns"],
        ],
        measure: (contender) => load(contender, plan, { seconds: bench.seconds, random: SEED }),
    });
}
