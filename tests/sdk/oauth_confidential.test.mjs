// SPDX-License-Identifier: MIT
// @osdk/oauth, the client of a service: it shows its secret by HTTP Basic.
import assert from "node:assert/strict";
import { test } from "node:test";

import { createConfidentialOauthClient } from "@osdk/oauth";

import { demo, startEmulator } from "./support/emulator.mjs";

const currentUser = "/api/v2/admin/users/getCurrent";

test("a service signs in, acts as its service user, and signs out", async (t) => {
    const emulator = await startEmulator(t, { seed: demo.seed });
    const { id, secret } = demo.service;
    const client = createConfidentialOauthClient(id, secret, emulator.url, ["api:admin-read"]);
    const token = await client();
    const user = await emulator.ask("GET", currentUser, { token });
    assert.equal(user.username, demo.service.id);
    assert.equal(user.email, undefined);
    await client.signOut();
    await emulator.ask("GET", currentUser, { token, status: 401 });
});

test("the client's default scopes are granted", async (t) => {
    const emulator = await startEmulator(t, { seed: demo.seed });
    const client = createConfidentialOauthClient(demo.service.id, demo.service.secret, emulator.url);
    const { expires_in: seconds } = await client.signIn();
    assert.equal(seconds, 3600);
});

test("a wrong secret is refused as the RFC says", async (t) => {
    const emulator = await startEmulator(t, { seed: demo.seed });
    const client = createConfidentialOauthClient(demo.service.id, "wrong", emulator.url);
    await assert.rejects(client(), (error) => {
        const { cause = error } = error;
        assert.match(JSON.stringify(cause) + cause, /invalid_client|WWW-Authenticate/i);
        return true;
    });
});
