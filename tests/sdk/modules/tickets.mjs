// SPDX-License-Identifier: MIT
// A compute module whose results are made of the ticket in the query: each byte tells whose it is.
import computeModule from "@palantir/compute-module";

const { ComputeModule } = computeModule;

function text({ ticket, size }) {
    console.log(`took ${ticket}`);
    return ticket.repeat(size / ticket.length + 1).slice(0, size);
}

new ComputeModule({})
    .register("repeat", async (query) => text(query))
    .registerStreaming("stream", async (query, out) => {
        const piece = JSON.stringify(text(query));
        for (let i = 0; i < query.pieces; i++) {
            out.write(piece);
            await new Promise(setImmediate);
        }
        out.end();
    });
