// SPDX-License-Identifier: MIT
// @osdk/client: an application that reads objects.
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

import { createClient } from "@osdk/client";

import { atEnd } from "./support/at_end.mjs";
import { demo, startEmulator } from "./support/emulator.mjs";
import { refusal } from "./support/refusal.mjs";

/** As the generator writes them into an application's SDK. */
const defineType = (apiName, primaryKeyApiName, primaryKeyType) => ({
    type: "object",
    apiName,
    primaryKeyApiName,
    primaryKeyType,
    osdkMetadata: { extraUserAgent: "typescript-sdk/dev" },
    internalDoNotUseMetadata: { rid: `ri.ontology.main.object-type.${apiName}` },
});

const Machine = defineType("Machine", "machineId", "string");
const Part = defineType("Part", "number", "integer");

const clientOf = ({ url }) =>
    createClient(url, "ri.ontology.main.ontology.demo", async () => demo.token);

const start = async (t, seed = demo.seed) => clientOf(await startEmulator(t, { seed }));

async function manyParts(t, count) {
    const folder = await mkdtemp(join(tmpdir(), "foundry-emulator-"));
    atEnd(t, () => rm(folder, { recursive: true }));
    const seed = join(folder, "seed.yaml");
    const objects = Array.from({ length: count }, (_, i) => `            - {number: ${i}}\n`);
    await writeFile(
        seed,
        `tokens: {${demo.token}: {login: admin}}
foundry:
  ontologies:
    - rid: ri.ontology.main.ontology.demo
      api_name: demo
      display_name: Demo
      object_types:
        - api_name: Part
          primary_key: number
          properties: {number: integer}
          objects:
${objects.join("")}`,
    );
    return seed;
}

const ids = ({ data }) => data.map((machine) => machine.machineId);

test("a page has objects with their properties", async (t) => {
    const client = await start(t);
    const page = await client(Machine).fetchPage();
    assert.deepEqual(ids(page), ["m-1", "m-2", "m-3", "m-4", "m-5"]);
    assert.equal(page.totalCount, "5");
    assert.equal(page.nextPageToken, undefined);
    const [lathe, , , drill] = page.data;
    assert.deepEqual({ ...lathe }, {
        $apiName: "Machine",
        $objectType: "Machine",
        $primaryKey: "m-1",
        $title: "m-1",
        $objectSpecifier: "Machine:m-1",
        $propertySecurities: undefined,
        machineId: "m-1",
        name: "Lathe",
        hall: 1,
        load: 0.5,
        cycles: "9007199254740993",
        running: true,
        installedOn: "2019-04-01",
        lastSeen: "2026-01-31T12:00:00Z",
    });
    assert.equal(drill.load, undefined);
});

test("a type's metadata says what the seed says", async (t) => {
    const client = await start(t);
    const metadata = await client.fetchMetadata(Machine);
    assert.equal(metadata.primaryKeyApiName, "machineId");
    assert.equal(metadata.pluralDisplayName, "Machines");
    assert.equal(metadata.properties.installedOn.type, "datetime");
    assert.equal(metadata.properties.cycles.type, "long");
});

test("a page is as small as is asked, and leads to the next", async (t) => {
    const client = await start(t);
    const first = await client(Machine).fetchPage({ $pageSize: 3, $select: ["name"] });
    assert.deepEqual(first.data.map(({ name, hall }) => [name, hall]), [
        ["Lathe", undefined],
        ["Mill", undefined],
        ["Press", undefined],
    ]);
    const $nextPageToken = first.nextPageToken;
    const second = await client(Machine).fetchPage({ $pageSize: 3, $nextPageToken });
    assert.deepEqual(ids(second), ["m-4", "m-5"]);
    assert.equal(second.nextPageToken, undefined);
});

test("an iteration goes through all pages", async (t) => {
    const client = await start(t, await manyParts(t, 2500));
    const numbers = [];
    for await (const part of client(Part).asyncIter()) {
        numbers.push(part.number);
    }
    assert.deepEqual(numbers, Array.from({ length: 2500 }, (_, i) => i));
});

test("after a reset the objects are there again", async (t) => {
    const emulator = await startEmulator(t, { seed: demo.seed });
    const machines = clientOf(emulator)(Machine);
    const before = await machines.fetchPage({ $pageSize: 2, $includeRid: true });
    assert.equal((await emulator.fetch("POST", "/_emulate/reset")).status, 204);
    const { nextPageToken, ...after } = await machines.fetchPage({ $pageSize: 2, $includeRid: true });
    assert.deepEqual(after.data.map((one) => one.$rid), before.data.map((one) => one.$rid));
    const rest = await machines.fetchPage({ $nextPageToken: nextPageToken });
    assert.deepEqual(ids(rest), ["m-3", "m-4", "m-5"]);
});

test("one object is found by its primary key", async (t) => {
    const client = await start(t);
    const press = await client(Machine).fetchOne("m-3", { $includeRid: true });
    assert.equal(press.name, "Press");
    assert.match(press.$rid, /^ri\.phonograph2-objects\.main\.object\./);
    const { error } = await client(Machine).fetchOneWithErrors("m-9");
    assert.match(error.message, /Expected a single result but got 0/);
});

test("filters let through what they say", async (t) => {
    const client = await start(t);
    const where = async (clause) => ids(await client(Machine).where(clause).fetchPage());
    assert.deepEqual(await where({}), ["m-1", "m-2", "m-3", "m-4", "m-5"]);
    assert.deepEqual(await where({ name: "Mill" }), ["m-2"]);
    assert.deepEqual(await where({ hall: { $ne: 1 } }), ["m-2", "m-4", "m-5"]);
    assert.deepEqual(await where({ hall: 1, running: true }), ["m-1"]);
    assert.deepEqual(await where({ load: { $gte: 0.5 } }), ["m-1", "m-2"]);
    assert.deepEqual(await where({ load: { $isNull: true } }), ["m-4"]);
    assert.deepEqual(await where({ name: { $in: ["Saw", "Lathe"] } }), ["m-1", "m-5"]);
    assert.deepEqual(await where({ cycles: { $gt: "120400" } }), ["m-1"]);
    assert.deepEqual(await where({ installedOn: { $lt: "2019-04-01" } }), ["m-3"]);
    assert.deepEqual(await where({ lastSeen: { $gt: "2026-01-31T12:00:00.000Z" } }), ["m-5"]);
    assert.deepEqual(
        await where({ $or: [{ hall: { $gt: 2 } }, { $not: { running: true } }] }),
        ["m-3", "m-4"],
    );
    const both = client(Machine).where({ hall: 2 }).where({ load: { $lte: 0.25 } });
    assert.deepEqual(ids(await both.fetchPage()), ["m-5"]);
});

test("objects come in the order that is asked for", async (t) => {
    const client = await start(t);
    const ordered = async ($orderBy) => ids(await client(Machine).fetchPage({ $orderBy }));
    assert.deepEqual(await ordered({ name: "asc" }), ["m-4", "m-1", "m-2", "m-3", "m-5"]);
    assert.deepEqual(await ordered({ load: "desc" }), ["m-2", "m-1", "m-5", "m-3", "m-4"]);
    assert.deepEqual(
        await ordered({ hall: "asc", name: "desc" }),
        ["m-3", "m-1", "m-5", "m-2", "m-4"],
    );
});

test("objects are counted, and their numbers summed up", async (t) => {
    const client = await start(t);
    assert.deepEqual(await client(Machine).aggregate({ $select: { $count: "unordered" } }), {
        $count: 5,
    });
    const running = client(Machine).where({ running: true });
    const figures = await running.aggregate({
        $select: {
            $count: "unordered",
            "load:min": "unordered",
            "load:max": "unordered",
            "load:sum": "unordered",
            "hall:avg": "unordered",
        },
    });
    assert.equal(figures.$count, 3);
    assert.deepEqual(figures.load, { min: 0.25, max: 0.75, sum: 1.5 });
    assert.ok(Math.abs(figures.hall.avg - 5 / 3) < 1e-15);
});

test("errors are the API's own", async (t) => {
    const client = await start(t);
    let error = await refusal(client(Part).fetchPage());
    assert.equal(error.statusCode, 404);
    assert.equal(error.errorName, "ObjectTypeNotFound");
    assert.deepEqual(error.parameters, { objectType: "Part" });
    error = await refusal(client(Machine).where({ weight: 1 }).fetchPage());
    assert.equal(error.errorName, "PropertiesNotFound");
    error = await refusal(client(Machine).where({ hall: "1" }).fetchPage());
    assert.equal(error.errorName, "InvalidPropertyFilterValue");
});

test("what is not served is refused", async (t) => {
    const client = await start(t);
    const machines = client(Machine);
    let error = await refusal(machines.where({ name: { $startsWith: "L" } }).fetchPage());
    assert.equal(error.errorName, "PropertyFiltersNotSupported");
    error = await refusal(machines.union(machines).fetchPage());
    assert.match(error.parameters.reason, /"union" are not served/);
    error = await refusal(machines.pivotTo("parts").fetchPage());
    assert.match(error.parameters.reason, /"searchAround" are not served/);
    error = await refusal(machines.aggregate({
        $select: { $count: "unordered" },
        $groupBy: { hall: "exact" },
    }));
    assert.match(error.parameters.reason, /groups/);
});
