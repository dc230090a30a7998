// SPDX-License-Identifier: MIT
// The OAuth clients of python/oauth_clients.py, each of them a test there.
import { spawn } from "node:child_process";
import { once } from "node:events";
import assert from "node:assert/strict";
import { test } from "node:test";

import { demo } from "../sdk/support/emulator.mjs";
import { pythonSource, startTlsEmulator } from "./support/container.mjs";

const clients = [
    "FoundrySdk", "FoundryDevTools", "PalantirOauthClient", "TerraformProvider", "ComputeModuleAuth",
];

for (const client of clients) {
    test(`${client} is content`, async (t) => {
        const emulator = await startTlsEmulator(t, { seed: demo.seed });
        const python = spawn(process.env.FE_PYTHON, ["-B", pythonSource("oauth_clients.py"), client], {
            env: { PATH: process.env.PATH, FE_URL: emulator.tlsUrl, REQUESTS_CA_BUNDLE: emulator.ca },
            stdio: ["ignore", "inherit", "pipe"],
        });
        let report = "";
        python.stderr.setEncoding("utf8").on("data", (text) => (report += text));
        const [code] = await once(python, "close");
        assert.equal(code, 0, report);
        assert.match(report, /^Ran [1-9]\d* test/m);
    });
}
