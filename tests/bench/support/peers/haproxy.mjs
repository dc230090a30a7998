// SPDX-License-Identifier: MIT
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";

import { Contender, freePort } from "../contender.mjs";
import { installed } from "./installed.mjs";

const config = (port, body) => `
global
    nbthread 1
    maxconn 8000
defaults
    mode http
    timeout client 60s
    timeout server 60s
    timeout connect 60s
    timeout http-request 60s
frontend bench
    bind 127.0.0.1:${port} backlog 16384
    http-request return status 200 content-type application/json file ${body}
`;

/** haproxy that answers everything with the same JSON, without a backend. Undefined where it is not installed. */
export async function startHaproxy(dir, json) {
    if (!installed("haproxy")) return undefined;
    mkdirSync(dir, { recursive: true });
    const port = await freePort();
    const body = path.join(dir, "body.json");
    const file = path.join(dir, "haproxy.cfg");
    writeFileSync(body, json);
    writeFileSync(file, config(port, body));
    return new Contender("haproxy", ["haproxy", "-db", "-q", "-f", file]).accepts(port);
}
