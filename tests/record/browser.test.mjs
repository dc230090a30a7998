// SPDX-License-Identifier: MIT
// A person signs in through the recorder, in a browser: the stack behind it is an emulator.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

import { startAppServer } from "../sdk/support/app_server.mjs";
import { openPage, startBrowser } from "../sdk/support/browser.mjs";
import { demo, startEmulator } from "../sdk/support/emulator.mjs";
import { signIn } from "../sdk/support/sign_in.mjs";
import { cassetteTool, readCassette } from "./support/cassette.mjs";
import { startRecorder } from "./support/recorder.mjs";

const currentUser = "/api/v2/admin/users/getCurrent";
const signedInAs = (page, username) =>
    page.waitForFunction((name) => document.getElementById("user")?.textContent === name, username);

async function startBoth(t) {
    const stack = await startEmulator(t, { seed: demo.seed });
    return startRecorder(t, stack.url);
}

/** What must not be found in the cassette, in its text or on standard error. */
async function assertKeepsNone(recorder, secrets) {
    const { stdout: json } = await cassetteTool("cat", "--json", recorder.cassette);
    const places = { file: await readFile(recorder.cassette, "latin1"), json, log: recorder.stderr };
    for (const [place, text] of Object.entries(places)) {
        for (const secret of secrets) {
            assert.ok(secret.length >= 8, "too short to be looked for");
            assert.ok(!text.includes(secret), `${place} has a secret`);
        }
    }
    const lint = await cassetteTool("lint", recorder.cassette);
    assert.equal(lint.code, 0, lint.stdout + lint.stderr);
}

test("in a browser: PKCE, a refresh, and a look at who that is", async (t) => {
    const recorder = await startBoth(t);
    const app = await startAppServer(t, recorder);
    const page = await openPage(t, await startBrowser(t));
    const codes = [];
    page.on("request", (request) => {
        const code = new URL(request.url()).searchParams.get("code");
        if (code) codes.push(code);
    });

    await page.goto(app);
    assert.equal(new URL(page.url()).origin, recorder.url);
    await page.getByRole("button", { name: "Jane Placeholder" }).click();
    await signedInAs(page, "jane");
    assert.equal(new URL(page.url()).origin, app);
    const first = await page.evaluate(() => window.auth.getTokenOrUndefined());
    const { access_token: second, refresh_token: refresh } = await page.evaluate(() => window.auth.refresh());
    assert.notEqual(second, first);
    await page.evaluate(() => window.auth.signOut());
    await page.goto("about:blank");

    await recorder.stopOnce();
    const { exchanges, outcomes } = await readCassette(recorder.cassette);
    assert.ok(outcomes.every((outcome) => outcome === "ok"), `${outcomes}`);
    const paths = exchanges.map(({ request }) => request.target.split("?")[0]);
    for (const path of ["/multipass/api/oauth2/authorize", "/multipass/api/oauth2/token", currentUser]) {
        assert.ok(paths.includes(path), path);
    }
    assert.ok(codes.length > 0);
    await assertKeepsNone(recorder, [first, second, ...codes, ...(refresh ? [refresh] : [])]);
});

test("without JavaScript, and a confidential client behind it", async (t) => {
    const recorder = await startBoth(t);
    const redirectUri = "http://localhost:3000/auth/callback";
    const authorize = new URL("/multipass/api/oauth2/authorize", recorder.url);
    authorize.search = new URLSearchParams({
        response_type: "code",
        client_id: demo.service.id,
        redirect_uri: redirectUri,
        scope: "api:admin-read offline_access",
        state: "kept",
    });
    const landing = await signIn(`${authorize}`, { username: "jane" });
    const code = landing.searchParams.get("code");
    assert.ok(code, `${landing}`);

    const grant = await fetch(new URL("/multipass/api/oauth2/token", recorder.url), {
        method: "POST",
        headers: { Authorization: `Basic ${btoa(`${demo.service.id}:${demo.service.secret}`)}` },
        body: new URLSearchParams({ grant_type: "authorization_code", code, redirect_uri: redirectUri }),
    });
    const tokens = await grant.json();
    assert.equal(grant.status, 200, JSON.stringify(tokens));
    const me = await fetch(new URL(currentUser, recorder.url), {
        headers: { Authorization: `Bearer ${tokens.access_token}` },
    });
    assert.equal((await me.json()).username, "jane");

    await recorder.stopOnce();
    const { exchanges } = await readCassette(recorder.cassette);
    const recorded = exchanges.find(({ request }) => request.target === "/multipass/api/oauth2/token").response;
    const kept = JSON.parse(recorded.data);
    assert.match(kept.access_token, /^fe~access_token~/);
    assert.match(kept.refresh_token, /^fe~refresh_token~/);
    assert.equal(kept.expires_in, tokens.expires_in);
    assert.equal(kept.token_type, tokens.token_type);
    const basic = btoa(`${demo.service.id}:${demo.service.secret}`);
    await assertKeepsNone(recorder, [code, tokens.access_token, tokens.refresh_token, demo.service.secret, basic]);
});
