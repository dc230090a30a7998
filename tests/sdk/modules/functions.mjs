// SPDX-License-Identifier: MIT
// A compute module with one function of each kind that the SDK knows.
import computeModule from "@palantir/compute-module";
import { Type } from "@sinclair/typebox";

const { ComputeModule } = computeModule;

const definitions = {
    add: {
        input: Type.Object({ a: Type.Number(), b: Type.Number() }),
        output: Type.Number(),
    },
};

// What a streaming function writes is what the caller gets: numbers that no JSON parser keeps, too.
const pieces = ['{"big":12345678901234567890', ',"huge":1e400', ',"one":1.0,', '"a":"\\u00e9"}', "\n[]"];

// A stream stays open until another job says that it may end.
let release;
const released = new Promise((resolve) => (release = resolve));

new ComputeModule({ logger: console, definitions })
    .register("add", async ({ a, b }) => a + b)
    .register("nothing", async () => undefined)
    .register("fail", async () => {
        throw new TypeError("bad");
    })
    .register("who", async ({ ticket }) => ({ ticket, pid: process.pid }))
    .register("release", async () => release())
    .registerStreaming("held", async (_query, out) => {
        out.write('{"n":1}');
        await released;
        out.write('{"n":2}');
        out.end();
    })
    .registerStreaming("stream", async (_query, out) => {
        for (const piece of pieces) {
            out.write(piece);
            await new Promise(setImmediate);
        }
        out.end();
    });
