// SPDX-License-Identifier: MIT
// --deterministic: whoever sends the same requests gets the same bytes, in every run and after every reset.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";

import { startRecorder } from "../record/support/recorder.mjs";
import { connectTo, request, valueOf } from "../record/support/wire.mjs";
import { demo, jobsPath, runtimesPath, startEmulator } from "./support/emulator.mjs";

const json = "Content-Type: application/json";
const form = "Content-Type: application/x-www-form-urlencoded";
const bearer = (token) => `Authorization: Bearer ${token}`;

/** A connection, and every byte that has come over it. */
class Line {
    #came = [];

    constructor(wire) {
        this.wire = wire;
        wire.host = "localhost:4000"; // whatever the port is: answers tell it
        wire.socket.on("data", (bytes) => this.#came.push(bytes));
    }

    async send(method, target, fields = [], body = "") {
        const length = body === "" ? [] : [`Content-Length: ${Buffer.byteLength(body, "latin1")}`];
        await this.wire.send(request(method, target, [...fields, ...length], body));
    }

    async answer(method = "GET", status = 200) {
        const answer = await this.wire.answer(method);
        const text = answer.data.toString();
        assert.equal(answer.status, status, text);
        return { ...answer, text, json: () => JSON.parse(text) };
    }

    async ask(status, method, target, fields = [], body = "") {
        await this.send(method, target, fields, typeof body === "string" ? body : JSON.stringify(body));
        return this.answer(method, status);
    }

    /** A last request, behind which the emulator closes; all that came. */
    async end(status, method, target) {
        await this.ask(status, method, target, ["Connection: close"]);
        assert.equal(await this.wire.ended, "fin");
        this.wire.finish();
        return Buffer.concat(this.#came).toString("latin1");
    }
}

const query = (values) => new URLSearchParams(values).toString();

/** As a browser app does it, and what it does with what it gets. */
async function logIn(app) {
    const verifier = "a-verifier-that-is-long-enough-to-be-one-0123456789";
    const login = {
        client_id: demo.web.id,
        redirect_uri: "http://localhost:3000/auth/callback",
        scope: "api:admin-read api:ontologies-read offline_access",
        state: "here",
        code_challenge: createHash("sha256").update(verifier).digest("base64url"),
        code_challenge_method: "S256",
    };
    await app.ask(200, "GET", `/multipass/api/oauth2/authorize?${query({ ...login, response_type: "code" })}`);
    const { fields } = await app.ask(302, "POST", "/multipass/api/oauth2/authorize/callback", [form],
        query({ ...login, username: "jane" }));
    const code = new URL(valueOf(fields, "location")).searchParams.get("code");
    const issued = await app.ask(200, "POST", "/multipass/api/oauth2/token", [form], query({
        grant_type: "authorization_code",
        code,
        code_verifier: verifier,
        client_id: login.client_id,
        redirect_uri: login.redirect_uri,
    }));
    const renewed = await app.ask(200, "POST", "/multipass/api/oauth2/token", [form], query({
        grant_type: "refresh_token",
        refresh_token: issued.json().refresh_token,
        client_id: login.client_id,
    }));
    return { code, token: renewed.json().access_token };
}

async function lookAround(app, token) {
    await app.ask(200, "GET", "/api/v2/admin/users/getCurrent", [bearer(token)]);
    const { nextPageToken } = (await app.ask(200, "GET", "/api/v2/admin/users?pageSize=2", [bearer(token)])).json();
    await app.ask(200, "GET", `/api/v2/admin/users?${query({ pageSize: 2, pageToken: nextPageToken })}`, [bearer(token)]);
    await app.ask(200, "GET", "/multipass/api/token/ttl", [bearer(token)]);
    const machines = { objectSet: { type: "base", objectType: "Machine" }, select: [], pageSize: 2 };
    await app.ask(200, "POST", "/api/v2/ontologies/demo/objectSets/loadObjects", [bearer(token), json], machines);
}

async function failInEveryWay(app, token) {
    await app.ask(401, "GET", "/api/v2/admin/users/getCurrent", [bearer("nobody's")]);
    await app.ask(404, "GET", "/api/v2/nothing", [bearer(token)]);
    await app.ask(404, "GET", "/nothing/api/here");
    await app.ask(405, "PUT", "/multipass/api/oauth2/token");
    await app.ask(400, "POST", "/multipass/api/oauth2/token", [form], "grant_type=nonsense");
    await app.ask(404, "GET", `/api/v2/admin/users/${"0".repeat(36)}`, [bearer(token)]);
    await app.ask(400, "PUT", "/_emulate/clock", [json], { advance: "soon" });
    await app.ask(204, "OPTIONS", "/multipass/api/oauth2/token",
        ["Origin: http://localhost:3000", "Access-Control-Request-Method: POST"]);
}

async function connectToOthers(app) {
    const answer = await app.ask(200, "POST", "/multipass/api/oauth2/token", [form], query({
        grant_type: "client_credentials",
        client_id: demo.service.id,
        client_secret: demo.service.secret,
    }));
    const { access_token: token } = answer.json();
    await app.ask(200, "GET", "/multipass/api/me", [bearer(token)]);
    const made = await app.ask(200, "POST", "/api/v2/connectivity/connections", [bearer(token), json], {
        displayName: "Elsewhere",
        parentFolderRid: "ri.compass.main.folder.elsewhere",
        configuration: { type: "rest", domains: [{ host: "api.example.com" }] },
        worker: { type: "unknownWorker" },
    });
    await app.ask(200, "GET", `/api/v2/connectivity/connections/${made.json().rid}`, [bearer(token)]);
}

/** Jobs that are waited for, and that are asked after; both are given to a module that polls. */
async function runJobs(app, module) {
    const job = { deployedAppRid: demo.app, deployedAppBranch: "master", queryType: "add", query: { a: 40, b: 2 } };
    const asModule = [`Module-Auth-Token: ${demo.moduleToken}`];
    const poll = async () =>
        (await module.ask(200, "GET", `${runtimesPath}/demo/job`, asModule)).json().computeModuleJobV1.jobId;
    const post = (id, result) => module.ask(204, "POST", `${runtimesPath}/demo/results/${id}`, asModule, result);
    await module.ask(204, "POST", `${runtimesPath}/demo/schemas`, [...asModule, json], []);
    await module.ask(204, "GET", `${runtimesPath}/demo/job`, asModule); // idle, held for a while

    await app.send("POST", `${jobsPath}/compute-modules/jobs/execute`, [bearer(demo.token), json], JSON.stringify(job));
    await post(await poll(), { sum: 42 });
    assert.equal((await app.answer("POST")).text, '{"sum":42}');

    const submitted = (await app.ask(200, "POST", `${jobsPath}/deployed-apps/jobs`, [bearer(demo.token), json], job)).json();
    const handle = { id: submitted.id, status: submitted.status };
    assert.equal(await poll(), submitted.id);
    await app.ask(200, "PUT", `${jobsPath}/jobs/status/v2`, [bearer(demo.token), json], handle);
    await post(submitted.id, { sum: 43 });
    await app.ask(200, "GET", `${jobsPath}/jobs/${submitted.id}/status`, [bearer(demo.token)]);
    await app.ask(200, "GET", `${jobsPath}/jobs/${submitted.id}/result`, [bearer(demo.token)]);
    return submitted.id;
}

async function askTheEmulator(app, token) {
    await app.ask(200, "POST", runtimesPath, [json], { runtimeId: "mine", deployedAppRid: "ri.foundry.main.deployed-app.mine" });
    await app.ask(200, "GET", runtimesPath);
    await app.ask(200, "GET", `${runtimesPath}/mine/env?format=json`);
    await app.ask(200, "GET", "/_emulate/clock");
    await app.ask(200, "GET", "/api/v2/admin/users/getCurrent", [bearer(token)]);
    await app.ask(200, "PUT", "/_emulate/clock", [json], { advance: "1h" });
    await app.ask(401, "GET", "/api/v2/admin/users/getCurrent", [bearer(token)]);
    await app.ask(200, "PUT", "/_emulate/clock", [json], { mode: "frozen", now: "2031-04-05T06:07:08Z" });
    await app.ask(200, "GET", "/_emulate/cassettes");
    await app.ask(200, "GET", "/_emulate/journal");
}

/** Everything, over two connections; what came over them, and some of what was drawn. */
async function session(emulator) {
    const app = new Line(await connectTo(emulator.url));
    const module = new Line(await connectTo(emulator.url));
    const { code, token } = await logIn(app);
    await lookAround(app, token);
    await connectToOthers(app);
    const job = await runJobs(app, module);
    await failInEveryWay(app, token);
    await askTheEmulator(app, token);
    const health = [200, "GET", "/_emulate/health"];
    return { lines: [await module.end(...health), await app.end(...health)], drawn: { code, token, job } };
}

async function startWith(t, seed, ...more) {
    const args = [`--deterministic=${seed}`, "--poll-timeout", "20ms", "--status-timeout", "20ms",
        "--public-url", "http://localhost:4000", ...more];
    return startEmulator(t, { seed: demo.seed, args });
}

test("two runs of the same requests give the same bytes", async (t) => {
    const [one, other] = [await session(await startWith(t, 7)), await session(await startWith(t, 7))];
    assert.deepEqual(one.lines, other.lines);
});

test("so does one after a reset", async (t) => {
    const emulator = await startWith(t, 7);
    const first = await session(emulator);
    const control = new Line(await connectTo(emulator.url));
    await control.end(204, "POST", "/_emulate/reset");
    assert.deepEqual((await session(emulator)).lines, first.lines);
});

/** What an application does by itself; all that it got. */
async function appSession({ url }) {
    const app = new Line(await connectTo(url));
    const { token } = await logIn(app);
    await lookAround(app, token);
    await connectToOthers(app);
    await failInEveryWay(app, token);
    await app.ask(200, "GET", "/_emulate/health");
    return app.end(200, "GET", "/_emulate/journal");
}

async function record(t) {
    const foundry = await startWith(t, 7);
    const recorder = await startRecorder(t, foundry.url, { args: ["--deterministic=7"] });
    const line = await appSession(recorder);
    await recorder.stopOnce();
    return { line, cassette: recorder.cassette };
}

test("a recorder in between adds nothing of its own", async (t) => {
    assert.equal((await record(t)).line, (await record(t)).line);
});

test("replay does not, either, where it emulates and where it does not", async (t) => {
    const { cassette } = await record(t);
    const replay = () => startWith(t, 7, "--mode", "replay", "--cassette", cassette);
    const [one, other] = [await replay(), await replay()];
    const line = await appSession(one);
    assert.match(line, /X-Foundry-Emulator: replay;/);
    assert.match(line, /X-Foundry-Emulator: emulate\r/);
    assert.equal(await appSession(other), line);
    await one.ask("POST", "/_emulate/reset", { status: 204 });
    assert.equal(await appSession(one), line);
});

test("another seed draws other ids, tokens and codes", async (t) => {
    const [one, other] = [await session(await startWith(t, 7)), await session(await startWith(t, 8))];
    for (const name of Object.keys(one.drawn)) {
        assert.ok(one.drawn[name]);
        assert.notEqual(one.drawn[name], other.drawn[name], name);
    }
});

test("time stands still at the beginning of 2026 until it is moved", async (t) => {
    const emulator = await startWith(t, 7);
    const clock = (json) => emulator.ask(json ? "PUT" : "GET", "/_emulate/clock", { json });
    const start = { now: "2026-01-01T00:00:00.000Z", mode: "frozen" };
    assert.deepEqual(await clock(), start);
    const { headers } = await emulator.fetch("GET", "/_emulate/health");
    assert.equal(headers.get("date"), "Thu, 01 Jan 2026 00:00:00 GMT");
    assert.deepEqual(await clock({ advance: "90s" }), { ...start, now: "2026-01-01T00:01:30.000Z" });
    const { now, mode } = await clock({ mode: "wall" });
    assert.equal(mode, "wall");
    assert.ok(Math.abs(Date.parse(now) - Date.now()) < 60_000, now);
    await emulator.ask("POST", "/_emulate/reset", { status: 204 });
    assert.deepEqual(await clock(), start);
});
