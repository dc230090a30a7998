/* SPDX-License-Identifier: MIT */
/* Marks what libfoundry-emulator exports. */
#ifndef FOUNDRY_EMULATOR_API_H
#define FOUNDRY_EMULATOR_API_H

#if defined(__GNUC__)
#define FE_API __attribute__((visibility("default")))
#else
#define FE_API
#endif

#endif
