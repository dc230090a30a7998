// SPDX-License-Identifier: MIT
// @osdk/oauth, the client of a browser application, in a browser and across origins.
import assert from "node:assert/strict";
import { test } from "node:test";

import { startAppServer } from "./support/app_server.mjs";
import { openPage, startBrowser } from "./support/browser.mjs";
import { demo, startEmulator } from "./support/emulator.mjs";

const currentUser = "/api/v2/admin/users/getCurrent";

const signedInAs = (page, username) =>
    page.waitForFunction((name) => document.getElementById("user")?.textContent === name, username);

test("a person signs in with PKCE, stays signed in, refreshes and signs out", async (t) => {
    const emulator = await startEmulator(t, { seed: demo.seed });
    const app = await startAppServer(t, emulator);
    const page = await openPage(t, await startBrowser(t));

    await page.goto(app);
    await page.getByRole("button", { name: "Jane Placeholder" }).click();
    await signedInAs(page, "jane");
    assert.equal(new URL(page.url()).origin, app);

    const first = await page.evaluate(() => window.auth.getTokenOrUndefined());
    const { access_token: second } = await page.evaluate(() => window.auth.refresh());
    assert.notEqual(second, first);

    await page.goto(app);
    await signedInAs(page, "jane");
    assert.equal(new URL(page.url()).origin, app);

    const token = await page.evaluate(() => window.auth());
    await emulator.ask("GET", currentUser, { token });
    await page.evaluate(() => window.auth.signOut());
    await emulator.ask("GET", currentUser, { token, status: 401 });
});

test("the application hears of a denial", async (t) => {
    const emulator = await startEmulator(t, { seed: demo.seed });
    const app = await startAppServer(t, emulator);
    const page = await openPage(t, await startBrowser(t));
    await page.goto(app);
    await page.getByRole("button", { name: "Deny" }).click();
    await page.waitForFunction(() => document.getElementById("problem")?.textContent);
    assert.match(page.url(), /[?&]error=access_denied/);
});
