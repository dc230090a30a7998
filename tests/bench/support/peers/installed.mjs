// SPDX-License-Identifier: MIT
import { accessSync, constants } from "node:fs";
import path from "node:path";

const places = [...(process.env.PATH ?? "").split(":"), "/usr/sbin", "/usr/local/sbin"];

/** Whether there is such a program; daemons are where only root looks. */
export const installed = (program) =>
    places.some((place) => {
        try {
            accessSync(path.join(place, program), constants.X_OK);
            return true;
        } catch {
            return false;
        }
    });
