// SPDX-License-Identifier: MIT
// Debian's Chromium, and pages that must not make it complain.
import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";

import { chromium } from "playwright-core";

import { atEnd } from "./at_end.mjs";

const artefacts = process.env.FE_ARTEFACTS ?? "artefacts";

/** Starts one for a test. */
export async function startBrowser(t) {
    const browser = await chromium.launch({
        executablePath: process.env.FE_CHROMIUM ?? "/usr/bin/chromium",
        args: [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ],
    });
    atEnd(t, () => browser.close());
    return browser;
}

/** Opens an empty page; the test fails if what is shown there logs an error or breaks its policy. */
export async function openPage(t, browser, options = {}) {
    // Chromium keeps CAs in a store of its own, which belongs to whoever runs the test.
    const ignoreHTTPSErrors = Boolean(process.env.FE_TLS_DIR);
    const context = await browser.newContext({ ignoreHTTPSErrors, ...options });
    const page = await context.newPage();
    const complaints = [];
    page.on("console", (message) => {
        if (["error", "warning"].includes(message.type())) complaints.push(message.text());
    });
    page.on("pageerror", (error) => complaints.push(`${error}`));
    atEnd(t, async () => {
        await context.close();
        assert.deepEqual(complaints, []);
    });
    return page;
}

export async function keepScreenshot(page, name) {
    await mkdir(artefacts, { recursive: true });
    await page.screenshot({ path: join(artefacts, `${name}.png`), fullPage: true });
}
