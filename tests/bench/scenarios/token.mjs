// SPDX-License-Identifier: MIT
// A token by client credentials: a form is read, a secret compared, a token drawn and kept; nginx answers the same bytes from its file.
import { ask, load, request, writePlan } from "../support/load.mjs";
import { demoSeed, startOurs } from "../support/ours.mjs";
import { alwaysReturns, startNginx } from "../support/peers/nginx.mjs";
import { compareUnderLoad } from "../support/rounds.mjs";

const target = "/multipass/api/oauth2/token";
const form = "grant_type=client_credentials&client_id=demo-service&client_secret=demo-secret";
const headers = ["Content-Type: application/x-www-form-urlencoded"];

/** Any token of the same length is as good. */
export const anyToken = (body) => body.replace(/(?<="access_token":")[^"]+/, (token) => "\0".repeat(token.length));

export const tokenRequest = request("POST", target, { headers, body: form });

const row = { name: "token, CPU per request", peer: "nginx return 200", target: "<= 1.9", stretch: "1.5" };
export const rows = [row];

/** One of its answers. */
export async function tokenAnswer() {
    const ours = await startOurs({ args: ["--seed", demoSeed] });
    const closing = request("POST", target, { headers: [...headers, "Connection: close"], body: form });
    const { body } = await ask(ours.port, closing);
    await ours.stop();
    return body;
}

export async function run(bench) {
    const ours = await bench.keep(startOurs({ args: ["--seed", demoSeed] }));
    const body = await tokenAnswer();
    const nginx = await bench.keep(startNginx(bench.file("nginx"), { server: alwaysReturns(body) }));
    if (!nginx) return bench.skip(row, "nginx is not installed");
    const plan = await writePlan(bench.file("token.plan"), [{ request: tokenRequest, body: anyToken(body) }]);
    return compareUnderLoad(bench, {
        ours,
        peer: nginx,
        rows: [[row, "cpu_ns"]],
        measure: (contender) => load(contender, plan, { seconds: bench.seconds }),
    });
}
