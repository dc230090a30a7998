// SPDX-License-Identifier: MIT
// Bodies of each kind of route, at their limit and past it: in size, however it becomes known, and in depth.
import assert from "node:assert/strict";
import { test } from "node:test";

import { connectTo, request } from "../record/support/wire.mjs";
import { atEnd } from "../sdk/support/at_end.mjs";
import { demo, jobsPath, runtimesPath, startEmulator } from "../sdk/support/emulator.mjs";

const KiB = 1024;
const MiB = 1024 * KiB;
const form = "Content-Type: application/x-www-form-urlencoded";
const bearer = `Authorization: Bearer ${demo.token}`;
const module = `Module-Auth-Token: ${demo.moduleToken}`;
const runtime = `${runtimesPath}/${demo.runtime}`;

/** [what, method, path, the most that its body may have, fields] */
const routes = [
    ["an OAuth form", "POST", "/multipass/api/oauth2/token", 64 * KiB, [form]],
    ["a job", "POST", `${runtime}/jobs`, 64 * MiB, []],
    ["an execute", "POST", `${jobsPath}/compute-modules/jobs/execute`, 64 * MiB, [bearer]],
    ["schemas", "POST", `${runtime}/schemas`, 8 * MiB, [module]],
    ["the public API", "POST", "/api/v2/admin/users/getBatch", 256 * KiB, [bearer]],
    ["a control route", "PUT", "/_emulate/clock", 64 * KiB, []],
    ["a route that takes none", "GET", "/_emulate/health", 64 * KiB, []],
];

function assertTooLarge(answer, what) {
    assert.equal(answer.status, 413, what);
    const error = JSON.parse(answer.data);
    assert.equal(error.errorCode, "REQUEST_ENTITY_TOO_LARGE", what);
    assert.equal(error.errorName, "Default:RequestEntityTooLarge", what);
    assert.deepEqual(error.parameters, { reason: "The body is larger than this route takes." }, what);
}

async function assertRefused(emulator, what, ...parts) {
    const wire = await connectTo(emulator.url);
    await wire.send(...parts);
    assertTooLarge(await wire.answer(), what);
    assert.equal(await wire.ended, "fin", what);
    wire.close();
}

test("a body is refused when its length is known, whatever its route, and before it has come", async (t) => {
    const emulator = await startEmulator(t, { seed: demo.seed });
    for (const [what, method, path, most, fields] of routes) {
        const measured = [...fields, `Content-Length: ${most + 1}`];
        const chunked = [...fields, "Transfer-Encoding: chunked"];
        await assertRefused(emulator, what, request(method, path, measured));
        await assertRefused(emulator, what, request(method, path, chunked), `${(most + 1).toString(16)}\r\n`);
        await assertRefused(emulator, what, request(method, path, chunked),
            "1\r\nx\r\n", `${most.toString(16)};extension\r\n`);
    }
});

test("a client that is told to wait is refused instead of told to go on", async (t) => {
    const emulator = await startEmulator(t, { seed: demo.seed });
    const wire = await connectTo(emulator.url);
    await wire.send(request("PUT", "/_emulate/clock", ["Content-Length: 65537", "Expect: 100-continue"]));
    const answer = await wire.answer("PUT");
    assert.deepEqual(answer.interim, []);
    assertTooLarge(answer, "Expect");
    assert.equal(await wire.ended, "fin");
    wire.close();
});

test("a client that goes on sending reads why it is refused", async (t) => {
    const emulator = await startEmulator(t, { seed: demo.seed });
    const wire = await connectTo(emulator.url);
    const sent = wire.send(request("PUT", "/_emulate/clock", ["Content-Length: 50000000"]), Buffer.alloc(8 * MiB));
    assertTooLarge(await wire.answer("PUT"), "while it sends");
    await sent;
    assert.equal(await wire.ended, "fin");
    wire.close();
});

test("a body of just the size that there may be is taken", async (t) => {
    const emulator = await startEmulator(t, { seed: demo.seed });
    const wire = await connectTo(emulator.url);
    atEnd(t, () => wire.close());
    await wire.send(request("PUT", "/_emulate/clock", ["Content-Length: 65536"]), Buffer.alloc(65536, " "));
    assert.equal((await wire.answer("PUT")).status, 400); // it is no JSON
    await wire.send(request("GET", "/_emulate/health"));
    assert.equal((await wire.answer()).status, 200);
});

const nested = (depth) => "[".repeat(depth) + "]".repeat(depth);

/** Routes that read JSON: what goes around a nested value. */
const readers = [
    ["POST", `${runtime}/jobs`, (value) => `{"queryType":"any","query":${value}}`],
    ["POST", `${jobsPath}/compute-modules/jobs/execute`, (value) => `{"queryType":"any","query":${value}}`],
    ["POST", `${runtime}/schemas`, (value) => value],
    ["POST", "/api/v2/admin/users/getBatch", (value) => value],
    ["POST", "/api/v2/connectivity/connections?preview=true", (value) => `{"configuration":${value}}`],
    ["POST", "/api/v2/functions/queries/any/execute?preview=true", (value) => `{"parameters":{"a":${value}}}`],
    ["POST", runtimesPath, (value) => `{"runtimeId":"deep","displayName":${value}}`],
    ["PUT", "/_emulate/clock", (value) => `{"advance":${value}}`],
    ["PUT", "/_emulate/mode", (value) => `{"mode":${value}}`],
];

test("JSON that is nested too deep is refused, in words, and 64 levels are not", async (t) => {
    const emulator = await startEmulator(t, { seed: demo.seed, args: ["--execute-timeout", "1ms"] });
    const headers = { "Content-Type": "application/json", "Module-Auth-Token": demo.moduleToken };
    const send = async (method, path, body) => {
        const answer = await emulator.fetch(method, path, { token: demo.token, headers, body });
        return { status: answer.status, text: await answer.text() };
    };
    for (const [method, path, around] of readers) {
        const good = await send(method, path, around(nested(64)));
        assert.doesNotMatch(good.text, /too deep/, path);
        for (const depth of [513, 5000]) {
            const bad = await send(method, path, around(nested(depth)));
            assert.equal(bad.status, 400, path);
            assert.equal(JSON.parse(bad.text).errorCode, "INVALID_ARGUMENT", path);
            assert.match(bad.text, /too deep/, path);
        }
    }
    const { jobId } = await emulator.ask("POST", `${runtime}/jobs`, { json: { queryType: "any", query: JSON.parse(nested(64)) } });
    assert.ok(jobId);
});
