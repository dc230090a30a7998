// SPDX-License-Identifier: MIT
// Started and stopped again and again, several at a time: each life ends with 0, and leaves no file behind, no
// socket, nothing in the folder for temporary things. FE_LIVES says how often.
import assert from "node:assert/strict";
import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";

import { launchRecorder, temporaryFolder } from "../record/support/recorder.mjs";
import { seedFile } from "../sdk/support/emulator.mjs";

const lives = Number(process.env.FE_LIVES ?? (process.env.FE_SANITIZE ? 200 : 1000));
const atATime = 4;

test(`${lives} lives`, { timeout: 600_000 }, async (t) => {
    const folder = await temporaryFolder(t);
    const temporary = join(folder, "temporary");
    await mkdir(temporary);
    let left = lives;
    await Promise.all(Array.from({ length: atATime }, async (_, i) => {
        const listen = ["--listen", "http://127.0.0.1:0", "--listen", `unix:${join(folder, `socket-${i}`)}`];
        const args = [...listen, "--seed", seedFile("demo.yaml"), "--log-level", "error"];
        while (left-- > 0) {
            const program = await launchRecorder(args, { env: { TMPDIR: temporary } });
            await program.stop();
            assert.equal(program.stderr, "");
        }
    }));
    assert.deepEqual(await readdir(folder), ["temporary"]);
    assert.deepEqual(await readdir(temporary), []);
});
