// SPDX-License-Identifier: MIT
// openid-client and oauth4webapi, which hold a server to the RFCs.
import assert from "node:assert/strict";
import { test } from "node:test";

import * as oauth from "oauth4webapi";
import * as openid from "openid-client";

import { demo, startEmulator } from "./support/emulator.mjs";
import { signIn } from "./support/sign_in.mjs";

const currentUser = "/api/v2/admin/users/getCurrent";
const redirectUri = "http://localhost:3000/auth/callback";

function serverOf(emulator) {
    const issuer = `${emulator.url}/multipass`;
    return {
        issuer,
        authorization_endpoint: `${issuer}/api/oauth2/authorize`,
        token_endpoint: `${issuer}/api/oauth2/token`,
        revocation_endpoint: `${issuer}/api/oauth2/revoke_token`,
    };
}

function configure(emulator, id, authentication) {
    const config = new openid.Configuration(serverOf(emulator), id, undefined, authentication);
    openid.allowInsecureRequests(config);
    return config;
}

const { id: serviceId, secret } = demo.service;

for (const [name, authentication] of [
    ["HTTP Basic", openid.ClientSecretBasic(secret)],
    ["the body", openid.ClientSecretPost(secret)],
]) {
    test(`a service that authenticates by ${name} gets a token with all its scopes`, async (t) => {
        const emulator = await startEmulator(t, { seed: demo.seed });
        const config = configure(emulator, serviceId, authentication);
        const tokens = await openid.clientCredentialsGrant(config);
        assert.equal(tokens.token_type, "bearer");
        assert.equal(tokens.expires_in, 3600);
        assert.equal(tokens.refresh_token, undefined);
        const user = await emulator.ask("GET", currentUser, { token: tokens.access_token });
        assert.equal(user.username, serviceId);
        await openid.tokenRevocation(config, tokens.access_token);
        await emulator.ask("GET", currentUser, { token: tokens.access_token, status: 401 });
    });

    test(`a person signs in to a service that authenticates by ${name}`, async (t) => {
        const emulator = await startEmulator(t, { seed: demo.seed });
        const config = configure(emulator, serviceId, authentication);
        const { tokens } = await signInTo(config, "api:admin-read offline_access");
        const user = await emulator.ask("GET", currentUser, { token: tokens.access_token });
        assert.equal(user.username, "mei");
    });
}

/** The whole way of the code grant, with PKCE. */
async function signInTo(config, scope) {
    const verifier = openid.randomPKCECodeVerifier();
    const state = openid.randomState();
    const url = openid.buildAuthorizationUrl(config, {
        redirect_uri: redirectUri,
        scope,
        state,
        code_challenge: await openid.calculatePKCECodeChallenge(verifier),
        code_challenge_method: "S256",
    });
    const callback = await signIn(url, { username: "mei" });
    const checks = { pkceCodeVerifier: verifier, expectedState: state };
    const tokens = await openid.authorizationCodeGrant(config, callback, checks);
    return { tokens, callback, checks };
}

test("a public client signs a person in, refreshes, and revokes", async (t) => {
    const emulator = await startEmulator(t, { seed: demo.seed });
    const config = configure(emulator, demo.web.id, openid.None());
    const { tokens } = await signInTo(config, "api:admin-read offline_access");
    const fresh = await openid.refreshTokenGrant(config, tokens.refresh_token);
    assert.notEqual(fresh.access_token, tokens.access_token);
    assert.notEqual(fresh.refresh_token, tokens.refresh_token);
    await emulator.ask("GET", currentUser, { token: fresh.access_token });
    await openid.tokenRevocation(config, fresh.refresh_token);
    await emulator.ask("GET", currentUser, { token: fresh.access_token, status: 401 });
    await assert.rejects(openid.refreshTokenGrant(config, fresh.refresh_token), {
        error: "invalid_grant",
    });
});

test("without offline_access there is no refresh token", async (t) => {
    const emulator = await startEmulator(t, { seed: demo.seed });
    const { tokens } = await signInTo(configure(emulator, demo.web.id, openid.None()), "api:admin-read");
    assert.equal(tokens.refresh_token, undefined);
});

test("a refresh token that is used again after a minute ends the grant", async (t) => {
    const emulator = await startEmulator(t, { seed: demo.seed });
    const config = configure(emulator, demo.web.id, openid.None());
    const { tokens } = await signInTo(config, "api:admin-read offline_access");
    const fresh = await openid.refreshTokenGrant(config, tokens.refresh_token);
    const again = await openid.refreshTokenGrant(config, tokens.refresh_token);
    await emulator.ask("PUT", "/_emulate/clock", { json: { advance: "61s" } });
    await assert.rejects(openid.refreshTokenGrant(config, tokens.refresh_token), {
        error: "invalid_grant",
    });
    for (const { access_token: token } of [tokens, fresh, again]) {
        await emulator.ask("GET", currentUser, { token, status: 401 });
    }
});

test("a code that is used twice takes back what it gave", async (t) => {
    const emulator = await startEmulator(t, { seed: demo.seed });
    const config = configure(emulator, demo.web.id, openid.None());
    const { tokens, callback, checks } = await signInTo(config, "api:admin-read");
    await assert.rejects(openid.authorizationCodeGrant(config, callback, checks), {
        error: "invalid_grant",
    });
    await emulator.ask("GET", currentUser, { token: tokens.access_token, status: 401 });
});

test("oauth4webapi is told of a denial at the redirect URI, with its state", async (t) => {
    const emulator = await startEmulator(t, { seed: demo.seed });
    const server = serverOf(emulator);
    const state = 'exact "state" & more +%20';
    const url = new URL(server.authorization_endpoint);
    const challenge = await oauth.calculatePKCECodeChallenge(oauth.generateRandomCodeVerifier());
    url.search = new URLSearchParams({
        client_id: demo.web.id,
        response_type: "code",
        redirect_uri: redirectUri,
        state,
        code_challenge: challenge,
        code_challenge_method: "S256",
    });
    const callback = await signIn(url, { decision: "deny" });
    assert.throws(() => oauth.validateAuthResponse(server, { client_id: demo.web.id }, callback, state), {
        error: "access_denied",
    });
    assert.equal(callback.searchParams.get("state"), state);
});
