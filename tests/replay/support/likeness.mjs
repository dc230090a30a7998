// SPDX-License-Identifier: MIT
// What may differ between what a recorder has passed on and what is replayed of it later. Nothing else may.
//
//   X-Foundry-Emulator    says which of the two it was
//   Date                  where the upstream gave none: it is ours, and it is later now
//   our address           in Location, Content-Location, Link and the like: another process, another port
//   errorInstanceId       in errors of our own, of which each has its own
//   secrets               a cassette has none: placeholders stand for them
//   how a chunk's line    is spelled ("00a;name=value"): a cassette keeps how long a chunk was, and no more
//   100 Continue          is for us to say, and when: a request is read to its end before it is known which it is
import assert from "node:assert/strict";

import { shown } from "../../record/support/compare.mjs";
import { valueOf } from "../../record/support/wire.mjs";

const isPlaceholder = (value = "") => /fe~\w+~/.test(value);

/** The values of a recorded head that are placeholders, as `name value` of what stands before them. */
function secretNames(head) {
    return new Set(head?.fields.filter(([, value]) => isPlaceholder(value)).map(([name]) => name.toLowerCase()));
}

/** "a=secret; Path=/" and "http://user:secret@host" without the secret. */
const withoutSecret = (value) => value.replace(/^([^=;\s/]+=)[^;]*/, "$1…").replace(/(:\/\/[^:/@]*:)[^@/]*@/, "$1…@");

function comparableFields(fields, recorded, host) {
    const secret = secretNames(recorded);
    const dated = recorded && valueOf(recorded.fields, "date") !== undefined;
    return fields.map(([name, value]) => {
        const lower = name.toLowerCase();
        if (lower === "x-foundry-emulator" || (lower === "date" && !dated)) return [name, "…"];
        if (secret.has(lower)) return [name, withoutSecret(value)];
        return [name, value.replaceAll(host, "HOST")];
    });
}

const lengthOf = (line) => Number.parseInt(line, 16);

/** An answer as far as it must be the same; `recorded` is its head in the cassette, `host` who gave it. */
export function comparable(answer, recorded, { host }) {
    const { interim, fields, data, sizes, ...rest } = answer;
    const text = data && shown(data).replace(/("errorInstanceId":")[0-9a-f-]{36}"/, '$1…"');
    return {
        ...rest,
        interim: interim.filter(({ status }) => status !== 100),
        fields: fields && comparableFields(fields, recorded, host),
        data: text,
        sizes: sizes?.map(lengthOf),
    };
}

/** Holds what was replayed to what came through the recorder; `exchanges` is what the cassette has of it. */
export function assertReplayed(replayed, recorded, exchanges) {
    const heads = exchanges.map(({ response }) => response);
    assert.deepEqual(
        replayed.answers.map((answer, i) => comparable(answer, heads[i], replayed)),
        recorded.answers.map((answer, i) => comparable(answer, heads[i], recorded)),
    );
}
