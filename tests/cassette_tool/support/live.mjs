// SPDX-License-Identifier: MIT
// The server that a cassette is held against: a script, and what it was asked.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";

import { exchange, sealed } from "./frames.mjs";
import { tool, workshop } from "./tool.mjs";

/** Without proxies, which would come between, and without a token of whoever runs the tests. */
const plain = { NO_PROXY: "*", no_proxy: "*", FOUNDRY_TOKEN: "" };

/** `answers` has [status, fields, body] by "METHOD target"; what is not there is a 404. */
export async function startLive(t, answers) {
    const asked = [];
    const server = createServer((request, response) => {
        const pieces = [];
        request.on("data", (piece) => pieces.push(piece));
        request.on("end", () => {
            const { method, url, rawHeaders, headers } = request;
            asked.push({ line: `${method} ${url}`, rawHeaders, headers, body: Buffer.concat(pieces).toString() });
            const [status, fields, body] = answers[`${method} ${url}`] ?? [404, {}, ""];
            response.writeHead(status, fields).end(body);
        });
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    t.after(() => {
        server.closeAllConnections?.();
        server.close();
    });
    return { asked, url: `http://127.0.0.1:${server.address().port}` };
}

export const jsonFields = { "Content-Type": "application/json" };

/** Runs diff on these exchanges; `more` is their session's. */
export async function diffFrames(t, url, exchanges, { args = [], env = {}, more = {} } = {}) {
    const { make } = await workshop(t);
    const file = await make(sealed(exchanges, more));
    return { file, ...(await tool(["diff", "--against", url, ...args, file], { env: { ...plain, ...env } })) };
}

export const diff = (args, env = {}) => tool(["diff", ...args], { env: { ...plain, ...env } });

/** What `diff --format json` finds when `recorded` was answered once, and `live` is now: both JSON. */
export async function findingsBetween(t, recorded, live, args = []) {
    const server = await startLive(t, { "GET /x": [200, jsonFields, live] });
    const headers = Object.entries(jsonFields);
    const { status, stdout, stderr } = await diffFrames(t, server.url, [exchange(1, "/x", { headers, body: recorded })], {
        args: ["--format", "json", ...args],
    });
    assert.equal(stderr, "");
    const report = JSON.parse(stdout);
    assert.equal(report.compared, 1);
    assert.equal(status, report.errors + report.warnings > 0 ? 2 : 0);
    return report.findings.map(({ tier, kind, pointer, recorded: was, live: is }) => [tier, kind, pointer, was, is]);
}
