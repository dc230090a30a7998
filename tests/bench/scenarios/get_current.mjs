// SPDX-License-Identifier: MIT
// Who am I, with a bearer: the smallest thing that an application asks, beside nginx that knows the answer by heart.
import { ask, load, request, writePlan } from "../support/load.mjs";
import { demoSeed, startOurs } from "../support/ours.mjs";
import { alwaysReturns, startNginx } from "../support/peers/nginx.mjs";
import { compareUnderLoad } from "../support/rounds.mjs";

export const target = "/api/v2/admin/users/getCurrent";
export const bearer = "Authorization: Bearer demo-token";

const peer = "nginx return 200";
export const rows = [
    { name: "getCurrent, CPU per request", peer, target: "<= 1.20", stretch: "1.0" },
    { name: "getCurrent, requests per second", peer, target: ">= 0.85", stretch: "1.0" },
];

/** What it answers, which is the same in every process. */
export async function currentUser() {
    const ours = await startOurs({ args: ["--seed", demoSeed] });
    const { body } = await ask(ours.port, request("GET", target, { headers: [bearer, "Connection: close"] }));
    await ours.stop();
    return body;
}

export async function run(bench) {
    const ours = await bench.keep(startOurs({ args: ["--seed", demoSeed] }));
    const get = request("GET", target, { headers: [bearer] });
    const body = await currentUser();
    const nginx = await bench.keep(startNginx(bench.file("nginx"), { server: alwaysReturns(body) }));
    if (!nginx) return rows.forEach((row) => bench.skip(row, "nginx is not installed"));
    const plan = await writePlan(bench.file("get_current.plan"), [{ request: get, body }]);
    return compareUnderLoad(bench, {
        ours,
        peer: nginx,
        rows: [
            [rows[0], "cpu_ns"],
            [rows[1], "requests_per_second"],
        ],
        measure: (contender) => load(contender, plan, { seconds: bench.seconds }),
    });
}
