// SPDX-License-Identifier: MIT
// Recorded answers of 500 bytes, asked for at random: among 2,000 and among 100,000 of them, each held against what was recorded.
// haproxy looks at the same requests and answers them all with the same one.
import { bodyOf, makeCassette, planOf, replaying } from "../support/cassettes.mjs";
import { load } from "../support/load.mjs";
import { startOurs } from "../support/ours.mjs";
import { startHaproxy } from "../support/peers/haproxy.mjs";
import { alternate, compareUnderLoad } from "../support/rounds.mjs";

const BYTES = 500;
const SEED = 1;
const sizes = [2_000, 100_000];

const peer = "haproxy http-request return";
const beside = sizes.map((count) => [
    { name: `replay of ${count.toLocaleString("en")} exchanges, CPU per request`, peer, target: "<= 1.4", stretch: "1.1" },
    { name: `replay of ${count.toLocaleString("en")} exchanges, requests per second`, peer, target: ">= 0.75" },
]);
const growth = {
    name: "replay of 100,000 exchanges, CPU per request",
    peer: "the same of 2,000",
    target: "<= 1.05",
};
export const rows = [...beside.flat(), growth];

export async function run(bench) {
    const replayers = [];
    for (const count of sizes) {
        const cassette = await makeCassette(bench.file(`${count}.cassette`), count, BYTES);
        const plan = await planOf(bench.file(`${count}.plan`), count, BYTES);
        const ours = await bench.keep(startOurs({ args: replaying(cassette), name: `replay of ${count}` }));
        replayers.push({ ours, plan, count });
    }
    await besideHaproxy(bench, replayers);
    const [few, many] = await alternate(
        bench,
        replayers.map(({ ours }) => ours),
        (ours) => load(ours, replayers.find((other) => other.ours === ours).plan, { seconds: bench.seconds, random: SEED }),
    );
    const cpu = (samples) => samples.map((sample) => sample.cpu_ns);
    bench.record(growth, { unit: "ns", ours: cpu(many), peer: cpu(few) });
}

async function besideHaproxy(bench, replayers) {
    const body = bodyOf(0, BYTES);
    const haproxy = await bench.keep(startHaproxy(bench.file("haproxy"), body));
    if (!haproxy) return beside.flat().forEach((row) => bench.skip(row, "haproxy is not installed"));
    for (const [index, { ours, plan, count }] of replayers.entries()) {
        const theirs = await planOf(bench.file(`${count}.haproxy.plan`), count, BYTES, { body });
        await compareUnderLoad(bench, {
            ours,
            peer: haproxy,
            rows: [
                [beside[index][0], "cpu_ns"],
                [beside[index][1], "requests_per_second"],
            ],
            measure: (contender) =>
                load(contender, contender === ours ? plan : theirs, { seconds: bench.seconds, random: SEED }),
        });
    }
}
