// SPDX-License-Identifier: MIT
// @osdk/foundry.admin: who am I, and the errors as the SDK understands them.
import assert from "node:assert/strict";
import { test } from "node:test";

import { createPlatformClient, PalantirApiError } from "@osdk/client";
import { Users } from "@osdk/foundry.admin";

import { demo, startEmulator } from "./support/emulator.mjs";

function getCurrent(emulator, token) {
    return Users.getCurrent(createPlatformClient(emulator.url, async () => token));
}

async function refusal(promise) {
    const error = await promise.then(() => assert.fail("was not refused"), (reason) => reason);
    assert.ok(error instanceof PalantirApiError, `${error}`);
    assert.match(error.errorInstanceId, /^[0-9a-f-]{36}$/);
    return error;
}

test("a person is told who they are", async (t) => {
    const emulator = await startEmulator(t, { seed: demo.seed });
    const { id, organization, attributes, ...user } = await getCurrent(emulator, demo.token);
    assert.match(id, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    assert.match(organization, /^ri\.multipass\.\.organization\.[0-9a-f-]{36}$/);
    assert.deepEqual(user, {
        username: "jane",
        givenName: "Jane",
        familyName: "Placeholder",
        email: "jane@example.com",
        realm: "palantir-internal-realm",
        status: "ACTIVE",
    });
    assert.deepEqual(attributes.department, ["Engineering"]);
    assert.deepEqual(attributes["multipass:givenName"], ["Jane"]);
});

test("two runs agree on a person's id", async (t) => {
    const ids = [];
    for (let run = 0; run < 2; run++) {
        const emulator = await startEmulator(t, { seed: demo.seed });
        ids.push((await getCurrent(emulator, demo.token)).id);
    }
    assert.equal(ids[0], ids[1]);
});

test("a token that nobody issued is refused, and not taken for somebody else's", async (t) => {
    const emulator = await startEmulator(t, { seed: demo.seed });
    const error = await refusal(getCurrent(emulator, "nobody-issued-this"));
    assert.equal(error.statusCode, 401);
    assert.equal(error.errorName, "Default:Unauthorized");
    assert.equal(error.errorCode, "UNAUTHORIZED");
});

test("a token without the scope is told which one it lacks", async (t) => {
    const emulator = await startEmulator(t, { seed: demo.seed });
    const { access_token: token } = await emulator.ask("POST", "/multipass/api/oauth2/token", {
        body: new URLSearchParams({
            grant_type: "client_credentials",
            client_id: demo.service.id,
            client_secret: demo.service.secret,
            scope: "api:read-data",
        }),
    });
    const error = await refusal(getCurrent(emulator, token));
    assert.equal(error.statusCode, 403);
    assert.equal(error.errorName, "ApiUsageDenied");
    assert.equal(error.errorCode, "PERMISSION_DENIED");
    assert.deepEqual(error.parameters, { missingScope: "api:admin-read" });
});

test("a token with just the scope is enough", async (t) => {
    const emulator = await startEmulator(t, { seed: demo.seed });
    assert.equal((await getCurrent(emulator, demo.reader)).username, "omar");
});
