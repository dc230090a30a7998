// SPDX-License-Identifier: MIT
// @osdk/foundry.functions: functions of a compute module, by their API names, whole and line by line.
import assert from "node:assert/strict";
import { test } from "node:test";

import { createPlatformClient } from "@osdk/client";
import { Queries } from "@osdk/foundry.functions";

import { demo, runtimesPath, startEmulator } from "./support/emulator.mjs";
import { createRuntime, startModule } from "./support/module.mjs";
import { refusal } from "./support/refusal.mjs";

async function start(t) {
    const emulator = await startEmulator(t, { seed: demo.seed });
    const connection = await createRuntime(emulator, { runtimeId: "queries", pollTimeout: "100ms" });
    const module = await startModule(t, connection, "queries.mjs");
    let runtime;
    do {
        runtime = await emulator.ask("GET", `${runtimesPath}/queries`);
    } while (!runtime.schemas?.length);
    const client = createPlatformClient(emulator.url, async () => demo.token);
    return { emulator, client, module };
}

async function lines(response) {
    assert.equal(response.headers.get("content-type"), "application/octet-stream");
    const text = await response.text();
    assert.ok(text === "" || text.endsWith("\n"));
    return text.split("\n").slice(0, -1).map((line) => JSON.parse(line));
}

test("a function's value is the answer", async (t) => {
    const { client } = await start(t);
    const parameters = { a: 40, b: 2 };
    assert.deepEqual(await Queries.execute(client, "add", { parameters }, { preview: true }), {
        value: 42,
    });
    const answer = await Queries.execute(client, "com.acme.computemodules.add", {
        parameters,
        version: "0.0.0",
        branch: "master",
    });
    assert.deepEqual(answer, { value: 42 });
});

test("what a function throws is its value", async (t) => {
    const { client } = await start(t);
    assert.deepEqual(await Queries.execute(client, "fail", { parameters: {} }), {
        value: { error: "TypeError", reason: "bad" },
    });
});

test("a streaming function's values are lines", async (t) => {
    const { client } = await start(t);
    const response = await Queries.streamingExecute(client, "count", { parameters: {} });
    const value = (n) => ({ type: "data", value: { n, text: '} "{\n' } });
    assert.deepEqual(await lines(response), [value(1), value(2), value(3)]);
});

test("a function that gives one value gives one line", async (t) => {
    const { client } = await start(t);
    const parameters = { a: 1, b: 2 };
    const response = await Queries.streamingExecute(client, "add", { parameters });
    assert.deepEqual(await lines(response), [{ type: "data", value: 3 }]);
});

test("a module that dies in the middle leaves an error as the last line", async (t) => {
    const { client, module } = await start(t);
    const response = await Queries.streamingExecute(client, "stall", { parameters: {} });
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    assert.equal((await reader.read()).value, '{"type":"data","value":{"n":1}}\n');
    module.kill("SIGKILL");
    const last = JSON.parse((await reader.read()).value);
    assert.equal(last.type, "error");
    assert.equal(last.errorName, "QueryRuntimeError");
    assert.equal((await reader.read()).done, true);
});

test("several values are none for an execute", async (t) => {
    const { client } = await start(t);
    const error = await refusal(Queries.execute(client, "count", { parameters: {} }));
    assert.equal(error.statusCode, 400);
    assert.equal(error.errorName, "QueryRuntimeError");
});

test("errors are the API's own", async (t) => {
    const { emulator, client } = await start(t);
    let error = await refusal(Queries.execute(client, "no", { parameters: {} }));
    assert.equal(error.statusCode, 404);
    assert.equal(error.errorName, "QueryNotFound");
    assert.deepEqual(error.parameters, { queryApiName: "no" });
    error = await refusal(Queries.execute(client, "add", { parameters: {}, version: "1.0.0" }));
    assert.equal(error.errorName, "QueryVersionNotFound");
    const reader = createPlatformClient(emulator.url, async () => demo.reader);
    error = await refusal(Queries.streamingExecute(reader, "add", { parameters: {} }));
    assert.equal(error.statusCode, 403);
    assert.deepEqual(error.parameters, { missingScope: "api:functions-read" });
});
