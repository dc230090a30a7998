// SPDX-License-Identifier: MIT
// Cassettes by hand, for what cannot be waited for, or would never happen.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { exchange, sealed, toLines } from "../../cassette_tool/support/frames.mjs";
import { toolOk } from "../../cassette_tool/support/tool.mjs";
import { temporaryFolder } from "../../record/support/recorder.mjs";

/** A cassette of these frames, in a folder of the test's own. */
export async function cassetteOf(t, frames, name = "made.cassette") {
    const path = join(await temporaryFolder(t), name);
    await toolOk(["import", "--json", "-o", path], { input: toLines(frames) });
    return path;
}

/** Exchanges one after the other: each is a list of its target and what `exchange()` takes. */
export const numbered = (list) => list.map(([target, options], i) => exchange(i + 1, target, options));
export const inTurn = (...list) => sealed(numbered(list));

/** Another cassette of the same exchanges, but for those of these numbers. */
export async function without(t, cassette, ...numbers) {
    const path = join(await temporaryFolder(t), "fewer.cassette");
    await toolOk(["drop", cassette, ...numbers.map(String), "-o", path]);
    return path;
}

const secondUs = 1_000_000;

/** The same exchange, answered so many seconds after it was asked. */
export const answeredAfter = (seconds, frames) =>
    frames.map((frame) => {
        const us = Math.round(seconds * secondUs);
        if (frame.kind === "request" || frame.kind === "request_body") return frame;
        if (frame.kind === "response_body") return { ...frame, pace: frame.pace.map(([t, at]) => [t + us, at]) };
        return { ...frame, t: frame.t + us };
    });

/** An exchange whose answer came in chunks, each so many milliseconds after the one before. */
export function streamed(x, target, pieces, gapMs, options = {}) {
    const frames = exchange(x, target, { ...options, body: pieces.join("") });
    const at = (i) => frames[0].t + (i + 1) * gapMs * 1000;
    const ends = pieces.map((_piece, i) => pieces.slice(0, i + 1).join("").length);
    const changes = {
        response: { t: at(0), framing: "chunked" },
        response_body: { pace: pieces.map((piece, i) => [at(i), ends[i] - piece.length]), cuts: ends },
        end: { t: at(pieces.length - 1) },
    };
    return frames.map((frame) => ({ ...frame, ...changes[frame.kind] }));
}

/** A seed file of this text. */
export async function seedOf(t, text) {
    const path = join(await temporaryFolder(t), "seed.yaml");
    await writeFile(path, text);
    return path;
}
