// SPDX-License-Identifier: MIT
// The emulator's own routes: alive, back to the seed, another hour, and what has happened.
import assert from "node:assert/strict";
import { test } from "node:test";

import { demo, runtimesPath, startEmulator } from "./support/emulator.mjs";

const currentUser = "/api/v2/admin/users/getCurrent";

async function serviceToken(emulator) {
    const { access_token: token } = await emulator.ask("POST", "/multipass/api/oauth2/token", {
        body: new URLSearchParams({
            grant_type: "client_credentials",
            client_id: demo.service.id,
            client_secret: demo.service.secret,
        }),
    });
    return token;
}

test("it says that it is well", async (t) => {
    const emulator = await startEmulator(t);
    const health = await emulator.ask("GET", "/_emulate/health");
    assert.equal(health.status, "ok");
    assert.equal(health.mode, "emulate");
    assert.match(health.version, /^\d+\.\d+\.\d+$/);
});

test("reset takes it back to its seed", async (t) => {
    const emulator = await startEmulator(t, { seed: demo.seed });
    const token = await serviceToken(emulator);
    await emulator.ask("POST", runtimesPath, { json: { runtimeId: "passing" } });
    await emulator.ask("POST", "/_emulate/reset", { status: 204 });
    await emulator.ask("GET", currentUser, { token, status: 401 });
    await emulator.ask("GET", `${runtimesPath}/passing`, { status: 404 });
    await emulator.ask("GET", `${runtimesPath}/${demo.runtime}`);
    assert.equal((await emulator.ask("GET", currentUser, { token: demo.token })).username, "jane");
});

test("an hour later an issued token has expired, and a seeded one has not", async (t) => {
    const emulator = await startEmulator(t, { seed: demo.seed });
    const token = await serviceToken(emulator);
    await emulator.ask("GET", currentUser, { token });
    await emulator.ask("PUT", "/_emulate/clock", { json: { advance: "1h" } });
    const error = await emulator.ask("GET", currentUser, { token, status: 401 });
    assert.equal(error.errorName, "Default:Unauthorized");
    assert.deepEqual(error.parameters, { error: "EXPIRED" });
    await emulator.ask("GET", currentUser, { token: demo.token });
});

test("the clock stands still where it is told to", async (t) => {
    const emulator = await startEmulator(t);
    const now = "2031-04-05T06:07:08Z";
    const stopped = await emulator.ask("PUT", "/_emulate/clock", { json: { mode: "frozen", now } });
    assert.equal(stopped.mode, "frozen");
    assert.equal(Date.parse(stopped.now), Date.parse(now));
    assert.deepEqual(await emulator.ask("GET", "/_emulate/clock"), stopped);
    await emulator.ask("PUT", "/_emulate/clock", { json: { mode: "wall" } });
    const { now: wall } = await emulator.ask("GET", "/_emulate/clock");
    assert.ok(Math.abs(Date.parse(wall) - Date.now()) < 10_000, wall);
});

test("the journal has the last exchanges, without secrets", async (t) => {
    const emulator = await startEmulator(t, { seed: demo.seed });
    await serviceToken(emulator);
    await emulator.fetch("GET", "/multipass/api/oauth2/callback?code=a-secret-code&state=s");
    const { exchanges } = await emulator.ask("GET", "/_emulate/journal?limit=2");
    assert.equal(exchanges.length, 2);
    const text = JSON.stringify(exchanges);
    assert.match(text, /\/multipass\/api\/oauth2\/token/);
    assert.doesNotMatch(text, /a-secret-code|demo-secret/);
    assert.doesNotMatch(emulator.stderr, /a-secret-code|demo-secret/);
});

test("a page from elsewhere may not use its own routes", async (t) => {
    const emulator = await startEmulator(t);
    const headers = { Origin: "http://pages.example.com" };
    const response = await emulator.fetch("POST", "/_emulate/reset", { headers });
    assert.equal(response.status, 403);
    assert.equal(response.headers.get("access-control-allow-origin"), null);
});
