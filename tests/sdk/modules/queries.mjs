// SPDX-License-Identifier: MIT
// A compute module that reports every function it has: only those have an API name.
import computeModule from "@palantir/compute-module";
import { Type } from "@sinclair/typebox";

const { ComputeModule } = computeModule;

const nothing = { input: Type.Object({}), output: Type.String() };

const definitions = {
    add: {
        input: Type.Object({ a: Type.Number(), b: Type.Number() }),
        output: Type.Number(),
    },
    count: nothing,
    fail: nothing,
    stall: nothing,
};

new ComputeModule({ logger: console, definitions })
    .register("add", async ({ a, b }) => a + b)
    .register("fail", async () => {
        throw new TypeError("bad");
    })
    .registerStreaming("count", async ({ to = 3 }, out) => {
        for (let n = 1; n <= to; n++) {
            out.write(JSON.stringify({ n, text: "} \"{\n" }).slice(0, 4));
            await new Promise(setImmediate);
            out.write(JSON.stringify({ n, text: "} \"{\n" }).slice(4));
            await new Promise(setImmediate);
        }
        out.end();
    })
    .registerStreaming("stall", async (_query, out) => {
        out.write('{"n":1}{"n":');
    });
