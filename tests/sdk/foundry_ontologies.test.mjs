// SPDX-License-Identifier: MIT
// @osdk/foundry.ontologies: what there is, and queries with the seed's answers.
import assert from "node:assert/strict";
import { test } from "node:test";

import { createPlatformClient } from "@osdk/client";
import { OntologiesV2, Queries } from "@osdk/foundry.ontologies";

import { demo, startEmulator } from "./support/emulator.mjs";
import { refusal } from "./support/refusal.mjs";

const ontology = {
    apiName: "demo",
    displayName: "Demo ontology",
    description: "",
    rid: "ri.ontology.main.ontology.demo",
};

async function start(t) {
    const emulator = await startEmulator(t, { seed: demo.seed });
    return createPlatformClient(emulator.url, async () => demo.token);
}

test("ontologies can be listed and read, by RID and by name", async (t) => {
    const client = await start(t);
    assert.deepEqual(await OntologiesV2.list(client), { data: [ontology] });
    assert.deepEqual(await OntologiesV2.get(client, ontology.rid), ontology);
    assert.deepEqual(await OntologiesV2.get(client, "demo"), ontology);
});

test("an ontology's full metadata has every part", async (t) => {
    const client = await start(t);
    const { ontology: same, objectTypes, ...parts } = await OntologiesV2.getFullMetadata(client, "demo", {
        preview: true,
    });
    assert.deepEqual(same, ontology);
    assert.deepEqual(Object.keys(objectTypes), ["Machine"]);
    assert.equal(objectTypes.Machine.objectType.properties.cycles.dataType.type, "long");
    assert.deepEqual(parts, {
        actionTypes: {},
        queryTypes: {},
        interfaceTypes: {},
        sharedPropertyTypes: {},
        valueTypes: {},
    });
});

test("a query has the seed's answer", async (t) => {
    const client = await start(t);
    assert.deepEqual(await Queries.execute(client, "demo", "greeting", { parameters: {} }), {
        value: { text: "hello" },
    });
});

test("errors are the API's own", async (t) => {
    const client = await start(t);
    let error = await refusal(OntologiesV2.get(client, "no"));
    assert.equal(error.statusCode, 404);
    assert.equal(error.errorName, "OntologyNotFound");
    error = await refusal(Queries.execute(client, "demo", "no", { parameters: {} }));
    assert.equal(error.statusCode, 404);
    assert.equal(error.errorName, "QueryNotFound");
    assert.deepEqual(error.parameters, { query: "no" });
});
