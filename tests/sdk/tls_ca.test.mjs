// SPDX-License-Identifier: MIT
// The CA that the suites over TLS are told to trust: made by the first start, and kept by later ones.
import assert from "node:assert/strict";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";

import { startEmulator } from "./support/emulator.mjs";

const ca = join(process.env.FE_TLS_DIR, "ca.pem");

test("a second start has the CA of the first", async (t) => {
    await startEmulator(t);
    const first = await readFile(ca, "utf8");
    assert.match(first, /^-----BEGIN CERTIFICATE-----/m);
    await startEmulator(t);
    assert.equal(await readFile(ca, "utf8"), first);
});

test("its key is its owner's alone", async () => {
    const { mode } = await stat(join(process.env.FE_TLS_DIR, "ca-key.pem"));
    assert.equal(mode & 0o777, 0o600);
});
