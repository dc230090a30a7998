// SPDX-License-Identifier: MIT
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";

import { Contender, freePort } from "../contender.mjs";
import { packaged } from "./npm.mjs";

function stub({ target, body }) {
    const [where, query] = target.split("?");
    const equals = { method: "GET", path: where, query: Object.fromEntries(new URLSearchParams(query)) };
    const headers = { "Content-Type": "application/json", "Content-Length": String(body.length), Connection: "keep-alive" };
    return { predicates: [{ equals }], responses: [{ is: { statusCode: 200, headers, body } }] };
}

/** mountebank with a stub for each exchange. */
export async function startMountebank(dir, { exchanges }) {
    const program = packaged("mountebank/bin/mb");
    if (!program) return undefined;
    mkdirSync(dir, { recursive: true });
    const port = await freePort();
    const imposters = path.join(dir, "imposters.json");
    writeFileSync(imposters, JSON.stringify({ imposters: [{ port, protocol: "http", stubs: exchanges.map(stub) }] }));
    const options = ["--port", String(await freePort()), "--configfile", imposters, "--nologfile", "--loglevel", "error"];
    const files = ["--pidfile", path.join(dir, "mb.pid"), "--localOnly"];
    return new Contender("mountebank", ["node", program, "start", ...options, ...files], { cwd: dir }).accepts(port);
}
