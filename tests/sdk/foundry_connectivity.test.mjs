// SPDX-License-Identifier: MIT
// @osdk/foundry.connectivity: connections, whose secrets go in and never come out.
import assert from "node:assert/strict";
import { test } from "node:test";

import { createPlatformClient } from "@osdk/client";
import { Connections } from "@osdk/foundry.connectivity";

import { demo, startEmulator } from "./support/emulator.mjs";
import { refusal } from "./support/refusal.mjs";

const seeded = "ri.magritte..source.demo";
const preview = { preview: true };

async function start(t, token = demo.token) {
    const emulator = await startEmulator(t, { seed: demo.seed });
    return { emulator, client: createPlatformClient(emulator.url, async () => token) };
}

const configuration = {
    type: "rest",
    domains: [
        {
            scheme: "HTTPS",
            host: "api.example.com",
            auth: {
                type: "bearerToken",
                bearerToken: { type: "asSecretName", value: "apiToken" },
            },
            port: 443,
        },
    ],
};

test("a seeded connection can be read", async (t) => {
    const { client } = await start(t);
    assert.deepEqual(await Connections.get(client, seeded, preview), {
        rid: seeded,
        displayName: "Demo connection",
        parentFolderRid: "ri.compass.main.folder.demo",
        exportSettings: { exportsEnabled: false, exportEnabledWithoutMarkingsValidation: false },
        worker: { type: "unknownWorker" },
        configuration,
    });
    assert.deepEqual(await Connections.getConfiguration(client, seeded, preview), configuration);
});

test("a connection can be made, and its secrets set", async (t) => {
    const { client } = await start(t);
    const made = await Connections.create(
        client,
        {
            displayName: "Mine",
            parentFolderRid: "ri.compass.main.folder.mine",
            worker: { type: "foundryWorker", networkEgressPolicyRids: [] },
            configuration: {
                ...configuration,
                domains: [
                    {
                        host: "api.example.com",
                        auth: {
                            type: "bearerToken",
                            bearerToken: { type: "asPlaintextValue", value: "s3cret-bearer" },
                        },
                    },
                ],
                additionalSecrets: {
                    type: "asSecretsWithPlaintextValues",
                    secrets: { first: "s3cret-one" },
                },
            },
        },
        preview,
    );
    assert.equal(made.displayName, "Mine");
    assert.deepEqual(made.worker, { type: "foundryWorker", networkEgressPolicyRids: [] });
    await Connections.updateSecrets(client, made.rid, { secrets: { second: "s3cret-two" } });
    const connection = await Connections.get(client, made.rid, preview);
    assert.deepEqual(connection.configuration.additionalSecrets, {
        type: "asSecretsNames",
        secretNames: ["first", "second"],
    });
    assert.doesNotMatch(JSON.stringify([made, connection]), /s3cret/);
});

test("a reset takes back what was made", async (t) => {
    const { emulator, client } = await start(t);
    await Connections.updateSecrets(client, seeded, { secrets: { more: "s3cret" } });
    await emulator.ask("POST", "/_emulate/reset", { status: 204 });
    assert.deepEqual(await Connections.getConfiguration(client, seeded, preview), configuration);
});

test("errors are the API's own", async (t) => {
    const { emulator, client } = await start(t);
    let error = await refusal(Connections.get(client, "ri.magritte..source.no", preview));
    assert.equal(error.statusCode, 404);
    assert.equal(error.errorName, "ConnectionNotFound");
    assert.deepEqual(error.parameters, { connectionRid: "ri.magritte..source.no" });
    error = await refusal(
        Connections.create(client, {
            displayName: "Mine",
            parentFolderRid: "ri.f",
            worker: { type: "unknownWorker" },
            configuration: { type: "s3", bucketUrl: "s3://b" },
        }),
    );
    assert.equal(error.errorName, "ConnectionTypeNotSupported");
    const reader = createPlatformClient(emulator.url, async () => demo.reader);
    error = await refusal(Connections.updateSecrets(reader, seeded, { secrets: {} }));
    assert.equal(error.errorName, "ApiUsageDenied");
    assert.deepEqual(error.parameters, { missingScope: "api:connectivity-connection-write" });
});
