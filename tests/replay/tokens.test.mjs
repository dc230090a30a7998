// SPDX-License-Identifier: MIT
// Tokens live on: what a replayed token answer carries is a token that the emulator has issued, and opens what was
// recorded and what was not.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { test } from "node:test";

import { cassetteTool, readCassette } from "../record/support/cassette.mjs";
import { answering, startUpstream } from "../record/support/upstream.mjs";
import { message } from "../record/support/wire.mjs";
import { demo } from "../sdk/support/emulator.mjs";
import { signIn } from "../sdk/support/sign_in.mjs";
import { seedOf, without } from "./support/cassettes.mjs";
import { ask, missOf, recordStack, sourceOf, startRecording, startReplay } from "./support/replay.mjs";

const tokenPath = "/multipass/api/oauth2/token";
const recordedRoute = "/api/v2/admin/users/getCurrent";
const emulatedRoute = "/api/v2/ontologies";
const who = "/multipass/api/me";

const asService = {
    grant_type: "client_credentials", client_id: demo.service.id, client_secret: demo.service.secret,
};

const tokenCall = (emulator, form) => emulator.fetch("POST", tokenPath, { body: new URLSearchParams(form) });

async function tokensOf(answer) {
    assert.equal(answer.status, 200, await answer.clone().text());
    return answer.json();
}

const serviceTokens = async (emulator, more = {}) => tokensOf(await tokenCall(emulator, { ...asService, ...more }));

/** Signs in, and asks who that is. */
async function session(emulator) {
    const tokens = await serviceTokens(emulator);
    await emulator.ask("GET", recordedRoute, { token: tokens.access_token });
    return tokens;
}

/** A token opens what was recorded, and what emulation answers. */
async function assertOpensBoth(replay, token) {
    const recorded = await replay.fetch("GET", recordedRoute, { token });
    assert.equal(recorded.status, 200, await recorded.text());
    assert.match(sourceOf(recorded), /^replay;seq=\d+$/);
    const emulated = await replay.fetch("GET", emulatedRoute, { token });
    assert.equal(emulated.status, 200, await emulated.text());
    missOf(emulated, "emulate");
}

test("a replayed token is one that the emulator has issued", async (t) => {
    const { seen, cassette } = await recordStack(t, session);
    const replay = await startReplay(t, cassette, { seed: demo.seed });
    const answer = await tokenCall(replay, asService);
    assert.equal(sourceOf(answer), "replay;seq=1");
    const { access_token: token, ...rest } = await tokensOf(answer);
    const { access_token: recorded, ...expected } = seen;
    assert.deepEqual(rest, expected);
    assert.doesNotMatch(token, /^fe~/);
    assert.notEqual(token, recorded);
    await assertOpensBoth(replay, token);
    assert.ok(!replay.stderr.includes(token));
});

test("a token lives as long as was recorded, whatever the seed says", async (t) => {
    const lifetime = (seconds) => seedOf(t, `foundry: {access_token_ttl: ${seconds}}\n`);
    const { cassette } = await recordStack(t, session, { args: ["--seed", await lifetime(7200)] });
    const replay = await startReplay(t, cassette, { seed: demo.seed, args: ["--seed", await lifetime(60)] });
    const { access_token: token, expires_in: seconds } = await serviceTokens(replay);
    assert.equal(seconds, 7200);
    await replay.ask("PUT", "/_emulate/clock", { json: { advance: "1h" } });
    await assertOpensBoth(replay, token);
    await replay.ask("PUT", "/_emulate/clock", { json: { advance: "2h" } });
    await replay.ask("GET", emulatedRoute, { token, status: 401 });
    await assertOpensBoth(replay, (await serviceTokens(replay)).access_token);
});

test("a token may what was recorded, and no more", async (t) => {
    const scope = "api:ontologies-read";
    const { cassette } = await recordStack(t, (recorder) => serviceTokens(recorder, { scope }));
    const replay = await startReplay(t, cassette, { seed: demo.seed });
    const { access_token: token } = await serviceTokens(replay, { scope });
    await replay.ask("GET", emulatedRoute, { token });
    const { parameters } = await replay.ask("GET", recordedRoute, { token, status: 403 });
    assert.deepEqual(parameters, { missingScope: "api:admin-read" });
});

test("whoever asks for more tokens than were recorded gets them", async (t) => {
    const { cassette } = await recordStack(t, session);
    const replay = await startReplay(t, cassette, { seed: demo.seed });
    const tokens = new Set();
    for (let i = 0; i < 5; i++) {
        const { access_token: token } = await serviceTokens(replay);
        await assertOpensBoth(replay, token);
        tokens.add(token);
    }
    assert.equal(tokens.size, 5);
});

test("with --on-miss fail, too", async (t) => {
    const { cassette } = await recordStack(t, session);
    const replay = await startReplay(t, cassette, { seed: demo.seed, args: ["--on-miss", "fail"] });
    for (let i = 0; i < 2; i++) {
        const { access_token: token } = await serviceTokens(replay);
        assert.match(sourceOf(await replay.fetch("GET", recordedRoute, { token })), /^replay/);
    }
});

const redirectUri = "http://localhost:3000/auth/callback";

/** The code grant by hand, with a state and a PKCE verifier that are new each time. */
async function signInByHand(emulator) {
    const [state, verifier] = [randomBytes(16), randomBytes(32)].map((bytes) => bytes.toString("base64url"));
    const url = new URL("/multipass/api/oauth2/authorize", emulator.url);
    url.search = new URLSearchParams({
        client_id: demo.web.id,
        response_type: "code",
        redirect_uri: redirectUri,
        scope: "api:admin-read api:ontologies-read offline_access",
        state,
        code_challenge: createHash("sha256").update(verifier).digest("base64url"),
        code_challenge_method: "S256",
    });
    const callback = await signIn(url, { username: "mei" });
    assert.equal(`${callback.origin}${callback.pathname}`, redirectUri);
    assert.equal(callback.searchParams.get("state"), state);
    return tokensOf(await tokenCall(emulator, {
        grant_type: "authorization_code",
        client_id: demo.web.id,
        code: callback.searchParams.get("code"),
        code_verifier: verifier,
        redirect_uri: redirectUri,
    }));
}

const refresh = async (emulator, token) =>
    tokensOf(await tokenCall(emulator, { grant_type: "refresh_token", client_id: demo.web.id, refresh_token: token }));

async function personsSession(emulator) {
    const tokens = await signInByHand(emulator);
    await emulator.ask("GET", recordedRoute, { token: tokens.access_token });
    return refresh(emulator, tokens.refresh_token);
}

test("a person signs in again, and refreshes for ever", async (t) => {
    const { cassette } = await recordStack(t, personsSession);
    const replay = await startReplay(t, cassette, { seed: demo.seed });
    let tokens = await signInByHand(replay);
    await assertOpensBoth(replay, tokens.access_token);
    const seen = new Set([tokens.access_token]);
    for (let i = 0; i < 10; i++) {
        tokens = await refresh(replay, tokens.refresh_token);
        await assertOpensBoth(replay, tokens.access_token);
        seen.add(tokens.access_token);
    }
    assert.equal(seen.size, 11);
});

test("two people sign in at once, and neither is the other", async (t) => {
    const { cassette } = await recordStack(t, personsSession);
    const replay = await startReplay(t, cassette, { seed: demo.seed });
    const [one, two] = await Promise.all([signInByHand(replay), signInByHand(replay)]);
    assert.notEqual(one.access_token, two.access_token);
    for (const { access_token: token } of [one, two]) await assertOpensBoth(replay, token);
});

for (const route of [recordedRoute, who]) {
    test(`a token speaks for whom it did: ${route}`, async (t) => {
        const { cassette, seen } = await recordStack(t, async (recorder) => {
            const { access_token: token } = await serviceTokens(recorder);
            return recorder.ask("GET", route, { token });
        });
        const replay = await startReplay(t, cassette);
        const { access_token: token } = await serviceTokens(replay);
        const other = route === who ? recordedRoute : who;
        const { username, id } = await replay.ask("GET", other, { token });
        assert.deepEqual({ username, id }, { username: seen.username, id: seen.id });
    });
}

test("a 401 that was recorded comes in its turn, and only then", async (t) => {
    const { cassette } = await recordStack(t, async (recorder) => {
        await recorder.ask("GET", recordedRoute, { token: "expired", status: 401 });
        await session(recorder);
    });
    const replay = await startReplay(t, cassette, { seed: demo.seed });
    const { access_token: token } = await serviceTokens(replay);
    const statuses = [];
    for (let i = 0; i < 4; i++) statuses.push((await replay.fetch("GET", recordedRoute, { token })).status);
    assert.deepEqual(statuses, [401, 200, 200, 200]);
});

/** A server that hands out a token, and has it stand in other answers, under names that say nothing. */
function startTalker(t, issued) {
    const json = (value, fields = []) => {
        const body = JSON.stringify(value);
        return message("HTTP/1.1 200 OK", [
            "Content-Type: application/json", ...fields, `Content-Length: ${body.length}`,
        ], body);
    };
    return startUpstream(t, answering((wire, { target }) => wire.send({
        [tokenPath]: () => json({ access_token: issued, token_type: "Bearer", expires_in: 3600 }),
        "/context": () => json({
            user: "jane", context: { value: issued }, list: [`Bearer ${issued}`],
        }, [`X-Context: ${issued}`]),
        "/echo": () => json({ ok: true }),
    }[target]())));
}

test("where a recorded token turns up again, the live one does, in both directions", async (t) => {
    const issued = randomBytes(24).toString("base64url");
    const upstream = await startTalker(t, issued);
    const recorder = await startRecording(t, upstream.url);
    const echo = (url, token) => {
        const body = `{"note":"my token is ${token}"}`;
        return ask(url, "POST", "/echo", ["Content-Type: application/json"], body);
    };
    await serviceTokens(recorder);
    await ask(recorder.url, "GET", "/context");
    await echo(recorder.url, issued);
    await recorder.stop();
    const { stdout } = await cassetteTool("cat", "--json", recorder.cassette);
    assert.ok(!stdout.includes(issued));

    const replay = await startReplay(t, recorder.cassette, { args: ["--on-miss", "fail"] });
    const { access_token: token } = await serviceTokens(replay);
    const context = await ask(replay.url, "GET", "/context");
    assert.deepEqual(JSON.parse(context.text), { user: "jane", context: { value: token }, list: [`Bearer ${token}`] });
    assert.ok(context.whole);
    assert.deepEqual(context.fields.find(([name]) => name === "X-Context"), ["X-Context", token]);
    assert.equal((await echo(replay.url, token)).status, 200);
    missOf(await echo(replay.url, "another"), "fail");
});

test("who has lost the token call from the cassette gets a token all the same", async (t) => {
    const { cassette } = await recordStack(t, session);
    const { exchanges } = await readCassette(cassette);
    assert.equal(exchanges[0].request.target, tokenPath);
    const replay = await startReplay(t, await without(t, cassette, 1), { seed: demo.seed });
    const answer = await tokenCall(replay, asService);
    assert.match(sourceOf(answer), /^emulate/);
    await assertOpensBoth(replay, (await tokensOf(answer)).access_token);
});
