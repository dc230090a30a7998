// SPDX-License-Identifier: MIT
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** A file of a package in tests/bench/node_modules; undefined where that is not installed. */
export function packaged(file) {
    const path = fileURLToPath(new URL(`../../node_modules/${file}`, import.meta.url));
    return existsSync(path) ? path : undefined;
}
