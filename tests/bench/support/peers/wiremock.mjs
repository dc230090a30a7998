// SPDX-License-Identifier: MIT
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";

import { Contender, freePort } from "../contender.mjs";
import { installed } from "./installed.mjs";
import { packaged } from "./npm.mjs";

const stub = ({ target, body }) => ({
    request: { method: "GET", url: target },
    response: { status: 200, headers: { "Content-Type": "application/json" }, body },
});

/** WireMock with a stub for each exchange. */
export async function startWiremock(dir, { exchanges }) {
    const jar = packaged("wiremock/build/wiremock-standalone-3.13.2.jar");
    if (!jar || !installed("java")) return undefined;
    mkdirSync(path.join(dir, "mappings"), { recursive: true });
    writeFileSync(path.join(dir, "mappings", "all.json"), JSON.stringify({ mappings: exchanges.map(stub) }));
    const port = await freePort();
    const options = ["--port", String(port), "--bind-address", "127.0.0.1", "--root-dir", dir];
    const quick = ["--no-request-journal", "--disable-banner", "--async-response-enabled", "false"];
    return new Contender("wiremock", ["java", "-jar", jar, ...options, ...quick]).accepts(port);
}
