/* SPDX-License-Identifier: MIT */
#include "emulate/state/principal.h"

bool fe_principal_has_scope(const struct fe_principal *principal, struct fe_slice scope)
{
    return principal->all_scopes || fe_slice_has_word(principal->scopes, ' ', scope);
}
