/* SPDX-License-Identifier: MIT */
/* What becomes of a process that has no memory left for small things. */
#ifndef FOUNDRY_EMULATOR_OUT_OF_MEMORY_H
#define FOUNDRY_EMULATOR_OUT_OF_MEMORY_H

#include "foundry_emulator/api.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Called, from any thread, when there is no memory for something without which an emulator cannot
 * go on; what clients and files have chosen the size of fails alone, and never leads here. It must
 * not return. The library's own says "out of memory" on standard error and abort()s; it is weak: a
 * program that defines a function of this name and type is asked instead. */
FE_API void fe_out_of_memory(void) __attribute__((noreturn));

#ifdef __cplusplus
}
#endif

#endif
