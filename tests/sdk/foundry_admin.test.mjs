// SPDX-License-Identifier: MIT
// @osdk/foundry.admin: who am I, who else is there, and the errors as the SDK understands them.
import assert from "node:assert/strict";
import { test } from "node:test";

import { createPlatformClient } from "@osdk/client";
import { Enrollments, Users } from "@osdk/foundry.admin";

import { demo, startEmulator } from "./support/emulator.mjs";
import { refusal } from "./support/refusal.mjs";

function getCurrent(emulator, token) {
    return Users.getCurrent(createPlatformClient(emulator.url, async () => token));
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

async function startClient(t) {
    const emulator = await startEmulator(t, { seed: demo.seed });
    return createPlatformClient(emulator.url, async () => demo.token);
}

const names = ({ data }) => data.map(({ username }) => username);

test("users can be listed page by page, to the end", async (t) => {
    const client = await startClient(t);
    const all = await Users.list(client);
    assert.deepEqual(names(all), ["jane", "omar", "mei", "zoe", "admin"]);
    assert.equal(all.nextPageToken, undefined);
    const found = [];
    let pageToken;
    do {
        const page = await Users.list(client, { pageSize: 2, pageToken });
        assert.ok(page.data.length <= 2);
        found.push(...page.data);
        pageToken = page.nextPageToken;
    } while (pageToken);
    assert.deepEqual(found, all.data);
    assert.ok(names(await Users.list(client, { include: "DELETED" })).includes("former"));
});

test("a page token that was tampered with is refused", async (t) => {
    const client = await startClient(t);
    const { nextPageToken } = await Users.list(client, { pageSize: 1 });
    const pageToken = `2${nextPageToken.slice(1)}`;
    let error = await refusal(Users.list(client, { pageSize: 1, pageToken }));
    assert.equal(error.statusCode, 400);
    assert.equal(error.errorName, "InvalidPageToken");
    assert.deepEqual(error.parameters, { pageToken });
    error = await refusal(Users.list(client, { pageSize: 0 }));
    assert.equal(error.errorName, "InvalidPageSize");
});

test("users can be read one by one and in a batch", async (t) => {
    const client = await startClient(t);
    const { data } = await Users.list(client);
    assert.deepEqual(await Users.get(client, data[1].id), data[1]);
    const batch = await Users.getBatch(client, [{ userId: data[0].id }, { userId: "nobody" }]);
    assert.deepEqual(batch, { data: { [data[0].id]: data[0] } });
    const error = await refusal(Users.get(client, "nobody"));
    assert.equal(error.statusCode, 404);
    assert.equal(error.errorName, "UserNotFound");
    assert.deepEqual(error.parameters, { userId: "nobody" });
});

test("users can be searched by how their names begin", async (t) => {
    const client = await startClient(t);
    const where = { type: "queryString", value: "JA" };
    assert.deepEqual(names(await Users.search(client, { where })), ["jane"]);
    const all = { type: "queryString", value: "" };
    const first = await Users.search(client, { where: all, pageSize: 3 });
    const second = await Users.search(client, { where: all, pageToken: first.nextPageToken });
    assert.deepEqual([...names(first), ...names(second)], names(await Users.list(client)));
});

test("the enrollment is told in preview mode", async (t) => {
    const client = await startClient(t);
    assert.deepEqual(await Enrollments.getCurrent(client, { preview: true }), {
        rid: "ri.enrollment..enrollment.default",
        name: "Demo enrollment",
    });
    let error = await refusal(Enrollments.getCurrent(client));
    assert.equal(error.statusCode, 400);
    assert.equal(error.errorName, "ApiFeaturePreviewUsageOnly");
    error = await refusal(Enrollments.get(client, "ri.no", { preview: true }));
    assert.equal(error.errorName, "EnrollmentNotFound");
});
