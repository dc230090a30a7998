// SPDX-License-Identifier: MIT
// A module posts 1 GiB as its result: what that costs, beside nginx, which throws it away. Of ours, the first 256 MiB are written
// to a file until the result is seen to be larger than a result may be.
import { runClient } from "../support/load.mjs";
import { startOurs } from "../support/ours.mjs";
import { startNginx } from "../support/peers/nginx.mjs";
import { alternate } from "../support/rounds.mjs";

const BYTES = 1024 ** 3;
export const rows = [{ name: "upload of 1 GiB as a result, CPU", peer: "nginx that discards it", target: "<= 0.9", stretch: "0.6" }];
const [row] = rows;

export async function run(bench) {
    const ours = await bench.keep(startOurs({ args: ["--log-level", "error"], env: { ...process.env, TMPDIR: bench.dir } }));
    const nginx = await bench.keep(startNginx(bench.file("nginx"), { server: "location / { return 200; }" }));
    if (!nginx) return bench.skip(row, "nginx is not installed");
    const [mine, theirs] = await alternate(bench, [ours, nginx], async (contender) => {
        const before = contender.cpuNs();
        const what = contender === ours ? ["job", BYTES, 204] : ["/", BYTES, 200];
        const { seconds } = await runClient("bench_upload", [contender.port, ...what]);
        return { cpu_ns: contender.cpuNs() - before, bytes_per_second: BYTES / seconds };
    });
    const of = (samples, key) => samples.map((sample) => sample[key]);
    bench.record(row, { unit: "ns", ours: of(mine, "cpu_ns"), peer: of(theirs, "cpu_ns") });
    return undefined;
}
