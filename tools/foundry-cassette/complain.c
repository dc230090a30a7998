/* SPDX-License-Identifier: MIT */
/* What every command says in the same way. */
#include <stdarg.h>

#include "foundry-cassette/commands.h"

void fe_tool_complain(const struct fe_tool *tool, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)fflush(tool->out); /* what was found first is to be read first */
    (void)fputs("foundry-cassette: ", tool->err);
    (void)vfprintf(tool->err, format, arguments);
    (void)fputc('\n', tool->err);
    va_end(arguments);
}

bool fe_tool_out_failed(const struct fe_tool *tool)
{
    return ferror(tool->out) != 0;
}
