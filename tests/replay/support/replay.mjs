// SPDX-License-Identifier: MIT
// The program under test, FE_BINARY, in replay mode; and recorders whose upstream is another emulator.
import assert from "node:assert/strict";
import { join } from "node:path";

import { plainEnvironment, temporaryFolder } from "../../record/support/recorder.mjs";
import { connectTo, request, valueOf } from "../../record/support/wire.mjs";
import { demo, startEmulator } from "../../sdk/support/emulator.mjs";

/** Replays cassettes, one or a list. */
export function startReplay(t, cassettes, { args = [], ...rest } = {}) {
    const files = [cassettes].flat().flatMap((file) => ["--cassette", file]);
    return startEmulator(t, { env: plainEnvironment, ...rest, args: ["--mode", "replay", ...files, ...args] });
}

/** So that what is not in the cassettes is nobody's to answer. */
export const strictly = ["--on-miss", "fail", "--strict"];

/** Records an upstream, by its URL; into `cassette`, if that is given. */
export async function startRecording(t, upstream, { cassette, args = [] } = {}) {
    const file = cassette ?? join(await temporaryFolder(t), "recorded.cassette");
    const recorder = await startEmulator(t, {
        env: plainEnvironment,
        args: ["--mode", "record", "--upstream", upstream, "--cassette", file, ...args],
    });
    recorder.cassette = file;
    return recorder;
}

/**
 * Records what `work(recorder, stack)` does with an emulator, the stack, that is gone afterwards: what came of
 * it, and the cassette.
 */
export async function recordStack(t, work, { seed = demo.seed, args = [], recorderArgs = [] } = {}) {
    const stack = await startEmulator(t, { seed, args });
    const recorder = await startRecording(t, stack.url, { args: recorderArgs });
    const seen = await work(recorder, stack);
    await recorder.stop();
    await stack.stop();
    return { seen, cassette: recorder.cassette };
}

/** Who has given an answer of fetch(), or one that was read from a wire. */
export function sourceOf(answer) {
    const source = Array.isArray(answer.fields)
        ? valueOf(answer.fields, "x-foundry-emulator")
        : answer.headers.get("x-foundry-emulator");
    assert.ok(source, "an answer without X-Foundry-Emulator");
    return source;
}

/** The id in "emulate;miss=ID"; `by` is who has answered instead. */
export function missOf(answer, by) {
    const [, answered, id] = /^(\w+);miss=(\S+)$/.exec(sourceOf(answer)) ?? [];
    assert.ok(id, `${sourceOf(answer)} is no miss`);
    if (by) assert.equal(answered, by);
    return id;
}

/**
 * One request on a connection of its own, with just these fields and, where a body of so many bytes wants it, its
 * length: its answer, whose body is in `text`, too.
 */
export async function ask(url, method, target, fields = [], body = "") {
    const isChunked = fields.some((field) => /^transfer-encoding/i.test(field));
    const length = body === "" || isChunked ? [] : [`Content-Length: ${body.length}`];
    const wire = await connectTo(url);
    await wire.send(request(method, target, [...fields, ...length], body));
    const answer = await wire.answer(method);
    wire.close();
    return { ...answer, text: answer.data?.toString("latin1") };
}
