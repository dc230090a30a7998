// SPDX-License-Identifier: MIT
// Cassettes of as many exchanges as one likes (bench_cassette.c), and what is to be asked of whoever replays them.
import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";

import { request, writePlan } from "./load.mjs";

const run = promisify(execFile);

/** A sealed cassette of `count` exchanges, each answered with `bytes`. */
export async function makeCassette(file, count, bytes) {
    await run(path.join(process.env.FE_BENCH_BIN, "bench_cassette"), [file, count, bytes].map(String));
    return file;
}

/** The body that bench_cassette.c gave this exchange. */
export function bodyOf(number, bytes) {
    const digits = String(number).padStart(7, "0");
    const head = `{"id":"${digits}","text":"`;
    const text = digits.repeat(Math.ceil(bytes / digits.length)).slice(0, bytes - head.length - 2);
    return `${head}${text}"}`;
}

export const targetOf = (number) => `/api/v2/things/${String(number).padStart(7, "0")}/details?page=${number % 7}`;

/** Asks for each exchange, with `headers`; all are answered with `body`, if there is one, or each with its own. */
export function planOf(file, count, bytes, { body, headers = ["Accept: application/json"] } = {}) {
    function* asks() {
        for (let number = 0; number < count; number++) {
            yield { request: request("GET", targetOf(number), { headers }), body: body ?? bodyOf(number, bytes) };
        }
    }
    return writePlan(file, asks());
}

/** Starts ours as the replayer of a cassette, in which nothing is missed in silence. */
export const replaying = (cassette) => ["--mode", "replay", "--cassette", cassette, "--on-miss", "fail"];
