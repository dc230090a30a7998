// SPDX-License-Identifier: MIT
// The sign-in page as people meet it: in Chromium, by keyboard, on a phone, in the dark.
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

import { atEnd } from "./support/at_end.mjs";
import { startAppServer } from "./support/app_server.mjs";
import { keepScreenshot, openPage, startBrowser } from "./support/browser.mjs";
import { demo, startEmulator } from "./support/emulator.mjs";

const state = 'kept "exactly" & so +%20';

function authorizeUrl(emulator, redirectUri, more = {}) {
    const url = new URL("/multipass/api/oauth2/authorize", emulator.url);
    url.search = new URLSearchParams({
        response_type: "code",
        client_id: demo.service.id,
        redirect_uri: redirectUri,
        scope: "api:admin-read offline_access",
        state,
        ...more,
    });
    return `${url}`;
}

/** A page that shows the picker, and where it leads. */
async function openPicker(t, { seed = demo.seed, more, ...context } = {}) {
    const emulator = await startEmulator(t, { seed });
    const callback = `${await startAppServer(t, emulator)}/auth/callback`;
    const page = await openPage(t, await startBrowser(t), context);
    await page.goto(authorizeUrl(emulator, callback, { client_id: demo.web.id, ...pkce, ...more }));
    return { page, callback };
}

const pkce = {
    code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
    code_challenge_method: "S256",
};

/** Where the browser is sent: the callback page there would go on to use the code. */
function landing(page, callback) {
    return page
        .waitForRequest((request) => request.isNavigationRequest() && request.url().startsWith(callback))
        .then((request) => new URL(request.url()).searchParams);
}

async function seedWithPeople(t, count) {
    const folder = await mkdtemp(join(tmpdir(), "seed-"));
    atEnd(t, () => rm(folder, { recursive: true }));
    const people = Array.from(
        { length: count },
        (_, i) => `    - {username: person${i}, display_name: "Person Number ${i}", email: p${i}@example.com}`,
    );
    const seed = join(folder, "people.yaml");
    await writeFile(seed, `foundry:\n  users:\n${people.join("\n")}\n`);
    return seed;
}

test("it says who asks, for what, and who there is", async (t) => {
    const { page } = await openPicker(t);
    const text = await page.locator("main").innerText();
    assert.match(text, /Demo web app/);
    assert.match(text, /api:admin-read/);
    for (const person of ["Jane Placeholder", "omar@example.com", "mei", "Zoë Exempel"]) {
        assert.ok(text.includes(person), person);
    }
    assert.doesNotMatch(text, /Former Colleague/);
    await keepScreenshot(page, "picker");
});

test("a person is picked by keyboard alone", async (t) => {
    const { page, callback } = await openPicker(t);
    const arrived = landing(page, callback);
    const focused = page.locator("button:focus");
    assert.match(await focused.innerText(), /Jane Placeholder/);
    await page.keyboard.press("Tab");
    assert.match(await focused.innerText(), /Omar Sample/);
    await keepScreenshot(page, "picker-focus");
    await page.keyboard.press("Enter");
    const answer = await arrived;
    assert.ok(answer.get("code"));
    assert.equal(answer.get("state"), state);
});

test("Deny sends the browser back with access_denied and the state", async (t) => {
    const { page, callback } = await openPicker(t);
    const arrived = landing(page, callback);
    await page.getByRole("button", { name: "Deny" }).click();
    const answer = await arrived;
    assert.equal(answer.get("error"), "access_denied");
    assert.equal(answer.get("state"), state);
    assert.equal(answer.get("code"), null);
});

test("it works without JavaScript", async (t) => {
    const { page, callback } = await openPicker(t, { javaScriptEnabled: false });
    const arrived = landing(page, callback);
    await page.getByRole("button", { name: "Mei Fixture" }).click();
    assert.ok((await arrived).get("code"));
});

for (const [name, context] of [
    ["a narrow screen", { viewport: { width: 320, height: 568 } }],
    ["a dark screen", { colorScheme: "dark" }],
    ["a narrow dark screen", { viewport: { width: 320, height: 568 }, colorScheme: "dark" }],
]) {
    test(`it fits ${name}`, async (t) => {
        const { page } = await openPicker(t, context);
        const overflow = () => document.documentElement.scrollWidth - window.innerWidth;
        assert.ok((await page.evaluate(overflow)) <= 0);
        assert.ok(await page.getByRole("button", { name: "Deny" }).isVisible());
        await keepScreenshot(page, name.replace(/^a (.*) screen$/, "picker-$1").replace(" ", "-"));
    });
}

test("a dark screen gets a dark page", async (t) => {
    const { page } = await openPicker(t, { colorScheme: "dark" });
    const channels = await page.evaluate(() => getComputedStyle(document.body).backgroundColor.match(/\d+/g));
    assert.ok(channels.slice(0, 3).every((channel) => Number(channel) < 80), `${channels}`);
});

test("with many people there is a search", async (t) => {
    const { page } = await openPicker(t, { seed: await seedWithPeople(t, 30) });
    const people = page.getByRole("button", { name: /Person Number/ });
    assert.equal(await people.count(), 30);
    await page.getByRole("searchbox").fill("number 27");
    assert.equal(await people.filter({ visible: true }).count(), 1);
    await keepScreenshot(page, "picker-search");
    await page.getByRole("searchbox").fill("nobody at all");
    assert.equal(await people.filter({ visible: true }).count(), 0);
});

test("with few people there is none", async (t) => {
    const { page } = await openPicker(t);
    assert.equal(await page.getByRole("searchbox").count(), 0);
});

test("a request that cannot be served is explained, and goes nowhere", async (t) => {
    const emulator = await startEmulator(t, { seed: demo.seed });
    const context = await (await startBrowser(t)).newContext();
    const page = await context.newPage();
    const wrong = "https://elsewhere.example.com/callback";
    const response = await page.goto(authorizeUrl(emulator, wrong));
    assert.equal(response.status(), 400);
    const text = await page.locator("main").innerText();
    assert.match(text, /redirect_uri/);
    assert.match(text, /What to change/);
    assert.ok(page.url().startsWith(emulator.url));
    await keepScreenshot(page, "sign-in-error");
});

test("what an application calls itself is text, and no markup", async (t) => {
    const evil = '"><script>document.title="broken"</script><img src=x onerror=alert(1)>';
    const { page } = await openPicker(t, {
        seed: await seedWithPeople(t, 2),
        more: { client_id: evil, state: evil, scope: "" },
    });
    assert.ok((await page.locator("main").innerText()).includes(evil));
    assert.equal(await page.locator("img").count(), 0);
    assert.notEqual(await page.title(), "broken");
});
