// SPDX-License-Identifier: MIT
// Real clients against a recorder whose upstream is another emulator; then against the replay, with nobody behind it:
// they cannot tell. Then with every other exchange gone: what is left and emulation come to the same.
import assert from "node:assert/strict";
import { test } from "node:test";

import { readCassette } from "../record/support/cassette.mjs";
import { startAppServer } from "../sdk/support/app_server.mjs";
import { openPage, startBrowser } from "../sdk/support/browser.mjs";
import { demo, jobsPath, runtimesPath } from "../sdk/support/emulator.mjs";
import { startModule } from "../sdk/support/module.mjs";
import { confidential, functions, objects, people, person } from "../sdk/support/sessions.mjs";
import { without } from "./support/cassettes.mjs";
import { ask, recordStack, startReplay, strictly } from "./support/replay.mjs";

const stepMs = 60_000;
const quick = ["--poll-timeout", "100ms", "--status-timeout", "0"];
const runtime = `${runtimesPath}/${demo.runtime}`;
const sidecar = "/interactive-module/api/internal-query";

/** The seeded runtime's module, with Palantir's SDK: it polls at these paths. */
const startModuleAt = (t, { url }, base, script) =>
    startModule(t, {
        moduleAuthToken: demo.moduleToken,
        env: {
            GET_JOB_URI: `${url}${base}/job`, POST_RESULT_URI: `${url}${base}/results`,
            POST_SCHEMA_URI: `${url}${base}/schemas`,
        },
    }, script);

const execute = (queryType, query = {}) => JSON.stringify({
    deployedAppRid: demo.app, deployedAppBranch: "master", queryType, query,
});

/** The bytes of answers and where their chunks end, seen without any library. */
async function streams(emulator) {
    const fields = [`Authorization: Bearer ${demo.token}`, "Content-Type: application/json"];
    const path = `${jobsPath}/compute-modules/jobs/execute`;
    const call = async (...query) => {
        const { status, text, sizes, whole } = await ask(emulator.url, "POST", path, fields, execute(...query));
        return { status, text, sizes, whole };
    };
    return [await call("stream"), await call("add", { a: 1, b: 2 }), await call("nothing"), await call("fail")];
}

const withoutSizes = (answers) => answers.map(({ sizes: _sizes, ...rest }) => rest);

/** Waits until the module has posted what came of a job. */
async function untilPosted(emulator) {
    for (;;) {
        const { exchanges } = await emulator.ask("GET", "/_emulate/journal");
        if (exchanges.some(({ method, target }) => method === "POST" && target.includes("/results/"))) return;
    }
}

async function module(emulator) {
    const answer = await emulator.fetch("POST", `${jobsPath}/compute-modules/jobs/execute`, {
        token: demo.token,
        json: JSON.parse(execute("add", { a: 40, b: 2 })),
    });
    return { status: answer.status, text: await answer.text() };
}

/** A module without an SDK: it serves every job that it is given, until it has had the one that is submitted here. */
async function rawModule(emulator) {
    const headers = { "Module-Auth-Token": demo.moduleToken };
    const { id } = await emulator.ask("POST", `${jobsPath}/deployed-apps/jobs`, {
        token: demo.token,
        json: JSON.parse(execute("any", { n: 1 })),
    });
    for (let served; served !== id; ) {
        const polled = await emulator.fetch("GET", `${sidecar}/job`, { headers });
        if (polled.status !== 200) continue;
        served = (await polled.json()).computeModuleJobV1.jobId;
        const posted = await emulator.fetch("POST", `${sidecar}/results/${served}`, { headers, body: '{"n":2}' });
        assert.equal(posted.status, 204);
    }
    const result = await emulator.fetch("GET", `${jobsPath}/jobs/${id}/result`, { token: demo.token });
    return result.text();
}

/** The seeded runtime has a module behind it, which is none of the recording's business. */
const behind = (script) => async (t, emulator) => {
    await startModuleAt(t, emulator, runtime, script);
    while (!(await emulator.ask("GET", runtime)).schemas?.length);
};

const sessions = {
    "@osdk/oauth, confidential": { work: confidential },
    "@osdk/foundry.admin": { work: people },
    "@osdk/client": { work: objects },
    "openid-client": { work: person, replay: { seed: demo.seed } },
    "@osdk/foundry.functions": { work: functions, module: behind("queries.mjs") },
    "streams, byte by byte": { work: streams, module: behind("functions.mjs"), live: withoutSizes },
    "a module without an SDK": { work: rawModule },
    "@palantir/compute-module": {
        work: module,
        client: (t, emulator) => startModuleAt(t, emulator, sidecar, "functions.mjs"),
        replay: { args: ["--on-miss", "fail"] },
        then: untilPosted,
    },
};

for (const [name, given] of Object.entries(sessions)) {
    // What is `live` of it is the same from a recording and from emulation; `then` comes when all was replayed.
    const { work, module: startBehind, client, replay = { args: strictly }, then, live = (seen) => seen } = given;
    const session = async (t, emulator) => {
        await client?.(t, emulator);
        return work(emulator);
    };
    const step = (t, what, run) => t.test(what, { timeout: stepMs }, run);

    test(name, async (t) => {
        let seen;
        const { cassette } = await recordStack(t, (recorder, stack) =>
            step(t, "recorded", async (one) => {
                await startBehind?.(one, stack);
                seen = await session(one, recorder);
            }), { args: quick });
        await step(t, "replayed", async (one) => {
            const emulator = await startReplay(one, cassette, replay);
            assert.deepEqual(await session(one, emulator), seen);
            await then?.(emulator);
        });
        const numbers = (await readCassette(cassette)).exchanges.map((_exchange, i) => i + 1);
        for (const [i, first] of ["first", "second"].entries()) {
            await step(t, `with every other exchange gone, from the ${first} on`, async (one) => {
                const rest = await without(one, cassette, ...numbers.filter((number) => number % 2 !== i));
                const emulator = await startReplay(one, rest, { seed: demo.seed, args: quick });
                await startBehind?.(one, emulator);
                assert.deepEqual(live(await session(one, emulator)), live(seen));
            });
        }
    });
}

const signedInAs = (page, username) =>
    page.waitForFunction((name) => document.getElementById("user")?.textContent === name, username);

/** @osdk/oauth of a browser application: a person signs in, stays so, refreshes and signs out. */
async function browserSession(t, app, emulator) {
    const page = await openPage(t, await startBrowser(t));
    await page.goto(app);
    assert.equal(new URL(page.url()).origin, emulator.url);
    await page.getByRole("button", { name: "Jane Placeholder" }).click();
    await signedInAs(page, "jane");
    const first = await page.evaluate(() => window.auth.getTokenOrUndefined());
    const { access_token: second } = await page.evaluate(() => window.auth.refresh());
    assert.notEqual(second, first);
    await page.goto(app);
    await signedInAs(page, "jane");
    assert.equal(new URL(page.url()).origin, app);
    await page.evaluate(() => window.auth.signOut());
    await page.goto("about:blank");
}

test("@osdk/oauth in a browser", async (t) => {
    const target = {};
    const app = await startAppServer(t, target);
    const { cassette } = await recordStack(t, (recorder) => {
        target.url = recorder.url;
        return t.test("recorded", (one) => browserSession(one, app, recorder));
    });
    await t.test("replayed", async (one) => {
        const replay = await startReplay(one, cassette, { seed: demo.seed });
        target.url = replay.url;
        await browserSession(one, app, replay);
        const { cassettes: [{ used }] } = await replay.ask("GET", "/_emulate/cassettes");
        assert.notEqual(used, 0);
    });
});
