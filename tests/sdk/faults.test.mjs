// SPDX-License-Identifier: MIT
// Faults that somebody's own test asks for: what real clients see of them, and that what they do about
// them works.
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

import { createPlatformClient } from "@osdk/client";
import { Users } from "@osdk/foundry.admin";
import { createConfidentialOauthClient } from "@osdk/oauth";

import { startAppServer } from "./support/app_server.mjs";
import { atEnd } from "./support/at_end.mjs";
import { startBrowser } from "./support/browser.mjs";
import { demo, jobsPath, startEmulator } from "./support/emulator.mjs";
import { createRuntime, startModule } from "./support/module.mjs";
import { refusal } from "./support/refusal.mjs";

const faultsPath = "/_emulate/faults";
const currentUser = "/api/v2/admin/users/getCurrent";
const tokenPath = "/multipass/api/oauth2/token";
const executePath = `${jobsPath}/compute-modules/jobs/execute`;

const inject = (emulator, fault) => emulator.ask("POST", faultsPath, { json: fault, status: 201 });
const getCurrent = (emulator, auth) => Users.getCurrent(createPlatformClient(emulator.url, auth));
const statusOf = async (emulator, path) => (await emulator.fetch("GET", path, { token: demo.token })).status;
const execute = (emulator, app, queryType, query) =>
    emulator.fetch("POST", executePath, {
        token: demo.token,
        json: { deployedAppRid: app, deployedAppBranch: "master", queryType, query },
    });

async function statusesOf(emulator, path, count) {
    const statuses = [];
    for (let i = 0; i < count; i++) statuses.push(await statusOf(emulator, path));
    return statuses;
}

async function writeSeed(t, yaml) {
    const folder = await mkdtemp(join(tmpdir(), "faults-"));
    atEnd(t, () => rm(folder, { recursive: true }));
    const file = join(folder, "seed.yaml");
    await writeFile(file, yaml);
    return file;
}

test("a fault is told as it was understood, counts, and goes when it is told to", async (t) => {
    const emulator = await startEmulator(t, { seed: demo.seed });
    const fault = await inject(emulator, { path: "/api/v2/**", method: "GET", after: 1, count: 2, status: 503 });
    const { seed, ...said } = fault;
    assert.ok(Number.isSafeInteger(seed));
    assert.deepEqual(said, {
        id: 1, path: "/api/v2/**", method: "GET", probability: 1, after: 1, count: 2, status: 503, seen: 0, hits: 0,
    });
    assert.deepEqual(await statusesOf(emulator, currentUser, 5), [200, 503, 503, 200, 200]);
    assert.deepEqual(await emulator.ask("GET", `${faultsPath}/1`), { ...fault, seen: 5, hits: 2 });

    await inject(emulator, { path: currentUser, status: 500 });
    const { faults } = await emulator.ask("GET", faultsPath);
    assert.deepEqual(faults.map(({ id, hits }) => [id, hits]), [[1, 2], [2, 0]]);
    await emulator.ask("DELETE", `${faultsPath}/2`, { status: 204 });
    await emulator.ask("GET", `${faultsPath}/2`, { status: 404 });
    await emulator.ask("DELETE", faultsPath, { status: 204 });
    assert.deepEqual(await emulator.ask("GET", faultsPath), { faults: [] });
});

test("what is no fault is refused, and the member is named", async (t) => {
    const emulator = await startEmulator(t);
    const refused = async (fault, reason) => {
        const error = await emulator.ask("POST", faultsPath, { json: fault, status: 400 });
        assert.equal(error.errorName, "Default:InvalidArgument");
        assert.match(error.parameters.reason, reason);
    };
    const path = "/api/**";
    await refused({ status: 503 }, /^path: is missing/);
    await refused({ path, status: 200 }, /^status: expected a whole number from 400 to 599/);
    await refused({ path, statuss: 503 }, /^statuss: is an unknown key, did you mean status\?/);
    await refused({ path }, /what is to happen: expected one of latency, status, reset, truncate, drip, expiredToken/);
    await refused({ path, status: 503, reset: true }, /^reset: .*status/);
    await refused({ path, errorName: "Default:Gone" }, /^errorName: .*status/);
    await refused({ path, latency: "1s", probability: 2 }, /^probability: expected a number from 0 to 1/);
    await refused({ path, drip: { bytes: 1 } }, /^drip\.every: is missing/);
    await refused({ path: "/_emulate/health", status: 503 }, /^path: .*\/_emulate/);
    await refused([], /expected an object/);
    await emulator.ask("POST", faultsPath, { body: "{", status: 400 });
});

test("a status has the error body of the route that is asked", async (t) => {
    const emulator = await startEmulator(t, { seed: demo.seed });
    await inject(emulator, { path: "/api/v2/**", status: 500 });
    await inject(emulator, { path: "/contour-backend-multiplexer/**", status: 403, errorName: "Contour:InsufficientPermission" });
    await inject(emulator, { path: "/multipass/**", status: 503, retryAfter: "7s" });

    const internal = await refusal(getCurrent(emulator, async () => demo.token));
    assert.deepEqual([internal.statusCode, internal.errorCode, internal.errorName], [500, "INTERNAL", "Default:Internal"]);

    const denied = await execute(emulator, demo.app, "add", {});
    assert.equal(denied.status, 403);
    assert.equal(denied.headers.get("x-foundry-emulator"), "emulate;fault=2");
    const { errorInstanceId, ...body } = await denied.json();
    assert.match(errorInstanceId, /^[0-9a-f-]{36}$/);
    assert.deepEqual(body, {
        errorCode: "PERMISSION_DENIED", errorName: "Contour:InsufficientPermission", parameters: {},
    });

    const token = await emulator.fetch("POST", tokenPath);
    assert.deepEqual([token.status, token.headers.get("retry-after")], [503, "7"]);
    assert.equal((await token.json()).error, "temporarily_unavailable");
    const page = await emulator.fetch("GET", "/multipass/api/oauth2/authorize");
    assert.equal(page.status, 503);
    assert.match(page.headers.get("content-type"), /^text\/html/);
    assert.match(await page.text(), /temporarily_unavailable/);
    const me = await emulator.ask("GET", "/multipass/api/me", { token: demo.token, status: 503 });
    assert.equal(me.errorCode, "INTERNAL");
});

test("an SDK that tries again gets through when as many have failed as were asked for", async (t) => {
    const emulator = await startEmulator(t, { seed: demo.seed });
    await inject(emulator, { path: currentUser, status: 503, count: 1 });
    await inject(emulator, { path: currentUser, reset: true, after: 1, count: 1 });
    const user = await getCurrent(emulator, async () => demo.token);
    assert.equal(user.username, "jane");
    await assert.rejects(getCurrent(emulator, async () => demo.token), /fetch failed/);
    const { faults } = await emulator.ask("GET", faultsPath);
    assert.deepEqual(faults.map(({ seen, hits }) => [seen, hits]), [[3, 1], [2, 1]]);
});

test("a service whose token has expired hears so, and signs in anew", async (t) => {
    const emulator = await startEmulator(t, { seed: demo.seed });
    const client = createConfidentialOauthClient(demo.service.id, demo.service.secret, emulator.url, ["api:admin-read"]);
    const first = await client();
    await inject(emulator, { path: "/**", expiredToken: true, count: 1 });
    const error = await refusal(getCurrent(emulator, client));
    assert.deepEqual([error.statusCode, error.errorName, error.parameters], [401, "Default:Unauthorized", { error: "EXPIRED" }]);

    const { access_token: second } = await client.signIn(); // shows no token, and is let through
    assert.notEqual(second, first);
    assert.equal((await getCurrent(emulator, async () => second)).username, demo.service.id);
});

test("a browser application sees the refusal, and not a failed preflight; then it refreshes", async (t) => {
    const emulator = await startEmulator(t, { seed: demo.seed });
    const app = await startAppServer(t, emulator);
    const ignoreHTTPSErrors = Boolean(process.env.FE_TLS_DIR);
    const page = await (await startBrowser(t)).newPage({ ignoreHTTPSErrors }); // it may complain of a 401
    await page.goto(app);
    await page.getByRole("button", { name: "Jane Placeholder" }).click();
    await page.waitForFunction(() => document.getElementById("user")?.textContent === "jane");

    await inject(emulator, { path: currentUser, expiredToken: true, count: 1 });
    const ask = (url) =>
        page.evaluate(async (target) => {
            const answer = await fetch(target, { headers: { Authorization: `Bearer ${await window.auth()}` } });
            return [answer.status, (await answer.json()).errorName];
        }, url);
    const url = `${emulator.url}${currentUser}`;
    assert.deepEqual(await ask(url), [401, "Default:Unauthorized"]);
    await page.evaluate(() => window.auth.refresh());
    assert.deepEqual(await ask(url), [200, undefined]);
});

test("a compute module survives resets of its polls, and no job is lost", async (t) => {
    const emulator = await startEmulator(t, { seed: demo.seed });
    const app = "ri.foundry.main.deployed-app.faulty";
    const connection = await createRuntime(emulator, { runtimeId: "faulty", deployedAppRid: app });
    const poll = new URL(connection.env.GET_JOB_URI).pathname;
    assert.match(poll, /^\/_emulate\/foundry\//);
    const { id } = await inject(emulator, { path: poll, reset: "answer", count: 2 }); // before any poll is parked
    await startModule(t, connection, "functions.mjs");
    const answer = await execute(emulator, app, "add", { a: 40, b: 2 });
    assert.equal(await answer.text(), "42");
    const { hits } = await emulator.ask("GET", `${faultsPath}/${id}`);
    assert.equal(hits, 2);

    await inject(emulator, { path: poll, reset: true, count: 3 });
    assert.equal(await (await execute(emulator, app, "add", { a: 1, b: 2 })).text(), "3");
});

test("a body that is cut short is short, and its head says how long it was to be", async (t) => {
    const emulator = await startEmulator(t, { seed: demo.seed });
    await inject(emulator, { path: currentUser, truncate: 10 });
    const answer = await emulator.fetch("GET", currentUser, { token: demo.token });
    assert.equal(answer.status, 200);
    assert.ok(Number(answer.headers.get("content-length")) > 10);
    await assert.rejects(answer.text(), { message: "terminated" });
    const { exchanges } = await emulator.ask("GET", "/_emulate/journal?limit=1");
    const [{ outcome, responseBytes, source }] = exchanges;
    assert.deepEqual([outcome, responseBytes, source], ["gone", 10, "emulate;fault=1"]);
});

test("an answer that drips arrives whole", async (t) => {
    const emulator = await startEmulator(t, { seed: demo.seed });
    const plain = await (await emulator.fetch("GET", currentUser, { token: demo.token })).text();
    await inject(emulator, { path: currentUser, latency: "5ms", jitter: "5ms", drip: { bytes: 50, every: "1ms" } });
    const answer = await emulator.fetch("GET", currentUser, { token: demo.token });
    assert.equal(answer.headers.get("content-length"), `${plain.length}`);
    assert.equal(await answer.text(), plain);
});

test("who leaves while he is kept waiting is let go", async (t) => {
    const emulator = await startEmulator(t, { seed: demo.seed });
    await inject(emulator, { path: "/api/**", latency: "1h" });
    await inject(emulator, { path: "/multipass/**", drip: { bytes: 1, every: "20ms" } });
    const leaving = new AbortController();
    const kept = emulator.fetch("GET", currentUser, { token: demo.token, signal: leaving.signal });
    const dripping = await emulator.fetch("GET", "/multipass/api/me", { token: demo.token, signal: leaving.signal });
    while ((await emulator.ask("GET", `${faultsPath}/1`)).hits === 0);
    leaving.abort();
    await assert.rejects(kept);
    await assert.rejects(dripping.text());
    let gone = 0;
    while (gone < 2) {
        const { exchanges } = await emulator.ask("GET", "/_emulate/journal");
        gone = exchanges.filter(({ outcome, source }) => outcome === "gone" && /;fault=/.test(source)).length;
    }
});

test("a seed's faults are there at the start, and again after a reset", async (t) => {
    const seed = await writeSeed(t, `
server:
  faults:
    - path: /api/v2/**
      method: GET
      count: 1
      status: 429
      error_name: ApiRateLimited
      retry_after: 2s
`);
    const emulator = await startEmulator(t, { seed });
    const ask = () => emulator.fetch("GET", currentUser, { token: "test_token_admin" });
    const first = await ask();
    assert.deepEqual([first.status, first.headers.get("retry-after")], [429, "2"]);
    assert.equal((await first.json()).errorName, "ApiRateLimited");
    assert.equal((await ask()).status, 200);
    await emulator.ask("DELETE", faultsPath, { status: 204 });
    await emulator.ask("POST", "/_emulate/reset", { status: 204 });
    assert.equal((await ask()).status, 429);
});

test("with a seed, the same requests fail in every run, and ids stay what they were", async (t) => {
    const run = async (fault) => {
        const emulator = await startEmulator(t, { seed: demo.seed, args: ["--deterministic=7"] });
        if (fault) await inject(emulator, { path: currentUser, status: 503, ...fault });
        const statuses = await statusesOf(emulator, currentUser, 30);
        const { access_token: token } = await emulator.ask("POST", tokenPath, {
            body: new URLSearchParams({
                grant_type: "client_credentials", client_id: demo.service.id, client_secret: demo.service.secret,
            }),
        });
        return { statuses, token };
    };
    const none = await run();
    const half = await run({ probability: 0.5 });
    assert.deepEqual(await run({ probability: 0.5 }), half);
    assert.ok(half.statuses.includes(200) && half.statuses.includes(503));
    const never = await run({ probability: 0 });
    assert.equal(never.token, none.token);

    const emulator = await startEmulator(t, { seed: demo.seed });
    const failing = [];
    for (let i = 0; i < 2; i++) {
        await emulator.ask("DELETE", faultsPath, { status: 204 });
        await inject(emulator, { path: currentUser, status: 503, probability: 0.5, seed: 11 });
        failing.push(await statusesOf(emulator, currentUser, 30));
    }
    assert.deepEqual(failing[0], failing[1]);
});
