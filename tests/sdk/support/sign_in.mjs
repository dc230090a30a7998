// SPDX-License-Identifier: MIT
// Goes through the sign-in page as a browser without JavaScript does: reads its form, and sends it.
import assert from "node:assert/strict";

const entities = { "&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#39;": "'" };

function attribute(tag, name) {
    const value = new RegExp(` ${name}="([^"]*)"`).exec(tag)?.[1];
    return value?.replace(/&(amp|lt|gt|quot|#39);/g, (entity) => entities[entity]);
}

/** Chooses a user, or denies with `decision: "deny"`; gives the URL that the browser is sent to. */
export async function signIn(authorizeUrl, choice) {
    const page = await fetch(authorizeUrl);
    const html = await page.text();
    assert.equal(page.status, 200, html);
    const form = new URLSearchParams();
    for (const [tag] of html.matchAll(/<input type="hidden"[^>]*>/g)) {
        form.append(attribute(tag, "name"), attribute(tag, "value"));
    }
    for (const [name, value] of Object.entries(choice)) {
        form.append(name, value);
    }
    const action = attribute(/<form [^>]*>/.exec(html)[0], "action");
    const answer = await fetch(new URL(action, authorizeUrl), {
        method: "POST",
        body: form,
        redirect: "manual",
    });
    assert.ok([302, 303].includes(answer.status), await answer.text());
    return new URL(answer.headers.get("location"));
}
