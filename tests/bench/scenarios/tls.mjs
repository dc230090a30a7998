// SPDX-License-Identifier: MIT
// getCurrent over TLS 1.3, with the same certificate as nginx: on connections that stay, and with one connection for each request,
// of which none resumes a session.
import { execFileSync } from "node:child_process";

import { load, request, writePlan } from "../support/load.mjs";
import { demoSeed, startOurs } from "../support/ours.mjs";
import { alwaysReturns, startNginx } from "../support/peers/nginx.mjs";
import { compareUnderLoad } from "../support/rounds.mjs";
import { bearer, currentUser, target } from "./get_current.mjs";

const peer = "nginx return 200, the same certificate";
const kept = { name: "TLS, kept connections, CPU per request", peer, target: "<= 1.20", stretch: "1.0" };
const handshakes = { name: "TLS, a full handshake each, CPU per request", peer, target: "<= 1.0", stretch: "1.0" };
export const rows = [kept, handshakes];

function makeCertificate(bench) {
    const tls = { cert: bench.file("cert.pem"), key: bench.file("key.pem") };
    const how = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30"];
    const what = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"];
    execFileSync("openssl", [...how, ...what, "-keyout", tls.key, "-out", tls.cert], { stdio: "ignore" });
    return tls;
}

export async function run(bench) {
    const tls = makeCertificate(bench);
    const args = ["--seed", demoSeed, "--tls-cert", tls.cert, "--tls-key", tls.key];
    const ours = await bench.keep(startOurs({ args, listen: "https://127.0.0.1:0" }));
    const body = await currentUser();
    const nginx = await bench.keep(startNginx(bench.file("nginx"), { server: alwaysReturns(body), tls }));
    if (!nginx) return rows.forEach((row) => bench.skip(row, "nginx is not installed"));
    const both = { ours, peer: nginx };
    const planned = (name, headers) => writePlan(bench.file(name), [{ request: request("GET", target, { headers }), body }]);
    const keep = await planned("tls.plan", [bearer]);
    const close = await planned("handshake.plan", [bearer, "Connection: close"]);
    await compareUnderLoad(bench, {
        ...both,
        rows: [[kept, "cpu_ns"]],
        measure: (contender) => load(contender, keep, { seconds: bench.seconds, tls: true }),
    });
    await compareUnderLoad(bench, {
        ...both,
        rows: [[handshakes, "cpu_ns"]],
        measure: (contender) => load(contender, close, { seconds: bench.seconds, tls: true, once: true }),
    });
}
