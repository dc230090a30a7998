// SPDX-License-Identifier: MIT
// Python compute modules of three generations, over TLS, at the sidecar's own paths.
import assert from "node:assert/strict";
import { test } from "node:test";

import { demo } from "../sdk/support/emulator.mjs";
import {
    containerOf, modules, portIsFree, startReplica, startTlsEmulator,
} from "./support/container.mjs";
import { proveModule, resultOf } from "./support/module_suite.mjs";

function starter(generation) {
    return async (t, options = {}) => {
        const emulator = await startTlsEmulator(t, { seed: demo.seed, ...options });
        const environment = await containerOf(t, emulator, demo.runtime);
        startReplica(t, modules.python(generation), environment);
        return emulator;
    };
}

for (const generation of [2024, 2025, 2026]) {
    proveModule(`Python ${generation}`, {
        start: starter(generation),
        failure: /^\{"exception": "bad: Traceback/,
        schemas: true,
    });

    test(`Python ${generation}: an unknown function is the module's to answer`, async (t) => {
        const emulator = await starter(generation)(t);
        assert.equal(await resultOf(emulator, "unheard-of"), '{"error": "Unknown query type"}');
    });

    test(`Python ${generation}: a function is told of its job`, async (t) => {
        const emulator = await starter(generation)(t);
        const context = JSON.parse(await resultOf(emulator, "context"));
        assert.match(context.jobId, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
        assert.notEqual(context.tempCredsAuthToken, "");
        assert.equal(context.authHeader, "");
        assert.equal(generation < 2026, context.userId === undefined);
        assert.notEqual(context.userId, "");
    });

    test(`Python ${generation}: an idle module is held, and still there for the next job`, async (t) => {
        const emulator = await starter(generation)(t, { args: ["--poll-timeout", "50ms"] });
        const idle = async () => {
            const { exchanges } = await emulator.ask("GET", "/_emulate/journal?limit=100");
            return exchanges.filter(({ target, status }) => target.endsWith("/job") && status === 204).length;
        };
        while ((await idle()) < 3);
        assert.equal(await resultOf(emulator, "add", { a: 2, b: 2 }), "4");
    });
}

test("the documentation's own sample, which knows port 8945 by heart", async (t) => {
    if (!(await portIsFree(8945))) {
        return t.skip("somebody else has port 8945");
    }
    const emulator = await startTlsEmulator(t, { seed: demo.seed, tls: "https://127.0.0.1:8945" });
    startReplica(t, modules.pythonSample("127.0.0.1"), await containerOf(t, emulator, demo.runtime));
    assert.equal(await resultOf(emulator, "add", { a: 40, b: 2 }), "42");
});
