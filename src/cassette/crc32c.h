/* SPDX-License-Identifier: MIT */
/* CRC-32C (Castagnoli, RFC 3720 §B.4), by the processor's own instruction where it has one. */
#ifndef FE_CASSETTE_CRC32C_H
#define FE_CASSETTE_CRC32C_H

#include <stdint.h>

#include "util/slice.h"

/* Of the bytes behind those whose checksum is `crc`; start with 0. */
uint32_t fe_crc32c(uint32_t crc, struct fe_slice bytes);

/* The same without the instruction: what a processor that lacks it does, and what tests compare. */
uint32_t fe_crc32c_portable(uint32_t crc, struct fe_slice bytes);

#endif
