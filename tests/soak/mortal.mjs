// SPDX-License-Identifier: MIT
// A client process that is killed some time. Before it sends anything it says so, on its standard output, and what
// came of it when it knows: whoever kills it learns what was under way.
//
//   node mortal.mjs '{"name": ..., "urls": [...], "seed": ..., "known": {...}}'
import { writeSync } from "node:fs";

import { Phase } from "./phase.mjs";
import { Random } from "./random.mjs";
import { visitOn } from "./visitors.mjs";

const say = (line) => writeSync(1, `${JSON.stringify(line)}\n`);

class Diary {
    #asks = 0;

    asked(method, target) {
        const ask = ++this.#asks;
        say({ ask, method, target });
        return {
            answered: (status, digest) => say({ answered: ask, status, digest }),
            cut: ({ arrived }) => say({ cut: ask, arrived }),
        };
    }

    askedNonsense() {
        const nonsense = ++this.#asks;
        say({ nonsense });
        return () => say({ refused: nonsense });
    }
}

const { seed, name, ...given } = JSON.parse(process.argv[2]);
await visitOn({ ...given, name, books: new Diary(), random: new Random(seed).of(name) }, new Phase(0));
