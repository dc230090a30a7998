// SPDX-License-Identifier: MIT
// What may be asked of every server alike, and what the answer must be, byte for byte: whoever gives it.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { connectTo, message } from "../record/support/wire.mjs";
import { demo } from "../sdk/support/emulator.mjs";

export const digestOf = (bytes) => createHash("sha256").update(bytes).digest("hex");

const sizes = [10, 1000, 30_000, 400_000];
const uploadMax = 200_000; // just below the limit of the public API
const queryPath = (size) => `/api/v2/ontologies/soak/queries/size${size}/execute`;

/** Writes a seed whose queries have results of all sizes, and by which neither names nor uploads count in replay. */
export async function writeSeed(folder) {
    const queries = sizes.map((size) => ({ api_name: `size${size}`, result: { value: `${size} `.repeat(size / 4) } }));
    const file = join(folder, "soak.yaml");
    const ontologies = [{ api_name: "soak", display_name: "Soak", queries }];
    const rules = [
        { path: "/**", ignore_query: ["soak"] },
        { path: queryPath("*"), ignore_body: ["/parameters/upload"] },
    ];
    // The user of a service is there from the start, and not just when it has signed in.
    const { id } = demo.service;
    const users = [{ username: id, principal_type: "service", oauth_client_id: id }];
    await writeFile(file, JSON.stringify({ foundry: { users, ontologies }, server: { rules } }));
    return file;
}

const read = (target) => ({ method: "GET", target });
const queries = sizes.map((size) => ({ method: "POST", target: queryPath(size), size }));
const items = [
    read("/multipass/api/me"),
    read("/api/v2/admin/users/getCurrent"),
    read("/api/v2/ontologies/demo"),
    read("/api/v2/ontologies/demo/objectTypes/Machine/fullMetadata?preview=true"),
    ...queries,
];

let names = 0;

/** One request: its head, its body, and what is known of its answer. With a name, it has a page in the books. */
function order(item, random, name) {
    const fields = [`Authorization: Bearer ${demo.token}`];
    let body = "";
    if (item.method === "POST") {
        const upload = "up ".repeat(random.size(uploadMax) / 3);
        body = JSON.stringify({ parameters: { upload } });
        fields.push("Content-Type: application/json", `Content-Length: ${body.length}`);
    }
    const target = name ? `${item.target}${item.target.includes("?") ? "&" : "?"}soak=${name}` : item.target;
    const head = message(`${item.method} ${target} HTTP/1.1`, ["Host: foundry.example", ...fields]).toString();
    return { item, method: item.method, target, head, body, whole: head + body };
}

/** Draws one that nobody has asked before. */
export function drawOrder(random, visitor, { large = false } = {}) {
    const item = large ? queries.at(-1) : random.pick(items);
    return order(item, random, `${visitor}.${names++}`);
}

/** Asks for all there is, so that what comes later can be held to it: digests, by target. */
export async function learnMenu({ url, books }, random) {
    const known = {};
    for (const item of items) {
        const ask = books?.asked(item.method, item.target);
        const wire = await connectTo(url);
        await wire.send(order(item, random).whole);
        const answer = await wire.answer(item.method);
        wire.close();
        ask?.answered(answer.status);
        assert.equal(answer.status, 200, `${item.target}: ${answer.data}`);
        known[item.target] = digestOf(answer.data);
    }
    return known;
}

/** Holds an answer to what is known; `excused` is whether it may say that the upstream was not there. */
export function judge(known, { item, target }, answer, excused) {
    if (excused && [502, 504].includes(answer.status)) return undefined;
    const digest = digestOf(answer.data);
    assert.equal(answer.status, 200, `${target}: ${answer.status} ${answer.data.subarray(0, 300)}`);
    assert.equal(digest, known[item.target], `${target}: ${answer.data.length} wrong bytes`);
    return digest;
}
