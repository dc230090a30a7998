// SPDX-License-Identifier: MIT
// Record mode beside nginx as a proxy, both in front of the same upstream: an nginx on the client's core, which keeps its
// connections. What is asked for lies in files; what comes through the proxies is held against them byte by byte.
import { mkdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";

import { clientCore } from "../support/contender.mjs";
import { load, request, runClient, writePlan } from "../support/load.mjs";
import { startOurs } from "../support/ours.mjs";
import { startNginx } from "../support/peers/nginx.mjs";
import { alternate, compareUnderLoad } from "../support/rounds.mjs";

const KIB = 1024;
const MIB = 1024 * KIB;
const sizes = { "1 KiB": KIB, "1 MiB": MIB, "1 GiB": 1024 * MIB };
const PATTERN = "0123456789abcdef".repeat(4096); // 64 KiB

export const rows = [
    { name: "record, 1 KiB, requests per second", peer: "nginx proxy_pass, keep-alive", target: ">= 0.40", stretch: "0.6" },
    { name: "record, 1 MiB to disk, bytes per second", peer: "nginx proxy_pass, unbuffered", target: ">= 1.2", stretch: "1.7" },
    { name: "record, 1 GiB to disk, bytes per second", peer: "nginx proxy_pass, unbuffered", target: ">= 1.2", stretch: "1.7" },
    { name: "record with --sync exchange, requests per second", peer: "ours with --sync none", target: ">= 0.5", stretch: "0.8" },
    { name: "first byte added in record mode, p99", target: "<= 1 ms", stretch: "0.3" },
];
const [small, big, huge, synced, firstByte] = rows;

/** Files of these sizes, served from the other core. */
export async function startUpstream(bench, files) {
    const root = bench.file("files");
    mkdirSync(root, { recursive: true });
    for (const [name, bytes] of Object.entries(files)) {
        const file = path.join(root, name);
        writeFileSync(file, "");
        for (let at = 0; at < bytes; at += PATTERN.length) {
            writeFileSync(file, PATTERN.slice(0, Math.min(PATTERN.length, bytes - at)), { flag: "a" });
        }
    }
    return startNginx(bench.file("upstream"), {
        server: `root ${root}; sendfile on; tcp_nopush on;`,
        core: clientCore,
        name: "the upstream",
    });
}

export const planFor = (bench, name, bytes) =>
    writePlan(bench.file(`${name}.plan`), [
        { request: request("GET", `/${name}`), body: bytes > 0 ? PATTERN.slice(0, Math.min(bytes, PATTERN.length)) : "", bodyBytes: bytes },
    ]);

const proxying = (upstream) => ({
    http: `upstream other { server 127.0.0.1:${upstream.port}; keepalive 128; }`,
    server: `location / { proxy_pass http://other; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_buffering off; }`,
});

/** A recorder that begins anew each time it is asked to measure, so that no cassette grows over all rounds. */
export async function startRecorder(upstream, cassette, { sync = "interval", name } = {}) {
    rmSync(cassette, { force: true });
    const args = ["--mode", "record", "--upstream", `http://127.0.0.1:${upstream.port}`, "--cassette", cassette, "--sync", sync];
    return startOurs({ args, name });
}

/** Measures what one request costs from the first one on to the sealed cassette: what has not been written, is not done. */
async function recordBig(bench, upstream, nginx, row, { plan, connections, requests, bytes }) {
    const cassette = bench.file("big.cassette");
    const recording = async () => {
        const ours = await startRecorder(upstream, cassette);
        try {
            return await load(ours, plan, { connections, requests });
        } finally {
            await ours.stop();
            if (statSync(cassette).size < bytes * requests) throw new Error("the cassette is too small");
        }
    };
    const [mine, theirs] = await alternate(bench, ["ours", nginx], (contender) =>
        contender === nginx ? load(nginx, plan, { connections, requests }) : recording(),
    );
    rmSync(cassette);
    const rate = (samples) => samples.map((sample) => sample.bytes / sample.seconds);
    bench.record(row, { unit: "B/s", ours: rate(mine), peer: rate(theirs) });
}

async function firstBytes(bench, upstream) {
    const ours = await bench.keep(startRecorder(upstream, bench.file("first.cassette")));
    const added = [];
    for (let round = 0; round < bench.rounds; round++) {
        const found = await runClient("bench_first_byte", [ours.port, upstream.port, "/1KiB", 3000]);
        added.push((found.through_p99_us - found.straight_p99_us) / 1e3);
    }
    bench.record(firstByte, { unit: "ms", ours: added });
}

export async function run(bench) {
    const upstream = await bench.keep(startUpstream(bench, { "1KiB": sizes["1 KiB"], "1MiB": sizes["1 MiB"], "1GiB": sizes["1 GiB"] }));
    if (!upstream) return rows.forEach((row) => bench.skip(row, "nginx is not installed"));
    const nginx = await bench.keep(startNginx(bench.file("nginx"), proxying(upstream)));
    const plan = await planFor(bench, "1KiB", KIB);
    const measure = (contender) => load(contender, plan, { seconds: bench.seconds });

    const none = await bench.keep(startRecorder(upstream, bench.file("none.cassette"), { sync: "none", name: "ours, --sync none" }));
    await compareUnderLoad(bench, { ours: none, peer: nginx, rows: [[small, "requests_per_second"]], measure });
    const each = await bench.keep(
        startRecorder(upstream, bench.file("each.cassette"), { sync: "exchange", name: "ours, --sync exchange" }),
    );
    await compareUnderLoad(bench, { ours: each, peer: none, rows: [[synced, "requests_per_second"]], measure });
    await firstBytes(bench, upstream);

    const megabytes = bench.quick ? 64 : 1024;
    await recordBig(bench, upstream, nginx, big, {
        plan: await planFor(bench, "1MiB", MIB),
        connections: 8,
        requests: megabytes,
        bytes: MIB,
    });
    await recordBig(bench, upstream, nginx, huge, {
        plan: await planFor(bench, "1GiB", 1024 * MIB),
        connections: 1,
        requests: 1,
        bytes: 1024 * MIB,
    });
}
