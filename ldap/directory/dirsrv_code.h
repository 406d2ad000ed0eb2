/* SPDX-License-Identifier: MIT */
#ifndef DIRSRV_CODE_H
#define DIRSRV_CODE_H

#include "matkhau/result.h"

/*
 * Which rule a new password breaks that 389-Directory/2.3.1 has refused with these words; `unknown`
 * where they fit none. They only tell which rule a refusal was about: what they do not fit stays
 * what the codes say. Pure.
 */
enum mk_result dirsrv_code_rule(const char *text, enum mk_result unknown);

#endif
